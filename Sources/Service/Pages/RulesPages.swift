import Admissions
import CaseFiles
import Foundation
import Reports
import Rounds

/// 規則: every setting of case.yaml as a form, the points table tried on a child, and the YAML itself.
enum RulesPages {
    static let routes: [Route] = [
        .page("/rounds/:round/rules", .with(.seeRounds)) { visit in .page(try await RulesView(visit).page()) },
        // The pages of forms, which keep what was typed where it is refused.
        .form("/rounds/:round/rules", .with(.editRules)) { visit in
            try await kept(visit) { try await changeSettings(visit) }
        },
        .form("/rounds/:round/rules/yaml", .with(.editRules)) { visit in
            try await kept(visit) { try await replaceYAML(visit) }
        },
        Route(
            method: .post, path: "/rounds/:round/rules/try", access: .with(.seeChildren), logged: .seen, body: .fields,
            operation: nil
        ) { visit in
            var view = try await RulesView(visit)
            do { view.trial = try await tried(visit) } catch let error as any PhrasedError {
                view.refusal = error.phrase
            }
            return .page(view.page())
        },
    ]

    private static let expecting = Operation.Field("expecting", "画面にあった版の番号", "version that was seen")

    static let operations: [Operation] = [
        .query("rules", "/rounds/:round/settings", .seeRounds, Phrase("この回の規則", "The rules of a round")) { visit in
            try await Sheet(visit)
        },
        .change(
            "changeSettings", "/rounds/:round/settings", .editRules, Phrase("設定を変える", "Change settings"),
            fields: [
                expecting,
                .init(
                    "siblings.timing", "設定名と値。名前は一覧にあるもの", "any setting that the list names, with its value",
                    isRequired: false),
                .init(
                    "move", "優先順位の基準の入れ替え（2:1 は3番目を2番目に）", "moves a priority key; 2:1 makes the third the second",
                    isRequired: false),
            ], changeSettings),
        .change(
            "replaceYAML", "/rounds/:round/settings/yaml", .editRules, Phrase("case.yaml を書き直す", "Replace case.yaml"),
            fields: [expecting, .init("yaml", "YAML", "the whole text")], replaceYAML),
        Operation(
            id: "tryPoints", method: .post, path: "/rounds/:round/points/try", permission: .seeChildren,
            summary: Phrase("指数表を一人の児童で試す（保存しない）", "Try the points table on a child; nothing is kept"), logged: .seen,
            body: .fields,
            fields: [
                .init("child", "児童番号", "id of the child"),
                .init(
                    "pointsTable[0].points", "変えて試す点数。名前は一覧にあるもの", "points to try, by the names of the list",
                    isRequired: false),
            ],
            perform: { visit in
                let trial = try await tried(visit)
                return .init(trial, next: RoundStep.rules.path(of: try await visit.round().id))
            }),
    ]

    /// The rules for a program.
    struct Sheet: Encodable, Sendable {
        let version: Int
        let settings: [String: String]
        let problems: [Problem]
        let yaml: String

        init(_ visit: Visit) async throws {
            let round = try await visit.round()
            let sheet = try await RuleSheet(visit.office, round: round.id, version: round.version)
            version = round.version
            settings = sheet.document.map { document in sheet.fields.mapValues { $0.text(in: document) } } ?? [:]
            problems = sheet.problems
            yaml = sheet.text
        }
    }

    /// The computation of a child's points.
    struct Trial: Encodable, Sendable {
        let child: String
        /// Whether the table that was tried is not the one that is kept.
        let isChanged: Bool
        /// What `check --points` prints, in both languages.
        let japanese: [String]
        let english: [String]
        /// The first line by the table that is kept.
        let keptJapanese: String
        let keptEnglish: String

        func lines(in language: Language) -> [String] { language == .japanese ? japanese : english }
        func kept(in language: Language) -> String { language == .japanese ? keptJapanese : keptEnglish }
    }

    /// Does a change; where it is refused the page is shown again, with what was typed.
    private static func kept(
        _ visit: Visit, _ change: () async throws -> Operation.Outcome
    ) async throws -> Answer {
        do { return .next(try await change().next) } catch let error as any PhrasedError {
            var view = try await RulesView(visit)
            view.refusal = error.phrase
            return .page(view.page(), status: (error as? ServiceFault)?.status ?? .unprocessableContent)
        }
    }

    private static func changeSettings(_ visit: Visit) async throws -> Operation.Outcome {
        let round = try await visit.round()
        let sheet = try await seen(visit, round)
        let document = try sheet.changed(by: visit.fields)
        return try await save(
            document.bytes(), visit, round, Phrase("規則の設定を変えました", "settings of the rules were changed"))
    }

    private static func replaceYAML(_ visit: Visit) async throws -> Operation.Outcome {
        let round = try await visit.round()
        let sheet = try await seen(visit, round)
        // A browser sends the ends of lines as CR LF.
        var text = (visit.fields["yaml"] ?? "").replacing("\r\n", with: "\n")
        if sheet.text.contains("\r\n") { text = text.replacing("\n", with: "\r\n") }
        if !text.hasSuffix("\n") { text += "\n" }
        do { _ = try SettingsDocument(Array(text.utf8)) } catch { throw refusal(error) }
        return try await save(
            Array(text.utf8), visit, round, Phrase("case.yaml を書き直しました", "case.yaml was replaced"))
    }

    /// The rules of the newest version, if it is the one that was seen.
    private static func seen(_ visit: Visit, _ round: RoundRow) async throws -> RuleSheet {
        try await visit.office.rounds.require(try visit.version(), of: round)
        return try await RuleSheet(visit.office, round: round.id, version: round.version)
    }

    /// Keeps a case.yaml, unless it has an error that the present one does not have.
    private static func save(
        _ bytes: [UInt8], _ visit: Visit, _ round: RoundRow, _ what: Phrase
    ) async throws -> Operation.Outcome {
        let cases = visit.office.cases
        let reading = try await cases.reading(round.id, round.version, with: RuleSheet.file, saying: bytes)
        if let error = RuleSheet.newError(in: reading, besides: try await cases.reading(round.id, round.version)) {
            throw refusal(error)
        }
        struct Saved: Encodable, Sendable { let version: Int }
        let version = try await visit.office.rounds.change(
            round.id, expecting: round.version, [RuleSheet.file: bytes], by: visit.actor, what: what)
        return .init(Saved(version: version), next: RoundStep.rules.path(of: round.id))
    }

    private static func refusal(_ problem: Problem) -> ServiceFault {
        ServiceFault(
            .unprocessableContent, problem.code,
            Phrase(
                "保存していません。case.yaml の\(problem.line.map { " \($0) 行目" } ?? ""): \(problem.phrase.japanese)",
                "Nothing was saved. case.yaml\(problem.line.map { ", line \($0)" } ?? ""): \(problem.phrase.english)"))
    }

    // MARK: Trying points

    private static func tried(_ visit: Visit) async throws -> Trial {
        let round = try await visit.round()
        let typed = try visit.needed("child", Phrase("児童番号", "the id of the child"))
        let sheet = try await RuleSheet(visit.office, round: round.id, version: round.version)
        let present = try await visit.office.cases.reading(round.id, round.version)
        let isOfTable = { (field: (key: String, value: String)) in field.key.hasPrefix("pointsTable") }
        let document = try sheet.changed(
            by: Dictionary(uniqueKeysWithValues: visit.fields.filter(isOfTable).map { ($0.key, $0.value) }))
        let bytes = try document.bytes()
        let isChanged = bytes != sheet.bytes
        let reading =
            isChanged
            ? try await visit.office.cases.reading(round.id, round.version, with: RuleSheet.file, saying: bytes)
            : present
        if isChanged, let error = RuleSheet.newError(in: reading, besides: present) { throw refusal(error) }
        guard let draft = reading.draft, let kept = present.draft else {
            throw ServiceFault.invalid(
                "児童と施設の表がまだ読めないため、試せません。「準備」で入れてください。",
                "The tables of children and facilities cannot be read yet. Upload them under Files.")
        }
        guard let row = TypedID(in: draft).rows(typed).first else {
            throw ServiceFault.invalid(
                "「\(typed)」という児童も世帯も、この回の表にいません。番号を確かめてください。",
                "There is no child and no household \(typed) in this round. Check the id.")
        }
        return await CaseDesk.apart {
            let (report, before) = (PointsReport(draft, row: row), PointsReport(kept, row: row))
            return Trial(
                child: draft.children[row].id.spelling, isChanged: isChanged, japanese: report.lines(in: .japanese),
                english: report.lines(in: .english), keptJapanese: before.lines(in: .japanese).first ?? "",
                keptEnglish: before.lines(in: .english).first ?? "")
        }
    }
}
