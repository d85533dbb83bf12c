import Admissions
import CaseFiles
import Foundation
import Guide
import Reports

/// The list of rounds, and a new one.
enum RoundPages {
    static let routes: [Route] = [
        .page("/", .with(.seeRounds)) { visit in
            let rounds = try await visit.office.rounds.rounds()
            let page = Paging(rounds.count, visit.query["page"])
            var standing: [(RoundRow, RoundProgress)] = []
            for round in rounds[page.range] { standing.append((round, try await visit.office.progress(of: round))) }
            return .page(list(visit, standing, page))
        },
        .page("/guide", .everybody) { _ in
            .file(FileAnswer(bytes: Guide.html, type: "text/html; charset=utf-8", isOwnPage: true))
        },
        .page("/rounds/new", .with(.makeRounds)) { visit in
            .page(new(visit, try await visit.office.rounds.rounds()))
        },
        .page("/rounds/:round", .with(.seeRounds)) { visit in
            let round = try await visit.round()
            return .next(try await visit.office.progress(of: round).step.path(of: round.id))
        },
    ]

    static let operations: [Operation] = [
        .query("listRounds", "/rounds", .seeRounds, Phrase("回の一覧", "All rounds")) { visit in
            try await visit.office.rounds.rounds()
        },
        .query(
            "showProgress", "/rounds/:round/progress", .seeRounds, Phrase("回がどこまで進んだか", "Where a round stands")
        ) { visit in
            try await visit.office.progress(of: try await visit.round())
        },
        .change(
            "makeRound", "/rounds", .makeRounds, Phrase("回をつくる", "Make a round"),
            fields: [
                .init("municipality", "自治体", "municipality"), .init("month", "入所月", "month, such as 2027-04"),
                .init("name", "回の名前", "name of the round, such as 一次"),
                .init(
                    "template", "規則と列の対応を写す回の番号", "number of a round whose rules and columns are copied",
                    isRequired: false),
            ]
        ) { visit in
            let municipality = try visit.needed("municipality", Phrase("自治体", "the municipality"))
            let text = try visit.needed("month", Phrase("入所月", "the month"))
            let name = try visit.needed("name", Phrase("回の名前", "the name of the round"))
            guard let month = PlacementMonth(written: text) else {
                throw ServiceFault.invalid(
                    "入所月「\(text)」を読めません。「2027-04」や「令和9年4月」のように入力してください。",
                    "The month \(text) cannot be read. Write it as 2027-04.")
            }
            for text in [municipality, name] where text.count > 60 || text.contains(where: \.isNewline) {
                throw ServiceFault.invalid("自治体と回の名前は60字までです。", "Municipality and name have at most 60 characters.")
            }
            let files = try await first(visit, municipality: municipality, month: month, name: name)
            let id = try await visit.office.rounds.make(
                municipality: municipality, month: month, name: name, files: files,
                by: visit.actor, what: Phrase("回をつくりました", "the round was made"))
            return .init(
                try await visit.office.rounds.round(id), next: RoundStep.files.path(of: id), status: .created)
        },
    ]

    /// The files of a new round: the month and the name, with the rules and the columns of another round where one is named.
    private static func first(
        _ visit: Visit, municipality: String, month: PlacementMonth, name: String
    ) async throws -> [String: [UInt8]] {
        func quoted(_ text: String) -> String {
            "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
        }
        let settings = CaseTable.settings.fileName
        guard let number = visit.fields["template"], !number.isEmpty else {
            let text = """
                municipality: \(quoted(municipality))
                round: \(quoted(name))
                month: \(month)

                """
            return [settings: Array(text.utf8)]
        }
        guard let id = Int64(number), let template = try await visit.office.rounds.round(id) else {
            throw ServiceFault.notFound
        }
        var files: [String: [UInt8]] = [:]
        for file in try await visit.office.rounds.files(of: id, version: template.version)
        where !FileName.isTable(file.name) {
            files[file.name] = try Blobs(visit.office.store).content(file.sha256)
        }
        var document = try SettingsDocument(files[settings] ?? Array("municipality: x\n".utf8))
        for (key, value) in [("municipality", municipality), ("round", name), ("month", month.description)] {
            try document.set(.text(value), at: [.key(key)])
        }
        files[settings] = try document.bytes()
        return files
    }

    private static func list(_ visit: Visit, _ rounds: [(RoundRow, RoundProgress)], _ page: Paging) -> Markup {
        let mayMake = visit.actor.may(.makeRounds)
        let make: Markup =
            mayMake
            ? "<p><a class=\"button main\" href=\"/rounds/new\">\(visit.say("新しい回をつくる", "Make a round"))</a></p>" : ""
        return Frame.page(visit, title: Phrase("回の一覧", "Rounds")) {
            if rounds.isEmpty {
                return """
                    <div class="card empty"><p>\(visit.say("回はまだありません。", "There are no rounds yet."))</p>
                    <p>\(mayMake ? visit.say("「新しい回をつくる」から、入所月を選んで始めます。", "Begin with “Make a round”.") : visit.say("入力または実行の役割をもつ人が、回をつくります。", "Somebody with the role of data entry or operator makes one."))</p>\(make)</div>
                    """
            }
            let rows = rounds.map { round, progress -> Markup in
                func number(_ key: KeyPath<RoundProgress.Figures, Int>) -> Markup {
                    progress.figures.map { "\($0[keyPath: key])" } ?? "<span class=\"note\">－</span>"
                }
                return """
                    <tr><th scope="row"><a href="/rounds/\(Int(round.id))">\(visit.say(round.title))</a><br><small>\(round.municipality)</small></th><td>\(state(visit, progress))</td><td class="n">\(number(\.children))</td><td class="n">\(number(\.placed))</td><td class="n">\(number(\.stays))</td><td class="n">\(number(\.held))</td><td class="n">\(round.version)</td></tr>
                    """
            }.joined()
            let heads: [(Phrase, Bool)] = [
                (Phrase("回", "Round"), false), (Phrase("状況", "State"), false), (Phrase("申込児童", "Children"), true),
                (Phrase("内定", "Placed"), true), (Phrase("転園保留", "Stay"), true), (Phrase("保留", "Held"), true),
                (Phrase("版", "Version"), true),
            ]
            let head = heads.map { text, isNumber -> Markup in
                "<th scope=\"col\"\(isNumber ? " class=\"n\"" as Markup : "")>\(visit.say(text))</th>"
            }.joined()
            return """
                \(make)
                <div class="scroll" tabindex="0" role="region" aria-label="\(visit.say("回の一覧", "Rounds"))"><table><thead><tr>\(head)</tr></thead><tbody>\(rows)</tbody></table></div>
                \(page.links(visit))
                """
        }
    }

    /// Where a round stands, as a tag.
    private static func state(_ visit: Visit, _ progress: RoundProgress) -> Markup {
        switch progress.state {
        case .published?: return "<span class=\"tag good\">\(visit.say("公表済み", "published"))</span>"
        case .approved?: return "<span class=\"tag good\">\(visit.say("承認済み", "approved"))</span>"
        case .reviewed?: return "<span class=\"tag wait\">\(visit.say("承認待ち", "waits for approval"))</span>"
        case .computed?: return "<span class=\"tag wait\">\(visit.say("確認待ち", "waits for review"))</span>"
        case nil: break
        }
        switch progress.marks[progress.step] {
        case .stuck?:
            return
                "<span class=\"tag held\">\(visit.say(progress.step.phrase)): \(visit.say("直すところあり", "to mend"))</span>"
        case .underWay?: return "<span class=\"tag wait\">\(visit.say("実行中", "running"))</span>"
        case .done?, nil:
            return
                "<span class=\"tag\">\(visit.say("次は\(progress.step.phrase.japanese)", "next: \(progress.step.phrase.english)"))</span>"
        }
    }

    private static func new(_ visit: Visit, _ rounds: [RoundRow]) -> Markup {
        let options = rounds.prefix(60).map { round -> Markup in
            "<option value=\"\(Int(round.id))\">\(visit.say(round.title)) \(round.municipality)</option>"
        }.joined()
        let template: Markup =
            rounds.isEmpty
            ? ""
            : """
            <label>\(visit.say("規則と列の対応を写す回", "Copy rules and columns from")) <select name="template"><option value="">\(visit.say("写さない（空の回）", "nothing (an empty round)"))</option>\(options)</select>
            <small>\(visit.say("児童や施設の表は写しません。", "Tables of children and facilities are not copied."))</small></label>
            """
        let following: Markup =
            rounds.first.map { round in
                """
                <p class="info">\(visit.say("毎月の続きの回は、前の月の回の「翌月」でつくります。辞退や新しい申込みを引き継げます。", "The round of the following month is made at the step “Next month” of the round before."))
                <a href="\(RoundStep.next.path(of: round.id))">\(visit.say("\(round.title.japanese)の翌月へ", "After \(round.title.english)"))</a></p>
                """
            } ?? ""
        let municipality = rounds.first?.municipality ?? ""
        return Frame.page(visit, title: Phrase("新しい回", "New round")) {
            """
            \(following)
            <form method="post" action="/rounds" class="card narrow">\(Frame.token(visit))
            <label>\(visit.say("自治体", "Municipality")) <input name="municipality" required maxlength="60" value="\(municipality)"></label>
            <label>\(visit.say("入所月（例: 2027-04、令和9年4月）", "Month (such as 2027-04)")) <input name="month" required maxlength="20"></label>
            <label>\(visit.say("回の名前（例: 一次）", "Name (such as 一次)")) <input name="name" required maxlength="60" value="一次"></label>
            \(template)
            <button class="main">\(visit.say("つくる", "Make it"))</button>
            </form>
            """
        }
    }
}
