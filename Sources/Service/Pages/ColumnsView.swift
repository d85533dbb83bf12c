import Admissions
import CaseFiles
import Foundation
import Reports

/// What each file is and what its columns are: proposed, shown beside what the cells look like, corrected by choosing.
enum ColumnsView {
    static func page(_ visit: Visit) async throws -> Markup {
        let round = try await visit.round()
        let (proposals, city) = try await proposals(visit, round)
        let profile = try await visit.office.rounds.content(
            of: FacilityList.profileName, round: round.id, version: round.version)
        return Frame.page(
            visit, title: Phrase("列の対応", "Columns"), round: (round, .files), scripts: [Assets.files]
        ) {
            let others = proposals.problems.map { problem -> Markup in
                "<p class=\"warn\">\(problem.file ?? ""): \(visit.say(problem.phrase))</p>"
            }.joined()
            if proposals.tables.isEmpty {
                return """
                    \(others)
                    <section class="empty"><p>\(visit.say("列を見分けられる表がありません。見出しのある表を、準備のページで入れてください。", "No table was recognised. Upload tables with headers first."))</p>
                    <p><a class="button main" href="\(RoundStep.files.path(of: round.id))">\(visit.say("準備へ", "To the files"))</a></p></section>
                    """
            }
            let areTaken = proposals.areTaken
            let tables = proposals.tables.enumerated().map { table(visit, $0, $1, isTaken: areTaken[$0]) }.joined()
            return """
                <p>\(city.isEmpty ? visit.say("見出しと欄の形から、表の種類と列を見分けました。違うところだけ選び直し、質問に答えて保存してください。市の対応表として残り、次の回にも使えます。", "Tables and columns were recognised by their headers and cells. Correct what is wrong, answer the questions and save. It is kept as the city's profile.") : visit.say("保存してある市の対応表と、ファイルの見出しから表示しています。違うところだけ選び直して保存してください。", "This is the city's saved profile, with what the files' headers say. Correct what is wrong and save."))</p>
                \(lacking(visit, proposals))\(others)
                <form method="post" action="/rounds/\(Int(round.id))/columns">\(Frame.token(visit))
                <input type="hidden" name="expecting" value="\(round.version)">
                \(tables)
                <div class="actions"><button class="main">\(visit.say("この対応を保存する", "Save"))</button>
                <a class="button" href="\(RoundStep.files.path(of: round.id))">\(visit.say("やめる", "Cancel"))</a></div>
                </form>
                \(profile.map { known(visit, String(decoding: $0, as: UTF8.self)) } ?? "")
                """
        }
    }

    /// What a complete case still needs, at the top.
    private static func lacking(_ visit: Visit, _ proposals: ProfileSuggestions) -> Markup {
        let taken = zip(proposals.tables, proposals.areTaken).filter(\.1).map(\.0)
        let tables = [CaseTable.children, .facilities].filter { table in !taken.contains { $0.table == table } }
        var lines = tables.map { table -> Markup in
            """
            <li>\(visit.say("表: \(table.words.japanese)。準備のページで入れるか、下で「この表は」を選び直してください。", "The table \(table.words.english): upload it, or choose it below."))</li>
            """
        }
        for file in taken where !file.missing.isEmpty {
            let names = file.missing.map { name(ofMissing: $0, in: file, visit) }
                .joined(separator: visit.say("、", ", "))
            lines.append(
                """
                <li>\(visit.say("\(file.fileName) の列: \(names)。下で見出しを選んでください。", "Columns of \(file.fileName): \(names). Choose their headers below."))</li>
                """)
        }
        if lines.isEmpty { return "" }
        return """
            <div class="warn"><p><b>\(visit.say("まだ足りないもの", "Still missing"))</b></p><ul>\(lines.joined())</ul></div>
            """
    }

    /// A needed column as cities call it; of several that can serve, all.
    private static func name(ofMissing column: String, in file: ColumnSuggestions, _ visit: Visit) -> String {
        let names = column.components(separatedBy: " or ").map { name in
            visit.language == .japanese
                ? "「\(file.choosableColumns.first { $0.column == name }?.name ?? name)」" : name
        }
        return names.joined(separator: visit.say("か", " or "))
    }

    private static func known(_ visit: Visit, _ text: String) -> Markup {
        """
        <details><summary>\(visit.say("いまの対応表（columns.yaml）", "The present profile (columns.yaml)"))</summary><pre class="scroll" tabindex="0">\(text)</pre>
        <p class="note">\(visit.say("保存すると、これは新しい版で置き換わります。前の版は残ります。", "Saving replaces it in a new version; the earlier one is kept."))</p></details>
        """
    }

    /// What is proposed for the tables of the newest version, beginning from what the case says already.
    private static func proposals(_ visit: Visit, _ round: RoundRow) async throws -> (ProfileSuggestions, CityProfile) {
        let folder = try await visit.office.rounds.folder(of: round.id, version: round.version)
        let others = Set(CaseTable.betweenRounds.map(\.fileName) + [CaseTable.manual.fileName])
        let names = try await visit.office.rounds.files(of: round.id, version: round.version).map(\.name)
            .filter { FileName.isTable($0) && !others.contains($0) }
        let paths = names.map { folder.appending(path: $0).path }
        return await CaseDesk.apart {
            let city = CityProfile(in: folder)
            var proposals = ProfileSuggestions(paths: paths)
            proposals.begin(from: city)
            return (proposals, city)
        }
    }

    private static func table(_ visit: Visit, _ number: Int, _ file: ColumnSuggestions, isTaken: Bool) -> Markup {
        let unused: Markup = """
            <option value=""\(isTaken ? "" : " selected" as Markup)>\(visit.say("（使わない）", "(not used)"))</option>
            """
        let kinds = ColumnSuggestions.choosableTables.map { kind -> Markup in
            "<option value=\"\(kind.rawValue)\"\(isTaken && kind == file.table ? " selected" : "")>\(visit.say(kind.words))</option>"
        }.joined()
        let rival: Markup =
            isTaken
            ? ""
            : """
            <p class="warn">\(visit.say("もう一つの表と同じ「\(file.table.words.japanese)」に見えるため、使わないことにしてあります。こちらを使うときは、もう一つを「使わない」にしてください。", "It looks like the same table as another one, so it is not used. To use it, choose “not used” for the other."))</p>
            """
        let proposed = Dictionary(file.columns.map { ($0.column, $0) }, uniquingKeysWith: { first, _ in first })
        let all = file.choosableColumns
        let shown = all.filter { proposed[$0.column] != nil || isMissing($0.column, in: file) }
        let rest = all.filter { column in !shown.contains { $0.column == column.column } }
        let head: Markup = """
            <thead><tr><th scope="col">\(visit.say("項目", "Column"))</th><th scope="col">\(visit.say("ファイルの見出し", "Header in the file"))</th><th scope="col">\(visit.say("欄の例・形", "Cells"))</th><th scope="col">\(visit.say("確かさ", "Confidence"))</th></tr></thead>
            """
        func rows(_ columns: [(column: String, name: String)]) -> Markup {
            columns.map { row(visit, number, file, $0.column, $0.name, proposed[$0.column]) }.joined()
        }
        let missing: Markup =
            file.missing.isEmpty
            ? ""
            : "<p class=\"warn\">\(visit.say("まだ見つからない列があります。見出しを選んでください。", "Some needed columns were not found. Choose their headers."))</p>"
        let readAs =
            file.table == .children
            ? visit.say("見出しのまま読む列（規則で使えます）: ", "Read under their headers, for rules to use: ")
            : visit.say("読まない見出し: ", "Not read: ")
        let others: Markup =
            file.others.isEmpty
            ? ""
            : "<p class=\"note\">\(readAs)\(file.others.joined(separator: visit.say("、", ", ")))</p>"
        let notes = file.notes.map { "<p class=\"note\">\(visit.say($0))</p>" as Markup }.joined()
        let content: Markup = """
            \(missing)\(form(visit, file))
            <div class="scroll" tabindex="0" role="region" aria-label="\(file.fileName)"><table class="columns">\(head)<tbody>\(rows(shown))</tbody></table></div>
            \(questions(visit, number, file, isTaken: isTaken))
            <details><summary>\(visit.say("ほかの項目（\(rest.count)）", "Other columns (\(rest.count))"))</summary>
            <div class="scroll" tabindex="0" role="region" aria-label="\(visit.say("ほかの項目", "Other columns")) \(file.fileName)"><table class="columns">\(head)<tbody>\(rows(rest))</tbody></table></div></details>
            \(others)\(notes)
            """
        return """
            <section class="table"><h2>\(file.fileName)</h2>
            <label class="kind">\(visit.say("この表は", "This table is")) <select name="table.\(number)">\(unused)\(kinds)</select></label>
            \(rival)
            \(isTaken ? content : "<details class=\"content\"><summary>\(visit.say("列を見る", "Its columns"))</summary>\(content)</details>")
            </section>
            """
    }

    private static func isMissing(_ column: String, in file: ColumnSuggestions) -> Bool {
        file.missing.contains { $0.components(separatedBy: " or ").contains(column) }
    }

    /// How the table stands in its file, where that was found.
    private static func form(_ visit: Visit, _ file: ColumnSuggestions) -> Markup {
        let entries = file.formEntries.map { name, value -> String in
            switch name {
            case "sheet": visit.say("シート \(value)", "sheet \(value)")
            case "header": visit.say("見出しは \(value) 行目", "header in row \(value)")
            case "separator": visit.say("区切りは \(value)", "separated by \(value)")
            case "leaveOut": visit.say("読まない行 \(value)", "rows left out: \(value)")
            default: "\(name) \(value)"
            }
        }
        return entries.isEmpty ? "" : "<p class=\"note\">\(entries.joined(separator: visit.say("、", "; ")))</p>"
    }

    private static func row(
        _ visit: Visit, _ number: Int, _ file: ColumnSuggestions, _ column: String, _ name: String,
        _ proposed: ColumnSuggestions.Column?
    ) -> Markup {
        let id = "c-\(number)-\(column)"
        var headers = file.choices(for: column)
        if let header = proposed?.header, !headers.contains(header) { headers.insert(header, at: 0) }
        let options = headers.map { header -> Markup in
            "<option\(header == proposed?.header ? " selected" : "")>\(header)</option>"
        }.joined()
        let tag: Markup =
            switch proposed?.confidence {
            case .certain: "<span class=\"tag good\">\(visit.say("確実", "certain"))</span>"
            case .likely: "<span class=\"tag wait\">\(visit.say("おそらく", "likely"))</span>"
            case .guess: "<span class=\"tag held\">\(visit.say("推測", "guess"))</span>"
            case nil: isMissing(column, in: file) ? "<span class=\"tag held\">\(visit.say("必要", "needed"))</span>" : ""
            }
        let remarks = (proposed?.remarks ?? []).map { "<br><small>\(visit.say($0))</small>" as Markup }.joined()
        return """
            <tr><th scope="row"><label for="\(id)">\(visit.language == .japanese ? name : column)</label></th><td><select id="\(id)" name="column.\(number).\(column)"><option value="">\(visit.say("（なし）", "(none)"))</option>\(options)</select></td><td>\(proposed?.example.map { visit.say($0) } ?? "")</td><td>\(tag)\(remarks)</td></tr>
            """
    }

    /// What the table alone does not say: asked, never guessed.
    private static func questions(_ visit: Visit, _ number: Int, _ file: ColumnSuggestions, isTaken: Bool) -> Markup {
        let questions = file.blankQuestions.enumerated().map { index, question -> Markup in
            let name = file.choosableColumns.first { $0.column == question.column }?.name ?? question.column
            let key = "blank.\(number).\(index)"
            return """
                <fieldset><legend>\(visit.say("「\(name)」の欄に「\(question.cell)」が\(file.isSampled ? "少なくとも" : "") \(question.count) 個あります。「なし」の意味ですか。", "\(file.isSampled ? "At least " : "")\(question.count) cells of \(question.column) say \(question.cell). Does it mean nothing?"))</legend>
                <label class="check"><input type="radio" name="\(key)" value="yes"\(isTaken ? " required" as Markup : "")\(question.isSaid ? " checked" as Markup : "")> \(visit.say("はい、「なし」（空欄）として読みます", "Yes, read it as blank"))</label>
                <label class="check"><input type="radio" name="\(key)" value="no"> \(visit.say("いいえ、そのままの値として読みます", "No, read it as it stands"))</label></fieldset>
                """
        }
        return questions.joined()
    }

    // MARK: Saving

    /// Makes the profile of what was chosen, as a new version.
    ///
    /// - Returns: The version, and whether no table changed its kind, so that there is nothing more to look at.
    static func save(_ visit: Visit, _ round: RoundRow) async throws -> (version: Int, isWhole: Bool) {
        let expecting = try visit.version()
        try await visit.office.rounds.require(expecting, of: round)
        let (proposals, city) = try await proposals(visit, round)
        let tables = try chosen(visit.fields, proposals)
        let profile = city.profileFile(choosing: tables, in: .japanese)
        let settings = CaseTable.settings.fileName
        guard
            let bytes = try await visit.office.rounds.content(of: settings, round: round.id, version: round.version)
        else { throw ServiceFault.invalid("case.yaml がありません。", "There is no case.yaml.") }
        var document = try SettingsDocument(bytes)
        try document.set(.text(FacilityList.profileName), at: [.key("columns")])
        let version = try await visit.office.rounds.change(
            round.id, expecting: expecting,
            [FacilityList.profileName: Array(profile.utf8), settings: try document.bytes()], by: visit.actor,
            what: Phrase("列の対応を保存しました", "the columns were saved"))
        let isWhole = tables.allSatisfy { table in
            proposals.tables.contains { $0.fileName == table.fileName && $0.table == table.table }
        }
        return (version, isWhole)
    }

    /// The proposals with what the form says in their place, without the files that are not used. A table that the form does not
    /// name stays as proposed.
    static func chosen(
        _ fields: [String: String], _ proposals: ProfileSuggestions
    ) throws(ServiceFault) -> [ColumnSuggestions] {
        var chosen: [ColumnSuggestions] = []
        let areTaken = proposals.areTaken
        for (number, proposed) in proposals.tables.enumerated() {
            var file = proposed
            if let name = fields["table.\(number)"] {
                if name.isEmpty { continue }
                guard let table = CaseTable(rawValue: name), ColumnSuggestions.choosableTables.contains(table) else {
                    throw .invalid("表の種類「\(name)」はありません。", "There is no table \(name).")
                }
                let prefix = "column.\(number)."
                var headers: [String: String] = [:]
                for (field, header) in fields where field.hasPrefix(prefix) && !header.isEmpty {
                    headers[String(field.dropFirst(prefix.count))] = header
                }
                let blanks = try blanks(fields, number, of: file)
                file.choose(table, headers: headers, blanks: blanks)
            } else if !areTaken[number] {
                continue
            }
            if file.columns.isEmpty {
                throw .invalid(
                    "\(file.fileName) の列が一つも選ばれていません。見出しを選ぶか、この表を「使わない」にしてください。何も変わっていません。",
                    "No column of \(file.fileName) is chosen. Choose headers, or “not used”. Nothing was changed.")
            }
            if let other = chosen.first(where: { $0.table == file.table }) {
                let kind = file.table.words
                throw .invalid(
                    "\(other.fileName) と \(file.fileName) がどちらも「\(kind.japanese)」になっています。片方を「使わない」にしてください。何も変わっていません。",
                    "\(other.fileName) and \(file.fileName) are both \(kind.english). Choose “not used” for one of them. Nothing was changed."
                )
            }
            chosen.append(file)
        }
        return chosen
    }

    /// The questions about cells that were answered with yes; each must be answered.
    private static func blanks(
        _ fields: [String: String], _ number: Int, of file: ColumnSuggestions
    ) throws(ServiceFault) -> Set<ColumnSuggestions.BlankQuestion> {
        var blanks: Set<ColumnSuggestions.BlankQuestion> = []
        for (index, question) in file.blankQuestions.enumerated() {
            switch fields["blank.\(number).\(index)"] {
            case "yes": blanks.insert(question)
            case "no": break
            default:
                throw .invalid(
                    "「\(question.cell)」が「なし」の意味かどうかを選んでください。何も変わっていません。",
                    "Say whether \(question.cell) means nothing. Nothing was changed.")
            }
        }
        return blanks
    }
}
