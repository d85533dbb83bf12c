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
    /// For each border those values of the last child placed that are public.
    let lastPlaced: [Phrase]
    var subject: Case { input.subject }

    public init(_ input: ReportInput) {
        self.input = input
        figures = ReportFigures(input)
        lastPlaced = input.explanations.publicBorders.map { Self.lastPlaced($0, in: input.subject) }
    }

    /// The page, in UTF-8.
    ///
    /// - Complexity: O(wishes + seat limits).
    public func page() -> [UInt8] {
        var page = Page()
        page.open(
            subject, title: "利用調整結果", kicker: Phrase("利用調整会議資料", "For the allocation meeting"),
            isTrial: input.isTrial, sections: Self.sections)
        addSearch(to: &page)
        addSummary(to: &page)
        addClasses(to: &page)
        addRanks(to: &page)
        addHeld(to: &page)
        addVacant(to: &page)
        addPoints(to: &page)
        addSiblings(to: &page)
        addFairness(to: &page)
        addPins(to: &page)
        addRules(to: &page)
        addWarnings(to: &page)
        addRecord(to: &page)
        addFacilities(to: &page)
        addBorders(to: &page)
        addLimits(to: &page)
        addWords(to: &page)
        page.add("</main>\n")
        addData(to: &page)
        page.close(script: .search)
        return page.bytes
    }

    var listsFacilities: Bool { subject.facilities.count <= Self.mostListedFacilities }
    var indexesChildren: Bool { subject.children.count <= Self.mostIndexedChildren }

    static let sections: [(String, Phrase)] = [
        ("search", Phrase("検索", "Search")),
        ("summary", Phrase("結果の概要", "The result at a glance")),
        ("classes", Phrase("クラス別", "By class")),
        ("ranks", Phrase("希望順位", "Wish ranks")),
        ("held", Phrase("保留の内訳", "Who is held")),
        ("vacant", Phrase("残った枠", "Seats left")),
        ("points", Phrase("点数の分布", "Distribution of points")),
        ("siblings", Phrase("きょうだい・転園", "Siblings and transfers")),
        ("fairness", Phrase("公平さと証明", "Fairness and proof")),
        ("pins", Phrase("固定配置", "Pins")),
        ("rules", Phrase("適用した規則", "Rules in force")),
        ("warnings", Phrase("入力の警告", "Warnings")),
        ("record", Phrase("作成の記録", "How it was made")),
        ("facilities", Phrase("施設別", "By facility")),
        ("borders", Phrase("倍率とボーダー", "Per seat and borders")),
        ("limits", Phrase("受入枠", "Seat limits")),
    ]

    func section(_ id: String) -> Phrase { Self.sections.first { $0.0 == id }!.1 }
}
