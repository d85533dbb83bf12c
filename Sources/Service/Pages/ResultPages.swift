import Admissions
import CaseFiles
import Foundation
import Reports
import Rounds

/// 確認: what a run came to, the children that somebody should look at, lists, search, sums without ids, and two runs compared.
enum ResultPages {
    static let routes: [Route] = [
        .page("/rounds/:round/review", .with(.seeRounds)) { visit in .page(try await review(visit)) },
        .page("/rounds/:round/runs/:run/report", .with(.seeChildren), logged: .seen) { visit in
            let run = try await visit.run()
            let bytes = try await ResultDesk.file("report.html", of: run, in: visit.office)
            return .file(FileAnswer(bytes: bytes, type: "text/html; charset=utf-8", isOwnPage: true))
        },
        .page("/rounds/:round/runs/:run/files/:name", .with(.export), logged: .exported) { visit in
            let result = try await visit.result()
            let name = visit.parameter("name").removingPercentEncoding ?? ""
            guard result.fileNames.contains(name) else { throw ServiceFault.notFound }
            let bytes = try await ResultDesk.file(name, of: result.run, in: visit.office)
            return .file(FileAnswer(bytes: bytes, type: type(of: name), name: name))
        },
        .page("/rounds/:round/runs/:run/search", .with(.seeChildren), logged: .seen) { visit in
            let result = try await visit.result()
            let text = visit.query["q"] ?? ""
            guard let household = result.household(typed: text) else {
                return .page(try await notFound(visit, try await visit.round(), result, text))
            }
            return .next(ResultParts.path(result.run, household: household))
        },
        .page("/rounds/:round/runs/:run/children", .with(.seeChildren), logged: .seen) { visit in
            .page(try await children(visit, try await visit.round(), try await visit.result()))
        },
        .page("/rounds/:round/runs/:run/attention", .with(.seeChildren), logged: .seen) { visit in
            .page(try await attention(visit, try await visit.round(), try await visit.result()))
        },
        .page("/rounds/:round/runs/:run/overview", .with(.seeRounds)) { visit in
            .page(try await OverviewPage.page(visit, try await visit.round(), try await visit.result()))
        },
        .page("/rounds/:round/compare", .with(.seeChildren), logged: .seen) { visit in
            .page(try await ComparePage.page(visit))
        },
    ]

    private static let page = Operation.Field("page", "ページ（1から）", "page, from 1", isRequired: false)

    static let operations: [Operation] = [
        .query(
            "searchResult", "/rounds/:round/runs/:run/search", .seeChildren,
            Phrase("児童番号・世帯番号で探す", "Find a household by the id of a child or of itself, as typed"), logged: .seen,
            fields: [.init("q", "児童番号か世帯番号", "the id of a child or of a household")]
        ) { visit in
            let result = try await visit.result()
            let text = visit.query["q"] ?? ""
            guard let household = result.household(typed: text) else {
                let refusal = { result.refusal(typed: text, in: try await visit.round(), $0) }
                throw ServiceFault(
                    .notFound, "unknownID", Phrase(try await refusal(.japanese), try await refusal(.english)))
            }
            return HouseholdValue(household, in: result, visit.language)
        },
        .query(
            "listChildren", "/rounds/:round/runs/:run/children", .seeChildren,
            Phrase("児童の結果の一覧", "Children of a result, 100 to a page"), logged: .seen, fields: ChildFilter.fields
        ) { visit in
            let result = try await visit.result()
            let children = ChildFilter(visit.query, in: result.subject).children(of: result)
            return PageValue(Part(children, page: visit.query["page"])) { ChildValue($0, in: result) }
        },
        .query(
            "listAttention", "/rounds/:round/runs/:run/attention", .seeChildren,
            Phrase("見てほしい児童", "Children that a person should look at, with why"), logged: .seen,
            fields: [
                .init(
                    "kind", "種類", "kind", isRequired: false, values: Attention.Kind.allCases.map(\.rawValue)), page,
            ]
        ) { visit in
            let result = try await visit.result()
            return PageValue(Part(items(visit, result), page: visit.query["page"])) { item in
                AttentionValue(
                    child: ChildValue(item.child, in: result), weight: item.weight,
                    marks: item.marks.map(MarkValue.init))
            }
        },
        .query(
            "showOverview", "/rounds/:round/runs/:run/overview", .seeRounds,
            Phrase("番号のない集計", "Sums without ids, small numbers hidden")
        ) { visit in try await visit.result().overview },
        .query(
            "compareResults", "/rounds/:round/compare", .seeChildren,
            Phrase("二つの試行を児童ごとに比べる", "Compare two runs child by child"), logged: .seen,
            fields: [
                .init("a", "前の試行の番号", "the number of the run before"),
                .init("b", "後の試行の番号", "the number of the run after"), page,
            ]
        ) { visit in
            let (before, after) = try await ComparePage.runs(visit)
            guard let before, let after else { throw ServiceFault.notFound }
            return TwoResultsValue(
                try await visit.office.results.comparison(before, after, in: visit.office), page: visit.query["page"])
        },
    ]

    private struct AttentionValue: Encodable, Sendable {
        let child: ChildValue
        let weight: Int
        let marks: [MarkValue]
    }

    private static func type(of name: String) -> String {
        switch name.split(separator: ".").last {
        case "csv": "text/csv"
        case "json": "application/json"
        case "html": "text/html; charset=utf-8"
        case "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        default: "application/octet-stream"
        }
    }

    // MARK: 確認

    private static func review(_ visit: Visit) async throws -> Markup {
        let round = try await visit.round()
        let done = try await visit.office.runs.runs(of: round.id).filter { $0.state == .done }
        let asked = visit.query["run"].flatMap { Int64($0) }
        guard let run = asked.map({ id in done.first { $0.id == id } }) ?? done.first else {
            if asked != nil { throw ServiceFault.notFound }
            return Frame.page(visit, title: Phrase("確認", "Review"), round: (round, .review)) {
                """
                <div class="card empty"><p>\(visit.say("確認できる結果は、まだありません。", "There is no result to review yet."))</p>
                <p>\(visit.say("「実行」で試行すると、ここに結果が出ます。", "Make a trial run first; its result appears here."))</p>
                <p><a class="button main" href="\(RoundStep.run.path(of: round.id))">\(visit.say("実行へ", "To the run"))</a></p></div>
                """
            }
        }
        let result = try await visit.office.results.result(of: run)
        return try await ResultParts.page(visit, round, of: run, title: Phrase("確認", "Review")) {
            """
            \(chooser(visit, round, done, run))
            \(versionNote(visit, round, run))
            \(tiles(visit, result))
            \(proof(visit, result))
            \(visit.actor.may(.seeChildren) ? ResultParts.search(run, visit) : "")
            \(ways(visit, result))
            \(files(visit, result))
            """
        }
    }

    private static func chooser(_ visit: Visit, _ round: RoundRow, _ done: [RunRow], _ run: RunRow) -> Markup {
        let options = done.map { other in
            ResultParts.option(
                String(other.id),
                visit.say(
                    "試行 \(other.id)（第\(other.version)版、\(LocalClock.text(other.endedAt ?? other.at))、\(other.by)）",
                    "Run \(other.id) (version \(other.version), \(LocalClock.text(other.endedAt ?? other.at)), \(other.by))"
                ),
                isChosen: other.id == run.id)
        }.joined()
        return """
            <form method="get" action="\(RoundStep.review.path(of: round.id))" class="choose">
            <label>\(visit.say("見る試行", "Run to look at")) <select name="run">\(options)</select></label>
            <button>\(visit.say("表示", "Show"))</button></form>
            """
    }

    private static func versionNote(_ visit: Visit, _ round: RoundRow, _ run: RunRow) -> Markup {
        if run.version == round.version { return "" }
        return """
            <p class="warn">\(visit.say("この結果は第\(run.version)版のファイルによるものです。いまは第\(round.version)版です。新しい内容を反映するには、もう一度実行してください。", "This result is of version \(run.version) of the files; now there is version \(round.version). Run again so that it counts."))
            <a href="\(RoundStep.run.path(of: round.id))">\(visit.say("実行へ", "To the run"))</a></p>
            """
    }

    private static func tiles(_ visit: Visit, _ result: OpenResult) -> Markup {
        let counts = result.record.counts
        func tile(_ japanese: String, _ english: String, _ count: Int, _ kind: Markup = "") -> Markup {
            ResultParts.tile(visit.say(japanese, english), ResultParts.number(count), kind)
        }
        return """
            <ul class="tiles" aria-label="\(visit.say("結果の人数", "Figures of the result"))">
            \(tile("申込児童", "Children", counts.children))\(tile("世帯", "Households", counts.households))\(tile("内定", "Placed", counts.placed, "good"))\(tile("転園保留", "Stay where they are", counts.stays, "wait"))\(tile("保留", "Held", counts.held, "held"))\(tile("優先順位の逆転", "Priority claims", counts.priorityClaims, counts.priorityClaims > 0 ? "held" : ""))\(tile("空き枠の残り", "Vacant-seat claims", counts.vacantClaims, counts.vacantClaims > 0 ? "held" : ""))
            </ul>
            """
    }

    /// Whether the result is proved, and why not, in words.
    static func proof(_ visit: Visit, _ result: OpenResult) -> Markup {
        let (record, claims) = (result.record, result.record.counts.claims)
        let isProved = record.isProved
        var text: Phrase
        if isProved {
            text = Phrase(
                "この結果は、規則が定めるただ一つの結果です。計算で証明し、別の方法でも検算しました。",
                "This is the one result that the rules define. It is proved, and was checked by a second method.")
            text =
                text
                + (claims == 0
                    ? Phrase("優先順位の逆転も空き枠の残りもありません。", " Nobody has a justified claim.")
                    : Phrase(
                        "優先順位の逆転・空き枠の残りは \(claims) 世帯です。これより少ない割り当ては存在しません。下の「見てほしい児童」で確かめてください。",
                        " \(claims) households keep a justified claim; no allocation has fewer. Look at them below."))
        } else {
            let why = record.termination?.limit?.phrase ?? Phrase("計算が途中で終わりました", "the search ended before")
            text = Phrase(
                "この結果は規則に反していないことを確かめましたが、規則が定めるただ一つの結果だとは証明できていません（\(why.japanese)）。時間を延ばして、もう一度実行してください。優先順位の逆転・空き枠の残りは \(claims) 世帯です。",
                "This result breaks no rule, but it is not proved to be the one that the rules define: \(why.english). Run again with more time. \(claims) households keep a justified claim."
            )
        }
        return
            "<p class=\"\(isProved ? "fine" : "warn")\"><b>\(visit.say(isProved ? Phrase("証明済み", "Proved") : Phrase("証明できていません", "Not proved")))</b> \(visit.say(text))</p>"
    }

    private static func ways(_ visit: Visit, _ result: OpenResult) -> Markup {
        func way(_ path: String, _ title: Phrase, _ note: Phrase) -> Markup {
            "<li><a href=\"\(path)\">\(visit.say(title))</a><span>\(visit.say(note))</span></li>"
        }
        let run = result.run
        var ways: [Markup] = []
        if visit.actor.may(.seeChildren) {
            let count = result.attention.items.count
            ways += [
                way(
                    ResultParts.path(run, "attention"),
                    Phrase("見てほしい児童 \(count) 人", "Children to look at: \(count)"),
                    Phrase("承認の前に、人が確かめてほしい児童と理由", "whom a person should look at before approval, and why")),
                way(
                    ResultParts.path(run, "children"), Phrase("児童の一覧", "All children"),
                    Phrase("結果・クラス・施設・区で絞り込む", "by outcome, class, facility and ward")),
                way(
                    ResultParts.path(run, "report"), Phrase("利用調整会議の報告書", "Report for the meeting"),
                    Phrase("図と表。A4で印刷できます", "charts and tables, to be printed on A4")),
            ]
        }
        ways.append(
            way(
                ResultParts.path(run, "overview"), Phrase("番号のない集計", "Sums without ids"),
                Phrase("児童番号も世帯番号も出ません。説明や見学のときに", "no id of anybody, for showing around")))
        if visit.actor.may(.seeChildren) {
            ways += [
                way(
                    "/rounds/\(run.round)/compare?b=\(run.id)", Phrase("二つの試行を比べる", "Compare two runs"),
                    Phrase("行き先が変わった児童を、一人ずつ", "who ends up elsewhere, child by child")),
                way(
                    "/rounds/\(run.round)/pins", Phrase("固定配置", "Pins"),
                    Phrase("市が個別に決めた行き先の一覧", "what staff decided one by one")),
            ]
        }
        return "<ul class=\"ways-on\">\(ways.joined())</ul>"
    }

    private static func files(_ visit: Visit, _ result: OpenResult) -> Markup {
        guard visit.actor.may(.export) else { return "" }
        let rows = result.fileNames.map { name -> Markup in
            "<li><a href=\"\(ResultParts.path(result.run, "files/\(name.inAddress)"))\" download>\(name)</a></li>"
        }.joined()
        return """
            <details class="card"><summary>\(visit.say("結果のファイルを取り出す", "Take files of the result out"))</summary>
            <p class="note">\(visit.say("児童の記録を含みます。取り出したことはアクセス記録に残ります。承認前のファイルは試行です。", "They hold records of children. The access log records that you took them. They are a trial until approved."))</p>
            <ul class="files">\(rows)</ul></details>
            """
    }

    // MARK: Search and lists

    private static func notFound(_ visit: Visit, _ round: RoundRow, _ result: OpenResult, _ text: String) async throws
        -> Markup
    {
        let title = Phrase("見つかりません", "Not found")
        return try await ResultParts.page(visit, round, of: result.run, title: title) {
            """
            \(ResultParts.title(title, result.run, visit))
            <p class="warn" role="alert">\(result.refusal(typed: text, in: round, visit.language))</p>
            \(ResultParts.search(result.run, visit, text: text))
            """
        }
    }

    private static func children(_ visit: Visit, _ round: RoundRow, _ result: OpenResult) async throws -> Markup {
        let filter = ChildFilter(visit.query, in: result.subject)
        let found = filter.children(of: result)
        let part = Part(found, page: visit.query["page"])
        let title = Phrase("児童の一覧", "All children")
        let path = ResultParts.path(result.run, "children")
        let rows = part.items.map { row($0, result, visit) }.joined()
        let header = ResultParts.header(
            [
                (Phrase("児童", "Child"), false), (Phrase("世帯", "Household"), false), (Phrase("クラス", "Class"), true),
                (Phrase("結果", "Outcome"), false), (Phrase("施設", "Facility"), false), (Phrase("希望順位", "Wish"), true),
                (Phrase("指数", "Points"), true), (Phrase("見てほしい点", "To look at"), false),
            ], visit)
        return try await ResultParts.page(visit, round, of: result.run, title: title) {
            """
            \(ResultParts.title(title, result.run, visit))
            \(ResultParts.search(result.run, visit))
            \(form(visit, filter, result, path))
            <p role="status"><b>\(ResultParts.number(part.total))</b> \(visit.say("人", "children"))</p>
            \(found.isEmpty ? "<p class=\"card empty\">\(visit.say("当てはまる児童はいません。絞り込みを減らしてください。", "No child is like that. Ask for less."))</p>" : ResultParts.table(visit.say(title), header, rows))
            \(part.paging.links(visit, path, ["outcome", "class", "facility", "ward"].map { ($0, visit.query[$0]) }))
            """
        }
    }

    private static func row(_ child: Int, _ result: OpenResult, _ visit: Visit) -> Markup {
        let (row, placement) = (result.subject.children[child], result.placement(of: child))
        let household = ResultParts.path(result.run, household: row.householdID)
        return """
            <tr><th scope="row"><a href="\(household)">\(row.id.spelling)</a></th><td>\(row.householdID.spelling)</td><td class="n">\(row.ageClass)</td><td>\(ResultParts.tag(placement.outcome, isConditional: placement.isConditional, visit))</td><td class="place">\(placement.facility.map { result.name(of: $0) } ?? "")</td><td class="n">\(placement.wishRank.map(String.init) ?? "")</td><td class="n">\(placement.points?.description ?? "")</td><td>\(ResultParts.tags(result.attention.marks(of: child), visit))</td></tr>
            """
    }

    private static func form(_ visit: Visit, _ filter: ChildFilter, _ result: OpenResult, _ path: String) -> Markup {
        let all = ResultParts.option("", visit.say("すべて", "all"), isChosen: false)
        let outcomes = Outcome.allCases.map {
            ResultParts.option($0.rawValue, visit.say(ResultParts.outcome($0)), isChosen: filter.outcome == $0)
        }.joined()
        let classes = (0...5).map {
            ResultParts.option(String($0), visit.say("\($0)歳児", "class \($0)"), isChosen: filter.ageClass == $0)
        }.joined()
        let facilities = result.subject.facilities.indices.map {
            ResultParts.option(
                result.subject.facilities[$0].id.spelling, result.name(of: $0), isChosen: filter.facility == $0)
        }.joined()
        let names = Set(result.subject.facilities.map(\.ward)).subtracting([""]).sorted {
            $0.utf8.lexicographicallyPrecedes($1.utf8)
        }
        let wards = names.map { ResultParts.option($0, $0, isChosen: filter.ward == $0) }.joined()
        let ward: Markup =
            names.isEmpty
            ? "" : "<label>\(visit.say("区", "Ward")) <select name=\"ward\">\(all)\(wards)</select></label>"
        return """
            <form method="get" action="\(path)" class="filter" aria-label="\(visit.say("絞り込み", "Filter"))">
            <label>\(visit.say("結果", "Outcome")) <select name="outcome">\(all)\(outcomes)</select></label>
            <label>\(visit.say("クラス", "Class")) <select name="class">\(all)\(classes)</select></label>
            <label>\(visit.say("施設（保留は希望先）", "Facility (held: wished)")) <select name="facility">\(all)\(facilities)</select></label>
            \(ward)
            <button>\(visit.say("絞り込む", "Filter"))</button></form>
            """
    }

    // MARK: 見てほしい児童

    /// The children of the kind that the query names; of all kinds where it names none.
    private static func items(_ visit: Visit, _ result: OpenResult) -> [Attention.Item] {
        guard let kind = visit.query["kind"].flatMap(Attention.Kind.init) else { return result.attention.items }
        return result.attention.items.filter { $0.marks.contains { $0.kind == kind } }
    }

    private static func attention(_ visit: Visit, _ round: RoundRow, _ result: OpenResult) async throws -> Markup {
        let title = Phrase("見てほしい児童", "Children to look at")
        let path = ResultParts.path(result.run, "attention")
        let chosen = visit.query["kind"].flatMap(Attention.Kind.init)
        let part = Part(items(visit, result), page: visit.query["page"])
        let all = result.subject.children.count
        let share = all == 0 ? 0 : Double(result.attention.items.count * 100) / Double(all)
        let kinds = Attention.Kind.allCases.map { kind -> Markup in
            let count = result.attention.count(of: kind)
            let current: Markup = kind == chosen ? " aria-current=\"true\"" : ""
            let name: Markup =
                count == 0
                ? "\(visit.say(kind.phrase))"
                : "<a href=\"\(path)?kind=\(kind.rawValue)\"\(current)>\(visit.say(kind.phrase))</a>"
            return """
                <tr><th scope="row">\(name)</th><td class="n">\(visit.say("\(count) 人", "\(count)"))</td><td>\(visit.say(kind.definition))</td></tr>
                """
        }.joined()
        let header = ResultParts.header(
            [(Phrase("種類", "Kind"), false), (Phrase("人数", "Children"), true), (Phrase("意味", "Meaning"), false)], visit)
        let rows = part.items.map { item -> Markup in
            let child = result.subject.children[item.child]
            let placement = result.placement(of: item.child)
            let place = placement.facility.map { " " + result.name(of: $0) } ?? ""
            return """
                <li><div class="whom"><a href="\(ResultParts.path(result.run, household: child.householdID))">\(child.id.spelling)</a> <span class="note">\(visit.say("世帯 \(child.householdID)、\(child.ageClass)歳児", "household \(child.householdID), class \(child.ageClass)"))</span> \(ResultParts.tag(placement.outcome, isConditional: placement.isConditional, visit))<span class="note">\(place)</span></div>
                \(marks(item.marks, visit))</li>
                """
        }.joined()
        let list: Markup =
            part.total == 0
            ? "<p class=\"card empty\">\(visit.say("見てほしい児童はいません。「児童の一覧」から、気になる児童を探せます。", "Nobody needs a look. The list of all children has everybody."))</p>"
            : "<ol class=\"look\" start=\"\(part.paging.range.lowerBound + 1)\">\(rows)</ol>"
        let heading =
            chosen.map { Phrase("\($0.phrase.japanese)（\(part.total) 人）", "\($0.phrase.english) (\(part.total))") }
            ?? Phrase("すべて（\(part.total) 人）", "All (\(part.total))")
        let whole: Markup =
            chosen == nil ? "" : "<p><a href=\"\(path)\">\(visit.say("すべての種類を表示", "Show all kinds"))</a></p>"
        return try await ResultParts.page(visit, round, of: result.run, title: title) {
            """
            \(ResultParts.title(title, result.run, visit))
            <p>\(visit.say("承認の前に、人が目で確かめてほしい児童です。申込児童 \(ResultParts.number(all)) 人のうち \(ResultParts.number(result.attention.items.count)) 人（\(percent(share))%）。重なる理由が多く重い順に並んでいます。", "Whom a person should look at before approval: \(result.attention.items.count) of \(all) children (\(percent(share)) %), those with the most and gravest reasons first."))</p>
            \(ResultParts.table(visit.say("種類と意味", "Kinds and their meaning"), header, kinds, kind: "kinds"))
            <h3>\(visit.say(heading))</h3>\(whole)
            \(list)
            \(part.paging.links(visit, path, [("kind", chosen?.rawValue)]))
            """
        }
    }

    private static func percent(_ share: Double) -> String {
        let tenths = Int((share * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    /// Why somebody should look, as tags and sentences.
    static func marks(_ marks: [Attention.Mark], _ visit: Visit) -> Markup {
        let rows = marks.map { mark -> Markup in
            "<li>\(ResultParts.tags([mark], visit)) \(visit.say(mark.sentence))</li>"
        }.joined()
        return rows.isEmpty ? "" : "<ul class=\"why\">\(rows)</ul>"
    }
}
