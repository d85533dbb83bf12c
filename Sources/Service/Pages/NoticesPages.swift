import Admissions
import Foundation
import HTTPTypes
import Ledger
import Reports

/// What is handed out of a result: letters, tables for other systems and for the public.
enum NoticesPages {
    static let routes: [Route] =
        [.page("/rounds/:round/notices", .with(.seeRounds)) { visit in .page(try await page(visit)) }]
        + files("/rounds/:round/prints/:print/:file") { visit in try await print(visit) }
        + files("/rounds/:round/files/:file") { visit in try await download(visit) }
        + files("/rounds/:round/runs/:run/workbook") { visit in
            let run = try await RunPages.run(visit)
            guard run.state == .done else { throw ServiceFault.notFound }
            let round = try await visit.round()
            return try file(
                visit.office.runs.folder(of: run.id).appending(path: "result.xlsx"),
                named: "試行_\(name(round, "結果")).xlsx")
        }

    /// A file, for a browser and for a program.
    private static func files(
        _ path: String, _ answer: @escaping @Sendable (Visit) async throws -> FileAnswer
    ) -> [Route] {
        ["", Operation.prefix].map { prefix in
            .page(prefix + path, .with(.export), logged: .exported) { visit in .file(try await answer(visit)) }
        }
    }

    static let operations: [Operation] = [
        .query(
            "listPrints", "/rounds/:round/prints", .seeRounds,
            Phrase("作った通知書などの一覧", "What was made to be handed out")
        ) { visit in try await visit.office.prints.all(of: try await visit.round().id) },
        .change(
            "makeNotices", "/rounds/:round/notices", .export, Phrase("通知書を作る", "Make the notices"),
            fields: [
                .init("only", "どの世帯", "which households", isRequired: false, values: ["", "placed", "held"]),
                .init("household", "世帯番号または児童番号", "one household, by its id or a child's", isRequired: false),
                .init("from", "ここから", "first household: id or position", isRequired: false),
                .init("to", "ここまで", "last household", isRequired: false),
                .init("date", "通知の日付", "date of the letters", isRequired: false),
                .init("firstNumber", "はじめの番号", "number of the first letter", isRequired: false),
                .init("accept", "知らせる逆転・空き枠", "PRIORITY_INVERSION, VACANT_SEAT", isRequired: false),
            ]
        ) { visit in
            let round = try await visit.round()
            let id = try await visit.office.makeNotices(
                try letters(visit), of: round, by: visit.actor, in: visit.language)
            return try await made(visit, round, id)
        },
        .change(
            "makeSampleNotices", "/rounds/:round/notices/sample", .export,
            Phrase("見本の通知書を作る", "Make sample notices with made-up contents")
        ) { visit in
            let round = try await visit.round()
            let id = try await visit.office.makeNotices(nil, of: round, by: visit.actor, in: visit.language)
            return try await made(visit, round, id)
        },
        .change(
            "makeVacancies", "/rounds/:round/vacancies", .export,
            Phrase("空き状況の公表用データを作る", "Make the vacancies for publication")
        ) { visit in
            let round = try await visit.round()
            let id = try await visit.office.makeVacancies(of: round, by: visit.actor, in: visit.language)
            return try await made(visit, round, id)
        },
    ]

    private static func made(_ visit: Visit, _ round: RoundRow, _ id: Int64) async throws -> Operation.Outcome {
        .init(
            try await visit.office.prints.all(of: round.id).first { $0.id == id },
            next: RoundStep.notices.path(of: round.id) + "#prints", status: .created)
    }

    private static func letters(_ visit: Visit) throws(ServiceFault) -> Office.Letters {
        func text(_ name: String) -> String? {
            let text = (visit.fields[name] ?? "").trimmingCharacters(in: .whitespaces)
            return text.isEmpty ? nil : text
        }
        var letters = Office.Letters()
        (letters.only, letters.household) = (text("only"), text("household"))
        (letters.from, letters.to, letters.date) = (text("from"), text("to"), text("date"))
        if let only = letters.only, !["placed", "held"].contains(only) {
            throw .invalid("「どの世帯」を選び直してください。何も作っていません。", "Choose which households again. Nothing was made.")
        }
        if let number = text("firstNumber") {
            guard let first = Int(number), (1...1_000_000).contains(first) else {
                throw .invalid("はじめの番号は、1 からの数で入力してください。何も作っていません。", "The first number is 1 or more. Nothing was made.")
            }
            letters.firstNumber = first
        }
        letters.accepted = (text("accept") ?? "").split(separator: ",").map(String.init)
        guard letters.accepted.allSatisfy({ ["PRIORITY_INVERSION", "VACANT_SEAT"].contains($0) }) else {
            throw .invalid("知らせる内容を選び直してください。何も作っていません。", "Choose again what letters may tell of. Nothing was made.")
        }
        return letters
    }

    // MARK: Files

    /// A file of something that was made; letters of a result only while it is approved.
    private static func print(_ visit: Visit) async throws -> FileAnswer {
        let round = try await visit.round()
        guard
            let print = try await visit.office.prints.all(of: round.id).first(where: {
                "\($0.id)" == visit.parameter("print")
            }), print.files.contains(visit.parameter("file"))
        else { throw ServiceFault.notFound }
        if print.kind != .sample {
            let result = try await visit.office.approvedResult(of: round.id)
            guard result.number == print.result else {
                throw ServiceFault(
                    .conflict, "otherResult",
                    Phrase(
                        "これは前の結果から作ったものです。今の結果から作り直してください。",
                        "This was made from an earlier result. Make it again from the present one."))
            }
        }
        let file = visit.parameter("file")
        let place = visit.office.prints.folder(of: print.id).appending(path: file)
        if file.hasSuffix(".html") {
            var answer = try self.file(place, named: nil)
            answer.isOwnPage = true
            return answer
        }
        let title = print.kind == .vacancies ? "空き状況" : print.kind == .sample ? "通知書見本の差し込みデータ" : "通知書の差し込みデータ"
        return try self.file(place, named: "\(name(round, title)).csv")
    }

    /// A file of the result that can be taken out.
    private struct Offer {
        /// The last part of its address.
        let path: String
        let name, what: Phrase
        /// The state from which it may be taken out.
        let from: RunState
        let fileName: String
        /// The file in the result folder.
        let file: String
    }

    private static func offers(_ result: LedgerRun, _ round: RoundRow) -> [Offer] {
        let isApproved = result.state >= .approved
        var offers = [
            Offer(
                path: "workbook", name: Phrase("結果のExcelブック", "Workbook of the result"),
                what: Phrase(
                    "申込児童の表に結果を並べたもの。庁内用です。", "The children's table with the result beside it, for the office."),
                from: .computed, fileName: "\(isApproved ? "" : "未承認_")\(name(round, "結果")).xlsx", file: "result.xlsx"),
            Offer(
                path: "borders", name: Phrase("最低指数（公表用）", "Borders, for the public"),
                what: Phrase(
                    "施設・クラスごとの最低指数と申込数。少人数の数は伏せてあります。",
                    "Borders by facility and class; numbers of few children are hidden."),
                from: .approved, fileName: "\(name(round, "最低指数")).csv", file: "borders_public.csv"),
        ]
        let known: Set = [
            "advice.csv", "borders.csv", "borders_public.csv", "claims.csv", "draw_ties.csv", "placements.csv",
            "reasons.csv", "sufficient.csv", "waiting.csv", "report.html", "result.xlsx", "run.json",
        ]
        for file in result.run.files where !file.name.contains("/") && !known.contains(file.name) {
            offers.insert(
                Offer(
                    path: "core", name: Phrase("基幹システム取込み用（\(file.name)）", "For the core system (\(file.name))"),
                    what: Phrase(
                        "規則の columns.result で決めた並びの結果。", "The result in the layout that columns.result describes."),
                    from: .approved, fileName: "\(name(round, "基幹取込み"))_\(file.name)", file: file.name), at: 1)
        }
        return offers
    }

    private static func download(_ visit: Visit) async throws -> FileAnswer {
        let round = try await visit.round()
        guard let result = try await visit.office.newestResult(of: round.id) else {
            throw ServiceFault(
                .conflict, "noResult",
                Phrase("提出された結果がまだありません。", "No result was handed in yet."))
        }
        guard let offer = offers(result, round).first(where: { $0.path == visit.parameter("file") }) else {
            throw ServiceFault.notFound
        }
        if result.state < offer.from { _ = try await visit.office.approvedResult(of: round.id) }
        return try file(
            visit.office.ledger.file.folder(of: result.run).appending(path: offer.file), named: offer.fileName)
    }

    /// The name of a file for people: month and round, then what it is.
    private static func name(_ round: RoundRow, _ what: String) -> String {
        let title = "\(round.placementMonth?.japanese ?? round.month)_\(round.name)_\(what)"
        return String(title.map { "/\\:*?\"<>|".contains($0) || $0.isNewline ? "_" : $0 })
    }

    private static func file(_ place: URL, named name: String?) throws -> FileAnswer {
        guard let bytes = try? Data(contentsOf: place) else {
            throw ServiceFault(
                .notFound, "noFile",
                Phrase(
                    "ファイルがありません。作り直すか、管理者に知らせてください。", "The file is not there. Make it again, or tell the administrator."
                ))
        }
        let type: String =
            switch place.pathExtension {
            case "html": "text/html; charset=utf-8"
            case "csv": "text/csv"
            case "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            default: "application/octet-stream"
            }
        return FileAnswer(bytes: [UInt8](bytes), type: type, name: name)
    }

    // MARK: The page

    private static func page(_ visit: Visit) async throws -> Markup {
        let round = try await visit.round()
        let result = try await visit.office.newestResult(of: round.id)
        let prints = try await visit.office.prints.all(of: round.id)
        let mayExport = visit.actor.may(.export)
        return Frame.page(visit, title: RoundStep.notices.phrase, round: (round, .notices)) {
            let isApproved = result.map { $0.state >= .approved } ?? false
            let refusal: Markup =
                mayExport
                ? ""
                : "<p class=\"info\">\(visit.say("通知書やファイルを取り出せるのは、実行または承認の役割をもつ人です。", "Operators and approvers can take letters and files out."))</p>"
            return """
                \(standing(visit, round, result))\(refusal)
                \(mayExport && isApproved ? form(visit, round) : "")
                \(mayExport ? sample(visit, round) : "")
                \(list(visit, round, prints, result))
                \(mayExport ? downloads(visit, round, result) : "")
                """
        }
    }

    private static func standing(_ visit: Visit, _ round: RoundRow, _ result: LedgerRun?) -> Markup {
        let approve: Markup =
            "<a href=\"\(RoundStep.approve.path(of: round.id))\">\(visit.say("承認を開く", "Open the approval"))</a>"
        guard let result else {
            return """
                <p class="warn">\(visit.say("提出された結果がまだありません。いま作れるのは見本（試し刷り）だけです。", "No result was handed in yet. Only samples can be made."))</p>
                """
        }
        if result.state < .approved {
            return """
                <p class="warn">\(visit.say("台帳 \(result.number) 番は「\(result.state.japanese)」です。通知書と公表用のファイルは、承認のあとで作れます。", "Ledger \(result.number) is \(result.state.rawValue). Notices and files for the public follow the approval.")) \(approve)</p>
                """
        }
        return """
            <p class="fine">\(visit.say("台帳 \(result.number) 番（\(result.state.japanese)）から作ります。", "From ledger \(result.number), \(result.state.rawValue).")) \(approve)</p>
            """
    }

    private static func form(_ visit: Visit, _ round: RoundRow) -> Markup {
        """
        <section><h2>\(visit.say("通知書を作る", "Make the notices"))</h2>
        <p>\(visit.say("世帯ごとにA4の通知書を作ります。各ページに世帯番号と「1／2」が入ります。", "A letter of A4 sheets for each household; each sheet names the household and says 1／2."))</p>
        <form method="post" class="notice-form">\(Frame.token(visit))
        <div class="two"><fieldset><legend>\(visit.say("どの世帯", "Which households"))</legend>
        <label class="check"><input type="radio" name="only" value="" checked> \(visit.say("すべて", "All"))</label>
        <label class="check"><input type="radio" name="only" value="placed"> \(visit.say("内定のある世帯だけ", "Only with a place"))</label>
        <label class="check"><input type="radio" name="only" value="held"> \(visit.say("内定のない世帯だけ（保留など）", "Only without a place"))</label>
        <label>\(visit.say("一世帯だけ（世帯番号か児童番号）", "One household (its id or a child's)"))<input name="household" maxlength="40" autocomplete="off"></label></fieldset>
        <fieldset><legend>\(visit.say("範囲と日付", "Range and date"))</legend>
        <label>\(visit.say("ここから（世帯番号か順番）", "From (id or position)"))<input name="from" maxlength="40" autocomplete="off"></label>
        <label>\(visit.say("ここまで", "To"))<input name="to" maxlength="40" autocomplete="off"></label>
        <label>\(visit.say("通知の日付", "Date of the letters"))<input name="date" type="date"></label>
        <label>\(visit.say("はじめの文書番号", "Number of the first letter"))<input name="firstNumber" type="number" min="1" value="1"></label></fieldset></div>
        <label class="check"><input type="checkbox" name="accept" value="PRIORITY_INVERSION,VACANT_SEAT"> \(visit.say("優先順位の逆転や空き枠の残りを知らせる通知書も作る（「確認」で内容を見てから）", "Also letters that tell of a priority inversion or a vacant seat (look under Review first)"))</label>
        <div class="actions"><button class="main">\(visit.say("通知書を作る", "Make the notices"))</button></div></form></section>
        """
    }

    private static func sample(_ visit: Visit, _ round: RoundRow) -> Markup {
        """
        <section><h2>\(visit.say("見本で試し刷りする", "Test print with samples"))</h2>
        <p>\(visit.say("作りものの内容に「見本」と印した通知書で、文面・余白・封筒の窓を確かめます。いつでも作れます。", "Letters with made-up contents, marked as samples, to test texts, margins and envelopes. They can be made at any time."))</p>
        <form method="post" action="/rounds/\(Int(round.id))/notices/sample">\(Frame.token(visit))<button>\(visit.say("見本を作る", "Make samples"))</button></form></section>
        """
    }

    private static func list(_ visit: Visit, _ round: RoundRow, _ prints: [PrintRow], _ result: LedgerRun?) -> Markup {
        let heading = visit.say("作ったもの", "What was made")
        if prints.isEmpty {
            return """
                <section id="prints"><h2>\(heading)</h2><p>\(visit.say("まだありません。上のボタンで作ると、ここから開いて印刷できます。", "Nothing yet. What you make above can be opened and printed from here."))</p></section>
                """
        }
        let rows = prints.map { row(visit, round, $0, result) }.joined()
        return """
            <section id="prints"><h2>\(heading)</h2><div class="scroll" tabindex="0" role="region" aria-label="\(heading)"><table class="prints"><thead><tr><th scope="col">\(visit.say("種類", "Kind"))</th><th scope="col">\(visit.say("作った人", "Made by"))</th><th scope="col">\(visit.say("開く・保存する", "Open or save"))</th><th scope="col">\(visit.say("確かめること", "To see to"))</th></tr></thead><tbody>\(rows)</tbody></table></div>
            <p class="note">\(visit.say("印刷はブラウザーの「印刷」で、用紙A4・倍率100%・ヘッダーとフッターなしにしてください。新しいものから\(Prints.most)件まで残ります。", "Print with the browser: A4, 100 %, without headers and footers. The newest \(Prints.most) are kept."))</p></section>
            """
    }

    private static func row(_ visit: Visit, _ round: RoundRow, _ print: PrintRow, _ result: LedgerRun?) -> Markup {
        let counts =
            print.kind == .sample || (print.result == result?.number && (result?.state ?? .computed) >= .approved)
        let files: Markup
        if !counts {
            files =
                "<span class=\"tag held\">\(visit.say("前の結果のもの（開けません）", "of an earlier result; cannot be opened"))</span>"
        } else if !visit.actor.may(.export) {
            files = ""
        } else {
            let pages = print.files.filter { $0.hasSuffix(".html") }.count
            files = print.files.map { file -> Markup in
                let path = "/rounds/\(round.id)/prints/\(print.id)/\(file)"
                if file.hasSuffix(".html") {
                    let number = file.filter(\.isNumber)
                    let name =
                        pages == 1
                        ? visit.say("印刷用のページ", "Page to print")
                        : visit.say("印刷用のページ \(Int(number) ?? 1)", "Page to print \(Int(number) ?? 1)")
                    return "<li><a href=\"\(path)\">\(name)</a></li>"
                }
                return "<li><a href=\"\(path)\">\(visit.say("CSVデータ", "CSV data"))</a></li>"
            }.joined()
        }
        let remarks = visit.say(Phrase(print.remarksJapanese, print.remarksEnglish)).split(separator: "\n")
        let told: Markup =
            remarks.isEmpty
            ? "<span class=\"tag good\">\(visit.say("なし", "nothing"))</span>"
            : """
            <details><summary>\(visit.say("\(remarks.count)件あります", "\(remarks.count) to see to"))</summary><ul>\(remarks.map { "<li>\(String($0))</li>" as Markup }.joined())</ul></details>
            """
        return """
            <tr><th scope="row">\(visit.say(print.kind.phrase))<br><small>\(visit.say(Phrase(print.japanese, print.english)))</small></th><td>\(print.by)<br><small>\(LocalClock.text(print.at))</small></td><td><ul class="plain-list">\(files)</ul></td><td>\(told)</td></tr>
            """
    }

    private static func downloads(_ visit: Visit, _ round: RoundRow, _ result: LedgerRun?) -> Markup {
        let heading = visit.say("ファイルを取り出す", "Take files out")
        guard let result else {
            return """
                <section><h2>\(heading)</h2><p>\(visit.say("結果が提出されると、ここから取り出せます。試行のExcelブックは「実行」の一覧にあります。", "Files can be taken out here once a result was handed in. The workbook of a trial is in the list under Run."))</p></section>
                """
        }
        let rows = offers(result, round).map { offer -> Markup in
            let link: Markup =
                result.state >= offer.from
                ? "<a class=\"button\" href=\"/rounds/\(Int(round.id))/files/\(offer.path)\" download>\(visit.say("保存する", "Save"))</a>"
                : "<span class=\"tag wait\">\(visit.say("承認のあと", "after the approval"))</span>"
            return """
                <tr><th scope="row">\(visit.say(offer.name))</th><td>\(visit.say(offer.what))</td><td>\(link)</td></tr>
                """
        }.joined()
        let vacancies: Markup =
            result.state >= .approved
            ? "<form method=\"post\" action=\"/rounds/\(Int(round.id))/vacancies\">\(Frame.token(visit))<button>\(visit.say("作る", "Make it"))</button></form>"
            : "<span class=\"tag wait\">\(visit.say("承認のあと", "after the approval"))</span>"
        return """
            <section><h2>\(heading)</h2><p>\(visit.say("取り出したことは、だれがいつ何を取り出したかとともにアクセス記録に残ります。", "The access log records who took out what, and when."))</p>
            <div class="scroll" tabindex="0" role="region" aria-label="\(heading)"><table class="prints"><thead><tr><th scope="col">\(visit.say("ファイル", "File"))</th><th scope="col">\(visit.say("内容", "What it holds"))</th><th scope="col">\(visit.say("取り出す", "Take out"))</th></tr></thead><tbody>\(rows)
            <tr><th scope="row">\(visit.say("空き状況（公表用）", "Vacancies, for the public"))</th><td>\(visit.say("この回のあとに残る枠。少人数の数は伏せ、あわせて公表してはいけない合計を知らせます。", "What the round leaves; numbers of few children are hidden, and totals that must not be published are named."))</td><td>\(vacancies)</td></tr></tbody></table></div></section>
            """
    }
}
