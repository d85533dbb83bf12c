import Admissions
import CaseFiles
import Foundation
import Reports

/// The pages of 点検 as one visitor sees them.
struct CheckView {
    let visit: Visit
    let round: RoundRow
    let opened: OpenedCase
    let readiness: Readiness
    let papers: [PaperRow]
    /// What people are called, by their log-in names.
    let names: [String: String]
    private let paths: (home: String, cells: String)

    init(_ visit: Visit) async throws {
        self.visit = visit
        round = try await visit.round()
        opened = try await visit.office.cases.opened(round.id, round.version)
        readiness = try await visit.office.readiness(of: round.id, version: round.version)
        papers = try await visit.office.papers.all(of: round.id)
        names = Dictionary(
            uniqueKeysWithValues: try await visit.office.accounts.people().map { ($0.login, $0.name) })
        paths = (RoundStep.check.path(of: round.id), "/rounds/\(round.id)/cells")
    }

    private func say(_ japanese: String, _ english: String) -> String { visit.say(japanese, english) }
    private var seesChildren: Bool { visit.actor.may(.seeChildren) }

    // MARK: The overview

    func overview() -> Markup {
        Frame.page(visit, title: RoundStep.check.phrase, round: (round, .check), scripts: [Assets.check]) {
            """
            \(state)
            \(tiles)
            \(tables)
            \(errors)
            \(doubts)
            \(seesChildren ? paperSection : "")
            \(seesChildren ? alikeSection : "")
            \(remarks)
            """
        }
    }

    private var errorGroups: [OpenedCase.Group] { opened.groups.filter { $0.first.severity == .error } }
    private var remarkGroups: [OpenedCase.Group] {
        opened.groups.filter { $0.first.severity == .warning && !$0.first.needsAcceptance }
    }

    /// Whether it can be run, or what is missing, with ways to it.
    private var state: Markup {
        if readiness.isReady {
            let run: Markup =
                visit.actor.may(.run)
                ? "<p class=\"actions\"><a class=\"button main\" href=\"\(RoundStep.run.path(of: round.id))\">\(say("実行へ進む", "Go on to the run"))</a></p>"
                : ""
            return """
                <div class="fine" role="status"><b>\(say("実行できます。", "Ready to run."))</b> \(say("誤りはなく、確認の必要な点はすべて承知されています。", "There is no error, and every doubt is accepted."))\(run)</div>
                """
        }
        var missing: [Markup] = []
        let needed = readiness.tables.filter { $0.isNeeded && $0.file == nil }
        if !needed.isEmpty {
            let list = needed.compactMap { CaseTable(rawValue: $0.table) }.map { visit.say($0.words) }
                .joined(separator: say("・", ", "))
            missing.append(
                "<a href=\"\(RoundStep.files.path(of: round.id))\">\(say("\(list)を「準備」で入れる", "Upload under Files: \(list)"))</a>"
            )
        }
        if readiness.errors > 0 {
            let errors = readiness.errors
            missing.append("<a href=\"#errors\">\(say("誤り \(errors) 件を直す", "Correct the errors (\(errors))"))</a>")
        }
        let open = readiness.openDoubts.count
        if open > 0 {
            missing.append(
                "<a href=\"#doubts\">\(say("確認の必要な点 \(open) 種類を、直すか承知する", "Correct or accept the doubts (\(open))"))</a>"
            )
        }
        return """
            <div class="warn" role="status"><b>\(say("まだ実行できません。", "Not ready to run yet."))</b>
            <ul>\(missing.map { way -> Markup in "<li>\(way)</li>" }.joined())</ul></div>
            """
    }

    private var tiles: Markup {
        func tile(_ kind: Markup, _ label: String, _ number: Int) -> Markup {
            "<li class=\"\(kind)\"><span>\(label)</span><strong>\(number)</strong></li>"
        }
        let open = readiness.openDoubts.count
        return """
            <ul class="tiles eight">
            \(tile(readiness.errors > 0 ? "held" : "good", say("誤り", "Errors"), readiness.errors))
            \(tile(open > 0 ? "wait" : "good", say("未確認の点", "Open doubts"), open))
            \(tile("", say("承知した点", "Accepted doubts"), readiness.doubts.count - open))
            \(tile(readiness.waitingForPapers > 0 ? "wait" : "", say("書類待ちの児童", "Waiting for papers"), readiness.waitingForPapers))
            \(tile("", say("申込児童", "Children"), readiness.children))
            \(tile("", say("世帯", "Households"), readiness.households))
            \(tile("", say("施設", "Facilities"), readiness.facilities))
            \(tile("", say("受入可能数", "Seats"), readiness.seats))
            </ul>
            """
    }

    /// Which tables are there.
    private var tables: Markup {
        let rows = readiness.tables.map { table -> Markup in
            let kind = CaseTable(rawValue: table.table)!
            let there: Markup
            if let file = table.file, let rows = table.rows {
                there =
                    "<td><span class=\"tag good\">\(say("あり", "There"))</span> \(file)</td><td class=\"n\">\(rows)</td>"
            } else if table.isNeeded {
                there = "<td><span class=\"tag held\">\(say("ありません", "Missing"))</span></td><td></td>"
            } else {
                there = "<td><span class=\"tag\">\(say("なし（なくてもよい）", "None (not needed)"))</span></td><td></td>"
            }
            return "<tr><th scope=\"row\">\(visit.say(kind.words))</th>\(there)</tr>"
        }.joined()
        return """
            <details class="card"><summary>\(say("表の一覧（第\(round.version)版）", "Tables of version \(round.version)"))</summary>
            <table><thead><tr><th scope="col">\(say("表", "Table"))</th><th scope="col">\(say("ファイル", "File"))</th><th scope="col" class="n">\(say("行数", "Rows"))</th></tr></thead><tbody>\(rows)</tbody></table></details>
            """
    }

    private var errors: Markup {
        let groups = errorGroups
        if groups.isEmpty {
            return """
                <section id="errors"><h2>\(say("直すところ", "To correct"))</h2><p>\(say("誤りはありません。", "There are no errors."))</p></section>
                """
        }
        let page = Paging(groups.count, visit.query["page"], size: CheckPages.groupsOfPage)
        return """
            <section id="errors"><h2>\(say("直すところ", "To correct"))</h2>
            <p>\(say("値はその場で直せます。直すたびに新しい版ができ、だれがいつ直したかが残ります。", "Values can be corrected in place. Each correction makes a new version, with who and when."))</p>
            \(groups[page.range].map { self.group($0) }.joined())
            \(page.links(visit, paths.home))
            </section>
            """
    }

    // MARK: Problems

    /// A group with its first rows.
    private func group(_ group: OpenedCase.Group) -> Markup {
        let problems = group.problems.problems
        let shown = problems.count <= CheckPages.rowsOfGroup + 1 ? problems.count : CheckPages.rowsOfGroup
        let more: Markup =
            shown == problems.count || !seesChildren
            ? ""
            : "<p><a href=\"\(paths.home)/\(group.id)\">\(say("\(problems.count)件すべてを見る", "See all \(problems.count)"))</a></p>"
        return """
            <article class="problem" id="g-\(group.id)">\(heading(of: group, level: "h3"))
            \(rows(problems[..<shown], back: "\(paths.home)#g-\(group.id)"))\(more)</article>
            """
    }

    private func heading(of group: OpenedCase.Group, level: Markup) -> Markup {
        let first = group.first
        var place = [first.file, first.sheet].compactMap { $0 }
        if let header = first.spot?.header, !header.isEmpty { place.append(say("「\(header)」の列", "column \(header)")) }
        let severity: Markup =
            first.severity == .error
            ? "<span class=\"tag held\">\(say("誤り", "error"))</span>"
            : first.needsAcceptance
                ? "<span class=\"tag wait\">\(say("要確認", "doubt"))</span>"
                : "<span class=\"tag\">\(say("参考", "remark"))</span>"
        let hint: Markup = group.problems.hint.map { "<p class=\"info\">\($0[visit.language])</p>" } ?? ""
        return """
            <\(level)>\(visit.say(first.phrase))</\(level)>
            <p class="note">\(severity) \(place.joined(separator: " / ")) <b>\(say("\(group.problems.problems.count)件", "× \(group.problems.problems.count)"))</b> <code>\(first.code)</code></p>\(hint)
            """
    }

    /// Where each of some problems is, what stands there, and how it is corrected.
    private func rows(_ problems: ArraySlice<Problem>, back: String) -> Markup {
        // What is said of a file as a whole stands in the heading.
        if problems.allSatisfy({ $0.line == nil && $0.spot == nil }) { return remedy(of: problems.first!) }
        let isSame = Set(problems.map { $0.phrase }).count == 1
        let rows = problems.map { problem -> Markup in
            let place =
                problem.spot?.text(in: visit.language)
                ?? problem.line.map { say("\($0)行目", "line \($0)") } ?? ""
            let whose: Markup = whose(problem).map { "<small>\($0)</small>" } ?? ""
            let sentence: Markup = isSame ? "" : "<td>\(visit.say(problem.phrase))</td>"
            return """
                <tr><th scope="row">\(place) \(whose)</th>\(sentence)<td>\(correction(of: problem, back: back))</td></tr>
                """
        }.joined()
        let what: Markup = isSame ? "" : "<th scope=\"col\">\(say("内容", "What is wrong"))</th>"
        // Each table of the page has a name of its own.
        let name = "\(problems.first!.file ?? "") \(problems.first!.code) \(problems.first!.spot?.cell ?? "")"
        return """
            <div class="scroll" tabindex="0" role="region" aria-label="\(say("場所と値", "Places and values")): \(name)"><table class="cells"><thead><tr><th scope="col">\(say("場所", "Place"))</th>\(what)<th scope="col">\(say("値", "Value"))</th></tr></thead><tbody>\(rows)</tbody></table></div>
            """
    }

    /// The id of the child, household or facility whose row it is, for those who may see it.
    private func whose(_ problem: Problem) -> String? {
        guard seesChildren, let table = opened.table(of: problem), let number = problem.spot?.row else { return nil }
        return table.row(numbered: number).flatMap { table.ids(row: $0).first }
    }

    /// The cell as something to correct, or where it is corrected.
    private func correction(of problem: Problem, back: String) -> Markup {
        guard let table = opened.table(of: problem), let spot = problem.spot, let column = spot.column,
            let row = table.row(numbered: spot.row), table.headers.indices.contains(column - 1)
        else { return remedy(of: problem) }
        guard seesChildren else { return "<span class=\"note\">\(say("（表示できません）", "(not shown)"))</span>" }
        let value = table.text(row: row, column: column - 1)
        let isRemark = problem.severity == .warning && !problem.needsAcceptance
        if isRemark || !visit.actor.may(.editFiles) {
            return "<span class=\"value\">\(value.isEmpty ? say("（空欄）", "(blank)") : value)</span>"
        }
        guard table.canBeCorrected else {
            return """
                <span class="value">\(value.isEmpty ? say("（空欄）", "(blank)") : value)</span> <small>\(say("\(table.file) の \(spot.cell ?? "") を表計算ソフトで直し、「準備」で差し替えてください。", "Correct \(spot.cell ?? "") of \(table.file) in the spreadsheet and replace the file under Files."))</small>
                """
        }
        return """
            <form method="post" action="\(paths.cells)" class="cell">\(Frame.token(visit))<input type="hidden" name="expecting" value="\(round.version)"><input type="hidden" name="file" value="\(table.file)"><input type="hidden" name="row" value="\(spot.row)"><input type="hidden" name="column" value="\(column)"><input type="hidden" name="back" value="\(back)"><input name="value" value="\(value)" aria-label="\(say("\(spot.text(in: .japanese)) の値", "value of \(spot.text(in: .english))"))" autocomplete="off"><button>\(say("直す", "Correct"))</button></form>
            """
    }

    /// Where something is corrected that is no cell of a row.
    private func remedy(of problem: Problem) -> Markup {
        let step: RoundStep = problem.file == "case.yaml" ? .rules : .files
        return """
            <a href="\(step.path(of: round.id))">\(step == .rules ? say("「規則」で直す", "Correct it under Rules") : say("「準備」で差し替えるか、列の対応を直す", "Replace the file or correct its columns under Files"))</a>
            """
    }

    /// All problems of a group, page by page.
    func list(of group: OpenedCase.Group) -> Markup {
        let problems = group.problems.problems
        let page = Paging(problems.count, visit.query["page"], size: CheckPages.rowsOfPage)
        let path = "\(paths.home)/\(group.id)"
        return Frame.page(visit, title: RoundStep.check.phrase, round: (round, .check), scripts: [Assets.check]) {
            """
            <p><a href="\(paths.home)">\(say("点検に戻る", "Back to the check"))</a></p>
            <section>\(heading(of: group, level: "h2"))
            \(rows(problems[page.range], back: "\(path)?page=\(page.number)"))
            \(page.links(visit, path))</section>
            """
        }
    }

    private var remarks: Markup {
        let groups = remarkGroups
        if groups.isEmpty { return "" }
        let count = groups.reduce(0) { $0 + $1.problems.problems.count }
        return """
            <details class="card" id="remarks"><summary>\(say("参考のお知らせ（\(count)件。直さなくても実行できます）", "Remarks (\(count); they do not keep it from running)"))</summary>
            \(groups.prefix(CheckPages.groupsOfPage).map { self.group($0) }.joined())</details>
            """
    }

    // MARK: Doubts

    private var doubts: Markup {
        let cards = readiness.doubts.map(doubt)
        let content: Markup =
            cards.isEmpty
            ? "<p>\(say("確認の必要な点はありません。", "There are no doubts."))</p>"
            : """
            <p>\(say("誤りとは限りませんが、そのまま実行してよいか、人が決める点です。正しいと確かめたら、理由を書いて承知してください。内容が変わると、もう一度たずねます。", "These need not be wrong, but somebody must decide whether to run with them. Once you have made sure, accept them with a reason. If they change, they are asked again."))</p>\(cards.joined())
            """
        return "<section id=\"doubts\"><h2>\(say("確認が必要な点", "Doubts"))</h2>\(content)</section>"
    }

    private func doubt(_ doubt: Readiness.Doubt) -> Markup {
        let groups = opened.groups.filter { $0.first.needsAcceptance && $0.first.code == doubt.code }
        let body: Markup =
            doubt.code == Papers.code
            ? """
            <h3>\(say("書類がそろっていない児童が \(doubt.count) 人います。このまま実行してよいか決めてください。", "Some children's papers are missing (\(doubt.count)). Decide whether to run all the same."))</h3><p class="note"><a href="#papers">\(say("書類待ちの一覧", "The list of missing papers"))</a> <code>\(doubt.code)</code></p>
            """ : groups.map { self.group($0) }.joined()
        return """
            <article class="doubt \(doubt.isOpen ? "open" : "accepted")" id="d-\(doubt.code)">\(body)\(decision(on: doubt))</article>
            """
    }

    /// Who accepted it and why, or the form to do so.
    private func decision(on doubt: Readiness.Doubt) -> Markup {
        let mayAccept = visit.actor.may(.acceptDoubts)
        if let acceptance = doubt.acceptance {
            let end: Markup =
                mayAccept
                ? """
                <form method="post" action="/rounds/\(Int(round.id))/doubts/\(Int(acceptance.id))/end" class="plain">\(Frame.token(visit))<button class="danger">\(say("承知を取り消す", "Take it back"))</button></form>
                """ : ""
            return """
                <div class="fine"><p><span class="tag good">\(say("承知済み", "Accepted"))</span> \(names[acceptance.by] ?? acceptance.by) (\(LocalClock.text(acceptance.at)))</p><p>\(say("理由: ", "Reason: "))\(acceptance.reason)</p>\(end)</div>
                """
        }
        let again: Markup =
            doubt.wasAccepted
            ? "<p class=\"warn\">\(say("前に承知した内容とは違うため、もう一度確かめてください。", "This is not what was accepted before; please look again."))</p>"
            : ""
        guard mayAccept else {
            return
                "\(again)<p class=\"note\">\(say("承知できるのは、実行の役割をもつ人です。", "Somebody with the role of operator can accept this."))</p>"
        }
        return """
            \(again)<form method="post" action="/rounds/\(Int(round.id))/doubts" class="accept">\(Frame.token(visit))<input type="hidden" name="code" value="\(doubt.code)"><input type="hidden" name="fingerprint" value="\(doubt.fingerprint)">
            <label>\(say("承知する理由", "Reason for accepting it"))<input name="reason" required maxlength="\(Papers.longest)" autocomplete="off"></label><button>\(say("\(visit.actor.name) として承知する", "Accept as \(visit.actor.name)"))</button></form>
            """
    }

    // MARK: Papers

    private var paperSection: Markup {
        let mayEdit = visit.actor.may(.editFiles)
        let open = papers.filter(\.isOpen)
        let rows = papers.prefix(CheckPages.rowsOfPage).map { paper($0, mayEdit: mayEdit) }.joined()
        let list: Markup =
            papers.isEmpty
            ? "<p>\(say("書類待ちの児童はいません。証明書などを待つ児童がいるときは、下で加えてください。", "No papers are missing. If a child's certificates are still to come, add it below."))</p>"
            : """
            <p>\(say("書類待ち \(open.count) 件、そろった \(papers.count - open.count) 件", "\(open.count) missing, \(papers.count - open.count) came in"))</p>
            <div class="scroll" tabindex="0" role="region" aria-label="\(say("書類待ちの児童", "Missing papers"))"><table><thead><tr><th scope="col">\(say("児童番号", "Child"))</th><th scope="col">\(say("足りない書類", "What is missing"))</th><th scope="col">\(say("状態", "State"))</th><th scope="col">\(say("記録", "Noted"))</th></tr></thead><tbody>\(rows)</tbody></table></div>
            """
        let add: Markup =
            mayEdit
            ? """
            <form method="post" action="/rounds/\(Int(round.id))/papers" class="line">\(Frame.token(visit))<label>\(say("児童番号", "Id of the child"))<input name="child" required maxlength="60" autocomplete="off"></label><label>\(say("足りない書類（例: 就労証明書）", "What is missing"))<input name="missing" required maxlength="\(Papers.longest)" autocomplete="off"></label><button>\(say("書類待ちにする", "Add"))</button></form>
            """ : ""
        return "<section id=\"papers\"><h2>\(say("書類待ち", "Missing papers"))</h2>\(list)\(add)</section>"
    }

    private func paper(_ paper: PaperRow, mayEdit: Bool) -> Markup {
        let path: Markup = "/rounds/\(Int(round.id))/papers/\(Int(paper.id))"
        let missing: Markup =
            paper.isOpen && mayEdit
            ? """
            <form method="post" action="\(path)" class="cell">\(Frame.token(visit))<input name="missing" value="\(paper.missing)" required maxlength="\(Papers.longest)" aria-label="\(say("\(paper.child) の足りない書類", "what is missing of \(paper.child)"))"><button>\(say("書き直す", "Change"))</button></form>
            """ : "\(paper.missing)"
        let state: Markup
        if let by = paper.doneBy, let at = paper.doneAt {
            state = """
                <span class="tag good">\(say("そろった", "Came in"))</span> <small>\(names[by] ?? by) (\(LocalClock.text(at)))</small>
                """
        } else {
            let end: Markup =
                mayEdit
                ? "<form method=\"post\" action=\"\(path)/end\" class=\"plain\">\(Frame.token(visit))<button>\(say("そろった", "Came in"))</button></form>"
                : ""
            state = "<span class=\"tag wait\">\(say("書類待ち", "Missing"))</span> \(end)"
        }
        return """
            <tr><th scope="row">\(paper.child)</th><td>\(missing)</td><td>\(state)</td><td><small>\(names[paper.by] ?? paper.by) (\(LocalClock.text(paper.at)))</small></td></tr>
            """
    }

    // MARK: Alike

    private var alikeSection: Markup {
        guard let table = opened.table(.children) else { return "" }
        let all = opened.alike
        let page = Paging(all.count, visit.query["alike"], size: CheckPages.groupsOfPage)
        let content: Markup =
            all.isEmpty
            ? "<p>\(say("同じ児童と思われる申込みは見つかりませんでした。", "No applications seem to be of the same child."))</p>"
            : """
            <p>\(say("\(all.count) 組あります。違う欄に色を付けています。", "\(all.count) found. Cells that differ are coloured."))</p>\(all[page.range].map { alike($0, in: table) }.joined())\(page.links(visit, paths.home, name: "alike", place: "alike"))
            """
        return """
            <section id="alike"><h2>\(say("二重の申込みかもしれない児童", "Children who may have applied twice"))</h2>\(content)</section>
            """
    }

    /// Rows beside each other, with a column of the table in each line.
    private func alike(_ alike: AlikeChildren, in table: WrittenTable) -> Markup {
        // More than a few say the same as these.
        let rows = Array(alike.rows.prefix(4))
        let heads = rows.map { row -> Markup in
            "<th scope=\"col\">\(say("\(table.number(ofRow: row))行目", "row \(table.number(ofRow: row))"))</th>"
        }.joined()
        let lines = table.headers.indices.compactMap { column -> Markup? in
            let texts = rows.map { table.text(row: $0, column: column) }
            if texts.allSatisfy(\.isEmpty) { return nil }
            let mark: Markup = Set(texts).count > 1 ? " class=\"changed\"" : ""
            return
                "<tr\(mark)><th scope=\"row\">\(table.headers[column])</th>\(texts.map { text -> Markup in "<td>\(text)</td>" }.joined())</tr>"
        }.joined()
        let others: Markup =
            alike.rows.count > rows.count
            ? "<p class=\"note\">\(say("ほかに \(alike.rows.count - rows.count) 行あります。", "\(alike.rows.count - rows.count) more rows."))</p>"
            : ""
        return """
            <article class="alike"><h3>\(visit.say(alike.reason.phrase))</h3><p>\(visit.say(alike.reason.remedy))</p>
            <div class="scroll" tabindex="0" role="region" aria-label="\(visit.say(alike.reason.phrase))"><table><thead><tr><th scope="col">\(say("列", "Column"))</th>\(heads)</tr></thead><tbody>\(lines)</tbody></table></div>\(others)</article>
            """
    }
}

extension CaseTable {
    /// What the table is called.
    var words: Phrase {
        switch self {
        case .settings: Phrase("規則", "rules")
        case .children, .newChildren: Phrase("申込児童", "children")
        case .facilities: Phrase("施設と受入可能数", "facilities and seats")
        case .households: Phrase("きょうだいの条件", "answers of siblings")
        case .jointWishes: Phrase("きょうだいの組み合わせの希望", "joint wishes")
        case .seatLimits: Phrase("受入枠", "seat limits")
        case .pins: Phrase("固定配置", "pins")
        case .declines: Phrase("内定辞退", "declines")
        case .withdrawals: Phrase("申込取下げ", "withdrawals")
        case .manual: Phrase("手作業結果", "manual result")
        }
    }
}
