import Admissions
import Explaining
import MarketOracle
import Testing
import Verifying

@testable import Reports

@Suite("What a section head asks of the report")
struct SectionHeadTests {
    @Test("Shares are rounded, add up to 100.0, and only all is 100.0 and nothing 0.0")
    func shares() {
        #expect(Share.percent(260, of: 300) == "86.7%" && Share.percent(75, of: 80) == "93.8%")
        #expect(Share.percent(7_999, of: 8_000) == "99.9%" && Share.percent(1, of: 8_000) == "0.1%")
        #expect(
            Share.percent(0, of: 7) == "0.0%" && Share.percent(7, of: 7) == "100.0%" && Share.percent(0, of: 0) == "-")
        for parts in [
            [1, 1, 1], [1478, 62, 460], [1034, 206, 106, 46, 38, 27, 7, 6, 1, 2, 4, 1], [0, 0, 5], [7_999, 1],
        ] {
            let shares = Share.tenths(parts)
            #expect(shares.reduce(0, +) == 1000 && shares.allSatisfy { $0 >= 0 }, "\(parts)")
            #expect(shares[0] == Share.tenths(parts[0], of: parts.reduce(0, +)), "\(parts)")
            #expect(Share.percents(parts).last?.sum == "100.0%", "\(parts)")
            for (share, part) in zip(shares, parts) {
                #expect(abs(share * parts.reduce(0, +) - 1000 * part) <= parts.reduce(0, +), "\(parts)")
            }
        }
        #expect(
            Share.demand(5, seats: 3) == "1.67" && Share.demand(1, seats: 200) == "0.01"
                && Share.demand(2, seats: 0) == "-")
        #expect(
            Share.difference(739, 727) == "+1.2" && Share.difference(1, 1) == "±0.0" && Share.difference(nil, 1) == "-")
    }

    @Test("A month is written as a city hall writes it")
    func months() {
        #expect(Wording.month(PlacementMonth(year: 2027, month: 4)!).japanese == "令和9年4月")
        #expect(Wording.month(PlacementMonth(year: 2019, month: 5)!).japanese == "令和元年5月")
        #expect(Wording.month(PlacementMonth(year: 2019, month: 4)!).japanese == "2019年4月")
    }

    private func input(of subject: Case) throws -> ReportInput {
        let allocation = ExhaustiveSearch.best(of: subject).allocation
        let verified = Verifier(subject).verify(allocation)
        let explanations = try Explanations(of: subject, allocation, verified)
        return ReportInput(
            subject: subject, placements: verified.placements, claims: verified.allClaims,
            usedSeats: verified.usedSeats, seats: verified.seats, explanations: explanations, status: .optimal,
            levels: [], warnings: [], accepted: [],
            ties: drawTies(of: subject, verified, comparator: explanations.comparator))
    }

    @Test("Every seat of a class that nobody has is told once, with a reason that holds")
    func vacantSeats() throws {
        var seen = Set<VacantSeats.Why>()
        for seed in 1...300 as ClosedRange<UInt64> {
            let input = try input(of: try RandomMarket.draft(seed: seed).resolved())
            let subject = input.subject
            let vacant = VacantSeats(input)
            var expected = 0
            for (index, limit) in subject.limits.enumerated() where limit.isClassLimit && limit.group == .everyone {
                expected += max(0, input.seats[index] - input.usedSeats[index])
            }
            #expect(vacant.total - vacant.seats[VacantSeats.Why.closed.rawValue] == expected, "seed \(seed)")
            for entry in vacant.classes {
                let wishes = subject.children.indices.filter { child in
                    subject.children[child].ageClass == entry.ageClass
                        && subject.children[child].wishes.contains { $0.facility == entry.facility }
                }
                #expect(entry.placed + entry.wishes.reduce(0, +) == wishes.count, "seed \(seed)")
                if entry.usable > 0 { seen.insert(entry.why) }
                if entry.why == .nobody { #expect(wishes.isEmpty, "seed \(seed)") }
                if entry.why == .granted {
                    #expect(
                        wishes.allSatisfy { input.placements[$0].outcome == .placed || subject.pin(of: $0) != nil },
                        "seed \(seed)")
                }
            }
        }
        #expect(seen.isSuperset(of: [.nobody, .granted, .siblings, .refused]), "\(seen)")
    }

    @Test("Children are counted by a column and a part, each once, and what is asked stands on the page")
    func page() throws {
        var draft = CaseDraft(
            municipality: "縁結市", round: "一次", month: PlacementMonth(year: 2027, month: 4)!,
            rules: Rules(priority: [PriorityKey("points", .descending)], drawSeed: "1"), attributeNames: ["ひとり親"],
            children: (0..<5).map { index in
                ChildRow(
                    id: ChildID("c\(index)"), household: HouseholdID("h\(index)"), ageClass: 1, wishes: ["A"],
                    points: 10,
                    attributes: [index < 2 ? "該当" : ""])
            },
            facilities: [
                FacilityRow(id: "A", name: "青葉", seats: [nil, 3, nil, nil, nil, nil]),
                FacilityRow(id: "B", name: "若葉", seats: [nil, 4, nil, nil, nil, nil]),
            ])
        draft.pins = [PinRow(child: "c4", facility: nil, by: "k-012", reason: "措置")]
        var input = try input(of: try draft.resolved())
        input.groups = ["ひとり親"]
        input.isTrial = true
        input.earlier = [
            EarlierResult(
                month: "2026-04", round: "一次", children: 4, placed: 2, stays: 0, held: 2, firstWish: 1, caseDigest: "d")
        ]
        let rows = try #require(GroupCounts.all(input).first { $0.title.japanese == "ひとり親" }).rows
        #expect(rows.map(\.name.japanese) == ["該当", "(空欄)"])
        #expect(rows.map(\.count.total) == [2, 3] && rows.reduce(0) { $0 + $1.heldOfClass[1] } == 2)
        let page = String(decoding: Report(input).page(), as: UTF8.self)
        for text in [
            "試行 この結果は決定ではありません", "前年同月 令和8年4月 一次", "k-012", "措置", "抽選だけで決まった内定は 3 人分です",
            "希望した児童がいない", "指数(大きい順)", "1.33", "+10.0 ポイント",
        ] { #expect(page.contains(text), "\(text)") }
        input.isTrial = false
        #expect(!String(decoding: Report(input).page(), as: UTF8.self).contains("<p class=\"trial\">"))
    }
}
