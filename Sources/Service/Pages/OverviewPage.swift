import Admissions
import Reports

/// 番号のない集計: the sums of a result, for people who may not see records and for showing around.
enum OverviewPage {
    static func page(_ visit: Visit, _ round: RoundRow, _ result: OpenResult) async throws -> Markup {
        let title = Phrase("番号のない集計", "Sums without ids")
        let overview = result.overview
        let part = Part(overview.facilities, page: visit.query["page"])
        return try await ResultParts.page(visit, round, of: result.run, title: title) {
            """
            \(ResultParts.title(title, result.run, visit))
            <p>\(visit.say("児童番号・世帯番号は出ません。1人・2人の数と、そこから計算できてしまう数は「\(PublicBorder.hiddenField)」にしています。", "No id of a child or a household is here. Numbers of one and two, and those from which they would follow, are \(PublicBorder.hiddenField)."))</p>
            \(ResultPages.proof(visit, result))
            <section><h3>\(visit.say("クラス別", "By class"))</h3>\(classes(visit, overview))</section>
            <section><h3>\(visit.say("希望ごとの理由", "Reasons, wish by wish"))</h3>\(reasons(visit, overview))</section>
            <section><h3>\(visit.say("施設別", "By facility"))</h3>
            <p class="note">\(visit.say("各クラスは「内定／申込（募集）、待機」の順です。申込は、その施設を希望した児童の数です。", "Each class shows placed / applied (vacancies), then those who wait. Applied counts every child that wishes the facility."))</p>
            \(facilities(visit, part))
            \(part.paging.links(visit, ResultParts.path(result.run, "overview"), []))</section>
            """
        }
    }

    private static func classes(_ visit: Visit, _ overview: Overview) -> Markup {
        let header = ResultParts.header(
            [
                (Phrase("クラス", "Class"), false), (Phrase("申込児童", "Children"), true), (Phrase("内定", "Placed"), true),
                (Phrase("転園保留", "Stay"), true), (Phrase("保留", "Held"), true),
            ], visit)
        let rows = overview.classes.map { row -> Markup in
            let cells = [row.children, row.placed, row.stays, row.held].map { count -> Markup in
                "<td class=\"n\">\(ResultParts.hidden(count))</td>"
            }.joined()
            return "<tr><th scope=\"row\">\(visit.say("\(row.ageClass)歳児", "Class \(row.ageClass)"))</th>\(cells)</tr>"
        }.joined()
        return ResultParts.table(visit.say("クラス別", "By class"), header, rows)
    }

    private static func reasons(_ visit: Visit, _ overview: Overview) -> Markup {
        let header = ResultParts.header([(Phrase("理由", "Reason"), false), (Phrase("希望の数", "Wishes"), true)], visit)
        let rows = overview.reasons.map { row -> Markup in
            "<tr><th scope=\"row\">\(Reason.Kind(rawValue: row.reason).map { visit.say(ResultParts.reason($0)) } ?? row.reason)</th><td class=\"n\">\(ResultParts.hidden(row.wishes))</td></tr>"
        }.joined()
        return ResultParts.table(visit.say("希望ごとの理由", "Reasons, wish by wish"), header, rows)
    }

    private static func facilities(_ visit: Visit, _ part: Part<Overview.FacilitySums>) -> Markup {
        let ages = (0...5).map { (Phrase("\($0)歳児", "Class \($0)"), isNumber: true) }
        let header = ResultParts.header(
            [(Phrase("施設", "Facility"), false), (Phrase("内定", "Placed"), true), (Phrase("申込", "Applied"), true)] + ages,
            visit)
        let rows = part.items.map { row -> Markup in
            let cells = (0...5).map { age -> Markup in
                guard let cell = row.cells.first(where: { $0.ageClass == age }) else {
                    return "<td class=\"n note\">-</td>"
                }
                if cell.isHidden { return "<td class=\"n\">\(PublicBorder.hiddenField)</td>" }
                let seats: Markup = cell.seats.map { "<small>（\(max(0, $0))）</small>" } ?? ""
                let waiting: Markup =
                    cell.waiting == 0
                    ? ""
                    : "<br><small>\(visit.say("待機 \(ResultParts.hidden(cell.waiting))", "\(ResultParts.hidden(cell.waiting)) wait"))</small>"
                return
                    "<td class=\"n\">\(ResultParts.hidden(cell.placed))／\(ResultParts.hidden(cell.applicants))\(seats)\(waiting)</td>"
            }.joined()
            return """
                <tr><th scope="row" class="place">\(row.name)<br><small>\(row.facility) \(row.ward)</small></th><td class="n">\(ResultParts.hidden(row.placed))</td><td class="n">\(ResultParts.hidden(row.applicants))</td>\(cells)</tr>
                """
        }.joined()
        return ResultParts.table(visit.say("施設別", "By facility"), header, rows)
    }
}
