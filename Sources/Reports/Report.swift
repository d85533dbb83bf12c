import Admissions
import Explaining

/// The report of a round for the allocation meeting: one self-contained page in Japanese and English.
///
/// It names children, households and facilities by their ids, and facilities also by name. It loads nothing from a network.
/// The same input gives the same bytes.
public struct Report: Sendable {
    /// The most children for which the page has a search for children.
    public static let mostIndexedChildren = 20_000
    /// The most facilities for which the page has tables by facility.
    public static let mostListedFacilities = 2_000

    let input: ReportInput
    let figures: ReportFigures
    var subject: Case { input.subject }

    public init(_ input: ReportInput) {
        self.input = input
        figures = ReportFigures(input)
    }

    /// The page, in UTF-8.
    ///
    /// - Complexity: O(wishes + seat limits).
    public func page() -> [UInt8] {
        var page = Page()
        page.open(
            subject, title: "利用調整結果", kicker: Phrase("利用調整会議資料", "For the allocation meeting"),
            sections: Self.sections)
        addSummary(to: &page)
        addClasses(to: &page)
        addRanks(to: &page)
        addPoints(to: &page)
        addSiblings(to: &page)
        addFairness(to: &page)
        addWarnings(to: &page)
        addSearch(to: &page)
        addFacilities(to: &page)
        addLimits(to: &page)
        addBorders(to: &page)
        addWords(to: &page)
        page.add("</main>\n")
        addData(to: &page)
        page.close(script: .search)
        return page.bytes
    }

    var listsFacilities: Bool { subject.facilities.count <= Self.mostListedFacilities }
    var indexesChildren: Bool { subject.children.count <= Self.mostIndexedChildren }

    static let sections: [(String, Phrase)] = [
        ("summary", Phrase("結果の概要", "The result at a glance")),
        ("classes", Phrase("クラス別", "By class")),
        ("ranks", Phrase("希望順位", "Wish ranks")),
        ("points", Phrase("点数の分布", "Distribution of points")),
        ("siblings", Phrase("きょうだい・転園", "Siblings and transfers")),
        ("fairness", Phrase("公平さと証明", "Fairness and proof")),
        ("warnings", Phrase("確認済みの警告", "Warnings")),
        ("search", Phrase("検索", "Search")),
        ("facilities", Phrase("施設別", "By facility")),
        ("limits", Phrase("受入枠", "Seat limits")),
        ("borders", Phrase("ボーダー", "Borders")),
    ]

    func section(_ id: String) -> Phrase { Self.sections.first { $0.0 == id }!.1 }
}
