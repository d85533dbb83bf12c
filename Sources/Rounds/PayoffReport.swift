import Admissions
import CaseFiles
import Explaining

/// The payoff table of two households, all others absent.
public struct PayoffReport: Message {
    public let message = "payoffs"
    public let rows: [String]
    public let columns: [String]
    /// A pair for each row and column, row by row: the payoff of the first household and of the second.
    public let payoffs: [[Int]]
    public let stable: [String]
    private let names: (first: String, second: String)
    private let most: Int

    private enum CodingKeys: CodingKey { case message, rows, columns, payoffs, stable }

    /// - Parameters:
    ///   - first: The household of the rows, by its id; `HOUSEHOLD/CHILD` for a child that is judged apart.
    ///   - second: The household of the columns.
    ///   - subject: The case.
    ///   - name: What the case is called in errors.
    ///   - most: How many outcomes of each household are shown, best first.
    /// - Throws: ``RoundError/invalidRequest(_:)`` where the case has no such household.
    public init(
        of first: String, _ second: String, in subject: Case, named name: String, most: Int
    ) throws(RoundError) {
        let one = try Self.household(first, in: subject, name)
        let other = try Self.household(second, in: subject, name)
        let names = (first: RunRecord.name(one, in: subject), second: RunRecord.name(other, in: subject))
        let table = PayoffTable(of: one, other, in: subject, most: most)
        let rows = table.rows.map { Self.label($0, one, subject) }
        let columns = table.columns.map { Self.label($0, other, subject) }
        stable = table.stable.map { pair in
            "\(names.first) \(pair.row < rows.count ? rows[pair.row] : "-"), \(names.second) \(pair.column < columns.count ? columns[pair.column] : "-")"
        }
        payoffs = table.payoffs.map { [$0.first, $0.second] }
        (self.rows, self.columns, self.most) = (rows, columns, most)
        self.names = names
    }

    /// Whether a household may have more outcomes than are shown.
    public var mayHaveMore: Bool { rows.count == most || columns.count == most }

    public func lines(in language: Language) -> [String] {
        var lines = [
            "| \(names.first) \\ \(names.second) | \(columns.joined(separator: " | ")) |",
            "|\(String(repeating: "---|", count: columns.count + 1))",
        ]
        for (index, row) in rows.enumerated() {
            let cells = payoffs[index * columns.count..<(index + 1) * columns.count]
            lines.append("| \(row) | \(cells.map { "\($0[0]) \($0[1])" }.joined(separator: " | ")) |")
        }
        lines += [
            "",
            (stable.isEmpty
                ? Phrase("安定する組はありません。", "No pair is stable.")
                : Phrase("安定する組: \(stable.joined(separator: "、"))", "Stable: \(stable.joined(separator: "; "))."))[
                    language],
        ]
        if mayHaveMore {
            lines.append(
                Phrase("各世帯の組み合わせは \(most) 件まで示しています。", "At most \(most) outcomes of each household are shown.")[
                    language])
        }
        return lines
    }

    private static func household(_ name: String, in subject: Case, _ folder: String) throws(RoundError) -> Int {
        let found = subject.households.indices.filter { folded(RunRecord.name($0, in: subject)) == folded(name) }
        if let only = found.first, found.count == 1 { return only }
        let apart = subject.households.contains { $0.id == HouseholdID(spelled: name) }
        throw .invalidRequest(
            apart
                ? Phrase(
                    "世帯 \(name) の児童は一人ずつ審査します。「世帯番号/児童番号」の形で一人を指定してください。",
                    "the children of household \(name) are judged apart; name one as HOUSEHOLD/CHILD.")
                : Phrase("\(folder) に世帯 \(name) はありません。", "there is no household \(name) in \(folder)."))
    }

    /// The facilities, eldest child first; written together where each is one character.
    private static func label(_ outcome: [Int32], _ household: Int, _ subject: Case) -> String {
        let names = zip(subject.households[household].members, outcome).map { child, choice in
            choice == Allocation.baseline
                ? "-" : subject.facilities[subject.children[child].wishes[Int(choice)].facility].id.spelling
        }
        return names.joined(separator: names.allSatisfy { $0.count == 1 } ? "" : "+")
    }
}
