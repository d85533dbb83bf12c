import Admissions

extension Page {
    /// Opens a page about a round: its heading, the buttons for language and printing, and the contents.
    ///
    /// - Parameters:
    ///   - title: The title of the page, in the language in which it opens.
    ///   - isTrial: Whether the result is a trial, which is then said on screen and on every sheet.
    ///   - style: Style rules in addition to those of every page.
    ///   - sections: The id and the text of each section's heading.
    mutating func open(
        _ subject: Case, title: String, kicker: Phrase, isTrial: Bool = false, style: ReportAssets? = nil,
        sections: [(String, Phrase)]
    ) {
        let month = Wording.month(subject.month)
        open(
            title: "\(subject.municipality) \(subject.round) \(title)", isTrial: isTrial, style: style,
            heading: """
                <p class="kicker">\(Self.both(kicker))</p>
                <h1>\(subject.municipality) <span>\(subject.round)</span></h1>
                <p>\(Self.both("\(month.japanese)入所(\(subject.month))", "Month \(subject.month)"))
                </p>
                """, sections: sections)
    }

    /// That a result is a trial and decides nothing.
    private static let trial = Phrase("試行 この結果は決定ではありません", "Trial: this result decides nothing")

    /// Opens any page, with everything before the first section.
    ///
    /// - Parameters:
    ///   - title: The title of the window, in the language in which the page opens.
    ///   - isTrial: Whether what is shown is a trial.
    ///   - heading: The heading at the top of the page.
    ///   - sections: The id and the text of each section's heading. A page with sections has contents, a link that skips them,
    ///     and buttons for printing. A short page has none of these.
    mutating func open(
        title: String, isTrial: Bool = false, style: ReportAssets? = nil, heading: Markup,
        sections: [(String, Phrase)] = []
    ) {
        let isLong = !sections.isEmpty
        let images: Markup = isLong ? "; img-src data:" : ""
        add(
            """
            <!doctype html>
            <html lang="ja" data-lang="ja">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\(images)">
            <title>\(title)</title>
            <style>

            """)
        add(.style)
        if let style { add(style) }
        // On paper each sheet says what it belongs to.
        add("@page{@bottom-left{content:\(Markup.css(title))}")
        if isTrial { add("@top-center{content:\(Markup.css(Self.trial.japanese));color:#8a2414;font-weight:700}") }
        add("}\n</style>\n</head>\n<body\(isTrial ? " class=\"is-trial\"" : "")>\n")
        if isTrial { add("<p class=\"trial\">\(Self.both(Self.trial))</p>\n") }
        if isLong {
            add("<a class=\"skip\" href=\"#summary\">\(Self.both("本文へ", "Skip to the result"))</a>\n")
        }
        add(
            """
            <header>
            <div>\(heading)</div>
            <div class="tools" role="group" aria-label="表示 / Display">
            <button type="button" id="ja" aria-pressed="true" lang="ja">日本語</button>
            <button type="button" id="en" aria-pressed="false" lang="en">English</button>

            """)
        if isLong {
            add(
                """
                <label><input type="checkbox" id="all"> \(Self.both("長い表も印刷する", "Print the long tables too"))</label>
                <button type="button" id="print">\(Self.both("印刷", "Print"))</button>

                """)
        }
        add("</div>\n</header>\n")
        if isLong {
            add("<nav aria-label=\"目次 / Contents\"><ul>\n")
            for (id, phrase) in sections { add("<li><a href=\"#\(id)\">\(Self.both(phrase))</a></li>") }
            add("</ul></nav>\n")
        }
        add("<main>\n")
    }

    /// Closes a page about a round.
    ///
    /// - Parameter script: The script of this page, which runs in addition to ``ReportAssets/frame``.
    mutating func close(script: ReportAssets) {
        add("<script>\n'use strict';\n(() => {\n")
        add(.frame)
        add(script)
        add("})();\n</script>\n</body>\n</html>\n")
    }

    /// Closes a short page.
    mutating func closeShort(script: ReportAssets) {
        add("<script>\n")
        add(script)
        add("</script>\n</body>\n</html>\n")
    }
}
