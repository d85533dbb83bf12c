import Admissions
import Reports

/// What stands around the content of every page: the head, who is logged in, the ways to other pages.
enum Frame {
    /// A page.
    ///
    /// - Parameters:
    ///   - round: The round it belongs to, with the step that is shown; its steps stand below the title.
    ///   - scripts: What the page needs beside the script of every page.
    static func page(
        _ visit: Visit, title: Phrase, round: (RoundRow, RoundStep)? = nil, scripts: [Assets] = [],
        content: () throws -> Markup
    ) rethrows -> Markup {
        let content = try content()
        let needed = ([Assets.script] + scripts).map { asset -> Markup in
            "<script src=\"\(asset.path)\" defer></script>"
        }.joined()
        let language = visit.language.rawValue
        let name = visit.say("園結び", "Enmusubi")
        let heading: Markup =
            round.map { round, step in
                """
                <p class="kicker">\(round.municipality)</p>
                <h1>\(visit.say(round.title))</h1>
                \(steps(visit, round, step))
                """
            } ?? "<h1>\(visit.say(title))</h1>"
        return """
            <!doctype html>
            <html lang="\(language)">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(visit.say(title)) - \(round.map { visit.say($0.0.title) + " - " } ?? "")\(name)</title>
            <link rel="icon" href="data:,">
            <link rel="stylesheet" href="\(Assets.style.path)">
            \(needed)
            </head>
            <body>
            <a class="skip" href="#content">\(visit.say("本文へ移る", "Skip to the content"))</a>
            <header class="top"><div>
            <a class="brand" href="/"><span aria-hidden="true">◯</span> \(name)</a>
            \(ways(visit))
            </div></header>
            <main id="content" tabindex="-1">
            <div class="title">
            \(heading)
            </div>
            \(content)
            </main>
            </body>
            </html>

            """
    }

    private static func ways(_ visit: Visit) -> Markup {
        let other: Language = visit.language == .japanese ? .english : .japanese
        let switcher: Markup = """
            <form method="post" action="/language" class="plain">\(token(visit))<input type="hidden" name="back" value="\(visit.request.uri.path + (visit.request.uri.query.map { "?" + $0 } ?? ""))">
            <button name="language" value="\(other.rawValue)" lang="\(other.rawValue)">\(other == .japanese ? "日本語" : "English")</button></form>
            """
        guard let person = visit.person else { return "<nav class=\"ways\">\(switcher)</nav>" }
        var links: [(String, Phrase)] = [("/", Phrase("回の一覧", "Rounds"))]
        if person.may(.managePeople) { links.append(("/people", Phrase("利用者", "People"))) }
        if person.may(.seeAccessLog) { links.append(("/access", Phrase("アクセス記録", "Access log"))) }
        links.append(("/guide", Phrase("手引き", "Guide")))
        let list = links.map { path, text -> Markup in
            let current: Markup = visit.request.uri.path == path ? " aria-current=\"page\"" : ""
            return "<li><a href=\"\(path)\"\(current)>\(visit.say(text))</a></li>"
        }.joined()
        let roles = Role.allCases.filter(person.roles.contains).map { visit.say($0.phrase) }
            .joined(separator: visit.say("・", ", "))
        return """
            <nav class="ways" aria-label="\(visit.say("主なページ", "Main pages"))"><ul>\(list)</ul></nav>
            <div class="who"><span><a href="/account"><b>\(person.name)</b></a> <small>\(roles)</small></span>
            \(switcher)
            <form method="post" action="/logout" class="plain">\(token(visit))<button>\(visit.say("ログアウト", "Log out"))</button></form></div>
            """
    }

    /// The steps of a round as links, with the one that is shown.
    private static func steps(_ visit: Visit, _ round: RoundRow, _ current: RoundStep) -> Markup {
        let list = RoundStep.allCases.enumerated().map { index, step -> Markup in
            let now: Markup = step == current ? " aria-current=\"step\"" : ""
            let mark = visit.progress?.marks[step]
            let told: Markup = mark.map { "<span class=\"unseen\"> \(visit.say($0.phrase))</span>" } ?? ""
            return """
                <li class="\(mark?.rawValue ?? "")"><a href="\(step.path(of: round.id))"\(now)><b>\(index + 1)</b> \(visit.say(step.phrase))\(told)</a></li>
                """
        }.joined()
        return
            "<nav class=\"steps\" aria-label=\"\(visit.say("この回の手順", "Steps of this round"))\"><ol>\(list)</ol></nav>"
    }

    /// The hidden field that shows that a form is one of ours.
    static func token(_ visit: Visit) -> Markup {
        visit.login.map { "<input type=\"hidden\" name=\"formToken\" value=\"\($0.formToken)\">" } ?? ""
    }
}

/// The steps of a round, in order.
enum RoundStep: String, CaseIterable, Sendable {
    case files, rules, check, run, review, approve, notices, next

    var phrase: Phrase {
        switch self {
        case .files: Phrase("準備", "Files")
        case .rules: Phrase("規則", "Rules")
        case .check: Phrase("点検", "Check")
        case .run: Phrase("実行", "Run")
        case .review: Phrase("確認", "Review")
        case .approve: Phrase("承認", "Approve")
        case .notices: Phrase("通知", "Notices")
        case .next: Phrase("翌月", "Next month")
        }
    }

    func path(of round: Int64) -> String { "/rounds/\(round)/\(rawValue)" }
}
