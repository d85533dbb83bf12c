import Admissions

/// Charts as inline SVG; the figure also has their numbers as text.
enum Chart {
    /// A part of each bar.
    struct Part {
        var name: Phrase
        /// The class in the style sheet that gives the colour and the pattern.
        var style: String
    }

    /// A horizontal bar for each row, stacked of parts, with the total at its end.
    ///
    /// - Parameters:
    ///   - parts: The parts of each bar, in the order of the legend.
    ///   - rows: The rows, each with one count for each part.
    ///   - isHistogram: Whether there may be many rows, of which each is a number or a range: they stand closer, and names have
    ///     the room that they take.
    static func bars(
        id: String, _ caption: Phrase, _ parts: [Part], _ rows: [(name: Phrase, counts: [Int])],
        isHistogram: Bool = false
    ) -> Markup {
        let most = max(1, rows.map { $0.counts.reduce(0, +) }.max() ?? 1)
        let left = isHistogram ? room(for: rows.map(\.name)) : 120
        let width = isHistogram ? max(200, 280 - left) : 340
        let step = isHistogram ? 24 : 30
        let bar = step - 8
        let base = bar / 2 + 5
        let height = rows.count * step + 6
        let style: Markup = isHistogram ? "chart histogram" : "chart"
        var svg: Markup = "<figure class=\"\(style)\" id=\"\(id)\"><figcaption id=\"\(id)-text\">\(Page.both(caption))"
        svg += "<span class=\"unseen\">\(Page.both(description(parts, rows)))</span></figcaption>"
        svg += "<svg viewBox=\"0 0 \(left + width + 60) \(height)\" role=\"img\" aria-labelledby=\"\(id)-text\">"
        for (index, row) in rows.enumerated() {
            let y = index * step + 4
            svg += label(row.name, x: left - 8, y: y + base, anchor: "end")
            var x = left
            let total = row.counts.reduce(0, +)
            var sum = 0
            for (part, count) in zip(parts, row.counts) where count > 0 {
                sum += count
                let end = left + width * sum / most
                svg +=
                    "<rect class=\"\(part.style)\" x=\"\(x)\" y=\"\(y)\" width=\"\(max(1, end - x))\" height=\"\(bar)\"/>"
                if end - x > 9 * String(count).count + 6 {
                    svg +=
                        "<text class=\"in-\(part.style)\" x=\"\((x + end) / 2)\" y=\"\(y + base)\" text-anchor=\"middle\">"
                    svg += "\(count)</text>"
                }
                x = end
            }
            svg += "<text x=\"\(x + 6)\" y=\"\(y + base)\">\(total)</text>"
        }
        svg += "</svg>"
        if parts.count > 1 {
            svg += "<ul class=\"legend\">"
            for part in parts { svg += "<li><span class=\"key \(part.style)\"></span>\(Page.both(part.name))</li>" }
            svg += "</ul>"
        }
        return svg + "</figure>\n"
    }

    /// The room that the longest of the names takes, with a margin.
    private static func room(for names: [Phrase]) -> Int {
        func length(_ text: String) -> Int { text.unicodeScalars.reduce(0) { $0 + ($1.isASCII ? 9 : 16) } }
        return 16 + (names.map { max(length($0.japanese), length($0.english)) }.max() ?? 0)
    }

    private static func label(_ phrase: Phrase, x: Int, y: Int, anchor: String) -> Markup {
        let start: Markup = "<text x=\"\(x)\" y=\"\(y)\" text-anchor=\"\(anchor)\""
        if phrase.japanese == phrase.english { return "\(start)>\(phrase.japanese)</text>" }
        return "\(start) lang=\"ja\">\(phrase.japanese)</text>"
            + "\(start) lang=\"en\">\(phrase.english)</text>"
    }

    /// The numbers of the chart as a sentence.
    private static func description(_ parts: [Part], _ rows: [(name: Phrase, counts: [Int])]) -> Phrase {
        func text(_ language: Language) -> String {
            rows.map { row in
                let counts = zip(parts, row.counts).map {
                    parts.count == 1 ? String($1) : "\($0.name[language]) \($1)"
                }
                return "\(row.name[language]): \(counts.joined(separator: ", "))"
            }.joined(separator: "; ") + "."
        }
        return Phrase(text(.japanese), text(.english))
    }
}
