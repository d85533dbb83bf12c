import Admissions
import Allocating
import MarketOracle
import Testing

@testable import Comparing
@testable import Reports

@Suite("The page of a comparison")
struct ComparisonPageTests {
    /// The page of a case and what staff made of it.
    private func page(_ subject: Case, _ places: [Int?]) throws -> ComparisonPage {
        let manual = ManualResult(places, of: subject)
        let check = try ManualCheck(manual, of: subject)
        var search = RootSearch(manual, of: subject, check: check, options: Allocator.Options())
        let roots = try search.find()
        let comparison = Comparison(manual, with: ManualResult(roots.computed, of: subject), of: subject)
        return ComparisonPage(
            subject: subject, manual: manual, differences: comparison.differences(),
            agreements: comparison.agreements(), faults: check.faults, judgesClaims: check.judgesClaims, roots: roots)
    }

    /// Everybody one wish further down than the first, whoever that harms.
    private func places(_ subject: Case, seed: UInt64) -> [Int?] {
        subject.children.enumerated().map { child, person in
            let wishes: [Int?] = person.wishes.map(\.facility) + [nil]
            return wishes[(child + Int(seed)) % wishes.count]
        }
    }

    private func text(_ page: ComparisonPage) -> String { String(decoding: page.page(), as: UTF8.self) }

    @Test("It is the same bytes for the same result, and asks nothing of any network")
    func selfContained() throws {
        for seed in 1...30 as ClosedRange<UInt64> {
            let subject = try RandomMarket.draft(seed: seed).resolved()
            let own = try page(subject, places(subject, seed: seed))
            let html = text(own)
            #expect(html == text(own))
            for word in ["http://", "https://", "src=", "@import", "url(", "羨望"] {
                #expect(!html.contains(word), "seed \(seed): \(word)")
            }
            #expect(html.components(separatedBy: "<article class=\"root\"").count - 1 == own.roots.roots.count)
            for mark in ["ul", "li", "details", "article", "section", "div", "span"] {
                let opened =
                    html.components(separatedBy: "<\(mark) ").count + html.components(separatedBy: "<\(mark)>").count
                #expect(opened - 2 == html.components(separatedBy: "</\(mark)>").count - 1, "seed \(seed): \(mark)")
            }
        }
    }

    @Test("Who is at a facility is counted once: in both results, by hand or by the rules")
    func places() throws {
        for seed in 1...30 as ClosedRange<UInt64> {
            let subject = try RandomMarket.draft(seed: seed).resolved()
            let own = try page(subject, places(subject, seed: seed))
            for (facility, classes) in own.places().enumerated() {
                let (byHand, byRules) = (own.manual.places, own.computed.places)
                let children = subject.children.indices
                #expect(
                    classes.flatMap(\.both).sorted()
                        == children.filter { byHand[$0] == facility && byRules[$0] == facility })
                #expect(
                    classes.flatMap(\.byHand).sorted()
                        == children.filter { byHand[$0] == facility && byRules[$0] != facility })
                #expect(
                    classes.flatMap(\.byRules).sorted()
                        == children.filter { byHand[$0] != facility && byRules[$0] == facility })
            }
        }
    }

    @Test("Every child that moved stands in a tree")
    func trees() throws {
        for seed in 1...60 as ClosedRange<UInt64> {
            let subject = try RandomMarket.draft(seed: seed, style: .unstable).resolved()
            let own = try page(subject, places(subject, seed: seed))
            let html = text(own)
            for move in own.roots.moves where move.from != move.to {
                let id = subject.children[move.child].id.folded
                #expect(html.contains("<strong>\(id)</strong>") || html.contains("</span> \(id) "), "seed \(seed)")
            }
            #expect(!html.contains("class=\"unlinked\""))
        }
    }

    @Test("Children to whom no chain of seats leads are named")
    func unlinked() throws {
        let subject = try RandomMarket.draft(seed: 2).resolved()
        let own = try page(subject, places(subject, seed: 2))
        let moved = own.roots.moves.filter { $0.from != $0.to }
        try #require(!moved.isEmpty)
        let roots = Roots(
            roots: [], computed: own.roots.computed,
            moves: moved.map {
                Move(root: nil, depth: 0, child: $0.child, from: $0.from, to: $0.to, cause: nil, link: .unknown)
            }, lowerBound: 0, fairBound: 0, isMinimal: false, solves: 0)
        let html = text(
            ComparisonPage(
                subject: subject, manual: own.manual, differences: own.differences, agreements: own.agreements,
                faults: own.faults, judgesClaims: own.judgesClaims, roots: roots))
        let named = html.components(separatedBy: "<p class=\"unlinked\">")[1].components(separatedBy: "</p>")[0]
        for move in moved { #expect(named.contains(subject.children[move.child].id.folded)) }
    }

    @Test("What comes from a case is escaped")
    func escaping() throws {
        let subject = try CaseDraft(
            municipality: "<b>市", round: "\"r\" & </script>", month: PlacementMonth(year: 2027, month: 4)!,
            rules: Rules(priority: [PriorityKey("points", .descending)], drawSeed: "1"),
            children: [
                ChildRow(id: "</script><i>", household: "h<", ageClass: 1, wishes: ["A<"], points: 1),
                ChildRow(id: "b", household: "h2", ageClass: 1, wishes: ["A<"], points: 2),
            ],
            facilities: [FacilityRow(id: "A<", name: "<園>{households}", seats: [nil, 1, nil, nil, nil, nil])]
        ).resolved()
        let child = try #require(subject.children.firstIndex { $0.points != nil && $0.id.folded != "b" })
        let html = text(try page(subject, subject.children.indices.map { $0 == child ? 0 : nil }))
        #expect(!html.contains("<b>市") && !html.contains("<園>") && !html.contains("</script><i>"))
        #expect(html.contains("&lt;園&gt;") && html.contains("h&lt;"))
    }

    @Test("In a round of several phases the page says what is not judged")
    func phases() throws {
        for seed in 1...10 as ClosedRange<UInt64> {
            let subject = try RandomMarket.round(seed: seed, style: .phases).resolved()
            let own = try page(subject, places(subject, seed: seed))
            #expect(!own.judgesClaims)
            #expect(own.faults.allSatisfy { ![.priorityClaim, .vacantClaim].contains($0.kind) })
            let html = text(own)
            #expect(html.contains("段階があり、優先順位は未検査") && html.contains("どの段階で誰が内定したか"))
            #expect(!html.contains("規則に反しない") && !html.contains("どの規則にも反しません"))
        }
    }
}
