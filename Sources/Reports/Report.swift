import Admissions
import Explaining

/// The report of a round for the allocation meeting: one self-contained page in Japanese and English.
///
/// It names children, households and facilities by their ids, facilities also by name; it asks nothing of any network. The
/// same input gives the same bytes.
public struct Report: Sendable {
    /// Cities with more children are shown without an index of children.
    public static let mostIndexedChildren = 20_000
    /// Cities with more facilities are shown without tables by facility.
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
        addHead(to: &page)
        addSummary(to: &page)
        addClasses(to: &page)
        addRanks(to: &page)
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
        page.add("<script>\n\(ReportAssets.script)</script>\n</body>\n</html>\n")
        return page.bytes
    }

    var listsFacilities: Bool { subject.facilities.count <= Self.mostListedFacilities }
    var indexesChildren: Bool { subject.children.count <= Self.mostIndexedChildren }

    private func addHead(to page: inout Page) {
        let title = Page.escaped("\(subject.municipality) \(subject.round)")
        page.add(
            """
            <!doctype html>
            <html lang="ja" data-lang="ja">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
            <title>\(title) 利用調整結果</title>
            <style>
            \(ReportAssets.style)</style>
            </head>
            <body>
            <a class="skip" href="#summary">\(Page.both("本文へ", "Skip to the result"))</a>
            <header>
            <div><p class="kicker">\(Page.both("利用調整会議資料", "For the allocation meeting"))</p>
            <h1>\(Page.escaped(subject.municipality)) <span>\(Page.escaped(subject.round))</span></h1>
            <p>\(Page.both("入所月", "Month")) \(subject.month)
            </p></div>
            <div class="tools" role="group" aria-label="表示 / Display">
            <button type="button" id="ja" aria-pressed="true" lang="ja">日本語</button>
            <button type="button" id="en" aria-pressed="false" lang="en">English</button>
            <label><input type="checkbox" id="all"> \(Page.both("長い表も印刷する", "Print the long tables too"))</label>
            <button type="button" id="print">\(Page.both("印刷", "Print"))</button>
            </div>
            </header>
            <nav aria-label="目次 / Contents"><ul>

            """)
        for (id, phrase) in Self.sections {
            page.add("<li><a href=\"#\(id)\">\(Page.both(phrase))</a></li>")
        }
        page.add("</ul></nav>\n<main>\n")
    }

    static let sections: [(String, Phrase)] = [
        ("summary", Phrase("結果の概要", "The result at a glance")),
        ("classes", Phrase("クラス別", "By class")),
        ("ranks", Phrase("希望順位", "Wish ranks")),
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
