import Admissions

extension Page {
    /// Everything before the first section: heading, language, printing, contents.
    ///
    /// - Parameters:
    ///   - title: What the page is, in the language in which it opens.
    ///   - style: Rules beside those of every page.
    ///   - sections: The id of each section's heading, and its text.
    mutating func open(
        _ subject: Case, title: String, kicker: Phrase, style: String = "", sections: [(String, Phrase)]
    ) {
        let round = Self.escaped("\(subject.municipality) \(subject.round)")
        add(
            """
            <!doctype html>
            <html lang="ja" data-lang="ja">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
            <title>\(round) \(title)</title>
            <style>
            \(ReportAssets.style)\(style)</style>
            </head>
            <body>
            <a class="skip" href="#summary">\(Self.both("本文へ", "Skip to the result"))</a>
            <header>
            <div><p class="kicker">\(Self.both(kicker))</p>
            <h1>\(Self.escaped(subject.municipality)) <span>\(Self.escaped(subject.round))</span></h1>
            <p>\(Self.both("入所月", "Month")) \(subject.month)
            </p></div>
            <div class="tools" role="group" aria-label="表示 / Display">
            <button type="button" id="ja" aria-pressed="true" lang="ja">日本語</button>
            <button type="button" id="en" aria-pressed="false" lang="en">English</button>
            <label><input type="checkbox" id="all"> \(Self.both("長い表も印刷する", "Print the long tables too"))</label>
            <button type="button" id="print">\(Self.both("印刷", "Print"))</button>
            </div>
            </header>
            <nav aria-label="目次 / Contents"><ul>

            """)
        for (id, phrase) in sections { add("<li><a href=\"#\(id)\">\(Self.both(phrase))</a></li>") }
        add("</ul></nav>\n<main>\n")
    }

    /// The end of the page.
    ///
    /// - Parameter script: What this page does beside ``ReportAssets/frame``.
    mutating func close(script: String) {
        add("<script>\n'use strict';\n(() => {\n\(ReportAssets.frame)\(script)})();\n</script>\n</body>\n</html>\n")
    }
}
