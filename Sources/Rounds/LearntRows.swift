import Admissions
import Allocating
import CaseFiles
import Comparing

/// What was learnt about the points table of a city: which rows are proposed to move, why, and whether other years confirm it.
public struct LearntRows: Encodable, Sendable {
    /// One row that is proposed to move: the proposal with this move beside the proposal without exactly it.
    public struct Move: Encodable, Sendable {
        public let part: String
        public let row: String
        public let from: String
        public let to: String
        /// Where the part stands and the move, in words.
        public let text: String
        /// Children who meet the row, and their households.
        public let meetingChildren: Int
        public let meetingHouseholds: Int
        /// Households with a child to whom the move gives other points.
        public let changedHouseholds: Int
        public let childrenWith: Int
        public let childrenWithout: Int
        public let householdsWith: Int
        public let householdsWithout: Int
        /// Of the changed households those who have what staff decided only with the move, and only without it.
        public let gainedHouseholds: Int
        public let lostHouseholds: Int
        /// In the years that were not used to choose, as far as they have every row that is moved.
        public internal(set) var heldBack: [Year] = []
    }

    /// Children who agree in a year that was not used to choose.
    public struct Year: Encodable, Sendable {
        public let folder: String
        public let count: Int
        /// With the move, or the whole proposal; `nil` where the year lacks a row, or does not take a setting.
        public let with: Int?
        /// Without exactly the move, or with everything as written; `nil` as before.
        public let without: Int?
        /// Rows of the proposal that the year's table lacks.
        public let lacking: [String]
    }

    /// Whether the years that were not used to choose confirm the proposal.
    public enum Verdict: String, Encodable, Sendable {
        /// No row is proposed to move.
        case nothing
        /// Together they agree better with the proposal than as written, and not worse with any of its moves than without.
        case confirmed
        /// There is no such year that has the rows.
        case unjudged
        /// They agree neither better nor worse.
        case withoutEffect = "without_effect"
        /// They agree worse with the proposal, or with one of its moves.
        case worse

        /// Whether the proposal is one that somebody must accept before it is written.
        var isUnconfirmed: Bool { self != .nothing && self != .confirmed }
    }

    public let verdict: Verdict
    public let moves: [Move]
    /// The whole proposal in each year that was not used to choose; empty where no row moves.
    public let heldBack: [Year]
    /// Rows of the table, and how many of them might be moved.
    public let rowCount: Int
    public let movableRowCount: Int
    /// Points are moved by multiples of this.
    public let step: String
    public let leastHouseholds: Int
    public let leastEvidence = Calibration.leastEvidence
    /// Rows that might not be moved, by the reason.
    public let withoutName: Int
    public let withSharedName: Int
    public let withoutPoints: Int
    public let rare: Int
}

extension CalibrationStudy {
    /// The code by which somebody accepts a proposal that the years held back do not confirm.
    public static let unconfirmedCode = Problem.Code.file(.learntUnconfirmed).rawValue

    /// Refuses years whose points do not come from a table alone.
    func checkTables() throws(RoundError) {
        for year in years {
            let problems = year.draft.obstaclesToMovingPoints
            if problems.isEmpty { continue }
            throw .invalidInput(
                sentence: Phrase(
                    "\(year.folder) の指数表の行は動かせません。何も書いていません。",
                    "the rows of the points table of \(year.folder) cannot be moved; nothing was written."),
                problems: problems)
        }
    }

    /// Judges each moved row of a proposal by itself, and the proposal by the years that were not used to choose it.
    func judge(
        _ proposal: Calibration.Candidate, by calibration: inout Calibration, _ rows: MovableRows,
        _ options: Allocator.Options
    ) throws -> LearntRows {
        let evidence = try calibration.evidence(for: proposal) ?? []
        var moves = evidence.map { entry in
            let row = rows.row(of: entry.move, in: years[0].draft.rules.pointsTable)!
            return LearntRows.Move(
                part: entry.move.part, row: entry.move.row, from: entry.move.from.description,
                to: entry.move.to.description, text: entry.move.description, meetingChildren: row.children,
                meetingHouseholds: row.households, changedHouseholds: entry.households,
                childrenWith: entry.childrenWith, childrenWithout: entry.childrenWithout,
                householdsWith: entry.householdsWith, householdsWithout: entry.householdsWithout,
                gainedHouseholds: entry.gained, lostHouseholds: entry.lost)
        }
        var heldBack: [LearntRows.Year] = []
        for year in years.dropFirst() where !moves.isEmpty && !options.deadline.hasPassed {
            let lacking = proposal.moves.filter { move in
                var table = year.draft.rules.pointsTable
                return !move.apply(to: &table)
            }.map(\.row)
            func agreed(_ changes: [RuleSetting], _ moves: [RowMove]) throws -> Int? {
                if !lacking.isEmpty { return nil }
                return try Calibration.agreement(
                    under: changes, moving: moves, in: year.draft, manual: year.manual, options: options)?.children
            }
            let with = try agreed(proposal.changes, proposal.moves)
            func compared(without: Int?) -> LearntRows.Year {
                LearntRows.Year(
                    folder: year.folder, count: year.manual.count, with: with, without: without, lacking: lacking)
            }
            heldBack.append(compared(without: try agreed([], [])))
            for (index, move) in proposal.moves.enumerated() {
                let others = proposal.moves.filter { $0 != move }
                moves[index].heldBack.append(compared(without: try agreed(proposal.changes, others)))
            }
        }
        return LearntRows(
            verdict: Self.verdict(on: moves, heldBack), moves: moves, heldBack: heldBack, rowCount: rows.count,
            movableRowCount: rows.rows.count, step: rows.step.description, leastHouseholds: rows.leastHouseholds,
            withoutName: rows.withoutName, withSharedName: rows.withSharedName, withoutPoints: rows.withoutPoints,
            rare: rows.rare)
    }

    private static func verdict(on moves: [LearntRows.Move], _ heldBack: [LearntRows.Year]) -> LearntRows.Verdict {
        /// How many more children agree in all years that can be judged.
        func gain(_ years: [LearntRows.Year]) -> Int {
            years.reduce(0) { sum, year in
                guard let with = year.with, let without = year.without else { return sum }
                return sum + with - without
            }
        }
        if moves.isEmpty { return .nothing }
        guard heldBack.contains(where: { $0.with != nil }) else { return .unjudged }
        if gain(heldBack) < 0 || moves.contains(where: { gain($0.heldBack) < 0 }) { return .worse }
        return gain(heldBack) > 0 ? .confirmed : .withoutEffect
    }
}

extension LearntRows {
    /// What was learnt, in lines for people.
    func lines(isJapanese: Bool) -> [String] {
        func text(_ japanese: String, _ english: String) -> String { isJapanese ? japanese : english }
        var lines = ["", rowsLine(isJapanese: isJapanese)]
        for move in moves {
            lines.append(text("  提案: \(move.text)", "  proposed: \(move.text)"))
            lines.append(
                text(
                    "        該当 \(move.meetingChildren) 人・\(move.meetingHouseholds) 世帯、指数が変わる世帯 \(move.changedHouseholds)",
                    "        \(move.meetingChildren) children of \(move.meetingHouseholds) households meet the row; the points of "
                        + "\(move.changedHouseholds) households change"))
            lines.append(
                text(
                    "        一致: 変更あり \(move.childrenWith) 人・\(move.householdsWith) 世帯、この変更だけなし "
                        + "\(move.childrenWithout) 人・\(move.householdsWithout) 世帯",
                    "        with it \(move.childrenWith) children and \(move.householdsWith) households agree, without exactly it "
                        + "\(move.childrenWithout) and \(move.householdsWithout)"))
            lines.append(
                text(
                    "        指数が変わる世帯のうち、変更がある場合だけ一致 \(move.gainedHouseholds)、ない場合だけ一致 \(move.lostHouseholds)",
                    "        of the households whose points change \(move.gainedHouseholds) agree only with it, "
                        + "\(move.lostHouseholds) only without it"))
            lines += move.heldBack.map { $0.line(isJapanese: isJapanese, baseline: ("この変更だけなし", "without exactly it")) }
        }
        if !heldBack.isEmpty { lines.append(text("  提案全体", "  the whole proposal")) }
        lines += heldBack.map { $0.line(isJapanese: isJapanese, baseline: ("現在の設定", "as written")) }
        return lines + [verdictLine(isJapanese: isJapanese)]
    }

    private func rowsLine(isJapanese: Bool) -> String {
        let left = [
            (withoutName, "名前がない \(withoutName)", "\(withoutName) without a name"),
            (
                withSharedName, "同じ名前の行がほかにある \(withSharedName)",
                "\(withSharedName) with the name of another row of the part"
            ),
            (withoutPoints, "点数を持たない \(withoutPoints)", "\(withoutPoints) without points of their own"),
            (
                rare, "該当する世帯か該当しない世帯が \(leastHouseholds) 未満 \(rare)",
                "\(rare) that fewer than \(leastHouseholds) households meet, or all but fewer than \(leastHouseholds)"
            ),
        ].filter { $0.0 > 0 }
        if isJapanese {
            return "指数表の \(rowCount) 行のうち \(movableRowCount) 行を \(step) 点刻みで動かしました。"
                + (left.isEmpty ? "" : "動かさない行: \(left.map(\.1).joined(separator: "、"))。")
        }
        return "Of the \(rowCount) rows of the points table \(movableRowCount) were moved, by steps of \(step)."
            + (left.isEmpty ? "" : " Never moved: \(left.map(\.2).joined(separator: ", ")).")
    }

    private func verdictLine(isJapanese: Bool) -> String {
        switch verdict {
        case .nothing:
            isJapanese
                ? "点数の変更は提案しません。一致が増え、指数が変わる世帯のうち一致が増える世帯が減る世帯より \(leastEvidence) 以上多い変更はありません。"
                : "No row is proposed to move: there is no move with better agreement that, of the households whose points it changes, "
                    + "at least \(leastEvidence) more agree with than without."
        case .confirmed:
            isJapanese
                ? "選定に使わない年でも確かめられました。" : "Confirmed by the years held back."
        case .unjudged:
            isJapanese
                ? "確かめられていません: 選定に使わない年で、これらの行がある年がありません。"
                : "NOT confirmed: no year with these rows was held back."
        case .withoutEffect:
            isJapanese
                ? "確かめられていません: 選定に使わない年では、一致が増えも減りもしません。"
                : "NOT confirmed: the years held back agree neither better nor worse."
        case .worse:
            isJapanese
                ? "確かめられていません: 選定に使わない年では、この提案、またはその変更の一つで一致が減ります。"
                : "NOT confirmed: in the years held back fewer children agree with the proposal, or with one of its moves."
        }
    }
}

extension LearntRows.Year {
    fileprivate func line(isJapanese: Bool, baseline: (japanese: String, english: String)) -> String {
        let start = "        \(isJapanese ? "選定に使わない年" : "held back"): \(folder)  "
        if !lacking.isEmpty {
            let rows = lacking.joined(separator: isJapanese ? "、" : ", ")
            return start + (isJapanese ? "次の行がありません: \(rows)" : "has no such row: \(rows)")
        }
        guard let with, let without else { return start + (isJapanese ? "適用できません" : "does not apply") }
        return start
            + (isJapanese
                ? "\(count) 人のうち一致 \(with)、\(baseline.japanese) \(without)"
                : "\(with) of \(count) children agree, \(baseline.english) \(without)")
    }
}
