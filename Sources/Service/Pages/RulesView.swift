import Admissions
import CaseFiles
import Foundation
import Reports

/// The page of 規則 as one visitor sees it.
struct RulesView {
    let visit: Visit
    let round: RoundRow
    let sheet: RuleSheet
    /// The round with which it is compared; `nil`: there is none.
    let before: RoundRow?
    let differences: RuleDifferences?
    /// Why what was typed is not kept.
    var refusal: Phrase?
    var trial: RulesPages.Trial?

    init(_ visit: Visit) async throws {
        self.visit = visit
        round = try await visit.round()
        sheet = try await RuleSheet(visit.office, round: round.id, version: round.version)
        before = try await Self.before(visit, round)
        if let before {
            let earlier = try await RuleSheet(visit.office, round: before.id, version: before.version)
            differences = RuleDifferences(sheet, since: earlier)
        } else {
            differences = nil
        }
    }

    /// The round that this one follows, or the last one of the municipality before its month, of the same name if there is one.
    private static func before(_ visit: Visit, _ round: RoundRow) async throws -> RoundRow? {
        if let earlier = try await visit.office.cases.earlier(than: round.id) {
            return try await visit.office.rounds.round(earlier.round)
        }
        let earlier = try await visit.office.rounds.rounds().filter {
            $0.municipality == round.municipality && $0.month < round.month
        }
        let last = earlier.map(\.month).max()
        let ofMonth = earlier.filter { $0.month == last }
        return ofMonth.first { $0.name == round.name } ?? ofMonth.first
    }

    private func say(_ japanese: String, _ english: String) -> String { visit.say(japanese, english) }
    private var mayEdit: Bool { visit.actor.may(.editRules) }
    private var path: String { RoundStep.rules.path(of: round.id) }

    func page() -> Markup {
        Frame.page(visit, title: RoundStep.rules.phrase, round: (round, .rules), scripts: [Assets.check]) {
            """
            \(refusal.map { phrase -> Markup in "<p class=\"fault\" role=\"alert\">\(visit.say(phrase))</p>" } ?? "")
            \(faults)
            \(comparison)
            \(settings)
            \(pointsTable)
            \(yaml)
            """
        }
    }

    private var faults: Markup {
        let errors = sheet.problems.filter { $0.severity == .error }
        if errors.isEmpty { return "" }
        let list = errors.map { problem -> Markup in
            let place = problem.line.map { say("\($0)行目: ", "Line \($0): ") } ?? ""
            return "<li>\(place)\(visit.say(problem.phrase))</li>"
        }.joined()
        return """
            <div class="warn"><b>\(say("規則に直すところがあります。", "The rules have errors."))</b> <a href="#yaml">\(say("YAML で直す", "Correct the YAML"))</a><ul>\(list)</ul></div>
            """
    }

    private var comparison: Markup {
        guard let before, let differences else {
            return """
                <p class="info">\(say("比べる前の回はありません。前の月の回があれば、違うところに色が付きます。", "There is no earlier round to compare with. Where there is one, differences are coloured."))</p>
                """
        }
        let name = visit.say(before.title)
        let link: Markup = "<a href=\"\(RoundStep.rules.path(of: before.id))\">\(name)</a>"
        return differences.count == 0
            ? """
            <p class="fine">\(link) \(say("と同じ規則です（入所月・抽選のシードを除く）。", "has the same rules, but for month and seed."))</p>
            """
            : """
            <p class="warn">\(link) \(say("と違うところが \(differences.count) か所あります。色を付けて、前の値を示しています。", "has other rules in \(differences.count) places. They are coloured, with what was said before."))</p>
            """
    }

    /// What stands in a field: what was typed, else what the file says.
    private func text(of field: RuleField) -> String {
        visit.fields[field.name] ?? sheet.document.map(field.text) ?? ""
    }

    private func was(_ name: String) -> Markup {
        differences?.was[name].map { phrase -> Markup in
            "<p class=\"was\">\(say("前の回: ", "Before: "))\(visit.say(phrase))</p>"
        } ?? ""
    }

    /// How a row shows that it is new or other than before.
    private func mark(_ name: String) -> Markup {
        if differences?.added.contains(name) == true { return " class=\"added\"" }
        return differences?.was[name] != nil ? " class=\"changed\"" : ""
    }

    private func control(_ field: RuleField, id: String? = nil, label: String? = nil) -> Markup {
        let text = text(of: field)
        let identity: Markup = id.map { "id=\"\($0)\"" } ?? "aria-label=\"\(label ?? visit.say(field.label))\""
        guard case .choice(let choices) = field.control else {
            let hint = field.standard.map { say("既定: \($0.japanese)", "default: \($0.english)") } ?? ""
            let needed: Markup = field.standard == nil ? " required" : ""
            return
                "<input \(identity) name=\"\(field.name)\" value=\"\(text)\" placeholder=\"\(hint)\" autocomplete=\"off\"\(needed)>"
        }
        let standard: Markup =
            field.standard.map { words -> Markup in
                "<option value=\"\"\(text.isEmpty ? " selected" as Markup : "")>\(say("既定（\(words.japanese)）", "default (\(words.english))"))</option>"
            } ?? ""
        let options = choices.map { value, words -> Markup in
            "<option value=\"\(value)\"\(value == text ? " selected" as Markup : "")>\(visit.say(words))</option>"
        }.joined()
        return "<select \(identity) name=\"\(field.name)\">\(standard)\(options)</select>"
    }

    // MARK: Settings

    private var settings: Markup {
        guard sheet.document != nil else { return "" }
        let sections = RuleField.sections.enumerated().map { index, section -> Markup in
            let fields = section.fields.map(setting).joined()
            // The keys stand in the section that says how ties end.
            return
                "<section><h2>\(visit.say(section.title))</h2>\(index == 1 ? keys : "")\(fields)\(index == 3 ? phases : "")</section>"
        }.joined()
        let save: Markup =
            mayEdit
            ? "<div class=\"actions\"><button class=\"main\">\(say("設定を保存する", "Save the settings"))</button><span class=\"note\">\(say("新しい版になります。YAML のコメントや並びは、そのまま残ります。", "Makes a new version. Comments and order of the YAML stay."))</span></div>"
            : "<p class=\"note\">\(say("規則を変えられるのは、実行の役割をもつ人です。", "Somebody with the role of operator can change the rules."))</p>"
        return """
            <form method="post" action="\(path)" class="rules">\(hidden)<fieldset class="bare"\(mayEdit ? "" : " disabled" as Markup)>\(sections)</fieldset>\(save)</form>
            """
    }

    private var hidden: Markup {
        "\(Frame.token(visit))<input type=\"hidden\" name=\"expecting\" value=\"\(round.version)\">"
    }

    private func setting(_ field: RuleField) -> Markup {
        let differs = differences?.was[field.name] != nil
        return """
            <div class="setting\(differs ? " differs" as Markup : "")"><label for="f-\(field.name)">\(visit.say(field.label)) <code>\(field.name)</code></label><p>\(visit.say(field.sentence))</p>\(control(field, id: "f-\(field.name)"))\(was(field.name))</div>
            """
    }

    private var keys: Markup {
        guard let keys = sheet.rules?.priority, !keys.isEmpty else {
            return
                "<p class=\"warn\">\(say("優先順位の基準がありません。下の YAML で priority を書いてください。", "There is no priority key. Write priority in the YAML below."))</p>"
        }
        let rows = keys.enumerated().map { index, key -> Markup in
            let fields = RuleField.fields(ofKey: index, key)
            let name = "priority[\(index)]"
            let mark = self.mark(name)
            let words = visit.say(Wording.priorityKey(key))
            let title: Markup = words == key.name ? "\(words)" : "\(words) <code>\(key.name)</code>"
            let moves: Markup =
                mayEdit
                ? "\(move(index, to: index - 1, of: keys.count, "↑", say("上へ", "up")))\(move(index, to: index + 1, of: keys.count, "↓", say("下へ", "down")))"
                : ""
            return """
                <tr\(mark)><td class="n">\(index + 1)</td><th scope="row">\(title)<br><small>\(visit.say(Wording.rule(key)))</small>\(was(name))</th><td>\(control(fields[0]))</td><td>\(control(fields[1]))</td><td>\(control(fields[2]))</td><td class="moves">\(moves)</td></tr>
                """
        }.joined()
        let gone = (differences?.gone["priority"] ?? []).map { words, _ -> Markup in
            "<tr class=\"gone\"><td></td><th scope=\"row\" colspan=\"5\"><s>\(visit.say(words))</s> \(say("（前の回だけ）", "(before only)"))</th></tr>"
        }.joined()
        return """
            <h3>\(say("優先順位の基準", "Priority keys"))</h3><p class="note">\(say("上から順に比べ、違いがあったところで決まります。最後は抽選です。", "They are compared from the top; the first that differs decides. The draw comes last."))</p>
            <div class="scroll" tabindex="0" role="region" aria-label="\(say("優先順位の基準", "Priority keys"))"><table class="keys"><thead><tr><th scope="col" class="n">\(say("順", "No."))</th><th scope="col">\(say("基準", "Key"))</th><th scope="col">\(say("並び", "Order"))</th><th scope="col">\(say("空欄", "Blank"))</th><th scope="col">\(say("ほかの家庭への説明", "Told to others"))</th><th scope="col">\(say("入れ替え", "Move"))</th></tr></thead><tbody>\(rows)\(gone)</tbody></table></div>
            """
    }

    private func move(_ index: Int, to other: Int, of count: Int, _ sign: String, _ word: String) -> Markup {
        if other < 0 || other >= count { return "" }
        return """
            <button name="move" value="\(index):\(other)" aria-label="\(say("\(index + 1)番目の基準を\(word)", "Move key \(index + 1) \(word)"))">\(sign)</button>
            """
    }

    private var phases: Markup {
        guard let phases = sheet.rules?.phases, !phases.isEmpty else { return "" }
        let rows = phases.indices.map { index -> Markup in
            let fields = RuleField.fields(ofPhase: index)
            let name = "phases[\(index)]"
            let mark = self.mark(name)
            return
                "<tr\(mark)><td class=\"n\">\(index + 1)</td><td>\(control(fields[0]))\(was(name))</td><td>\(control(fields[1]))</td></tr>"
        }.joined()
        return """
            <h3>\(say("段階", "Phases"))</h3><p class="note">\(say("対象は all（全員）、区分名、または ! を付けた区分名（それ以外）です。", "Who: all, a group, or a group with ! before it for all others."))</p>
            <div class="scroll" tabindex="0" role="region" aria-label="\(say("段階", "Phases"))"><table><thead><tr><th scope="col" class="n">\(say("順", "No."))</th><th scope="col">\(say("名前", "Name"))</th><th scope="col">\(say("対象", "Who"))</th></tr></thead><tbody>\(rows)</tbody></table></div>
            """
    }

    // MARK: Points

    private var pointsTable: Markup {
        guard let table = sheet.rules?.pointsTable, !table.isEmpty else {
            return """
                <section id="points"><h2>\(say("指数表", "Points table"))</h2><p>\(say("指数表はありません。指数は児童の表に書かれた値を使います。計算させるときは、下の YAML に pointsTable を書いてください。", "There is no points table; points are those in the children's table. To have them computed, write pointsTable in the YAML below."))</p></section>
                """
        }
        let parts = table.parts.indices.map { part(of: table, $0) }.joined()
        let save: Markup = mayEdit ? "<button class=\"main\">\(say("指数表を保存する", "Save the points table"))</button>" : ""
        let attempt: Markup =
            visit.actor.may(.seeChildren)
            ? """
            <div class="line try"><label>\(say("この表を一人の児童で試す（児童番号）", "Try this table on a child (id)"))<input name="child" value="\(visit.fields["child"] ?? "")" autocomplete="off"></label><button formaction="\(path)/try#trial" formnovalidate>\(say("試す（保存しない）", "Try (nothing is saved)"))</button></div>
            """ : ""
        return """
            <section id="points"><h2>\(say("指数表", "Points table"))</h2>
            <p class="note">\(say("点数と、区分の倍率・上限・下限を直せます。条件や行を増やすときは、下の YAML で直してください。", "Points, factors, caps and floors can be changed here; for conditions and further rows change the YAML below."))</p>
            <form method="post" action="\(path)" class="rules">\(hidden)
            <div class="scroll" tabindex="0" role="region" aria-label="\(say("指数表", "Points table"))"><table class="points"><thead><tr><th scope="col">\(say("項目", "Row"))</th><th scope="col">\(say("条件", "Conditions"))</th><th scope="col" class="n">\(say("点数", "Points"))</th></tr></thead>\(parts)</table></div>
            \(attempt)\(trialResult)
            <div class="actions">\(save)</div></form></section>
            """
    }

    private func part(of table: PointsTable, _ index: Int) -> Markup {
        let part = table.parts[index]
        let name = table.setting(ofPart: index)
        let isNew = differences?.added.contains(name) == true
        let fields = RuleField.fields(ofPart: index, in: table)
        // What is written already can be changed; the rest would only be in the way.
        let always = ["factor", "floor", "cap"].map { "\(name).\($0)" }
        let shown = fields.filter { !text(of: $0).isEmpty || always.contains($0.name) }
        let controls = shown.map { field -> Markup in
            "<label>\(visit.say(field.label)) \(mayEdit ? control(field) : "<b>\(text(of: field))</b>" as Markup)</label>"
        }.joined()
        let title = part.name == PointsTable.total ? say("合計（points）", "total (points)") : part.name
        let head: Markup =
            table.isList
            ? ""
            : """
            <tr class="part\(isNew ? " added" as Markup : "")"><th scope="rowgroup" colspan="3">\(title) <small>\(visit.say(RuleDifferences.frame(part)))</small><div>\(controls)</div>\(was(name))</th></tr>
            """
        let rows = part.rows.indices.map { row(of: table, index, $0) }.joined()
        let gone = (differences?.gone["pointsTable.\(part.name)"] ?? []).map { words, amount -> Markup in
            "<tr class=\"gone\"><th scope=\"row\"><s>\(visit.say(words))</s></th><td>\(say("前の回だけにある行", "before only"))</td><td class=\"n\"><s>\(visit.say(amount))</s></td></tr>"
        }.joined()
        return "<tbody>\(head)\(rows)\(gone)</tbody>"
    }

    private func row(of table: PointsTable, _ part: Int, _ index: Int) -> Markup {
        let row = table.parts[part].rows[index]
        let name = table.setting(ofRow: index, inPart: part)
        let mark = self.mark(name)
        let conditions =
            row.conditions.isEmpty
            ? say("全員", "always")
            : row.conditions.map { visit.say(Wording.condition($0)) }.joined(separator: say("、", ", "))
        let group: Markup =
            row.maxGroup.map { "<br><small>\(say("「\($0)」の中で最も高い行だけ", "only the most of \($0)"))</small>" } ?? ""
        let points: Markup
        if let field = RuleField.field(ofRow: index, inPart: part, of: table), mayEdit {
            points = control(
                field, label: say("\(Wording.row(row).japanese) の点数", "points of \(Wording.row(row).english)"))
        } else {
            points = "\(visit.say(RuleDifferences.amount(row)))"
        }
        let title = row.name ?? say("\(index + 1)行目", "row \(index + 1)")
        return """
            <tr\(mark)><th scope="row">\(title)</th><td>\(conditions)\(group)</td><td class="n">\(points)\(was(name))</td></tr>
            """
    }

    /// The computation, line by line as it is printed.
    private var trialResult: Markup {
        guard let trial else { return "" }
        let lines = trial.lines(in: visit.language)
        let list = lines.enumerated().map { index, line -> Markup in
            let depth = line.prefix { $0 == " " }.count
            let text = line.trimmingCharacters(in: .whitespaces)
            let kind: Markup =
                index == 0
                ? "total"
                : text.hasPrefix("+ ") ? "counts" : text.hasPrefix("- ") ? "not" : depth > 2 ? "wish" : "part"
            return "<li class=\"\(kind)\">\(text)</li>"
        }.joined()
        let kept: Markup =
            trial.isChanged
            ? "<p class=\"was\">\(say("保存されている表では: ", "By the table that is kept: "))\(trial.kept(in: visit.language))</p>"
            : "<p class=\"note\">\(say("保存されている表での計算です。", "By the table that is kept."))</p>"
        return "<div id=\"trial\" class=\"info\" role=\"status\">\(kept)<ol class=\"booklet\">\(list)</ol></div>"
    }

    // MARK: YAML

    private var yaml: Markup {
        let text = visit.fields["yaml"] ?? sheet.text
        let open: Markup = sheet.document == nil || visit.fields["yaml"] != nil ? " open" : ""
        let save: Markup =
            mayEdit
            ? "<div class=\"actions\"><button class=\"main\">\(say("YAML を保存する", "Save the YAML"))</button><span class=\"note\">\(say("誤りがあるときは保存せず、行を示します。", "Where there is an error nothing is saved, and its line is told."))</span></div>"
            : ""
        let readOnly: Markup = mayEdit ? "" : " readonly"
        return """
            <details class="card" id="yaml"\(open)><summary>\(say("YAML で見る・直す（技術者向け）", "The YAML, for engineers"))</summary>
            <form method="post" action="\(path)/yaml">\(hidden)<label>case.yaml<textarea name="yaml" class="yaml" spellcheck="false"\(readOnly)>
            \(text)</textarea></label>\(save)</form></details>
            """
    }
}
