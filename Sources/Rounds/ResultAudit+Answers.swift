import Admissions
import Asking
import CaseFiles
import Explaining
import Tables
import Verifying

/// The tables of what would have to change: `advice.csv` and `sufficient.csv`. Their rows come from solving changed cases, so
/// most of their content is checked by solving these again. Which rows are possible is known without that.
extension ResultAudit {
    // MARK: advice.csv

    /// What is wrong with `advice.csv`, as far as that shows without solving the changed cases.
    func adviceFaults(_ written: [UInt8]) throws -> [Phrase] {
        let name = ResultFolder.adviceName
        let tables = ResultTables(of: subject, encoding: Self.encoding(of: written))
        if !written.starts(with: try tables.advice([]).bytes) {
            return [fault("\(name):1", "見出しが run の書くものと違います", "the header is not what run writes")]
        }
        let rows = writtenAdvice(written)
        if let row = rows.firstIndex(of: nil) {
            return [fault("\(name):\(row + 2)", "この案件の変更ではありません", "this is no change of the case")]
        }
        let advice = rows.compactMap { $0 }
        if !advice.isEmpty, record.counts.claims == 0 || record.advice.tried == 0 {
            return [fault("\(name):2", "何も試していないのに改善案があります", "there is advice, although nothing was tried")]
        }
        var faults: [Phrase] = []
        if let line = firstDifference(written, try tables.advice(advice).bytes) {
            faults.append(fault("\(name):\(line)", "run の書き方と違います", "the line is not as run writes it"))
        }
        if advice.count > record.advice.tried {
            faults.append(fault(name, "試した数より多くの改善案があります", "more is advised than was tried"))
        }
        if Set(advice.map(\.change)).count < advice.count {
            faults.append(fault(name, "同じ変更が二度あります", "a change is advised twice"))
        }
        for (row, entry) in advice.enumerated() {
            let isPossible =
                entry.change.applied(to: subject) != nil && (0..<max(0, verified.claims.count)).contains(entry.claims)
                && (0...subject.children.count).contains(entry.placed)
                && (0...subject.children.count).contains(entry.changedChildren)
            if !isPossible {
                faults.append(
                    fault("\(name):\(row + 2)", "この案件のどの変更からも、こうはなりません", "no change of this case can lead to this"))
            }
        }
        let order = advice.map { [$0.claims, $0.changedChildren] }
        if zip(order, order.dropFirst()).contains(where: { $1.lexicographicallyPrecedes($0) }) {
            faults.append(
                fault(
                    name, "改善案が、逆転・空き枠の残りと影響する児童の順に並んでいません",
                    "the advice is not in the order of claims and changed children"))
        }
        return faults
    }

    /// What each row of `advice.csv` says; no rows where it cannot be read, which is a fault of its own.
    func writtenAdvice(_ bytes: [UInt8]) -> [Advice?] {
        guard let text = try? DecodedText(bytes), let table = Table.read(text.utf8).table else { return [] }
        return (0..<table.rowCount).map { row in
            advice(
                ResultFolder.adviceColumns.map { name in
                    table.column(name).map { table.trimmedText(row: row, column: $0) } ?? ""
                })
        }
    }

    /// What a row of `advice.csv` says; `nil` where it is no change of the case.
    private func advice(_ row: [String]) -> Advice? {
        guard row.count == ResultFolder.adviceColumns.count, let claims = Int(row[5]), let placed = Int(row[6]),
            let changed = Int(row[7])
        else { return nil }
        // As run wrote it; an older run wrote fewer apostrophes.
        func find<ID>(_ cell: String, _ index: (Identifier<ID>) -> Int?) -> Int? {
            index(Identifier(spelled: TableWriter.withoutGuard(cell))) ?? index(Identifier(spelled: cell))
        }
        func household() -> Int? {
            find(row[3]) { id in
                subject.households.firstIndex { household in
                    guard case .answer = household.wishes else { return false }
                    return household.id == id
                }
            }
        }
        let change: Change? =
            switch row[0] {
            case "seat":
                find(row[1]) { id in subject.facilities.firstIndex { $0.id == id } }.flatMap { facility in
                    Int(row[2]).flatMap {
                        (0...5).contains($0) ? .usableSeat(subject.facilities[facility].id, ageClass: $0) : nil
                    }
                }
            case "timing":
                household().flatMap { household in
                    Timing(rawValue: row[4]).map { .timing(subject.households[household].id, $0) }
                }
            case "facility":
                household().flatMap { household in
                    FacilityAnswer(rawValue: row[4]).map { .facility(subject.households[household].id, $0) }
                }
            default: nil
            }
        return change.map { Advice(change: $0, claims: claims, placed: placed, changedChildren: changed) }
    }

    // MARK: sufficient.csv

    /// The wishes that were looked at according to `run.json`: the first of those that can be asked about, without those left
    /// out.
    func examinedWishes() -> [Reason] {
        guard let asked = record.sufficient else { return [] }
        let questions = SufficientSearch.questions(of: subject, explanations, verified.placements)
        return Self.examined(of: questions, asked)
    }

    private static func examined(of questions: [Reason], _ asked: RunRecord.Sufficiency) -> [Reason] {
        let leftOut = Set(asked.leftOut ?? [])
        let kept = questions.indices.lazy.filter { !leftOut.contains($0) }
        return kept.prefix(asked.examined.nearest(in: 0...questions.count)).map { questions[$0] }
    }

    /// What is wrong with `sufficient.csv`, as far as that shows without solving the changed cases, and what `run.json` must say
    /// of it.
    ///
    /// Each wish that was looked at can have few answers: the value of the last child admitted or the next better one, and one
    /// seat more or as many as wait before the child. Every row must be one of these, byte by byte and in the order of the
    /// wishes.
    func sufficientFindings() -> (faults: [Phrase], expected: RunRecord.Sufficiency?) {
        guard let asked = record.sufficient, record.isProved else { return ([], nil) }
        let name = ResultFolder.sufficientName
        let all = SufficientSearch.questions(of: subject, explanations, verified.placements)
        let examined = Self.examined(of: all, asked)
        var expected = RunRecord.Sufficiency(
            children: Set(examined.map(\.child)).count, examined: examined.count, confirmed: 0, solves: 0)
        let most = SufficientSearch.mostSolvesOfWish * examined.count
        expected.solves = asked.solves.nearest(in: min(examined.count, most)...most)
        // Only another run of the same length could say why it ended; what it left out it says in order and once.
        expected.cut = asked.leftOut == nil ? asked.cut : asked.cut ?? .work
        let leftOut = Set(asked.leftOut ?? []).filter { $0 < all.count && $0 >= 0 }.sorted()
        expected.leftOut = leftOut.isEmpty ? nil : leftOut
        do {
            let written = try judgedBytes(of: name)
            let found = try rows(of: written, examined)
            expected.confirmed = found.confirmed
            return (
                found.line.map {
                    [
                        fault(
                            "\(name):\($0)", "調べた希望のどれにも、この答えはありえません", "no wish that was looked at can have this answer"
                        )
                    ]
                } ?? [], expected
            )
        } catch {
            expected.confirmed = asked.confirmed.nearest(in: 0...examined.count)
            return ([fault(name, error)], expected)
        }
    }

    /// Finds in the file, line by line, the answers that the wishes can have.
    ///
    /// - Returns: How many wishes have an answer, and the first line that is no such answer, from 1.
    private func rows(of written: [UInt8], _ examined: [Reason]) throws -> (confirmed: Int, line: Int?) {
        let encoding = Self.encoding(of: written)
        let search = SufficientSearch(of: subject, explanations)
        var header = TableWriter(encoding)
        try header.append(Sufficient.columns)
        var rest = written[...]
        var line = 1
        func take(_ bytes: [UInt8]) -> Bool {
            guard rest.starts(with: bytes) else { return false }
            rest = rest.dropFirst(bytes.count)
            line += bytes.count { $0 == 0x0A }
            return true
        }
        guard take(header.bytes) else { return (0, 1) }
        var confirmed = 0
        for reason in examined.sorted(by: { ($0.child, $0.wish) < ($1.child, $1.wish) }) where !rest.isEmpty {
            let (values, seats) = search.possibleAnswers(to: reason)
            var isAnswered = false
            for group in [values, seats] {
                for answer in group {
                    var writer = TableWriter(encoding)
                    try writer.append(answer.row(in: subject))
                    if take(writer.bytes) {
                        isAnswered = true
                        break
                    }
                }
            }
            if isAnswered { confirmed += 1 }
        }
        return (confirmed, rest.isEmpty ? nil : line)
    }
}
