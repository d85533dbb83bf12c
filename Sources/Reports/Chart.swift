import Admissions

/// Charts of plain elements, in the page's type at every size; the figure also has their numbers as text.
enum Chart {
    /// A part of each bar.
    struct Part {
        var name: Phrase
        /// The class in the style sheet that gives the colour.
        var style: String
    }

    /// A horizontal bar for each row, stacked of parts, with the total at its end.
    ///
    /// - Parameters:
    ///   - parts: The parts of each bar, in the order of the legend.
    ///   - rows: The rows, each with one count for each part.
    ///   - isHistogram: Whether there may be many rows, so that they stand closer.
    static func bars(
        id: String, _ caption: Phrase, _ parts: [Part], _ rows: [(name: Phrase, counts: [Int])],
        isHistogram: Bool = false
    ) -> Markup {
        let most = max(1, rows.map { $0.counts.reduce(0, +) }.max() ?? 1)
        var figure: Markup = "<figure class=\"chart\(isHistogram ? " histogram" : "")\" id=\"\(id)\">"
        figure += "<figcaption id=\"\(id)-text\">\(Page.both(caption))"
        figure += "<span class=\"unseen\">\(Page.both(description(parts, rows)))</span></figcaption>"
        figure += "<div class=\"bars\" role=\"img\" aria-labelledby=\"\(id)-text\">"
        for row in rows {
            figure += "<span class=\"name\">\(Page.both(row.name))</span><span class=\"track\">"
            let total = row.counts.reduce(0, +)
            var (sum, start) = (0, 0)
            for (part, count) in zip(parts, row.counts) where count > 0 {
                sum += count
                let end = max(start + 2, 1000 * sum / most)
                let width = end - start
                start = end
                figure += "<i class=\"\(part.style)\" style=\"width:\(width / 10).\(width % 10)%\">"
                // A number that is the total stands at the end of the bar alone.
                if count < total, width > 45 * String(count).count + 20 { figure += "\(count)" }
                figure += "</i>"
            }
            figure += "<b>\(total)</b></span>"
        }
        figure += "</div>"
        if parts.count > 1 {
            figure += "<ul class=\"legend\">"
            for part in parts { figure += "<li><span class=\"key \(part.style)\"></span>\(Page.both(part.name))</li>" }
            figure += "</ul>"
        }
        return figure + "</figure>\n"
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
