import Admissions
import Batches
import CaseFiles
import Foundation
import HTTPTypes
import Reports
import Tables

/// From the approved result of a round to the round that follows it.
enum NextPages {
    static let routes: [Route] = [
        .page("/rounds/:round/next", .with(.seeRounds)) { visit in .page(try await page(visit)) },
        .page("/rounds/:round/changes", .with(.seeChildren), logged: .seen) { visit in
            .page(try await changes(visit))
        },
    ]

    static let operations: [Operation] = [
        .query(
            "showNext", "/rounds/:round/next", .seeRounds,
            Phrase("次の回のためのファイルと、つくった結果", "The files for the next round, and how its making went")
        ) { visit in
            let round = try await visit.round()
            return Standing(
                files: try await visit.office.following.files(of: round.id),
                attempts: try await visit.office.following.attempts(of: round.id))
        },
        .change(
            "putNextFile", "/rounds/:round/next/files/:kind", .makeRounds,
            Phrase("辞退・取下げ・新しい申込みのファイルを入れる", "Put in the file of declines, withdrawals or new children"),
            body: .file,
            fields: [.init("name", "もとのファイル名", "what the file is called", isRequired: false)]
        ) { visit in
            let round = try await visit.round()
            let kind = try kind(visit)
            let kept = try await Blobs(visit.office.store).receive(
                visit.request.body, megabytes: Reception.mostFileMegabytes)
            let folder = try await visit.office.rounds.folder(of: round.id, version: round.version)
            let expected = CaseFolder(folder).fileName(of: kind.table)
            try requireReadable(kept, as: expected, visit)
            try await visit.office.following.put(
                kept, as: kind, name: String((visit.query["name"] ?? expected).prefix(200)),
                of: round.id, by: visit.actor)
            return .init(
                try await visit.office.following.files(of: round.id), next: RoundStep.next.path(of: round.id))
        },
        .change(
            "removeNextFile", "/rounds/:round/next/files/:kind/remove", .makeRounds,
            Phrase("次の回のためのファイルを外す", "Take a file for the next round out")
        ) { visit in
            let round = try await visit.round()
            try await visit.office.following.remove(try kind(visit), of: round.id)
            return .init(
                try await visit.office.following.files(of: round.id), next: RoundStep.next.path(of: round.id))
        },
        .change(
            "makeNextRound", "/rounds/:round/next", .makeRounds, Phrase("次の回をつくる", "Make the next round"),
            fields: [
                .init("month", "入所月", "month, such as 2027-05"), .init("name", "回の名前", "name of the round"),
                .init("drawSeed", "抽選の種（変えるとき）", "seed of the draw, to replace it", isRequired: false),
                .init("accept", "承知する点の記号", "codes of doubts about the files that are accepted", isRequired: false),
            ]
        ) { visit in
            let round = try await visit.round()
            let id = try await visit.office.makeNext(
                try following(visit), after: round, by: visit.actor, in: visit.language)
            return .init(
                try await visit.office.rounds.round(id), next: RoundStep.next.path(of: round.id) + "#made",
                status: .created)
        },
    ]

    private struct Standing: Encodable, Sendable {
        let files: [FollowingFile]
        let attempts: [FollowingAttempt]
    }

    private static func kind(_ visit: Visit) throws(ServiceFault) -> FollowingFile.Kind {
        guard let kind = FollowingFile.Kind(rawValue: visit.parameter("kind")) else { throw .notFound }
        return kind
    }

    /// Refuses what cannot be read in the place of the file: a workbook where the case has a table in text.
    private static func requireReadable(_ kept: (sha256: String, size: Int), as name: String, _ visit: Visit) throws {
        if kept.size == 0 {
            throw ServiceFault.invalid("ファイルが空です。何も変わっていません。", "The file is empty. Nothing was changed.")
        }
        let file = try FileHandle(forReadingFrom: Blobs(visit.office.store).url(kept.sha256))
        defer { try? file.close() }
        let start = [UInt8](try file.read(upToCount: 4) ?? Data())
        let isWorkbook = start.starts(with: Array("PK".utf8)) || start == [0xD0, 0xCF, 0x11, 0xE0]
        if isWorkbook, !["xlsx", "xlsm", "ods"].contains((name as NSString).pathExtension.lowercased()) {
            throw ServiceFault.invalid(
                "ここに入れられるのはCSVファイルです。Excelで「名前を付けて保存」から「CSV（コンマ区切り）」にして、もう一度入れてください。何も変わっていません。",
                "This takes a CSV file. Save the sheet as CSV and put it in again. Nothing was changed.")
        }
    }

    private static func following(_ visit: Visit) throws(ServiceFault) -> Office.Following {
        let text = try visit.needed("month", Phrase("入所月", "the month"))
        guard let month = PlacementMonth(written: text) else {
            throw .invalid(
                "入所月「\(text)」を読めません。「2027-05」や「令和9年5月」のように入力してください。何も作っていません。",
                "The month \(text) cannot be read. Write it as 2027-05. Nothing was made.")
        }
        let name = try visit.needed("name", Phrase("回の名前", "the name of the round"))
        let seed = (visit.fields["drawSeed"] ?? "").trimmingCharacters(in: .whitespaces)
        for text in [name, seed] where text.count > 60 || text.contains(where: \.isNewline) {
            throw .invalid(
                "回の名前と抽選の種は60字までです。何も作っていません。", "Name and seed have at most 60 characters. Nothing was made.")
        }
        let codes = (visit.fields["accept"] ?? "").split(separator: ",").map(String.init)
        guard codes.allSatisfy({ $0.allSatisfy { $0.isASCII && ($0.isUppercase || $0 == "_") } }) else {
            throw .invalid("承知する点を選び直してください。何も作っていません。", "Choose again what is accepted. Nothing was made.")
        }
        return Office.Following(month: month, name: name, drawSeed: seed.isEmpty ? nil : seed, accepted: codes)
    }

    // MARK: The page

    private static func page(_ visit: Visit) async throws -> Markup {
        let round = try await visit.round()
        let result = try await visit.office.newestResult(of: round.id)
        let files = try await visit.office.following.files(of: round.id)
        let attempts = try await visit.office.following.attempts(of: round.id)
        var made: [(FollowingAttempt?, RoundRow)] = []
        for id in try await visit.office.following.rounds(after: round.id) {
            if let next = try await visit.office.rounds.round(id) {
                made.append((attempts.first { $0.made == id }, next))
            }
        }
        let isApproved = result.map { $0.state >= .approved } ?? false
        return Frame.page(visit, title: RoundStep.next.phrase, round: (round, .next), scripts: [.run]) {
            let refusal: Markup =
                isApproved
                ? ""
                : """
                <p class="warn">\(visit.say("次の回は、承認された結果からつくります。この回の承認がまだ済んでいません。ファイルは先に入れておけます。", "The next round is made from an approved result, and this one has none yet. Files can be put in already.")) <a href="\(RoundStep.approve.path(of: round.id))">\(visit.say("承認を開く", "Open the approval"))</a></p>
                """
            return """
                \(refusal)
                <section><h2>\(visit.say("この回のあとに届いたもの", "What came in since"))</h2>
                <p>\(visit.say("内定辞退の枠は次の回に戻り、申込取下げの児童は外れ、新しい申込みが加わります。ないものは入れなくてかまいません。", "Declines give their seats back, withdrawals leave, and new children join. Leave out what there is none of."))</p>
                <div class="signs">\(FollowingFile.Kind.allCases.map { slot(visit, round, $0, files) }.joined())</div></section>
                \(problems(visit, attempts.first))
                \(visit.actor.may(.makeRounds) && isApproved ? form(visit, round, attempts.first) : "")
                \(list(visit, made))
                """
        }
    }

    private static func slot(
        _ visit: Visit, _ round: RoundRow, _ kind: FollowingFile.Kind, _ files: [FollowingFile]
    ) -> Markup {
        let file = files.first { $0.kind == kind }
        let path = "/rounds/\(round.id)/next/files/\(kind.rawValue)"
        let standing: Markup =
            file.map { file in
                """
                <p><span class="tag good">\(visit.say("入っています", "put in"))</span> \(file.name) <small>\(file.by), \(LocalClock.text(file.at))</small></p>
                """
            } ?? "<p><span class=\"tag\">\(visit.say("なし", "none"))</span></p>"
        let remove: Markup =
            file != nil && visit.actor.may(.makeRounds)
            ? "<form method=\"post\" action=\"\(path)/remove\" class=\"plain\">\(Frame.token(visit))<button class=\"danger\">\(visit.say("外す", "Take it out"))</button></form>"
            : ""
        let choose: Markup =
            visit.actor.may(.makeRounds)
            ? """
            <label>\(visit.say("ファイル（CSV）を選ぶか、ここに置く", "Choose a file (CSV), or drop it here"))<input type="file" accept=".csv,.tsv,.txt,.xlsx,.xlsm,.ods,text/csv"></label><p class="next-said" role="status"></p>
            """ : ""
        return """
            <div class="next-slot" data-put="\(Operation.prefix)\(path)" data-token="\(visit.login?.formToken ?? "")" data-busy="\(visit.say("送っています", "sending"))"><h3>\(visit.say(kind.phrase))</h3><p class="note">\(visit.say(kind.columns))</p>\(standing)\(choose)\(remove)</div>
            """
    }

    private static func form(_ visit: Visit, _ round: RoundRow, _ attempt: FollowingAttempt?) -> Markup {
        let next = round.placementMonth.flatMap(following)
        let open = attempt.map { $0.made == nil ? $0.doubts : [] } ?? []
        let doubts: Markup =
            open.isEmpty
            ? ""
            : """
            <fieldset><legend>\(visit.say("承知する点", "Accept"))</legend>\(open.map { "<label class=\"check\"><input type=\"checkbox\" name=\"accept\" value=\"\($0)\"> \($0)</label>" as Markup }.joined())</fieldset>
            """
        return """
            <section><h2>\(visit.say("次の回をつくる", "Make the next round"))</h2>
            <form method="post" class="narrow">\(Frame.token(visit))
            <label>\(visit.say("入所月", "Month"))<input name="month" required maxlength="20" value="\(next?.description ?? "")"></label>
            <label>\(visit.say("回の名前（例: 月次、二次）", "Name (such as 月次)"))<input name="name" required maxlength="60" value="\(visit.say("月次", "月次"))"></label>
            <label>\(visit.say("抽選の種", "Seed of the draw"))<small>\(visit.say("空欄なら、この回と同じ種を使います。", "Empty: that of this round."))</small><input name="drawSeed" maxlength="60" autocomplete="off"></label>
            \(doubts)<div class="actions"><button class="main">\(visit.say("次の回をつくる", "Make the next round"))</button></div></form></section>
            """
    }

    /// The month after one, of the same fiscal year; `nil` after March.
    private static func following(_ month: PlacementMonth) -> PlacementMonth? {
        let (year, number) = (month.firstDay.year, month.firstDay.month)
        if number == 3 { return nil }
        return PlacementMonth(year: number == 12 ? year + 1 : year, month: number == 12 ? 1 : number + 1)
    }

    /// What kept the last attempt from making a round.
    private static func problems(_ visit: Visit, _ attempt: FollowingAttempt?) -> Markup {
        guard let attempt, attempt.made == nil, !attempt.problems.isEmpty else { return "" }
        let rows = attempt.problems.map { problem -> Markup in
            let kind = FollowingFile.Kind.allCases.first { "\($0.rawValue).csv" == problem.file }
            let place = problem.cell ?? problem.line.map { visit.say("\($0)行目", "line \($0)") } ?? ""
            return """
                <tr><th scope="row">\(kind.map { visit.say($0.phrase) + " " } ?? "")\(problem.file ?? "")</th><td>\(place)</td><td>\(problem.header ?? "")</td><td>\(visit.say(Phrase(problem.japanese, problem.message)))</td></tr>
                """
        }.joined()
        let heading = visit.say("直すところ", "To correct")
        let more: Markup =
            attempt.problemCount > attempt.problems.count
            ? "<p class=\"note\">\(visit.say("はじめの\(attempt.problems.count)件です（全\(attempt.problemCount)件）。", "The first \(attempt.problems.count) of \(attempt.problemCount)."))</p>"
            : ""
        return """
            <section><h2>\(heading)</h2><p class="fault">\(visit.say("\(LocalClock.text(attempt.at)) に次の回をつくろうとしましたが、直すところが \(attempt.problemCount) 件あったため、何も作っていません。ファイルを直して入れ直してください。", "At \(LocalClock.text(attempt.at)) the next round was not made because of \(counted(attempt.problemCount, "problem")). Correct the files and put them in again."))</p>
            <div class="scroll" tabindex="0" role="region" aria-label="\(heading)"><table><thead><tr><th scope="col">\(visit.say("ファイル", "File"))</th><th scope="col">\(visit.say("場所", "Place"))</th><th scope="col">\(visit.say("列", "Column"))</th><th scope="col">\(visit.say("内容", "What is wrong"))</th></tr></thead><tbody>\(rows)</tbody></table></div>\(more)</section>
            """
    }

    private static func list(_ visit: Visit, _ made: [(FollowingAttempt?, RoundRow)]) -> Markup {
        let heading = visit.say("つくった回", "Rounds that were made")
        if made.isEmpty {
            return "<section id=\"made\"><h2>\(heading)</h2><p>\(visit.say("まだありません。", "None yet."))</p></section>"
        }
        let cards = made.map { attempt, next -> Markup in
            func count(_ fate: String) -> Int { attempt?.fates[fate] ?? 0 }
            let facts = [
                (Phrase("引き続き申込み中", "still held"), count("held")),
                (Phrase("転園保留", "staying, still want to move"), count("stays")),
                (Phrase("新しい申込み", "new"), count("new")),
                (Phrase("内定（外れます）", "placed, leave"), count("placed")),
                (Phrase("内定辞退（外れます）", "declined, leave"), count("declined")),
                (Phrase("申込取下げ（外れます）", "withdrew, leave"), count("withdrawn")),
            ].map { "<dt>\(visit.say($0))</dt><dd>\(visit.say("\($1)人", "\($1)"))</dd>" as Markup }.joined()
            let look: Markup =
                visit.actor.may(.seeChildren)
                ? "<a class=\"button\" href=\"/rounds/\(Int(next.id))/changes\">\(visit.say("変わることを児童ごとに見る", "See the changes, child by child"))</a>"
                : ""
            return """
                <h3><a href="\(RoundStep.files.path(of: next.id))">\(visit.say(next.title))</a></h3>
                <p class="note">\(visit.say("\(next.madeBy)、\(LocalClock.text(next.madeAt))", "\(next.madeBy), \(LocalClock.text(next.madeAt))"))</p>
                \(attempt == nil ? "" : "<dl class=\"facts\"><dt>\(visit.say("申込児童", "children"))</dt><dd>\(visit.say("\(attempt?.children ?? 0)人", "\(attempt?.children ?? 0)"))</dd>\(facts)</dl>" as Markup)<div class="actions"><a class="button main" href="\(RoundStep.files.path(of: next.id))">\(visit.say("この回を開く", "Open the round"))</a>\(look)</div>
                """
        }.joined()
        return "<section id=\"made\"><h2>\(heading)</h2>\(cards)</section>"
    }

    // MARK: Changes

    private static let rowsOfPage = 100

    /// What a round that was made from another says otherwise, child by child, a page at a time.
    private static func changes(_ visit: Visit) async throws -> Markup {
        let round = try await visit.round()
        let bytes = try await visit.office.rounds.content(of: "changes.csv", round: round.id, version: 1)
        let kind = visit.query["kind"] ?? ""
        let page = max(1, visit.query["page"].flatMap { Int($0) } ?? 1)
        guard let bytes, let text = try? DecodedText(bytes), let table = Table.read(text.utf8).table,
            table.columns.count >= 6
        else {
            throw ServiceFault(
                .notFound, "noChanges",
                Phrase(
                    "この回は前の回からつくったものではないため、変わることの一覧はありません。",
                    "This round was not made from another, so there is no list of changes."))
        }
        let names = Dictionary(
            ChildChange.Kind.allCases.flatMap { kind in
                [(kind.rawValue, kind), (kind.phrase.japanese, kind)]
            }, uniquingKeysWith: { first, _ in first })
        var counts: [ChildChange.Kind: Int] = [:]
        var rows: [Int] = []
        for row in 0..<table.rowCount {
            guard let found = names[table.text(row: row, column: 2)] else { continue }
            counts[found, default: 0] += 1
            if kind.isEmpty || found.rawValue == kind { rows.append(row) }
        }
        let pages = max(1, (rows.count + rowsOfPage - 1) / rowsOfPage)
        let shown = rows.dropFirst((min(page, pages) - 1) * rowsOfPage).prefix(rowsOfPage)
        return Frame.page(visit, title: Phrase("前の回から変わること", "Changes since the round before"), round: (round, .files))
        {
            let chips = ChildChange.Kind.allCases.filter { counts[$0] != nil }.map { own -> Markup in
                let current: Markup = own.rawValue == kind ? " aria-current=\"true\"" : ""
                return
                    "<li><a href=\"?kind=\(own.rawValue)\"\(current)>\(visit.say(own.phrase)) <b>\(counts[own] ?? 0)</b></a></li>"
            }.joined()
            let list = shown.map { row -> Markup in
                let cells = (0..<6).map { table.text(row: row, column: $0) }
                let name = names[cells[2]].map { visit.say($0.phrase) } ?? cells[2]
                return
                    "<tr><th scope=\"row\">\(cells[0])</th><td>\(cells[1])</td><td>\(name)</td><td>\(cells[3])</td><td>\(cells[4])</td><td>\(cells[5])</td></tr>"
            }.joined()
            let query = kind.isEmpty ? "" : "kind=\(kind.filter { $0.isASCII && $0.isLetter })&"
            func link(_ to: Int, _ text: String) -> Markup {
                (1...pages).contains(to) ? "<a href=\"?\(query)page=\(to)\">\(text)</a>" : ""
            }
            let heading = visit.say("前の回から変わること", "Changes since the round before")
            let columns = [
                Phrase("児童", "Child"), Phrase("世帯", "Household"), Phrase("変わること", "Change"), Phrase("前", "Before"),
                Phrase("後", "After"), Phrase("理由", "Why"),
            ].map { "<th scope=\"col\">\(visit.say($0))</th>" as Markup }.joined()
            return """
                <section><h2>\(heading)</h2>
                <ul class="chips"><li><a href="?"\(kind.isEmpty ? " aria-current=\"true\"" as Markup : "")>\(visit.say("すべて", "All")) <b>\(counts.values.reduce(0, +))</b></a></li>\(chips)</ul>
                <div class="scroll" tabindex="0" role="region" aria-label="\(heading)"><table class="changes"><thead><tr>\(columns)</tr></thead><tbody>\(list)</tbody></table></div>
                <nav class="pages" aria-label="\(visit.say("ページ", "Pages"))">\(link(min(page, pages) - 1, visit.say("前へ", "Back")))<span>\(min(page, pages)) / \(pages)</span>\(link(min(page, pages) + 1, visit.say("次へ", "On")))</nav></section>
                """
        }
    }
}
