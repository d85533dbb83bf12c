import Admissions
import Reports
import Rounds

/// Two runs of a round, child by child.
enum ComparePage {
    /// The two runs that the query names: `b` is the newest and `a` the one before it where it names none.
    static func runs(_ visit: Visit) async throws -> (before: RunRow?, after: RunRow?) {
        let done = try await done(visit)
        func named(_ name: String) throws -> RunRow? {
            guard let text = visit.query[name], !text.isEmpty else { return nil }
            guard let run = done.first(where: { String($0.id) == text }) else { throw ServiceFault.notFound }
            return run
        }
        let after = try named("b") ?? done.first
        let before = try named("a") ?? done.first { $0.id < (after?.id ?? 0) } ?? done.first { $0.id != after?.id }
        return (before, after)
    }

    private static func done(_ visit: Visit) async throws -> [RunRow] {
        try await visit.office.runs.runs(of: try await visit.round().id).filter { $0.state == .done }
    }

    static func page(_ visit: Visit) async throws -> Markup {
        let round = try await visit.round()
        let done = try await done(visit)
        let title = Phrase("二つの試行を比べる", "Compare two runs")
        let (before, after) = try await runs(visit)
        guard let before, let after else {
            return Frame.page(visit, title: title, round: (round, .review)) {
                """
                <h2 class="topic">\(visit.say(title))</h2>
                <div class="card empty"><p>\(visit.say("比べるには、終わった試行が二つ要ります。", "Two runs that are done are needed."))</p>
                <p><a class="button main" href="\(RoundStep.run.path(of: round.id))">\(visit.say("実行へ", "To the run"))</a></p></div>
                """
            }
        }
        let versions = try await visit.office.rounds.versions(of: round.id)
        var content: Markup
        do {
            let two = try await visit.office.results.comparison(before, after, in: visit.office)
            content = found(visit, two, versions)
        } catch let fault as ServiceFault {
            content = "<p class=\"fault\" role=\"alert\">\(visit.say(fault.phrase))</p>"
        }
        return try await ResultParts.page(visit, round, of: after, title: title) {
            """
            \(ResultParts.title(title, after, visit))
            <form method="get" action="/rounds/\(Int(round.id))/compare" class="filter">
            \(select("a", Phrase("前", "Before"), done, before, visit))\(select("b", Phrase("後", "After"), done, after, visit))
            <button>\(visit.say("比べる", "Compare"))</button></form>
            \(content)
            """
        }
    }

    private static func select(
        _ name: String, _ label: Phrase, _ done: [RunRow], _ chosen: RunRow, _ visit: Visit
    ) -> Markup {
        let options = done.map {
            ResultParts.option(
                String($0.id), visit.say("試行 \($0.id)（第\($0.version)版）", "Run \($0.id) (version \($0.version))"),
                isChosen: $0.id == chosen.id)
        }.joined()
        return "<label>\(visit.say(label)) <select name=\"\(name)\">\(options)</select></label>"
    }

    private static func found(_ visit: Visit, _ two: TwoResults, _ versions: [VersionRow]) -> Markup {
        func tile(_ japanese: String, _ english: String, _ count: Int, _ kind: Markup = "") -> Markup {
            ResultParts.tile(visit.say(japanese, english), ResultParts.number(count), kind)
        }
        let part = Part(two.changes, page: visit.query["page"])
        let list: Markup
        if two.changes.isEmpty {
            list = "<p class=\"card empty\">\(visit.say("行き先の変わった児童はいません。", "Every child ends up where it did."))</p>"
        } else {
            let header = ResultParts.header(
                [
                    (Phrase("児童", "Child"), false), (Phrase("世帯", "Household"), false),
                    (Phrase("クラス", "Class"), true), (Phrase("前", "Before"), false), (Phrase("後", "After"), false),
                    (Phrase("変化", "Change"), false),
                ], visit)
            list = ResultParts.table(
                visit.say("行き先の変わった児童", "Who ends up elsewhere"), header,
                part.items.map { row($0, two, visit) }.joined())
        }
        return """
            <ul class="tiles">\(tile("行き先が変わる", "End up elsewhere", two.changes.count))\(tile("希望順位が上がる", "Gain", two.gains, "good"))\(tile("希望順位が下がる", "Lose", two.loses, "held"))\(tile("新たに内定", "Newly placed", two.newlyPlaced))\(tile("内定でなくなる", "No longer placed", two.noLongerPlaced))</ul>
            \(why(visit, two, versions))
            <h3>\(visit.say("行き先の変わった児童", "Who ends up elsewhere"))</h3>
            \(list)
            \(part.paging.links(visit, "/rounds/\(two.after.round)/compare", [("a", String(two.before.id)), ("b", String(two.after.id))]))
            """
    }

    private static func row(_ change: TwoResults.Change, _ two: TwoResults, _ visit: Visit) -> Markup {
        let path = ResultParts.path(two.after, household: HouseholdID(change.household))
        let tag: Markup =
            switch change.change {
            case "gains": ResultParts.tag(Phrase("上がる", "gains"), "good", visit)
            case "loses": ResultParts.tag(Phrase("下がる", "loses"), "held", visit)
            default: ResultParts.tag(Phrase("別の施設", "elsewhere"), "wait", visit)
            }
        let pinned: Markup = change.isPinned ? " \(ResultParts.tag(Phrase("固定配置", "pin"), "", visit))" : ""
        return """
            <tr><th scope="row"><a href="\(path)">\(change.child)</a></th><td>\(change.household)</td><td class="n">\(change.ageClass)</td><td>\(place(change.before, visit))</td><td>\(place(change.after, visit))</td><td>\(tag)\(pinned)</td></tr>
            """
    }

    private static func place(_ place: TwoResults.Place, _ visit: Visit) -> Markup {
        let rank = place.wishRank.map { visit.say("第\($0)希望", "wish \($0)") } ?? ""
        let tag = Outcome(rawValue: place.outcome).map { ResultParts.tag($0, visit) } ?? ""
        return "\(tag) \(place.facility ?? "") <small>\(rank)</small>"
    }

    /// What differs between the two, as far as that is known.
    private static func why(_ visit: Visit, _ two: TwoResults, _ versions: [VersionRow]) -> Markup {
        let range = min(two.before.version, two.after.version)..<max(two.before.version, two.after.version)
        let made = versions.filter { range.contains($0.number - 1) }.map { version -> Markup in
            "<li>\(visit.say("第\(version.number)版", "Version \(version.number)")): \(visit.say(version.what)) <span class=\"note\">\(version.by)、\(LocalClock.text(version.at))</span></li>"
        }.joined()
        let files: Markup =
            two.files.isEmpty
            ? "<p>\(visit.say("二つの試行のファイルは同じです。", "Both runs are of the same files."))</p>"
            : "<p>\(visit.say("違うファイル", "Files that differ")): \(two.files.joined(separator: visit.say("、", ", ")))</p>"
        let pins = two.pins.map { pin -> Markup in
            let what: Phrase =
                switch pin.change {
                case "added": Phrase("追加", "added")
                case "removed": Phrase("取消", "removed")
                default: Phrase("変更", "changed")
                }
            let place = pin.facility ?? visit.say("保留または在園継続", "held, or stays")
            return
                "<li>\(ResultParts.tag(Phrase("固定配置の\(what.japanese)", "pin \(what.english)"), "wait", visit)) \(pin.child) → \(place) <span class=\"note\">\(pin.by): \(pin.reason)</span></li>"
        }.joined()
        return """
            <section><h3>\(visit.say("二つの試行の違い", "What differs"))</h3>\(files)<ul>\(made)\(pins)</ul></section>
            """
    }
}
