import Admissions
import CaseFiles
import Reports

/// How the points of one child are computed.
public struct PointsReport: Message {
    let message = "points"
    let child: String
    let household: String
    /// Whether the table of case.yaml computes the points; otherwise they are given.
    let isComputed: Bool
    /// Rows of a table that is one list, those that the child meets; see ``parts`` for all rows of every table.
    let rows: [Row]
    let points: String?
    let wishes: [Wish]
    /// Left out where the points are given.
    let parts: [Part]?
    /// Whether the table is one list of rows.
    private let isList: Bool
    /// Whether there is a table that computes nothing before its errors are mended.
    private let isBlocked: Bool
    private let computation: PointsComputation?

    enum CodingKeys: String, CodingKey { case message, child, household, isComputed, rows, points, wishes, parts }

    public struct Row: Encodable, Sendable {
        /// From 1, as in case.yaml.
        let row: Int
        let condition: String
        let amount: String
        let counts: String
    }

    public struct Wish: Encodable, Sendable {
        let facility: String
        let points: String?
        /// Why the table refuses the child here; left out where it does not.
        let refusal: String?
    }

    /// A part of the table.
    public struct Part: Encodable, Sendable {
        let part: String
        let combine: String
        let of: [String]
        /// Without a wish; left out where the part is missing.
        let points: String?
        /// At each wish; `null` where the part is missing.
        let wishes: [String?]
        /// Conditions of the part that are not met without a wish.
        let missed: [String]
        let rows: [PartRow]
    }

    public struct PartRow: Encodable, Sendable {
        /// From 1, as in case.yaml.
        let row: Int
        let name: String?
        let condition: String
        /// Left out where the row refuses, or where its value is not known.
        let amount: String?
        let refusal: String?
        /// Whether the row is met and counts without a wish, and at each wish.
        let isMet, counts: Bool
        let isMetAtWishes, countsAtWishes: [Bool]
        /// The conditions for want of which it is not met.
        let missed: [String]
    }

    /// The report on the child in a row of the draft's `children`, counted from 0.
    public init(_ draft: CaseDraft, row: Int) {
        let applicant = draft.children[row]
        child = applicant.id.spelling
        household = applicant.household.spelling
        isList = draft.rules.pointsTable.isList
        computation = draft.pointsComputation(ofRow: row)
        isBlocked = computation == nil && !draft.rules.pointsTable.isEmpty
        guard let computation else {
            isComputed = false
            rows = []
            points = applicant.points?.description
            wishes = applicant.wishes.enumerated().compactMap { index, facility in
                guard let facility else { return nil }
                let own = index < applicant.wishPoints.count ? applicant.wishPoints[index] : nil
                return Wish(facility: facility.spelling, points: (own ?? applicant.points)?.description, refusal: nil)
            }
            parts = nil
            return
        }
        isComputed = true
        points = computation.own.description
        wishes = computation.wishes.map { wish in
            Wish(
                facility: wish.facility.spelling, points: wish.points.description,
                refusal: wish.refusal.map { computation.table.refusals[$0] })
        }
        rows = isList ? Self.rows(of: computation) : []
        parts = zip(computation.table.parts, computation.parts).map(Self.part)
    }

    /// `nil` where there is no such child, or no table computes its points.
    public init?(ofChild id: ChildID, in draft: CaseDraft) {
        guard !draft.rules.pointsTable.isEmpty, let row = draft.children.firstIndex(where: { $0.id == id }) else {
            return nil
        }
        self.init(draft, row: row)
        if !isComputed { return nil }
    }

    private static func part(_ part: PointsPart, _ computed: PointsComputation.Part) -> Part {
        Part(
            part: part.name, combine: part.combine.rawValue, of: part.parts, points: computed.own?.description,
            wishes: computed.wishes.map { $0?.description }, missed: computed.missed.map(text),
            rows: zip(part.rows, computed.rows).enumerated().map { index, entry in
                let (row, computed) = entry
                var refusal: String?
                if case .refusal(let reason) = row.amount { refusal = reason }
                return PartRow(
                    row: index + 1, name: row.name, condition: text(row.conditions),
                    amount: computed.amount?.description, refusal: refusal, isMet: computed.isMet,
                    counts: computed.counts, isMetAtWishes: computed.isMetAtWishes,
                    countsAtWishes: computed.countsAtWishes, missed: computed.missed.map(text))
            })
    }

    private static func text(_ condition: PointsCondition) -> String { Wording.condition(condition).english }

    private static func text(_ conditions: [PointsCondition]) -> String {
        Wording.row(PointsRow(when: conditions, earns: .value)).english
    }

    // MARK: A list

    /// The rows of a list that the child meets, at some wish or without one but for the place.
    private static func rows(of computation: PointsComputation) -> [Row] {
        let table = computation.table.parts[0].rows
        return zip(table, computation.parts[0].rows).enumerated().compactMap { index, entry in
            let (row, computed) = entry
            let isMet = !computed.missed.contains { !$0.isOfWish }
            guard isMet else { return nil }
            let places = zip(computation.wishes, computed.countsAtWishes).filter(\.1).map(\.0.facility.spelling)
            let counts: String
            if case .refusal = row.amount {
                counts = computed.isMetAnywhere ? "not eligible" : "no: no wish is there"
            } else if computed.counts && places.count == computation.wishes.count {
                counts = "everywhere"
            } else if !places.isEmpty {
                counts = "at \(places.joined(separator: ", "))"
            } else if computed.counts {
                counts = "without a wish"
            } else if computed.isMetAnywhere, let group = row.maxGroup {
                counts = "no: another row of \(group) earns as much or more"
            } else {
                counts = "no: no wish is there"
            }
            return Row(
                row: index + 1, condition: Wording.row(row).english, amount: computed.amount?.description ?? "",
                counts: counts)
        }
    }

    public func lines(in language: Language) -> [String] {
        if isBlocked {
            return [
                language == .japanese
                    ? "児童 \(child): 指数表の誤りを直すと、計算を表示できます。"
                    : "child \(child): the computation can be shown once the errors of the points table are mended."
            ]
        }
        if isComputed, !isList || language == .japanese { return booklet(in: language) }
        let blank = Phrase("空欄", "blank")[language]
        var lines = [
            Phrase(
                "児童 \(child)（世帯 \(household)）の指数: \(points ?? blank)",
                "child \(child), household \(household): points \(points ?? blank)")[language],
            (isComputed
                ? Phrase("  case.yaml の指数表による計算:", "  by the points table of case.yaml:")
                : Phrase("  children.csv に書かれた値です", "  as given in children.csv"))[language],
        ]
        let width = rows.map(\.condition.count).max() ?? 0
        for row in rows {
            let condition = row.condition + String(repeating: " ", count: width - row.condition.count)
            let amount = String(repeating: " ", count: max(0, 7 - row.amount.count)) + row.amount
            lines.append("  row \(row.row)\t\(condition) \(amount)  \(row.counts)")
        }
        for (index, wish) in wishes.enumerated() {
            let rank = Phrase("  第\(index + 1)希望 ", "  wish \(index + 1) ")[language]
            lines.append("\(rank)\(wish.facility): \(wish.points ?? blank)")
        }
        return lines
    }

    // MARK: Parts

    /// The computation as a booklet shows it: part by part, row by row, with what was not met.
    public func booklet(in language: Language) -> [String] {
        guard let computation else { return [] }
        var lines = [
            Phrase(
                "児童 \(child)(世帯 \(household))の指数: \(computation.own)",
                "child \(child), household \(household): points \(computation.own)")[
                    language],
            Phrase("  case.yaml の指数表による計算:", "  by the points table of case.yaml:")[language],
        ]
        for (index, part) in computation.table.parts.enumerated() {
            lines += self.lines(of: part, computation.parts[index], in: computation, language)
        }
        for wish in computation.wishes {
            var text =
                Phrase("  第\(wish.rank)希望 ", "  wish \(wish.rank) ")[language] + "\(wish.facility): \(wish.points)"
            if let refusal = wish.refusal {
                let reason = computation.table.refusals[refusal]
                text += Phrase("(対象外: \(reason))", ", not eligible: \(reason)")[language]
            }
            lines.append(text)
        }
        return lines
    }

    private func lines(
        of part: PointsPart, _ computed: PointsComputation.Part, in computation: PointsComputation, _ language: Language
    ) -> [String] {
        let missing = Phrase("なし", "missing")
        let value = computed.own?.description ?? missing[language]
        var lines = ["  \(part.name) = \(value): \(formula(of: part, computed, in: computation, language))"]
        if !computed.missed.isEmpty { lines.append("    " + notMet(computed.missed, language)) }
        for row in part.rows.indices {
            lines.append(line(ofRow: row, in: part, computed, computation, language))
        }
        for (wish, points) in zip(computation.wishes, computed.wishes) where points != computed.own {
            lines.append(
                Phrase("    第\(wish.rank)希望 ", "    at wish \(wish.rank) ")[language]
                    + "\(wish.facility): \(points?.description ?? missing[language])")
        }
        return lines
    }

    /// How the value of a part comes about, without a wish.
    private func formula(
        of part: PointsPart, _ computed: PointsComputation.Part, in computation: PointsComputation, _ language: Language
    ) -> String {
        let missing = Phrase("なし", "missing")
        var terms = part.parts.map { name -> String in
            let index = computation.table.parts.firstIndex { $0.name == name }!
            return "\(name) \(computation.parts[index].own?.description ?? missing[language])"
        }
        if !part.rows.isEmpty { terms.insert(Phrase("該当する行", "the rows that are met")[language], at: 0) }
        let combine = Wording.combination(part.combine)
        let list = terms.joined(separator: Phrase("、", ", ")[language])
        var text = Phrase("\(list)の\(combine.japanese)", "\(combine.english) of \(list)")[language]
        guard var value = computed.combined else {
            if let number = part.missing {
                text += Phrase("。ないときは \(number)", "; where it is missing, \(number)")[language]
            }
            return text
        }
        if part.factor != nil || part.floor != nil || part.cap != nil { text += " = \(value)" }
        if let factor = part.factor {
            text += " × \(factor)"
            value = value.multiplied(by: factor) ?? value
        }
        if let floor = part.floor, value < floor {
            text += Phrase("、下限 \(floor)", ", raised to the floor \(floor)")[language]
            value = floor
        }
        if let cap = part.cap, cap < value { text += Phrase("、上限 \(cap)", ", lowered to the cap \(cap)")[language] }
        return text
    }

    private func line(
        ofRow index: Int, in part: PointsPart, _ computed: PointsComputation.Part, _ computation: PointsComputation,
        _ language: Language
    ) -> String {
        let (row, entry) = (part.rows[index], computed.rows[index])
        let name = Wording.row(row)[language]
        let isRefusal = if case .refusal = row.amount { true } else { false }
        var amount = entry.amount?.description ?? "?"
        if case .refusal(let reason) = row.amount {
            amount = Phrase("対象外(\(reason))", "not eligible (\(reason))")[language]
        }
        guard entry.isMetAnywhere else {
            // What a wish must show is not met where no wish shows all that the row asks.
            let missed = entry.missed.isEmpty ? row.conditions.filter(\.isOfWish) : entry.missed
            return "    - \(name): \(amount)\(Phrase("、", ", ")[language])\(notMet(missed, language))"
        }
        let counts = isRefusal ? [entry.isMet] + entry.isMetAtWishes : [entry.counts] + entry.countsAtWishes
        var text = "    \(counts.contains(true) ? "+" : "-") \(name): \(amount)"
        if !counts.contains(true) {
            text += Phrase("、", ", ")[language] + whyNot(index, part, computed, language)
        } else if counts.contains(false) {
            let places = zip(computation.wishes, counts.dropFirst()).filter(\.1).map(\.0.facility.spelling)
            let list = places.joined(separator: ", ")
            text +=
                places.isEmpty
                ? Phrase("、希望によらない値だけ", ", only without a wish")[language]
                : Phrase("、\(list) だけ", ", only at \(list)")[language]
        }
        return text
    }

    /// Why a row that is met is no term of its part.
    private func whyNot(
        _ index: Int, _ part: PointsPart, _ computed: PointsComputation.Part, _ language: Language
    ) -> String {
        // Without a wish, then at each: where the part is there, another row counts in place of this one.
        let isMet = computed.rows.map { [$0.isMet] + $0.isMetAtWishes }
        let counts = computed.rows.map { [$0.counts] + $0.countsAtWishes }
        let places = isMet[index].indices.filter { place in isMet[index][place] && counts.contains { $0[place] } }
        if places.isEmpty { return Phrase("区分がないため数えない", "not counted, as the part is missing")[language] }
        if let group = part.rows[index].maxGroup, let own = computed.rows[index].amount {
            let isOutdone = places.contains { place in
                part.rows.indices.contains { other in
                    guard other != index, part.rows[other].maxGroup == group, isMet[other][place],
                        let amount = computed.rows[other].amount
                    else { return false }
                    return own < amount || own == amount && other < index
                }
            }
            if isOutdone {
                return Phrase(
                    "\(group) の他の行が同じかより高い", "not counted, as another row of \(group) earns as much or more")[language]
            }
        }
        return Phrase("前の行が優先する", "not counted, as an earlier row overrides it")[language]
    }

    private func notMet(_ conditions: [PointsCondition], _ language: Language) -> String {
        let names = conditions.map { Wording.condition($0)[language] }
        return Phrase(
            "該当せず: \(names.joined(separator: "、"))", "not met: \(names.joined(separator: ", "))")[language]
    }
}
