import Admissions
import CaseFiles
import Foundation
import Reports

/// 点検: whether a round is ready to run, and everything that keeps it from that.
enum CheckPages {
    /// Rows on one page of a list.
    static let rowsOfPage = 100
    /// Rows of a group, and groups, that the overview shows.
    static let (rowsOfGroup, groupsOfPage) = (5, 20)

    static let routes: [Route] = [
        .page("/rounds/:round/check", .with(.seeRounds), logged: .seen) { visit in
            .page(try await CheckView(visit).overview())
        },
        .page("/rounds/:round/check/:group", .with(.seeChildren), logged: .seen) { visit in
            let view = try await CheckView(visit)
            // A group whose last problem was corrected leads back to the others.
            guard let group = view.opened.groups.first(where: { $0.id == visit.parameter("group") }) else {
                return .next(RoundStep.check.path(of: view.round.id))
            }
            return .page(view.list(of: group))
        },
    ]

    static let operations: [Operation] = [
        .query("readiness", "/rounds/:round/readiness", .seeRounds, Phrase("実行できる状態か", "Whether a round can be run")) {
            visit in
            let round = try await visit.round()
            return try await visit.office.readiness(of: round.id, version: round.version)
        },
        .query(
            "listProblems", "/rounds/:round/problems", .seeChildren,
            Phrase("誤りと注意の一覧（\(rowsOfPage)件ずつ）", "Errors and warnings, \(rowsOfPage) at a time"), logged: .seen,
            fields: [.init("page", "ページ", "page, from 1", isRequired: false)]
        ) { visit in
            let round = try await visit.round()
            let problems = try await visit.office.cases.reading(round.id, round.version).problems
            let page = Paging(problems.count, visit.query["page"], size: rowsOfPage)
            return ProblemList(
                version: round.version, total: problems.count, page: page.number, problems: Array(problems[page.range]))
        },
        .change(
            "correctCell", "/rounds/:round/cells", .editFiles,
            Phrase("表のセルを一つ直す", "Correct one cell of a table"),
            fields: [
                .init("expecting", "画面にあった版の番号", "version that was seen"), .init("file", "ファイル", "file"),
                .init("row", "行", "row, as a spreadsheet counts"), .init("column", "列", "column, from 1"),
                .init("value", "新しい値", "what the cell says then", isRequired: false),
            ], correctCell),
        .change(
            "acceptDoubt", "/rounds/:round/doubts", .acceptDoubts,
            Phrase("確認の必要な点を、理由を書いて承知する", "Accept a doubt with a reason"),
            fields: [
                .init("code", "記号", "code"), .init("fingerprint", "見ていた内容", "fingerprint of what was seen"),
                .init("reason", "理由", "reason"),
            ]
        ) { visit in
            let round = try await visit.round()
            let code = try visit.needed("code", Phrase("記号", "the code"))
            let reason = try visit.needed("reason", Phrase("理由", "the reason"))
            try requireShort(reason)
            let readiness = try await visit.office.readiness(of: round.id, version: round.version)
            guard let doubt = readiness.doubts.first(where: { $0.code == code }),
                doubt.fingerprint == visit.fields["fingerprint"]
            else {
                throw ServiceFault(
                    .conflict, "doubtChanged",
                    Phrase(
                        "見ていた内容がその後に変わったため、承知として記録していません。新しい内容を見てから、もう一度決めてください。",
                        "What you saw has changed since, so it was not accepted. Look at it again and decide then."))
            }
            try await visit.office.acceptances.accept(
                code, fingerprint: doubt.fingerprint, of: round.id, by: visit.actor, reason: reason)
            return .init(
                try await visit.office.readiness(of: round.id, version: round.version),
                next: RoundStep.check.path(of: round.id) + "#doubts")
        },
        .change(
            "endAcceptance", "/rounds/:round/doubts/:acceptance/end", .acceptDoubts,
            Phrase("承知を取り消す", "Take an acceptance back")
        ) { visit in
            let round = try await visit.round()
            guard let id = Int64(visit.parameter("acceptance")) else { throw ServiceFault.notFound }
            try await visit.office.acceptances.end(id, of: round.id, by: visit.actor)
            return .init(
                try await visit.office.readiness(of: round.id, version: round.version),
                next: RoundStep.check.path(of: round.id) + "#doubts")
        },
        .query(
            "listPapers", "/rounds/:round/papers", .seeChildren,
            Phrase("書類待ちの児童", "Children whose papers are missing"), logged: .seen
        ) { visit in try await visit.office.papers.all(of: try await visit.round().id) },
        .change(
            "addPaper", "/rounds/:round/papers", .editFiles, Phrase("書類待ちにする", "Note that papers are missing"),
            fields: [
                .init("child", "児童番号", "id of the child"), .init("missing", "足りない書類", "what is missing"),
            ]
        ) { visit in
            let round = try await visit.round()
            let typed = try visit.needed("child", Phrase("児童番号", "the id of the child"))
            let missing = try visit.needed("missing", Phrase("足りない書類", "what is missing"))
            try requireShort(missing)
            let opened = try await visit.office.cases.opened(round.id, round.version)
            guard let child = opened.child(typed) else {
                throw ServiceFault.invalid(
                    "児童番号「\(typed)」の児童は、この回の表にいません。番号を確かめてください。何も変わっていません。",
                    "No child of this round has the id \(typed). Check it. Nothing was changed.")
            }
            try await visit.office.papers.add(child, missing: missing, of: round.id, by: visit.actor)
            return try await papers(visit, round)
        },
        .change(
            "changePaper", "/rounds/:round/papers/:paper", .editFiles,
            Phrase("足りない書類を書き直す", "Say otherwise what is missing"),
            fields: [.init("missing", "足りない書類", "what is missing")]
        ) { visit in
            let round = try await visit.round()
            let missing = try visit.needed("missing", Phrase("足りない書類", "what is missing"))
            try requireShort(missing)
            try await visit.office.papers.change(try paper(visit), missing: missing, of: round.id)
            return try await papers(visit, round)
        },
        .change(
            "endPaper", "/rounds/:round/papers/:paper/end", .editFiles, Phrase("書類がそろった", "The papers came in")
        ) { visit in
            let round = try await visit.round()
            try await visit.office.papers.end(try paper(visit), of: round.id, by: visit.actor)
            return try await papers(visit, round)
        },
    ]

    struct ProblemList: Sendable, Encodable {
        let version: Int
        let total: Int
        let page: Int
        let problems: [Problem]
    }

    private static func paper(_ visit: Visit) throws -> Int64 {
        guard let id = Int64(visit.parameter("paper")) else { throw ServiceFault.notFound }
        return id
    }

    private static func papers(_ visit: Visit, _ round: RoundRow) async throws -> Operation.Outcome {
        .init(
            try await visit.office.papers.all(of: round.id), next: RoundStep.check.path(of: round.id) + "#papers")
    }

    private static func requireShort(_ text: String) throws(ServiceFault) {
        guard text.count <= Papers.longest, !text.contains(where: \.isNewline) else {
            throw .invalid(
                "\(Papers.longest)字までの一行で書いてください。何も変わっていません。",
                "Write one line of at most \(Papers.longest) characters. Nothing was changed.")
        }
    }

    // MARK: One cell

    /// Corrects a cell. Where somebody made a newer version meanwhile, it counts as long as the row is still as it was seen.
    private static func correctCell(_ visit: Visit) async throws -> Operation.Outcome {
        let round = try await visit.round()
        func number(_ name: String, _ label: Phrase) throws -> Int {
            guard let number = Int(try visit.needed(name, label)) else {
                throw ServiceFault.invalid("「\(label.japanese)」を数で書いてください。", "\(label.english) must be a number.")
            }
            return number
        }
        let seen = try visit.version()
        let (row, column) = (try number("row", Phrase("行", "The row")), try number("column", Phrase("列", "The column")))
        let file = try visit.needed("file", Phrase("ファイル", "the file"))
        guard (1...round.version).contains(seen) else { throw ServiceFault.notFound }
        let now = try await visit.office.cases.opened(round.id, round.version)
        guard let table = now.tables.first(where: { $0.file == file }), let place = table.row(numbered: row),
            table.headers.indices.contains(column - 1)
        else {
            throw ServiceFault.invalid(
                "\(file) に、そのセルを含む行がありません。ページを読み込み直してください。何も変わっていません。",
                "\(file) has no such cell. Reload the page. Nothing was changed.")
        }
        if seen != round.version {
            let before = try await visit.office.cases.opened(round.id, seen).tables.first { $0.file == file }
            let texts = before.flatMap { before in before.row(numbered: row).map(before.texts) }
            guard before?.headers == table.headers, texts == table.texts(row: place) else {
                throw try await visit.office.rounds.changedMeanwhile(round.id)
            }
        }
        guard let bytes = try await visit.office.rounds.content(of: file, round: round.id, version: round.version)
        else {
            throw ServiceFault.notFound
        }
        let corrected = try table.file(
            replacing: place, column - 1, by: visit.fields["value"] ?? "", in: bytes)
        let cell = Problem.Spot(row: row, column: column).cell ?? ""
        let version = try await visit.office.rounds.change(
            round.id, expecting: round.version, [file: corrected], by: visit.actor,
            what: Phrase("\(file) のセル \(cell) を直しました", "cell \(cell) of \(file) was corrected"))
        struct Corrected: Encodable, Sendable { let version: Int, file: String, cell: String }
        let home = RoundStep.check.path(of: round.id)
        let back = visit.fields["back"].flatMap { $0.hasPrefix(home) ? LoginPages.ownPath($0) : nil }
        return .init(Corrected(version: version, file: file, cell: cell), next: back ?? home)
    }
}

extension OpenedCase {
    /// The child that somebody typed, as the table writes it; `nil`: there is none, or not one alone.
    func child(_ typed: String) -> String? {
        guard let table = table(.children), let column = table.column("child_id") else { return nil }
        let wanted = ChildID(spelled: typed)
        return (0..<table.rowCount).lazy.map { table.text(row: $0, column: column) }.first {
            ChildID(spelled: $0) == wanted
        }
    }
}
