import Admissions
import CaseFiles
import Foundation
import Reports

/// One version of a round's files, beside another.
enum VersionPage {
    static func path(_ round: RoundRow, _ version: Int) -> String { "/rounds/\(round.id)/versions/\(version)" }

    /// What became of a file between two versions.
    enum Change: Sendable {
        case added, replaced, removed, same

        var phrase: Phrase {
            switch self {
            case .added: Phrase("追加", "added")
            case .replaced: Phrase("入れ替え", "replaced")
            case .removed: Phrase("なくなった", "taken out")
            case .same: Phrase("同じ", "the same")
            }
        }

        var style: Markup {
            switch self {
            case .added: "added"
            case .replaced: "changed"
            case .removed: "removed"
            case .same: ""
            }
        }
    }

    /// The files of two versions by name, with what became of each.
    static func differences(_ before: [FileRow], _ after: [FileRow]) -> [(name: String, old: FileRow?, new: FileRow?)] {
        let old = Dictionary(uniqueKeysWithValues: before.map { ($0.name, $0) })
        let new = Dictionary(uniqueKeysWithValues: after.map { ($0.name, $0) })
        return Set(old.keys).union(new.keys).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            .map { ($0, old[$0], new[$0]) }
    }

    static func change(_ old: FileRow?, _ new: FileRow?) -> Change {
        guard let new else { return .removed }
        guard let old else { return .added }
        return old.sha256 == new.sha256 ? .same : .replaced
    }

    static func page(_ visit: Visit) async throws -> Markup {
        let round = try await visit.round()
        let book = visit.office.rounds
        let versions = try await book.versions(of: round.id)
        guard let number = Int(visit.parameter("version")), let version = versions.first(where: { $0.number == number })
        else { throw ServiceFault.notFound }
        let asked = visit.query["against"].flatMap { Int($0) } ?? number - 1
        let other = versions.first { $0.number == asked && $0.number != number }
        let files = try await book.files(of: round.id, version: number)
        let others = if let other { try await book.files(of: round.id, version: other.number) } else { [FileRow]() }
        return Frame.page(
            visit, title: Phrase("版 \(number)", "Version \(number)"), round: (round, .files)
        ) {
            """
            <p><a href="\(RoundStep.files.path(of: round.id))">\(visit.say("準備へ戻る", "Back to the files"))</a></p>
            <section><h2>\(visit.say("版 \(number)", "Version \(number)"))</h2>
            <dl class="facts"><dt>\(visit.say("日時", "When"))</dt><dd>\(LocalClock.text(version.at))</dd><dt>\(visit.say("人", "Who"))</dt><dd>\(version.by)</dd><dt>\(visit.say("何をしたか", "What"))</dt><dd>\(visit.say(version.what))</dd></dl>
            \(chooser(visit, versions, number: number, other: other))
            \(table(visit, round, number, files, other.map { ($0.number, others) }))
            </section>
            """
        }
    }

    private static func chooser(_ visit: Visit, _ versions: [VersionRow], number: Int, other: VersionRow?) -> Markup {
        if versions.count < 2 { return "" }
        let options = versions.filter { $0.number != number }.map { version -> Markup in
            """
            <option value="\(version.number)"\(version.number == other?.number ? " selected" as Markup : "")>\(version.number): \(LocalClock.text(version.at)) \(visit.say(version.what))</option>
            """
        }.joined()
        return """
            <form method="get" class="actions"><label class="beside">\(visit.say("比べる版", "Compare with version")) <select name="against">\(options)</select></label> <button>\(visit.say("比べる", "Compare"))</button></form>
            """
    }

    private static func table(
        _ visit: Visit, _ round: RoundRow, _ number: Int, _ files: [FileRow], _ other: (number: Int, files: [FileRow])?
    ) -> Markup {
        let mayTake = visit.actor.may(.export)
        func size(_ file: FileRow?, _ version: Int) -> Markup {
            guard let file else { return "<span class=\"note\">－</span>" }
            let text = FileName.size(file.size)
            return mayTake
                ? """
                <a href="\(path(round, version))/files/\(file.name.inAddress)">\(text)<span class="unseen"> \(file.name) \(visit.say("版 \(version)", "version \(version)"))</span></a>
                """ : "\(text)"
        }
        let rows = differences(other?.files ?? [], files).map { name, old, new -> Markup in
            let change = change(old, new)
            let before: Markup =
                other.map { other in
                    """
                    <td class="n">\(size(old, other.number))</td><td><span class="\(change.style)">\(visit.say(change.phrase))</span></td>
                    """
                } ?? ""
            return "<tr><th scope=\"row\">\(name)</th><td class=\"n\">\(size(new, number))</td>\(before)</tr>"
        }.joined()
        let head: Markup =
            other.map { other in
                """
                <th scope="col" class="n">\(visit.say("版 \(other.number)", "Version \(other.number)"))</th><th scope="col">\(visit.say("違い（版 \(other.number) から版 \(number)）", "From \(other.number) to \(number)"))</th>
                """
            } ?? ""
        return """
            <div class="scroll" tabindex="0" role="region" aria-label="\(visit.say("ファイル", "Files"))"><table><thead><tr><th scope="col">\(visit.say("ファイル", "File"))</th><th scope="col" class="n">\(visit.say("版 \(number)", "Version \(number)"))</th>\(head)</tr></thead><tbody>\(rows)</tbody></table></div>
            <p class="note">\(mayTake ? visit.say("大きさを押すと、そのファイルを受け取れます。受け取りはアクセス記録に残ります。", "Choose a size to download the file. Downloads stand in the access log.") : visit.say("ファイルを受け取るには、実行の役割が必要です。", "Downloading files needs another role."))</p>
            """
    }
}
