import Admissions
import CaseFiles
import Foundation
import Guide
import Reports

/// The list of rounds, and a new one.
enum RoundPages {
    static let routes: [Route] = [
        .page("/", .with(.seeRounds)) { visit in .page(list(visit, try await visit.office.rounds.rounds())) },
        .page("/guide", .everybody) { _ in
            .file(FileAnswer(bytes: Guide.html, type: "text/html; charset=utf-8", isOwnPage: true))
        },
        .page("/rounds/new", .with(.makeRounds)) { visit in .page(new(visit)) },
        .page("/rounds/:round", .with(.seeRounds)) { visit in
            .next(RoundStep.files.path(of: try await visit.round().id))
        },
    ]

    static let operations: [Operation] = [
        .query("listRounds", "/rounds", .seeRounds, Phrase("回の一覧", "All rounds")) { visit in
            try await visit.office.rounds.rounds()
        },
        .change(
            "makeRound", "/rounds", .makeRounds, Phrase("空の回をつくる", "Make an empty round"),
            fields: [
                .init("municipality", "自治体", "municipality"), .init("month", "入所月", "month, such as 2027-04"),
                .init("name", "回の名前", "name of the round, such as 一次"),
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
            let settings = """
                format: 1
                municipality: "\(municipality.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))"
                round: "\(name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))"
                month: \(month)

                """
            let id = try await visit.office.rounds.make(
                municipality: municipality, month: month, name: name, files: ["case.yaml": Array(settings.utf8)],
                by: visit.actor, what: Phrase("回をつくりました", "the round was made"))
            return .init(
                try await visit.office.rounds.round(id), next: RoundStep.files.path(of: id), status: .created)
        },
    ]

    private static func list(_ visit: Visit, _ rounds: [RoundRow]) -> Markup {
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
            let rows = rounds.map { round -> Markup in
                """
                <tr><th scope="row"><a href="/rounds/\(Int(round.id))">\(visit.say(round.title))</a></th><td>\(round.municipality)</td><td class="n">\(round.version)</td><td>\(round.madeBy)</td></tr>
                """
            }.joined()
            return """
                \(make)
                <div class="scroll" tabindex="0" role="region" aria-label="\(visit.say("回の一覧", "Rounds"))"><table><thead><tr><th scope="col">\(visit.say("回", "Round"))</th><th scope="col">\(visit.say("自治体", "Municipality"))</th><th scope="col" class="n">\(visit.say("版", "Version"))</th><th scope="col">\(visit.say("つくった人", "Made by"))</th></tr></thead><tbody>\(rows)</tbody></table></div>
                """
        }
    }

    private static func new(_ visit: Visit) -> Markup {
        Frame.page(visit, title: Phrase("新しい回", "New round")) {
            """
            <form method="post" action="/rounds" class="card narrow">\(Frame.token(visit))
            <label>\(visit.say("自治体", "Municipality")) <input name="municipality" required maxlength="60"></label>
            <label>\(visit.say("入所月（例: 2027-04、令和9年4月）", "Month (such as 2027-04)")) <input name="month" required maxlength="20"></label>
            <label>\(visit.say("回の名前（例: 一次）", "Name (such as 一次)")) <input name="name" required maxlength="60" value="一次"></label>
            <button class="main">\(visit.say("つくる", "Make it"))</button>
            </form>
            """
        }
    }
}
