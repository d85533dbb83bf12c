import Admissions
import Tables

/// A table of the result in the layout that a city's core system reads: `columns.result` of case.yaml.
public struct ResultLayout: Hashable, Sendable {
    /// The name of the file in the result folder.
    public var fileName: String
    /// Default UTF-8.
    public var encoding = TextEncoding.utf8
    /// Whether the first line names the columns. Default true.
    public var hasHeader = true
    /// From left to right.
    var columns: [Column]
    /// The code of each outcome; an outcome without one is written as `placements.csv` has it.
    var codes: [OutcomeCode: String] = [:]

    /// A column by its header, and where case.yaml or the profile says so.
    struct Column: Hashable, Sendable {
        var header: String
        var content: Content
        var place: Place
    }

    /// A place in a settings file, from 1.
    struct Place: Hashable, Sendable {
        var file: String
        var line: Int
        var column: Int
    }

    /// What the cells of a column hold.
    enum Content: Hashable, Sendable {
        case field(Field)
        /// The cells of a column of the children's table, as they were written.
        case column(String)
        /// The same text in all rows.
        case text(String)
        /// The month of the round, in a form such as `YYYYMM`.
        case month(String)
    }

    /// What a result says of a child.
    enum Field: String, CaseIterable, Sendable {
        case childID = "child_id"
        case householdID = "household_id"
        case ageClass = "age_class"
        case outcome
        case facilityID = "facility_id"
        case facilityName = "facility_name"
        case wishRank = "wish_rank"
        case jointRank = "joint_rank"
        case points, phase, month, round, municipality
    }

    /// What an outcome may have a code for.
    enum OutcomeCode: String, CaseIterable, Sendable {
        case placed, stays, held
        /// Placed, but not born yet; without a code of its own it is `placed`.
        case conditional
    }

    /// Whether it has cells of the children's table.
    public var readsChildren: Bool { !columnsRead.isEmpty }

    /// The columns of the children's table that it has, by the name or the header that the setting gives.
    var columnsRead: [String] {
        columns.compactMap { if case .column(let name) = $0.content { name } else { nil } }
    }

    /// The code of the outcome of a child.
    func code(of placement: Placement) -> String {
        if placement.isConditional, let code = codes[.conditional] { return code }
        return OutcomeCode(rawValue: placement.outcome.rawValue).flatMap { codes[$0] } ?? placement.outcome.rawValue
    }

    /// The month in the form that a setting gives, where `YYYY` stands for the year and `MM` for the month.
    static func text(of month: PlacementMonth, in form: String) -> String {
        let parts = month.description.split(separator: "-")
        return form.replacing("YYYY", with: parts[0]).replacing("MM", with: parts[1])
    }
}

extension ResultTables {
    /// The table in the city's layout: a row for each child, ascending by id whatever the order of the input.
    ///
    /// It is for a program, so no cell has an apostrophe before what a spreadsheet would take for a formula.
    ///
    /// - Parameters:
    ///   - layout: The columns.
    ///   - placements: Of all children, in the order of the case.
    ///   - children: The children's table; needed where the layout has columns of it.
    /// - Throws: ``UnwritableTable`` where the encoding of the layout lacks a character.
    public func table(
        in layout: ResultLayout, _ placements: [Placement], _ children: WrittenChildren?
    ) throws(UnwritableTable) -> OutputFile {
        precondition(!layout.readsChildren || children != nil, "the layout has columns of the children's table")
        let columns = layout.columns.map { column in
            if case .column(let name) = column.content { children?.column(named: name) } else { Int?.none }
        }
        var writer = TableWriter(layout.encoding, guardsFormulas: false)
        do throws(TableWriter.UnencodableCharacter) {
            if layout.hasHeader { try writer.append(layout.columns.map(\.header)) }
            for placement in placements {
                for (index, column) in layout.columns.enumerated() {
                    switch column.content {
                    case .text(let text): try writer.add(text)
                    case .month(let form): try writer.add(ResultLayout.text(of: subject.month, in: form))
                    case .column:
                        try writer.add(
                            columns[index].flatMap { children?.text(ofChild: placement.child, column: $0) } ?? "")
                    case .field(.outcome): try writer.add(layout.code(of: placement))
                    case .field(let field): try writer.add(text(of: field, placement))
                    }
                }
                writer.endRow()
            }
        } catch { throw UnwritableTable(file: layout.fileName, character: error) }
        return OutputFile(name: layout.fileName, bytes: writer.bytes)
    }

    private func text(of field: ResultLayout.Field, _ placement: Placement) -> String {
        let facility = placement.facility
        switch field {
        case .childID: return subject.children[placement.child].id.spelling
        case .householdID: return subject.children[placement.child].householdID.spelling
        case .ageClass: return String(subject.children[placement.child].ageClass)
        case .outcome: return placement.outcome.rawValue
        case .facilityID: return facility.map { subject.facilities[$0].id.spelling } ?? ""
        case .facilityName: return facility.map { subject.facilities[$0].name } ?? ""
        case .wishRank: return placement.wishRank.map(String.init) ?? ""
        case .jointRank: return placement.jointRank.map(String.init) ?? ""
        case .points: return placement.points?.description ?? ""
        case .phase: return placement.phase.map { subject.phases[$0].name } ?? ""
        case .month: return subject.month.description
        case .round: return subject.round
        case .municipality: return subject.municipality
        }
    }
}
