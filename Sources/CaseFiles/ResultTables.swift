import Admissions
import Tables

/// The tables of a result, as files.
///
/// The same result gives the same bytes. Children come in the order of their ids.
public struct ResultTables: Sendable {
    public let subject: Case
    public let encoding: TextEncoding
    /// Made for the first table that needs them, and kept for the next.
    let names: Background<Result<Names, TableWriter.UnencodableCharacter>>

    public init(of subject: Case, encoding: TextEncoding = .utf8) {
        self.subject = subject
        self.encoding = encoding
        names = Background(threads: 1) { Names.made(of: subject, encoding) }
    }

    /// `placements.csv`: a row per child; in a round of several phases with the phase that placed it.
    ///
    /// - Throws: `TableWriter.UnencodableCharacter` where CP932 lacks a character.
    public func placements(_ placements: [Placement]) throws(UnwritableTable) -> OutputFile {
        let phases = subject.phases
        let columns = ResultFolder.placementsColumns + (phases.count > 1 ? [ResultFolder.phaseColumn] : [])
        return try table(ResultFolder.placementsName, columns, placements) {
            writer, placement throws(TableWriter.UnencodableCharacter) in
            try writer.add(subject.children[placement.child].id.spelling)
            try writer.add(subject.children[placement.child].householdID.spelling)
            writer.add(subject.children[placement.child].ageClass)
            try writer.add(placement.outcome.rawValue)
            try writer.add(name(placement.facility))
            writer.add(placement.wishRank)
            writer.add(placement.jointRank)
            if let points = placement.points, points.isInteger {
                writer.add(Int(points.numerator))
            } else {
                try writer.add(placement.points?.description ?? "")
            }
            try writer.add(placement.isConditional ? "yes" : "no")
            if phases.count > 1 { try writer.add(placement.phase.map { phases[$0].name } ?? "") }
        }
    }

    /// `claims.csv`: a row per child of each claim, those not counted included; only the header when there are none.
    public func claims(_ claims: [Claim]) throws(UnwritableTable) -> OutputFile {
        try table(
            "claims.csv", ["household_id", "child_id", "facility_id", "joint_rank", "kind", "displaced_child_ids"],
            claims.flatMap { claim in claim.members.map { (claim: claim, member: $0) } }
        ) { writer, row throws(TableWriter.UnencodableCharacter) in
            try writer.add(subject.households[row.claim.household].id.spelling)
            try writer.add(subject.children[row.member.child].id.spelling)
            try writer.add(name(row.member.facility))
            writer.add(row.claim.jointRank)
            try writer.add(row.claim.kind.rawValue)
            try writer.add(row.member.displaced.map { subject.children[$0].id.spelling }.joined(separator: ";"))
        }
    }

    /// `borders.csv`: a row per facility and class.
    public func borders(_ borders: [Border]) throws(UnwritableTable) -> OutputFile {
        try table(
            "borders.csv", ["facility_id", "age_class", "seats", "applicants", "placed", "left", "lowest_key"], borders
        ) { writer, border throws(TableWriter.UnencodableCharacter) in
            try writer.add(subject.facilities[border.facility].id.spelling)
            writer.add(border.ageClass)
            writer.add(border.seats)
            writer.add(border.applicants)
            writer.add(border.placed)
            writer.add(border.left)
            try writer.add(border.lowestKey ?? "")
        }
    }

    /// `draw_ties.csv`: a row per child that the draw alone separated from another.
    public func drawTies(_ ties: [DrawTie]) throws(UnwritableTable) -> OutputFile {
        var number: [[Int]: Int] = [:]
        let rows = ties.flatMap { tie in
            let index = number[[tie.facility, tie.ageClass], default: 0] + 1
            number[[tie.facility, tie.ageClass]] = index
            return tie.children.enumerated().map { (tie, index, $0.offset + 1, $0.element) }
        }
        return try table(
            "draw_ties.csv", ["facility_id", "age_class", "tie", "position", "child_id", "placed"], rows
        ) { writer, row throws(TableWriter.UnencodableCharacter) in
            let (tie, index, position, member) = row
            try writer.add(subject.facilities[tie.facility].id.spelling)
            writer.add(tie.ageClass)
            writer.add(index)
            writer.add(position)
            try writer.add(subject.children[member.child].id.spelling)
            try writer.add(member.isPlaced ? "yes" : "no")
        }
    }

    /// `advice.csv`: a row per change that leads to fewer claims; only the header where nothing is to be advised.
    public func advice(_ advice: [Advice]) throws(UnwritableTable) -> OutputFile {
        try table(ResultFolder.adviceName, ResultFolder.adviceColumns, advice) {
            writer, entry throws(TableWriter.UnencodableCharacter) in
            let change: [String] =
                switch entry.change {
                case .usableSeat(let facility, let ageClass): ["seat", facility.spelling, String(ageClass), "", "+1"]
                case .timing(let household, let timing): ["timing", "", "", household.spelling, timing.rawValue]
                case .facility(let household, let answer): ["facility", "", "", household.spelling, answer.rawValue]
                case .seats, .drawSeed, .setting, .attribute, .limitSeats, .answer, .list, .draw, .value, .points:
                    preconditionFailure("nobody can be advised of this change: \(entry.change)")
                }
            for field in change { try writer.add(field) }
            writer.add(entry.claims)
            writer.add(entry.placed)
            writer.add(entry.changedChildren)
        }
    }

    private func name(_ facility: Int?) -> String { facility.map { subject.facilities[$0].id.spelling } ?? "" }

    func table<Row>(
        _ name: String, _ columns: [String], _ rows: [Row],
        _ write: (inout TableWriter, Row) throws(TableWriter.UnencodableCharacter) -> Void
    ) throws(UnwritableTable) -> OutputFile {
        var writer = TableWriter(encoding)
        do {
            try writer.append(columns)
            for row in rows {
                try write(&writer, row)
                writer.endRow()
            }
        } catch { throw UnwritableTable(file: name, character: error) }
        return OutputFile(name: name, bytes: writer.bytes)
    }
}

/// A table holds a character that the encoding lacks.
public struct UnwritableTable: Error, Hashable, Sendable, CustomStringConvertible {
    public let file: String
    public let character: TableWriter.UnencodableCharacter

    public init(file: String, character: TableWriter.UnencodableCharacter) {
        self.file = file
        self.character = character
    }

    public var description: String { "cannot write \(file): \(character)" }
}
