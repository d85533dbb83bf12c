import Admissions
import Comparing

/// A comparison of a manual result with the computed one: one self-contained page in Japanese and English.
///
/// It leads from the rates of agreement to the few decisions that explain all differences. It names children, households and
/// facilities by their ids, and facilities also by name. It loads nothing from a network. The same input gives the same bytes.
public struct ComparisonPage: Sendable {
    /// The most roots, differences or faults that the page lists. If there are more, it refers to the tables that have all.
    public static let mostListed = 5_000

    public let subject: Case
    public let manual: ManualResult
    public let computed: ManualResult
    public let differences: [Difference]
    public let agreements: [Agreement]
    /// The faults of the manual result; `nil` if it could not be judged by itself.
    public let faults: [ManualFault]
    public let judgesClaims: Bool
    public let roots: Roots
    /// Whether the computed result is a trial.
    public let isTrial: Bool

    /// For each child that differs, the index of its difference in ``differences``.
    let differenceOfChild: [Int: Int]
    /// For each root how many children it moved, including its own.
    let movedByRoot: [Int]

    /// - Parameters:
    ///   - subject: The case.
    ///   - manual: The manual result.
    ///   - differences: The differences, ascending by child.
    ///   - agreements: The rates of agreement.
    ///   - faults: The faults of the manual result.
    ///   - judgesClaims: Whether claims are among the faults; in a round of several phases they cannot be judged.
    ///   - roots: The root decisions.
    ///   - isTrial: Whether the computed result is a trial.
    public init(
        subject: Case, manual: ManualResult, differences: [Difference], agreements: [Agreement],
        faults: [ManualFault], judgesClaims: Bool, roots: Roots, isTrial: Bool = false
    ) {
        self.subject = subject
        self.manual = manual
        computed = ManualResult(roots.computed, of: subject)
        self.differences = differences
        self.agreements = agreements
        self.faults = faults
        self.judgesClaims = judgesClaims
        self.roots = roots
        self.isTrial = isTrial
        differenceOfChild = Dictionary(uniqueKeysWithValues: differences.enumerated().map { ($1.child, $0) })
        var movedByRoot = [Int](repeating: 0, count: roots.roots.count)
        for move in roots.moves where move.from != move.to {
            if let root = move.root { movedByRoot[root] += 1 }
        }
        self.movedByRoot = movedByRoot
    }

    /// The page, in UTF-8.
    ///
    /// - Complexity: O(children + facilities + differences).
    public func page() -> [UInt8] {
        var page = Page()
        page.open(
            subject, title: "手作業の結果との比較",
            kicker: Phrase("手作業の結果との比較", "The manual result beside the rules"),
            isTrial: isTrial, style: .comparisonStyle, sections: Self.sections)
        addSummary(to: &page)
        addRoots(to: &page)
        addPicture(to: &page)
        addAgreement(to: &page)
        addFaults(to: &page)
        addDifferences(to: &page)
        page.add("<footer>\n")
        addRuleNumbers(to: &page)
        page.paragraph(
            Phrase(
                "このページは外部と通信せず、氏名を含みません。児童の番号を含むため、公表はできません。",
                "This page loads nothing from the network and contains no names of people. It has the ids of children: do not publish it."
            ))
        page.add("</footer>\n</main>\n")
        addData(to: &page)
        page.close(script: .comparison)
        return page.bytes
    }

    /// Adds what the numbers of rules stand for.
    private func addRuleNumbers(to page: inout Page) {
        page.add("<p>\(Page.both("「規則」の番号は、次の決まりを指します。", "The numbers of rules:"))</p>\n<ul>\n")
        for (number, text) in [
            (1, Phrase("児童の資格と施設の受入枠", "who is eligible, and seats")),
            (3, Phrase("世帯が受け入れる組み合わせ(希望ときょうだいの条件)", "what a household accepts: wishes and siblings' conditions")),
            (4, Phrase("優先順位の逆転と空き枠の残りがない割り当て", "a fair allocation: no justified claim")),
            (5, Phrase("公平な割り当てのうち、どれを結果とするか", "which fair allocation is the result")),
            (6, Phrase("審査段階と固定配置", "phases and pins")),
        ] {
            page.add("<li id=\"rule-\(number)\">\(Page.both("規則", "Rule")) \(number): \(Page.both(text))</li>\n")
        }
        page.add("</ul>\n")
    }

    static let sections: [(String, Phrase)] = [
        ("summary", Phrase("比較の概要", "The comparison at a glance")),
        ("roots", Phrase("起点となる判断", "Root decisions")),
        ("picture", Phrase("施設ごとの違い", "Facility by facility")),
        ("agreement", Phrase("クラス別・施設別の一致", "Agreement by class and facility")),
        ("faults", Phrase("手作業の結果の問題", "Faults of the manual result")),
        ("differences", Phrase("相違の一覧", "All differences")),
    ]

    func open(_ id: String, class name: String? = nil, in page: inout Page) {
        let attribute: Markup = name.map { " class=\"\($0)\"" } ?? ""
        page.add("<section\(attribute) aria-labelledby=\"\(id)\">\n")
        page.heading(2, id, Self.sections.first { $0.0 == id }!.1)
    }

    func id(_ child: Int) -> Markup { Markup(escaping: subject.children[child].id.spelling) }

    /// The ids of the children, separated by commas.
    func list(_ children: [Int]) -> Markup { children.map(id).joined(separator: ", ") }

    func names(_ households: [Int]) -> String {
        households.map { Wording.household($0, in: subject) }.joined(separator: ", ")
    }

    func facility(_ facility: Int) -> Markup {
        let entry = subject.facilities[facility]
        return "\(entry.id.spelling) <small>\(entry.name)</small>"
    }

    /// Where a result puts the child, with its outcome and the rank of the wish.
    func place(of child: Int, in result: ManualResult) -> Markup {
        let outcome = Page.both(Wording.outcome(result.outcome(of: child, in: subject)))
        guard let place = result.places[child] else { return outcome }
        var rank: Markup = ""
        if result.outcome(of: child, in: subject) == .placed {
            let wish = subject.children[child].wishes.firstIndex { $0.facility == place }
            rank =
                " <span class=\"rank\">"
                + (wish.map { Page.both("第\($0 + 1)希望", "wish \($0 + 1)") } ?? Page.both("希望外", "not wished"))
                + "</span>"
        }
        return "\(outcome) \(facility(place))\(rank)"
    }

    func moreNote(_ count: Int, in table: String, to page: inout Page) {
        guard count > Self.mostListed else { return }
        page.paragraph(
            Phrase(
                "全 \(count) 件のうち \(Self.mostListed) 件を示しています。すべては \(table) にあります。",
                "\(Self.mostListed) of \(count) are shown; all are in \(table)."))
    }
}
