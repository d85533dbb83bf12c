import Admissions
import Foundation
import Ledger
import Reports
import Rounds

/// Pieces of the pages about results.
enum ResultParts {
    // MARK: Addresses

    static func path(_ run: RunRow, _ rest: String = "") -> String { "/rounds/\(run.round)/runs/\(run.id)/\(rest)" }

    static func path(_ run: RunRow, household: HouseholdID) -> String {
        path(run, "households/\(household.spelling.inAddress)")
    }

    // MARK: Words

    static func number(_ number: Int) -> String {
        var text = String(abs(number))
        var place = text.count - 3
        while place > 0 {
            text.insert(",", at: text.index(text.startIndex, offsetBy: place))
            place -= 3
        }
        return number < 0 ? "-" + text : text
    }

    static func hidden(_ number: Int?) -> String { number.map(self.number) ?? PublicBorder.hiddenField }

    static func outcome(_ outcome: Outcome) -> Phrase {
        switch outcome {
        case .placed: Phrase("内定", "placed")
        case .stays: Phrase("転園保留", "stays")
        case .held: Phrase("保留", "held")
        }
    }

    static func reason(_ kind: Reason.Kind) -> Phrase {
        switch kind {
        case .pinned: Phrase("固定配置", "pinned")
        case .placed: Phrase("内定", "placed")
        case .notOffered: Phrase("募集なし", "not offered")
        case .tooYoung: Phrase("受入開始年齢前", "too young")
        case .notEligible: Phrase("対象外", "not eligible")
        case .betterWish: Phrase("上位の希望に内定", "better wish granted")
        case .phase: Phrase("段階の募集なし", "not in the phase")
        case .seats: Phrase("枠不足", "no seat")
        case .priorityClaim: Phrase("優先順位の逆転", "priority claim")
        case .vacantClaim: Phrase("空き枠の残り", "vacant-seat claim")
        case .siblingSeat: Phrase("きょうだいの枠不足", "sibling's seat missing")
        case .ownSeat: Phrase("在園を続ける組み合わせが上位", "own seat preferred")
        case .siblingPreference: Phrase("世帯の希望順", "household's preference")
        case .siblingCondition: Phrase("きょうだいの条件", "siblings' condition")
        }
    }

    // MARK: Pieces

    static func tag(_ phrase: Phrase, _ kind: Markup, _ visit: Visit) -> Markup {
        "<span class=\"tag \(kind)\">\(visit.say(phrase))</span>"
    }

    static func tag(_ outcome: Outcome, isConditional: Bool = false, _ visit: Visit) -> Markup {
        let phrase =
            isConditional && outcome == .placed ? Phrase("仮内定", "placed (on condition)") : self.outcome(outcome)
        switch outcome {
        case .placed: return tag(phrase, "good", visit)
        case .stays: return tag(phrase, "wait", visit)
        case .held: return tag(phrase, "held", visit)
        }
    }

    static func tags(_ marks: [Attention.Mark], _ visit: Visit) -> Markup {
        var kinds: [Attention.Kind] = []
        for mark in marks where !kinds.contains(mark.kind) { kinds.append(mark.kind) }
        return kinds.map { tag($0.phrase, $0 == .claim ? "held" : "wait", visit) }.joined(separator: " ")
    }

    static func tile(_ name: String, _ value: String, _ kind: Markup = "", note: String = "") -> Markup {
        let small: Markup = note.isEmpty ? "" : "<small>\(note)</small>"
        return "<li class=\"\(kind)\"><span>\(name)</span><strong>\(value)</strong>\(small)</li>"
    }

    static func header(_ columns: [(Phrase, isNumber: Bool)], _ visit: Visit) -> Markup {
        let cells = columns.map { phrase, isNumber -> Markup in
            isNumber
                ? "<th scope=\"col\" class=\"n\">\(visit.say(phrase))</th>"
                : "<th scope=\"col\">\(visit.say(phrase))</th>"
        }.joined()
        return "<thead><tr>\(cells)</tr></thead>"
    }

    static func table(_ name: String, _ header: Markup, _ rows: Markup, kind: Markup = "") -> Markup {
        """
        <div class="scroll" tabindex="0" role="region" aria-label="\(name)"><table class="\(kind)"><caption class="unseen">\(name)</caption>\(header)<tbody>\(rows)</tbody></table></div>
        """
    }

    /// What stands around everything of a result: that it decides nothing, until it is approved.
    static func page(
        _ visit: Visit, _ round: RoundRow, of run: RunRow, title: Phrase, content: () -> Markup
    ) async throws -> Markup {
        let isApproved = try await isApproved(run, in: visit.office)
        return Frame.page(visit, title: title, round: (round, .review), scripts: [Assets.result]) {
            isApproved
                ? """
                <p class="fine">\(visit.say("承認された結果です。", "This result is approved."))</p>
                \(content())
                """
                : """
                <div class="is-trial"><p class="trial">\(visit.say("試行 ― 承認されるまで、この結果は何も決めません", "Trial - this result decides nothing until it is approved"))</p>
                \(content())</div>
                """
        }
    }

    private static func isApproved(_ run: RunRow, in office: Office) async throws -> Bool {
        guard let number = run.handedIn else { return false }
        let result = try await office.ledger.runs(of: run.round).first { $0.number == number }
        return result.map { $0.setAside == nil && $0.state >= .approved } ?? false
    }

    /// The title of a page below 確認, with the way back.
    static func title(_ title: Phrase, _ run: RunRow, _ visit: Visit) -> Markup {
        """
        <p class="screen back"><a href="/rounds/\(Int(run.round))/review?run=\(Int(run.id))">← \(visit.say("確認に戻る", "Back to the review"))</a> <span class="note">\(visit.say("試行 \(run.id)（第\(run.version)版のファイル）", "Run \(run.id), files of version \(run.version)"))</span></p>
        <h2 class="topic">\(visit.say(title))</h2>
        """
    }

    static func option(_ value: String, _ name: String, isChosen: Bool) -> Markup {
        let chosen: Markup = isChosen ? " selected" : ""
        return "<option value=\"\(value)\"\(chosen)>\(name)</option>"
    }

    /// The field that finds a child or a household by its id.
    static func search(_ run: RunRow, _ visit: Visit, text: String = "") -> Markup {
        """
        <form method="get" action="\(path(run, "search"))" class="find" role="search">
        <label>\(visit.say("児童番号・世帯番号で探す", "Find a child or a household by id"))<small>\(visit.say("全角・小文字・前の 0 の有無は問いません。", "In any width or case, with or without leading zeros."))</small>
        <input name="q" value="\(text)" required maxlength="100" autocomplete="off" spellcheck="false"></label>
        <button class="main">\(visit.say("探す", "Find"))</button></form>
        """
    }
}
