import Admissions
import Foundation
import Tables

extension CaseFolder {
    /// Writes a case so that reading it gives the same draft, rows in the order of the draft.
    ///
    /// - Parameters:
    ///   - draft: The case to write.
    ///   - others: Further files for the folder.
    ///   - access: Who may read the folder.
    ///   - isRight: Looks at the case before it takes its name; with false nothing is written.
    /// - Returns: Whether the case was written.
    /// - Throws: ``CannotWrite``, also where the folder exists and is not empty; then nothing was written.
    @discardableResult
    public func write(
        _ draft: CaseDraft, and others: [OutputFile] = [], access: FileAccess = .owner,
        isRight: (CaseFolder) -> Bool = { _ in true }
    ) throws(CannotWrite) -> Bool {
        var files = [
            OutputFile(name: SettingsFile.name, bytes: Array(settingsText(of: draft).utf8)),
            childrenFile(draft), facilitiesFile(draft),
        ]
        if !draft.households.isEmpty { files.append(householdsFile(draft)) }
        if !draft.jointWishes.isEmpty { files.append(jointWishesFile(draft)) }
        if !draft.seatLimits.isEmpty { files.append(seatLimitsFile(draft)) }
        if !draft.pins.isEmpty { files.append(pinsFile(draft)) }
        return try writeFolder(files + others, to: url, access: access) { isRight(CaseFolder($0)) }
    }

    // MARK: Settings

    private func settingsText(of draft: CaseDraft) -> String {
        let rules = draft.rules
        var lines = [
            "municipality: \(Self.quoted(draft.municipality))", "round: \(Self.quoted(draft.round))",
            "month: \(draft.month)",
        ]
        lines += Self.priorityLines(rules)
        if let seed = rules.drawSeed { lines.append("drawSeed: \(Self.quoted(seed))") }
        lines += Self.changeableBlocks(rules).dropFirst().flatMap(\.lines)
        lines += Self.lines(of: rules.pointsTable)
        if !rules.keepsClosed.isEmpty { lines.append("keepsClosed: \(Self.quoted(rules.keepsClosed.description))") }
        if !rules.phases.isEmpty { lines.append("phases:") }
        for phase in rules.phases {
            let who = phase.who == .everyone ? "all" : Self.quoted(phase.who.description)
            lines.append("  - {name: \(Self.quoted(phase.name)), who: \(who)}")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func priorityLines(_ rules: Rules) -> [String] {
        ["priority:" + (rules.priority.isEmpty ? " []" : "")]
            + rules.priority.map { key in
                let blank = key.blank == .isError ? "" : ", blank: \(key.blank.rawValue)"
                let publication = key.publication.map { ", public: \($0.rawValue)" } ?? ""
                let bands =
                    key.bands.isEmpty ? "" : ", bands: [\(key.bands.map(\.description).joined(separator: ", "))]"
                let column = key.column.map { ", column: \(Self.quoted($0))" } ?? ""
                let letters = key.usesLetters ? ", letters: true" : ""
                let values =
                    key.values.isEmpty ? "" : ", values: [\(key.values.map(Self.quoted).joined(separator: ", "))]"
                return "  - {key: \(Self.quoted(key.name)), order: \(key.order.rawValue)\(blank)\(publication)\(bands)"
                    + "\(column)\(letters)\(values)\(Self.setting(of: key.onlyWhen))}"
            }
    }

    /// The blocks of case.yaml that a ``RuleSetting`` changes, each under its name.
    private static func changeableBlocks(_ rules: Rules) -> [(name: String, lines: [String])] {
        let siblings = rules.siblings
        var lines = [
            "siblings:", "  timing: \(siblings.timing.rawValue)", "  facility: \(siblings.facility.rawValue)",
            "  aggregate: \(siblings.aggregate.rawValue)", "  countFirst: \(siblings.countFirst)",
            "  keptSeat: \(siblings.keptSeat.rawValue)", "  followLead: \(siblings.followLead)",
        ]
        if let distance = siblings.nearKilometres { lines.append("  nearKilometres: \(distance)") }
        let twins = [
            siblings.twinsTiming.map { "timing: \($0.rawValue)" },
            siblings.twinsFacility.map { "facility: \($0.rawValue)" },
        ].compactMap { $0 }
        if !twins.isEmpty { lines.append("  twins: {\(twins.joined(separator: ", "))}") }
        return [
            ("priority", priorityLines(rules)), ("objective", ["objective: \(rules.objective.rawValue)"]),
            ("householdPriority", ["householdPriority: \(rules.householdPriority.rawValue)"]), ("siblings", lines),
        ]
    }

    /// The folder's case.yaml with other rules: the blocks that differ are written anew, and points of rows of the points table
    /// that differ are replaced where they stand; all else stays as it is.
    ///
    /// - Parameters:
    ///   - rules: The rules as in the file now; the two differ in what a `RuleSetting` changes, and in points of rows.
    ///   - other: The rules as they are to be.
    /// - Returns: The file in UTF-8. A file written in an unusual way may not say what is wanted then; read it again.
    public func settings(changing rules: Rules, to other: Rules) throws -> [UInt8] {
        var text = String(decoding: try DecodedText(try fileBytes(SettingsFile.name, in: url)).utf8, as: UTF8.self)
        if rules.pointsTable != other.pointsTable {
            var moved = SettingsText(text)
            moved.move(rules.pointsTable, to: other.pointsTable, places: SettingsFile(in: url).places)
            text = moved.text
        }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(
            String.init)
        for (old, new) in zip(Self.changeableBlocks(rules), Self.changeableBlocks(other)) where old.lines != new.lines {
            let start = lines.firstIndex { $0.hasPrefix(new.name + ":") }
            guard let start else {
                while lines.last?.isEmpty == true { lines.removeLast() }
                lines += new.lines + [""]
                continue
            }
            // A block ends where the next line begins at the margin; a list may stand at the margin too.
            let end = lines[(start + 1)...].firstIndex { !$0.isEmpty && !$0.hasPrefix(" ") && !$0.hasPrefix("-") }
            lines.replaceSubrange(start..<(end ?? lines.count), with: new.lines + (end == nil ? [""] : []))
        }
        return Array(lines.joined(separator: "\n").utf8)
    }

    /// A YAML scalar: plain where nothing in it could mean something else, else in double quotes.
    static func quoted(_ text: String) -> String {
        let isPlain =
            text.unicodeScalars.first.map { $0.properties.isAlphabetic } == true
            && text.unicodeScalars.allSatisfy { $0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "_" }
            && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(text.lowercased())
        if isPlain { return text }
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case "\n": result += "\\n"
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value):
                result += "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    // MARK: Tables

    private func file(_ kind: CaseTable, _ columns: [String], _ rows: some Sequence<[String]>) -> OutputFile {
        file(kind, columns) { writer throws(TableWriter.UnencodableCharacter) in
            for row in rows { try writer.append(row) }
        }
    }

    private func file(
        _ kind: CaseTable, _ columns: [String],
        _ writeRows: (inout TableWriter) throws(TableWriter.UnencodableCharacter) -> Void
    ) -> OutputFile {
        // What is read again must be what was written, so nothing is put before a cell here.
        var writer = TableWriter(.utf8, guardsFormulas: false)
        do {
            try writer.append(columns)
            try writeRows(&writer)
        } catch { preconditionFailure("UTF-8 has every character: \(error)") }
        return OutputFile(name: kind.fileName, bytes: writer.bytes)
    }

    private func text(_ value: (some CustomStringConvertible)?) -> String { value?.description ?? "" }

    private func childrenFile(_ draft: CaseDraft) -> OutputFile {
        let children = draft.children
        let wishCount = children.reduce(1) { max($0, $1.wishes.count) }
        let wishPointCount = children.reduce(0) { max($0, $1.wishPoints.count) }
        typealias Column = (name: String, value: (ChildRow) -> String?)
        let optional: [Column] = [
            ("birth_date", { $0.birthDate?.description }), ("due_date", { $0.dueDate?.description }),
            ("age_class", { $0.ageClass.map(String.init) }), ("current_facility_id", { $0.currentFacility?.spelling }),
            ("group", { $0.groups.isEmpty ? nil : $0.groups.joined(separator: ";") }),
            (
                "sibling_facility_ids",
                { $0.siblingFacilities.isEmpty ? nil : $0.siblingFacilities.map(\.spelling).joined(separator: ";") }
            ),
            ("points", { $0.points?.description }), ("draw", { $0.draw?.description }),
        ]
        var used = optional.filter { column in children.contains { column.value($0) != nil } }
        // A table must say how old children are, also where none is left; then it has every column, for those who come.
        if children.isEmpty { used = optional }
        if !used.contains(where: { ["birth_date", "due_date", "age_class"].contains($0.name) }) {
            used.insert(optional[0], at: 0)
        }
        // Of each key with values by wish the number of its columns.
        let textCounts = draft.wishAttributeNames.indices.map { key in
            children.reduce(1) { max($0, $1.wishAttributes.isEmpty ? 0 : $1.wishAttributes[key].count) }
        }
        let columns =
            ["child_id", "household_id"] + used.map(\.name) + draft.attributeNames
            + (1...wishCount).map { "wish_\($0)" } + (0..<wishPointCount).map { "points_\($0 + 1)" }
            + zip(draft.wishAttributeNames, textCounts).flatMap { name, count in (1...count).map { "\(name)_\($0)" } }
        return file(.children, columns) { writer throws(TableWriter.UnencodableCharacter) in
            for child in children {
                try writer.add(child.id.spelling)
                try writer.add(child.household.spelling)
                for column in used { try writer.add(column.value(child) ?? "") }
                for attribute in child.attributes { try writer.add(attribute) }
                for index in 0..<wishCount {
                    try writer.add(index < child.wishes.count ? child.wishes[index]?.spelling ?? "" : "")
                }
                for index in 0..<wishPointCount {
                    try writer.add(index < child.wishPoints.count ? child.wishPoints[index]?.description ?? "" : "")
                }
                for (key, count) in textCounts.enumerated() {
                    let texts = child.wishAttributes.isEmpty ? [] : child.wishAttributes[key]
                    for index in 0..<count { try writer.add(index < texts.count ? texts[index] : "") }
                }
                writer.endRow()
            }
        }
    }

    private func facilitiesFile(_ draft: CaseDraft) -> OutputFile {
        let columns =
            ["facility_id", "name"] + (0...5).map { "seats_\($0)" }
            + ["min_age_months", "min_age_days", "kind", "ward", "latitude", "longitude"]
        let sources: [(prefix: String, values: (FacilityRow) -> [Int?])] = [
            ("capacity", \.capacity), ("enrolled", \.enrolled), ("margin", \.margin),
        ].filter { source in draft.facilities.contains { !source.values($0).isEmpty } }
        let hides = draft.facilities.contains { !$0.unpublished.isEmpty }
        let closes = draft.facilities.contains { !$0.keepsClosed.isEmpty }
        return file(
            .facilities,
            columns + sources.flatMap { source in (0...5).map { "\(source.prefix)_\($0)" } }
                + (closes ? (0...5).map { "closed_\($0)" } : []) + (hides ? ["unpublished"] : []),
            draft.facilities.lazy.map { facility -> [String] in
                var row = [facility.id.spelling, facility.name]
                row += facility.seats.map(text)
                row += [text(facility.minimumAgeMonths), text(facility.minimumAgeDays), facility.kind, facility.ward]
                row += [text(facility.latitude), text(facility.longitude)]
                for source in sources {
                    let values = source.values(facility)
                    row += values.isEmpty ? [String](repeating: "", count: 6) : values.map(text)
                }
                if closes {
                    row += (0...5).map { age in
                        let value = facility.keepsClosed.indices.contains(age) ? facility.keepsClosed[age] : nil
                        return value.map { $0 ? "yes" : "no" } ?? ""
                    }
                }
                if hides { row.append(facility.unpublished.description) }
                return row
            })
    }

    private func householdsFile(_ draft: CaseDraft) -> OutputFile {
        file(
            .households, ["household_id", "timing", "facility", "lead_child_id", "prefer_child_id"],
            draft.households.lazy.map { row in
                [
                    row.household.spelling, row.timing?.rawValue ?? "", row.facility?.rawValue ?? "",
                    row.leadChild?.spelling ?? "", row.preferredChild?.spelling ?? "",
                ]
            })
    }

    private func jointWishesFile(_ draft: CaseDraft) -> OutputFile {
        file(
            .jointWishes, ["household_id", "rank", "child_id", "facility_id"],
            draft.jointWishes.lazy.map {
                [$0.household.spelling, String($0.rank), $0.child.spelling, $0.facility?.spelling ?? ""]
            })
    }

    private func seatLimitsFile(_ draft: CaseDraft) -> OutputFile {
        let hasPhases = draft.seatLimits.contains { $0.phase != nil || $0.isReleased }
        return file(
            .seatLimits, ["facility_id", "ages", "group", "seats", "opens"] + (hasPhases ? ["phase", "release"] : []),
            draft.seatLimits.lazy.map {
                [
                    $0.facilities.map(\.spelling).joined(separator: ";"), $0.ages.description, $0.group.description,
                    String($0.seats),
                    $0.opens ? "yes" : "",
                ] + (hasPhases ? [$0.phase ?? "", $0.isReleased ? "yes" : ""] : [])
            })
    }

    private func pinsFile(_ draft: CaseDraft) -> OutputFile {
        file(
            .pins, ["child_id", "facility_id", "by", "reason"],
            draft.pins.lazy.map { [$0.child.spelling, $0.facility?.spelling ?? "", $0.by, $0.reason] })
    }
}
