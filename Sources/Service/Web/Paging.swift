import Reports

/// Which part of a long list a page shows.
struct Paging: Sendable {
    /// How many stand on a page where nothing else is said.
    static let usualSize = 100

    /// From 1.
    let number: Int
    /// How many pages there are; an empty list has one.
    let count: Int
    /// The part of the list.
    let range: Range<Int>

    /// - Parameters:
    ///   - total: How many the list has.
    ///   - asked: The page that somebody asked for, from 1; the first where there is no such page.
    init(_ total: Int, _ asked: String?, size: Int = usualSize) {
        count = max(1, (total + size - 1) / size)
        let number = asked.flatMap { Int($0) } ?? 1
        self.number = (1...count).contains(number) ? number : 1
        range = min(total, (self.number - 1) * size)..<min(total, self.number * size)
    }

    /// Ways to the pages before and behind; nothing where there is one page.
    ///
    /// - Parameters:
    ///   - path: Of the list; empty: where the visitor is.
    ///   - query: What else the address says; a value that is missing or empty is left out.
    ///   - name: What the page is called in the address.
    ///   - place: The id of the part of the page to which the link leads.
    func links(
        _ visit: Visit, _ path: String = "", _ query: [(String, String?)] = [], name: String = "page",
        place: String? = nil
    ) -> Markup {
        if count == 1 { return "" }
        let kept = query.compactMap { name, value in
            value.flatMap { $0.isEmpty ? nil : "\(name)=\($0.inAddress)&" }
        }.joined()
        func link(_ page: Int, _ text: String) -> Markup {
            (1...count).contains(page)
                ? "<a class=\"button\" href=\"\(path)?\(kept)\(name)=\(page)\(place.map { "#" + $0 } ?? "")\">\(text)</a>"
                : "<span class=\"note\">\(text)</span>"
        }
        return """
            <nav class="pages" aria-label="\(visit.say("ページ", "Pages"))">\(link(number - 1, visit.say("← 前へ", "← Previous")))
            <span>\(visit.say("\(count) ページ中 \(number)", "Page \(number) of \(count)"))</span>
            \(link(number + 1, visit.say("次へ →", "Next →")))</nav>
            """
    }
}
