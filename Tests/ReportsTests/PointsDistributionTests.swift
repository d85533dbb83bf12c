import Admissions
import Explaining
import MarketOracle
import Testing
import Verifying

@testable import Reports

@Suite("The distribution of points")
struct PointsDistributionTests {
    private func distribution(_ numbers: [ExactNumber?], _ outcomes: [Outcome?]? = nil) -> PointsDistribution {
        var values = ChildNumbers()
        for number in numbers { values.append(number) }
        return PointsDistribution(of: values, outcomes ?? numbers.map { _ in .held })
    }

    private func names(_ numbers: [ExactNumber]) -> [String] { distribution(numbers).bins.map(\.name.english) }

    private func number(_ text: some StringProtocol) -> ExactNumber { ExactNumber(fraction: String(text))! }

    /// Whether a bin has a number, from the bin's name alone.
    private func holds(_ name: String, _ value: ExactNumber) -> Bool {
        let words = name.split(separator: " ")
        guard words.count > 1 else { return value == number(name) }
        let (lower, upper) = (number(words[0]), number(words[words.count - 1]))
        return lower <= value && (words.contains("under") ? value < upper : value <= upper)
    }

    /// The next number of a fixed sequence, from 0 to below the bound.
    private func next(_ state: inout UInt64, below bound: UInt64) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % bound)
    }

    @Test("Every bin has the children whose number its name says, and all bins together have all of them")
    func plainCount() {
        for seed in 1...300 as ClosedRange<UInt64> {
            var state = seed
            let spread = UInt64([1, 3, 30, 31, 300, 40_000][next(&state, below: 6)])
            let denominator = [1, 1, 1, 2, 3, 4, 7, 10, 1000][next(&state, below: 9)]
            let shift = next(&state, below: 3) * Int(spread) / 2
            let numbers = (0..<next(&state, below: 60)).map { _ -> ExactNumber? in
                if next(&state, below: 10) == 0 { return nil }
                return ExactNumber(next(&state, below: spread) - shift).divided(by: denominator)
            }
            let outcomes = numbers.map { _ in [Outcome.placed, .stays, .held, nil][next(&state, below: 4)] }
            let found = distribution(numbers, outcomes)
            let all = zip(numbers, outcomes).filter { $1 != nil }
            let counted = all.compactMap { $0.0 }
            #expect(found.bins.count <= PointsBins.mostNumbers, "seed \(seed)")
            for bin in found.bins {
                for (outcome, count) in [
                    (Outcome.placed, bin.count.placed), (.stays, bin.count.stays), (.held, bin.count.held),
                ] {
                    let plain = all.count { entry in
                        entry.1 == outcome && entry.0.map { holds(bin.name.english, $0) } == true
                    }
                    #expect(count == plain, "seed \(seed), \(bin.name.english)")
                }
            }
            #expect(found.bins.map(\.count.total).reduce(0, +) == counted.count, "seed \(seed)")
            #expect(found.children == counted.count && found.missing == all.count - counted.count, "seed \(seed)")
            #expect(found.least == counted.min() && found.most == counted.max(), "seed \(seed)")
            #expect(found.tied == counted.count { one in counted.count { $0 == one } > 1 }, "seed \(seed)")
            let sorted = counted.sorted()
            let middle = sorted.isEmpty ? [] : [sorted[(sorted.count - 1) / 2], sorted[sorted.count / 2]]
            let mean = middle.isEmpty ? [] : [middle[0].adding(middle[1])!.divided(by: 2)!]
            #expect(found.median == mean, "seed \(seed)")
        }
    }

    @Test("Few whole numbers have a bin each, highest first, with the empty ones between")
    func wholeNumbers() {
        #expect(names([3, 7, 5, 5]) == ["7", "6", "5", "4", "3"])
        #expect(names([1, -2]) == ["1", "0", "-1", "-2"])
        #expect(names([8, 8, 8]) == ["8"])
        #expect(names([0, 29]).count == 30)
    }

    @Test("Many whole numbers have ranges of equal width, also below zero")
    func ranges() {
        #expect(names([0, 30]).first == "30 to 31" && names([0, 30]).last == "0 to 1")
        #expect(names([3, 59]).first == "55 to 59" && names([3, 59]).last == "0 to 4")
        #expect(names([-7, 40]).suffix(2) == ["-5 to -1", "-10 to -6"])
        #expect(distribution([0, 30]).bins[0].name.japanese == "30〜31")
        let (least, most) = (ExactNumber(-9_000_000_000_000_000_000), ExactNumber(9_000_000_000_000_000_000))
        let wide = distribution([least, 0, most])
        #expect(wide.bins.first!.count.total == 1 && wide.bins.last!.count.total == 1)
        #expect(wide.bins.count == 19 && wide.bins.last!.name.english.hasPrefix("-9000000000000000000 to "))
    }

    @Test("Fractions stay exact: few have a bin each, many have ranges whose ends are decimals")
    func fractions() {
        #expect(names([ExactNumber("0.5")!, 2]) == ["2", "1.5", "1", "0.5"])
        #expect(names([ExactNumber(fraction: "1/3")!, 1]) == ["1", "2/3", "1/3"])
        #expect(names([ExactNumber("-0.5")!, 0]) == ["0", "-0.5"])
        let many = distribution([ExactNumber("0.5")!, 40, ExactNumber("39.5")!])
        #expect(many.bins.first!.name.english == "40 to under 45" && many.bins.count == 9)
        #expect(many.bins[0].count.total == 1 && many.bins[1].count.total == 1)
        let fine = names([ExactNumber("0.12345")!, ExactNumber("0.12350")!])
        #expect(fine.first!.hasPrefix("0.1235 to under ") && fine.last!.hasPrefix("0.12345 to under "))
    }

    @Test("The median of two numbers whose mean does not fit is both")
    func medianOfTwo() {
        let most = ExactNumber(Int64.max, over: 1)!
        let next = ExactNumber(Int64.max - 1, over: 1)!
        #expect(distribution([most, next]).median == [next, most])
        #expect(distribution([1, 2]).median == [ExactNumber("1.5")!])
    }

    // MARK: The page

    private static let hostile = "x<i>&\"'</script>"

    /// A table of parts: a father who may be missing, adjustments at a wish, and a row that refuses.
    private func town(_ first: [ChildRow]? = nil) -> CaseDraft {
        func child(_ id: ChildID, _ values: [String], siblings: [FacilityID] = [], wishes: [FacilityID?] = ["A", "B"])
            -> ChildRow
        {
            ChildRow(
                id: id, household: HouseholdID("h\(id.folded)"), ageClass: 1, siblingFacilities: siblings,
                wishes: wishes,
                attributes: values)
        }
        var rules = Rules(priority: [PriorityKey("points", .descending)], drawSeed: "1")
        rules.pointsTable = PointsTable(parts: [
            PointsPart(
                Self.hostile, rows: [PointsRow("father", earns: .value)], factor: ExactNumber(fraction: "1/2")!,
                when: [.attribute("father", .filled)]),
            PointsPart(
                "extra",
                rows: [
                    PointsRow(when: [.sameFacility], earns: .points(-3)), PointsRow("outside", earns: .refusal("外")),
                    PointsRow(when: [.attribute("notA", .filled), .facility("A")], earns: .refusal("A以外")),
                ]),
            PointsPart(
                "unused", rows: [PointsRow("father", .oneOf(["none"]), earns: .points(1))],
                when: [.attribute("father", .oneOf(["none"]))]),
            PointsPart("points", of: [Self.hostile, "extra"]),
        ])
        return CaseDraft(
            municipality: "縁結市", round: "r", month: PlacementMonth(year: 2027, month: 4)!, rules: rules,
            attributeNames: ["father", "outside", "notA"],
            children: first ?? [
                child("a", ["9", "", ""]), child("b", ["8", "", ""], siblings: ["A"]), child("c", ["", "", ""]),
                child("d", ["9", "", ""], siblings: ["B"]), child("e", ["9", "x", ""]),
                child("f", ["4", "", "x"], siblings: ["B"]), child("g", ["7", "", ""], siblings: ["B"], wishes: []),
            ],
            facilities: ["A", "B"].map { FacilityRow(id: $0, seats: [nil, 2, nil, nil, nil, nil]) })
    }

    private func page(_ draft: CaseDraft) throws -> String {
        let subject = try draft.resolved()
        let allocation = ExhaustiveSearch.best(of: subject).allocation
        let verified = Verifier(subject).verify(allocation)
        let explanations = try Explanations(of: subject, allocation, verified)
        let input = ReportInput(
            subject: subject, placements: verified.placements, claims: verified.allClaims,
            usedSeats: verified.usedSeats, seats: verified.seats, explanations: explanations, status: .optimal,
            levels: [], warnings: [], accepted: [], parts: draft.partNumbers(of: subject))
        return String(decoding: Report(input).page(), as: UTF8.self)
    }

    @Test("Points and parts are those at the first eligible wish; who is refused everywhere is left out")
    func parts() throws {
        let draft = town()
        let subject = try draft.resolved()
        let parts = draft.partNumbers(of: subject)
        #expect(parts.map(\.name) == [Self.hostile, "extra", "unused"])
        func values(_ numbers: ChildNumbers) -> [String] {
            numbers.codes.map { $0 < 0 ? "-" : numbers.numbers[Int($0)].description }
        }
        #expect(values(parts[0].values) == ["4.5", "4", "-", "4.5", "4.5", "2", "3.5"])
        // The sibling is at A for b, at B for d and f; f is refused at A, so that B stands for it. Without a wish none counts.
        #expect(values(parts[1].values) == ["0", "-3", "0", "0", "0", "-3", "0"])
        #expect(values(subject.pointsOfChildren()) == ["4.5", "1", "0", "4.5", "4.5", "-1", "3.5"])
        #expect(subject.children.indices.filter(subject.isRefused) == [4])
        let html = try page(draft)
        #expect(
            html.contains("children, whom") == false && html.contains("1 child, whom the table refuses, is left out."))
        #expect(html.contains("Where points depend on the wish"))
        func fact(_ english: String, _ value: String) -> String { "\(english)</span></dt><dd>\(value)</dd>" }
        let section = html.components(separatedBy: "<h2 id=\"points\">")[1].components(separatedBy: "</section>")[0]
        let blocks = section.components(separatedBy: "<div class=\"part points\">")
        #expect(blocks.count == 4)
        for (block, numbers) in zip(blocks, [["6", "-1", "2.25", "4.5", "2", "0"], ["5", "2", "4", "4.5", "2", "1"]]) {
            for (name, number) in zip(["Children", "Least", "Median", "Most", "Tied", "Missing"], numbers) {
                #expect(block.contains(fact(name, number)), "\(name) \(number)")
            }
        }
        #expect(blocks[3].contains("unused: no child has this part."))
    }

    @Test("A part's name is escaped wherever it is")
    func escaping() throws {
        let html = try page(town())
        #expect(html.contains("x&lt;i&gt;&amp;&quot;&#39;&lt;/script&gt; の分布"))
        for piece in ["x<i>", "<i>&", "&\"'", "'</script>"] { #expect(!html.contains(piece)) }
    }

    @Test("Rows in another order give the same bytes")
    func order() throws {
        var draft = town()
        let page = try page(draft)
        for _ in 1..<draft.children.count {
            draft.children.append(draft.children.removeFirst())
            #expect(try self.page(draft) == page)
        }
        draft.children.reverse()
        draft.facilities.reverse()
        #expect(try self.page(draft) == page)
    }

    @Test("Without children, and where nobody has points, the page says so")
    func nobody() throws {
        var draft = town([])
        #expect(try page(draft).contains("no child has this part."))
        draft.rules.pointsTable = []
        #expect(try page(draft).contains("No child has points."))
        draft = town()
        draft.rules.pointsTable = []
        draft.rules.priority = [PriorityKey("points", .descending, blank: .last)]
        #expect(try page(draft).contains("No child has points."))
        draft.children[0].points = 3
        let html = try page(draft)
        #expect(!html.contains("No child has points.") && !html.contains("id=\"points-parts\""))
    }

    @Test("The picture, the sentence behind it and the table say the same numbers")
    func picture() throws {
        let html = try page(town())
        let figure = html.components(separatedBy: "id=\"chart-points\"")[1].components(separatedBy: "</figure>")[0]
        let table = html.components(separatedBy: "Distribution of points</span></caption>")[1]
            .components(separatedBy: "</table>")[0]
        let rows = table.components(separatedBy: "<th scope=\"row\">").dropFirst().map { row in
            row.components(separatedBy: "<").first! + ": "
                + row.components(separatedBy: "<td class=\"n\">").dropFirst().map { $0.prefix { $0 != "<" } }
                .joined(separator: " ")
        }
        #expect(rows.count == 12 && rows.first == "4.5: 2 0 2")
        // Numbers with their outcomes, as the sentence has them; the last number of a row is its sum.
        for row in rows {
            let (name, counts) = (row.components(separatedBy: ": ")[0], row.components(separatedBy: ": ")[1])
            let numbers = counts.split(separator: " ")
            #expect(figure.contains("\(name): placed \(numbers[0]), held \(numbers[1])"), "\(row)")
            #expect(Int(numbers[0])! + Int(numbers[1])! == Int(numbers[2])!)
        }
    }
}
