import Admissions
import Foundation
import Reports
import Tables

/// The access log, for the administrator.
enum AccessPages {
    static let routes: [Route] = [
        .page("/access", .with(.seeAccessLog), logged: .seen) { visit in
            let found = try await visit.office.log.page(visit.query["page"], of: try search(visit))
            return .page(list(visit, found.rows, found.count, found.paging))
        },
        .page("/access.csv", .with(.seeAccessLog), logged: .exported) { visit in
            let rows = try await visit.office.log.newest(mostExported + 1, of: try search(visit))
            guard rows.count <= mostExported else {
                throw ServiceFault.invalid(
                    "一度に書き出せるのは\(mostExported)件までです。期間などで絞ってください。",
                    "At most \(mostExported) entries are exported at once. Narrow the search, for example by days.")
            }
            return .file(
                FileAnswer(
                    bytes: try csv(rows, inCP932: visit.query["encoding"] == "cp932"),
                    type: "text/csv; charset=\(visit.query["encoding"] == "cp932" ? "windows-31j" : "utf-8")",
                    name: "access.csv"))
        },
        .page("/access/check", .with(.seeAccessLog)) { visit in .page(check(visit, try await verified(visit))) },
    ]

    static let operations: [Operation] = [
        .query(
            "listVisits", "/access", .seeAccessLog, Phrase("アクセス記録を探す", "Search the access log"), logged: .seen,
            fields: [
                .init("who", "ログイン名", "log-in name", isRequired: false),
                .init("record", "児童か世帯の番号", "id of a child or household", isRequired: false),
                .init("round", "回の番号", "number of the round", isRequired: false),
                .init("kind", "種類", "kind", isRequired: false, values: kinds.map(\.0)),
                .init("from", "この日から（2027-04-01）", "from this day, such as 2027-04-01", isRequired: false),
                .init("to", "この日まで", "up to this day", isRequired: false),
                .init("page", "ページ（1から、100件ずつ）", "page, from 1, of 100 entries", isRequired: false),
            ]
        ) { visit in
            let found = try await visit.office.log.page(visit.query["page"], of: try search(visit))
            return Found(count: found.count, entries: found.rows)
        },
        .query(
            "verifyAccessLog", "/access/check", .seeAccessLog,
            Phrase("アクセス記録に書き換えや欠けがないか確かめる", "Check that nothing in the access log was altered")
        ) { visit in try await verified(visit) },
    ]

    private struct Found: Encodable, Sendable {
        let count: Int
        let entries: [AccessLog.Chained]
    }

    private static let mostExported = 100_000
    private static let kinds: [(String, Phrase)] = [
        ("seen", Phrase("閲覧", "seen")), ("exported", Phrase("持ち出し", "exported")),
        ("changed", Phrase("変更", "changed")), ("nothing", Phrase("拒否", "refused")),
    ]

    private static func verified(_ visit: Visit) async throws -> AccessLogVerification {
        let url = visit.office.options.data.appending(path: "access.sqlite")
        return try await Task.detached { try AccessLog.verify(url) }.value
    }

    // MARK: Searching

    private static func search(_ visit: Visit) throws(ServiceFault) -> AccessLog.Search {
        func value(_ name: String) -> String? {
            let text = (visit.query[name] ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
            return text.isEmpty ? nil : text
        }
        func day(_ name: String, plus days: Int) throws(ServiceFault) -> String? {
            guard let text = value(name) else { return nil }
            guard let time = LocalClock.beginning(of: text, plus: days) else {
                throw .invalid(
                    "日付「\(text)」を読めません。2027-04-01 のように入力してください。",
                    "The day \(text) cannot be read. Write it as 2027-04-01.")
            }
            return time
        }
        return AccessLog.Search(
            who: value("who")?.lowercased(), record: value("record"), round: value("round"), kind: value("kind"),
            from: try day("from", plus: 0), to: try day("to", plus: 1))
    }

    private static func csv(_ rows: [AccessLog.Chained], inCP932: Bool) throws -> [UInt8] {
        // A spreadsheet takes a file that begins with these bytes for UTF-8.
        let mark: [UInt8] = inCP932 ? [] : [0xEF, 0xBB, 0xBF]
        var table = TableWriter(inCP932 ? .cp932 : .utf8)
        try table.append(["number", "at", "who", "address", "kind", "what", "round", "record", "status", "hash"])
        for row in rows {
            let entry = row.entry
            let cells = [
                String(row.number), entry.at, entry.who, entry.address, entry.kind, entry.what, entry.round,
                entry.record, String(entry.status), row.hash,
            ]
            try table.append(inCP932 ? cells.map(encodable) : cells)
        }
        return mark + table.bytes
    }

    /// The text with `U+1F600` in the place of what CP932 does not have, so that nothing is lost.
    private static func encodable(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text }
        return text.unicodeScalars.map { scalar in
            var writer = TableWriter(.cp932)
            do { try writer.add(String(scalar)) } catch {
                return "U+" + String(scalar.value, radix: 16, uppercase: true)
            }
            return String(scalar)
        }.joined()
    }

    // MARK: Pages

    private static func list(_ visit: Visit, _ rows: [AccessLog.Chained], _ count: Int, _ paging: Paging) -> Markup {
        func field(_ name: String) -> String { visit.query[name] ?? "" }
        let options = ([("", Phrase("すべて", "all"))] + kinds).map { value, phrase -> Markup in
            let mark: Markup = field("kind") == value ? " selected" : ""
            return "<option value=\"\(value)\"\(mark)>\(visit.say(phrase))</option>"
        }.joined()
        let form: Markup = """
            <form method="get" action="/access" class="card search" role="search">
            <label>\(visit.say("ログイン名", "Who")) <input name="who" value="\(field("who"))" maxlength="40" autocapitalize="none"></label>
            <label>\(visit.say("児童・世帯の番号", "Child or household")) <input name="record" value="\(field("record"))" maxlength="200"></label>
            <label>\(visit.say("回の番号", "Round")) <input name="round" value="\(field("round"))" maxlength="20" inputmode="numeric"></label>
            <label>\(visit.say("種類", "Kind")) <select name="kind">\(options)</select></label>
            <label>\(visit.say("この日から", "From")) <input type="date" name="from" value="\(field("from"))"></label>
            <label>\(visit.say("この日まで", "Up to")) <input type="date" name="to" value="\(field("to"))"></label>
            <div class="actions"><button class="main">\(visit.say("探す", "Search"))</button></div></form>
            """
        let fields = ["who", "record", "round", "kind", "from", "to"]
        let query = fields.map { "\($0)=\(field($0).inAddress)" }.joined(separator: "&")
        let exports: Markup = """
            <p class="actions"><a class="button" href="/access.csv?\(query)">\(visit.say("CSV（UTF-8）", "CSV (UTF-8)"))</a>
            <a class="button" href="/access.csv?\(query)&amp;encoding=cp932">\(visit.say("CSV（Shift_JIS）", "CSV (Shift_JIS)"))</a>
            <a class="button" href="/access/check">\(visit.say("書き換えがないか確かめる", "Check that nothing was altered"))</a></p>
            """
        let found: Markup
        if rows.isEmpty {
            found =
                "<div class=\"card empty\"><p>\(visit.say("あてはまる記録はありません。条件を減らして探してください。", "There is no such entry. Search with fewer conditions."))</p></div>"
        } else {
            let lines = rows.map { row -> Markup in
                let entry = row.entry
                let kind = kinds.first { $0.0 == entry.kind }.map { visit.say($0.1) } ?? entry.kind
                let tag: Markup = entry.status >= 400 ? "tag held" : entry.kind == "exported" ? "tag wait" : "tag"
                return """
                    <tr><td class="n">\(row.number)</td><td>\(LocalClock.text(entry.at))</td><th scope="row">\(entry.who.isEmpty ? visit.say("（ログイン前）", "(before the log-in)") : entry.who)</th><td>\(entry.address)</td><td><span class="\(tag)">\(kind)</span></td><td class="what">\(entry.what)</td><td class="n">\(entry.round)</td><td>\(entry.record)</td><td class="n">\(entry.status)</td></tr>
                    """
            }.joined()
            found = """
                <div class="scroll" tabindex="0" role="region" aria-label="\(visit.say("アクセス記録", "Access log"))"><table class="log"><thead><tr><th scope="col" class="n">\(visit.say("番号", "No."))</th><th scope="col">\(visit.say("日時", "When"))</th><th scope="col">\(visit.say("ログイン名", "Who"))</th><th scope="col">\(visit.say("端末", "Terminal"))</th><th scope="col">\(visit.say("種類", "Kind"))</th><th scope="col">\(visit.say("内容", "What"))</th><th scope="col" class="n">\(visit.say("回", "Round"))</th><th scope="col">\(visit.say("児童・世帯", "Record"))</th><th scope="col" class="n">\(visit.say("状態コード", "Status"))</th></tr></thead><tbody>\(lines)</tbody></table></div>
                \(paging.links(visit, "/access", fields.map { ($0, field($0)) }))
                """
        }
        return Frame.page(visit, title: Phrase("アクセス記録", "Access log")) {
            """
            <p>\(visit.say("だれが、いつ、どの端末から、どの児童・世帯の記録を見たか、持ち出したか、何を変えたかの記録です。消すことも直すこともできません。", "Who saw or took out whose record, or changed what, when and from which terminal. It can be neither changed nor deleted."))</p>
            \(form)
            <p role="status">\(visit.say("\(count)件", "\(count) entries"))</p>
            \(exports)
            \(found)
            """
        }
    }

    private static func check(_ visit: Visit, _ found: AccessLogVerification) -> Markup {
        let lines = found.lines.map { "<li>\(visit.say($0))</li>" as Markup }.joined()
        let advice: Markup =
            found.faults.isEmpty
            ? "<p>\(visit.say("最新のハッシュを、会議録などこの機械の外に書き留めておくと、機械ごと作り変えられても分かります。", "Write the newest hash down outside this machine, for example in the minutes; then even a machine that was replaced as a whole shows."))</p>"
            : "<p>\(visit.say("この記録のファイルには触らずに写しをとり、情報システムの担当に知らせてください。", "Leave the file as it is, make a copy, and tell those who look after the city's systems."))</p>"
        let kind: Markup = found.faults.isEmpty ? "fine" : "fault"
        return Frame.page(visit, title: Phrase("アクセス記録の確認", "Check of the access log")) {
            """
            <div class="\(kind)" role="status"><ul class="lines">\(lines)</ul></div>
            \(advice)
            <p><a href="/access">\(visit.say("アクセス記録へ戻る", "Back to the access log"))</a></p>
            """
        }
    }
}
