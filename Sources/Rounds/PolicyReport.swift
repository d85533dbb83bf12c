import Admissions
import Asking
import CaseFiles

/// Who gains and who loses, in lines for people, as a machine-readable message and as files.
public struct PolicyReport: Message {
    /// A number, with the interval that it lies in where the draw was repeated.
    public struct Figure: Encodable, Sendable {
        public let value: Int
        /// The fifth percentile of the draws; `nil` where the draw was not repeated.
        public let low: Int?
        /// The ninety-fifth percentile of the draws; `nil` where the draw was not repeated.
        public let high: Int?

        init(_ value: Int) { (self.value, low, high) = (value, nil, nil) }

        /// The median of the draws, with the interval.
        init(ofDraws numbers: [Int]) {
            let sorted = numbers.sorted()
            func at(_ hundredth: Int) -> Int { sorted[(sorted.count - 1) * hundredth / 100] }
            (value, low, high) = (at(50), at(5), at(95))
        }

        var text: String { low.map { "\(value) (\($0) - \(high!))" } ?? "\(value)" }
    }

    public struct Line: Encodable, Sendable {
        let kind: RunComparison.Group
        public let group: String
        public let children: Int
        public let gains: Figure
        public let loses: Figure
        public let newlyPlaced: Figure
        public let noLongerPlaced: Figure
        /// Children placed, and children held, before and after.
        public let placedBefore: Figure
        public let placedAfter: Figure
        public let heldBefore: Figure
        public let heldAfter: Figure

        private enum CodingKeys: CodingKey {
            case group, children, gains, loses, newlyPlaced, noLongerPlaced, placedBefore, placedAfter, heldBefore
            case heldAfter
        }

        init(_ group: RunComparison.Group, children: Int, _ figure: (KeyPath<RunComparison.Count, Int>) -> Figure) {
            kind = group
            self.group = PolicyReport.name(group)
            self.children = children
            (gains, loses) = (figure(\.gains), figure(\.loses))
            (newlyPlaced, noLongerPlaced) = (figure(\.newlyPlaced), figure(\.noLongerPlaced))
            (placedBefore, placedAfter) = (figure(\.placedBefore), figure(\.placedAfter))
            (heldBefore, heldAfter) = (figure(\.heldBefore), figure(\.heldAfter))
        }

        /// Whether a child of the group ends up otherwise, in some draw.
        var changes: Bool {
            [gains, loses, newlyPlaced, noLongerPlaced].contains { $0.value > 0 || ($0.high ?? 0) > 0 }
        }
    }

    public let message: String
    public internal(set) var changes: [String] = []
    /// The number of draws; 1: only the draw as it stands.
    public internal(set) var draws = 1
    /// Whether another draw gave another result; `nil` where the draw was not repeated.
    public internal(set) var drawMatters: Bool?
    public let lines: [Line]
    /// Whether the draw was to be repeated.
    var repeatsDraw = false

    private enum CodingKeys: CodingKey { case message, changes, draws, drawMatters, lines }

    init(_ message: String, _ comparison: RunComparison, in subject: Case?) {
        self.message = message
        lines = comparison.counts(in: subject).map { group, count in
            Line(group, children: count.children) { Figure(count[keyPath: $0]) }
        }
    }

    /// The medians and intervals of several draws, with one comparison for each draw.
    init(_ message: String, ofDraws all: [RunComparison], in subject: Case) {
        self.message = message
        draws = all.count
        let counts = all.map { $0.counts(in: subject) }
        lines = counts[0].indices.map { line in
            let own = counts.map { $0[line].count }
            return Line(counts[0][line].group, children: own[0].children) { path in
                Figure(ofDraws: own.map { $0[keyPath: path] })
            }
        }
    }

    fileprivate static func name(_ group: RunComparison.Group) -> String {
        switch group {
        case .all: "all"
        case .siblings: "siblings"
        case .alone: "alone"
        case .transfers: "transfers"
        case .new: "new"
        case .ageClass(let age): "class \(age)"
        case .named(let name): "group \(name)"
        }
    }

    private static func japaneseName(_ group: RunComparison.Group) -> String {
        switch group {
        case .all: "全体"
        case .siblings: "きょうだい"
        case .alone: "きょうだい申込なし"
        case .transfers: "転園"
        case .new: "新規"
        case .ageClass(let age): "\(age)歳児"
        case .named(let name): name
        }
    }

    /// The changes if there are any, all children and the groups for which something changes, and a sentence on the draw if it
    /// was to be repeated.
    public func lines(in language: Language) -> [String] {
        (changes.isEmpty ? [] : [changes.joined(separator: ", ")])
            + text(in: language) + (repeatsDraw ? [drawText(in: language)] : [])
    }

    /// All children, then the groups in which something changes.
    private func text(in language: Language) -> [String] {
        let isJapanese = language == .japanese
        let titles =
            isJapanese
            ? ["区分", "児童", "内定(前)", "内定(後)", "保留(前)", "保留(後)", "希望順位が上がる", "下がる", "新たに内定", "内定でなくなる"]
            : [
                "group", "children", "placed before", "after", "held before", "after", "gain", "lose", "newly placed",
                "no longer placed",
            ]
        let shown = lines.filter { $0.kind == .all || $0.changes }
        let rows =
            [titles]
            + shown.map { line in
                [isJapanese ? Self.japaneseName(line.kind) : line.group, String(line.children)]
                    + [
                        line.placedBefore, line.placedAfter, line.heldBefore, line.heldAfter, line.gains, line.loses,
                        line.newlyPlaced, line.noLongerPlaced,
                    ].map(\.text)
            }
        let hidden = lines.count - shown.count
        let note = Phrase(
            "（ほかの \(hidden) 区分は変わりません）", "(nothing changes for \(counted(hidden, "other group")))")[language]
        let widths = titles.indices.map { column in rows.map { consoleWidth(of: $0[column]) }.max()! }
        return rows.map { row in
            row.indices.map { column in
                let fill = String(repeating: " ", count: widths[column] - consoleWidth(of: row[column]))
                return column == 0 ? row[column] + fill : fill + row[column]
            }.joined(separator: "  ")
        } + (hidden == 0 ? [] : [note])
    }

    /// The sentence on the draw.
    private func drawText(in language: Language) -> String {
        switch (language, drawMatters) {
        case (.japanese, nil): "抽選の番号は children.csv にあるため、抽選は繰り返していません。"
        case (.japanese, false?): "抽選を \(draws) 回繰り返しても、結果は同じです。"
        case (.japanese, true?): "抽選を \(draws) 回繰り返した中央値と、90 % が入る範囲です。"
        case (_, nil): "The numbers of the draw stand in children.csv, so it was not repeated."
        case (_, false?): "The draw does not matter: \(draws) draws gave the same."
        case (_, true?): "Medians of \(draws) draws, with the interval of 90 % of them."
        }
    }

    func file() throws(UnwritableTable) -> OutputFile {
        var columns = ["group", "children"]
        for name in [
            "gains", "loses", "newly_placed", "no_longer_placed", "placed_before", "placed_after", "held_before",
            "held_after",
        ] {
            columns.append(name)
            if draws > 1 { columns += ["\(name)_low", "\(name)_high"] }
        }
        let rows = lines.map { line -> [String] in
            var cells = [line.group, String(line.children)]
            for figure in [
                line.gains, line.loses, line.newlyPlaced, line.noLongerPlaced, line.placedBefore, line.placedAfter,
                line.heldBefore, line.heldAfter,
            ] {
                cells.append(String(figure.value))
                if let low = figure.low, let high = figure.high { cells += [String(low), String(high)] }
            }
            return cells
        }
        return try plainTable("groups.csv", columns, rows)
    }

    static func changesFile(_ comparison: RunComparison) throws(UnwritableTable) -> OutputFile {
        func cells(_ place: RunComparison.Place) -> [String] {
            [place.outcome.rawValue, place.facility?.spelling ?? "", place.wishRank.map(String.init) ?? ""]
        }
        return try plainTable(
            "changes.csv",
            [
                "child_id", "household_id", "age_class", "change", "before_outcome", "before_facility_id",
                "before_wish_rank", "after_outcome", "after_facility_id", "after_wish_rank",
            ],
            comparison.changed.map { entry in
                [entry.child.spelling, entry.household.spelling, String(entry.ageClass), entry.change.rawValue]
                    + cells(entry.before) + cells(entry.after)
            })
    }
}
