import Admissions
import Allocating
import Explaining
import MarketOracle
import Testing
import Verifying

@testable import Comparing
@testable import Reports

@Suite("What comes from a case is escaped by its type")
struct MarkupTests {
    /// Ends an element, an attribute in either quote, and a script; begins an element.
    private static let hostile = "x<i>&\"'</script>"

    @Test("Interpolated text and numbers are escaped, markup and literals are not")
    func interpolation() {
        let text = Self.hostile
        #expect(("<b>\(text)</b>" as Markup).text == "<b>x&lt;i&gt;&amp;&quot;&#39;&lt;/script&gt;</b>")
        let inner: Markup = "<i>\(1)</i>"
        #expect(("<b>\(inner)\(-2)</b>" as Markup).text == "<b><i>1</i>-2</b>")
        #expect(Markup(escaping: "a&amp;").text == "a&amp;amp;")
        #expect(["<a>", "<b>"].joined(separator: ", ").text == "<a>, <b>")
        // A string inside an expression is text, whatever it looks like.
        let nested: Markup = "<b\(true ? " a=\"1\"" : "")>"
        #expect(nested.text == "<b a=&quot;1&quot;>")
    }

    @Test("A JSON string cannot end the script that it is in")
    func json() {
        let json = Markup.json("\(Self.hostile)\\\u{2028}\n").text
        #expect(json == #""x\u003ci>&\"'\u003c/script>\\\u2028\u000a""#)
    }

    /// Pages of a market of which every name is hostile, each with its name.
    private func pages(seed: UInt64) throws -> [(name: String, html: String)] {
        var draft = RandomMarket.draft(seed: seed)
        let hostile = Self.hostile
        draft.municipality = hostile
        draft.round = hostile
        for index in draft.facilities.indices {
            draft.facilities[index].name = "\(hostile)\(index)"
            draft.facilities[index].kind = hostile
            draft.facilities[index].ward = hostile
        }
        let subject = try draft.resolved()
        let allocation = ExhaustiveSearch.best(of: subject).allocation
        let verified = Verifier(subject).verify(allocation)
        let explanations = try Explanations(of: subject, allocation, verified)
        let input = ReportInput(
            subject: subject, placements: verified.placements, claims: verified.allClaims,
            usedSeats: verified.usedSeats, seats: verified.seats, explanations: explanations, status: .optimal,
            levels: [LevelResult(.claims, value: verified.claims.count, bound: verified.claims.count, isProved: true)],
            warnings: [.init(code: hostile, count: 3, meaning: hostile)], accepted: [hostile],
            unreadColumns: [(hostile, [hostile])])
        let manual = ManualResult(
            subject.children.map { $0.wishes.last?.facility }, of: subject)
        let check = try ManualCheck(manual, of: subject)
        var search = RootSearch(manual, of: subject, check: check, options: Allocator.Options())
        let roots = try search.find()
        let comparison = Comparison(manual, with: ManualResult(roots.computed, of: subject), of: subject)
        let compare = ComparisonPage(
            subject: subject, manual: manual, differences: comparison.differences(),
            agreements: comparison.agreements(), faults: check.faults, judgesClaims: check.judgesClaims, roots: roots)
        let row = BatchPage.Row(
            folder: hostile, municipality: hostile, month: hostile, round: hostile, state: .failed, counts: nil,
            note: Phrase(same: hostile))
        let notices = try Notices(of: subject, explanations, placements: verified.placements)
        return [
            ("report", String(decoding: Report(input).page(), as: UTF8.self)),
            ("comparison", String(decoding: compare.page(), as: UTF8.self)),
            ("batch", String(decoding: BatchPage([row]).page(), as: UTF8.self)),
            ("notices", notices.page(notices.letters)),
        ]
    }

    @Test("On every page, whatever is called so", arguments: 1...25 as ClosedRange<UInt64>)
    func everyPage(seed: UInt64) throws {
        for (name, html) in try pages(seed: seed) {
            #expect(html.contains("x&lt;i&gt;"), "\(name), seed \(seed): the name must be on the page")
            for piece in ["x<i>", "<i>&", "&\"'", "\"'<", "'</script>"] {
                #expect(!html.contains(piece), "\(name), seed \(seed): \(piece)")
            }
        }
    }
}
