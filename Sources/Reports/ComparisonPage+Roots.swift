import Admissions
import Comparing

extension ComparisonPage {
    /// Up to this many roots are shown open, one below the other, with what followed from each.
    private static let mostOpenRoots = 12
    /// The most households that a sentence names.
    private static let mostNamed = 6
    /// The most children without a chain of seats to a root that are named. All of them are in the table of differences.
    private static let mostUnlinked = 40

    func addRoots(to page: inout Page) {
        open("roots", in: &page)
        defer { page.add("</section>\n") }
        if roots.roots.isEmpty, differences.isEmpty {
            page.paragraph(Phrase("起点となる判断はありません。", "There are no root decisions."), class: "good")
            return
        }
        page.paragraph(
            Phrase(
                "世帯の優先順位の順です。それぞれに、職員の決定、規則による結果、規則との違い、枠のつながりで続いて変わった児童を示します。矢印は「規則による行き先 → 手作業の行き先」です。",
                "In the household order. Each with what staff decided, what the rules give, the departure, and who moved because of it through a chain of seats. Arrows lead from where the rules put a child to where staff put it."
            ))
        addFilters(to: &page)
        let firstMove = Dictionary(
            roots.moves.enumerated().compactMap { index, move in move.root.map { ($0, index) } },
            uniquingKeysWith: { first, _ in first })
        // A long list scrolls in a frame of its own, so that the sections below stay in reach.
        let isLong = roots.roots.count > Self.mostOpenRoots
        page.add("<div id=\"cards\"")
        if isLong { page.add(" class=\"many\" tabindex=\"0\" role=\"region\" aria-labelledby=\"roots\"") }
        page.add(">\n")
        for index in roots.roots.indices.prefix(Self.mostListed) {
            let start = firstMove[index] ?? roots.moves.count
            let end = roots.moves[start...].firstIndex { $0.root != index } ?? roots.moves.count
            addRoot(index, start..<end, to: &page)
        }
        page.add("</div>\n")
        moreNote(roots.roots.count, in: "roots.csv", to: &page)
        let rest = roots.moves.filter { $0.root == nil }.map { subject.children[$0.child].id.spelling }
        if !rest.isEmpty {
            let named = rest.prefix(Self.mostUnlinked).joined(separator: ", ")
            let more = rest.count - Self.mostUnlinked
            page.paragraph(
                Phrase(
                    "枠のつながりではどの判断にも結び付かない児童 \(rest.count) 人: \(named)\(more > 0 ? " ほか \(more) 人" : "")",
                    "No chain of seats leads from a decision to \(rest.count): \(named)\(more > 0 ? " and \(more) more" : "")"
                ),
                class: "unlinked")
        }
    }

    private func addFilters(to page: inout Page) {
        page.add("<form class=\"filters screen\" id=\"filters\" role=\"search\">\n")
        page.add(
            "<label>\(Page.both("番号または施設名", "Id or facility name"))<input id=\"q\" type=\"search\" autocomplete=\"off\"></label>\n"
        )
        func choice(_ id: String, _ name: Phrase, _ options: [(value: String, name: Phrase)]) {
            page.add("<label>\(Page.both(name))<select id=\"\(id)\">")
            for (value, name) in [("", Phrase("すべて", "all"))] + options {
                page.add("<option value=\"\(value)\"")
                if name.japanese != name.english {
                    page.add(" data-ja=\"\(name.japanese)\" data-en=\"\(name.english)\"")
                }
                page.add(">\(name.japanese)</option>")
            }
            page.add("</select></label>\n")
        }
        let kinds = Set(differences.map(\.kind))
        choice(
            "kind", Phrase("違い", "Difference"),
            Difference.Kind.allCases.enumerated().filter { kinds.contains($1) }
                .map { ("\($0)", Wording.difference($1)) })
        let departures = Set(roots.roots.map(\.departure))
        choice(
            "departure", Phrase("規則との違い", "Departure"),
            Root.Departure.allCases.filter(departures.contains).map { ($0.rawValue, name(of: $0)) })
        let causes = Set(roots.roots.compactMap { $0.cause?.kind })
        choice(
            "cause", Phrase("考えられる原因", "Likely cause"),
            Cause.Kind.allCases.filter(causes.contains).map { ($0.rawValue, Wording.cause($0)) })
        choice(
            "age", Phrase("クラス", "Class"),
            (0..<6).map { ("\($0)", Phrase("\($0)歳児", "age \($0)")) })
        let facilities = Set(differences.flatMap { [$0.manual, $0.computed] }.compactMap { $0 }).sorted()
        choice(
            "place", Phrase("施設", "Facility"),
            facilities.map { facility in
                let text = "\(subject.facilities[facility].id) \(subject.facilities[facility].name)"
                return ("\(facility)", Phrase(text, text))
            })
        page.add(
            """
            <label>\(Page.both("並び", "Order"))<select id="order"><option value="rank" data-ja="優先順位の順" data-en="household order">優先順位の順</option>\
            <option value="most" data-ja="影響の大きい順" data-en="most children moved">影響の大きい順</option></select></label>
            <button type="reset">\(Page.both("絞り込みを解除", "Clear"))</button>
            <button type="button" id="open-all">\(Page.both("すべて開く", "Open all"))</button>
            <button type="button" id="close-all">\(Page.both("すべて閉じる", "Close all"))</button>
            </form>
            <p class="screen" id="count-roots" role="status"></p>

            """)
    }

    private func addRoot(_ index: Int, _ range: Range<Int>, to page: inout Page) {
        let root = roots.roots[index]
        let number = index + 1
        page.add(
            "<article class=\"root\" id=\"root-\(number)\" aria-labelledby=\"root-\(number)-title\" tabindex=\"-1\">")
        page.add(
            "<h3 id=\"root-\(number)-title\"><span class=\"number\">\(number)</span> \(Page.both("世帯", "Household")) ")
        page.add("\(Wording.household(root.household, in: subject)) ")
        page.add("<span class=\"badge\">\(Page.both(name(of: root.departure)))</span></h3>\n")
        page.add("<ul class=\"decision\">")
        let (hand, rules) = (Page.both("手作業", "by hand"), Page.both("規則", "rules"))
        for child in subject.households[root.household].members {
            let age = subject.children[child].ageClass
            page.add("<li><strong>\(id(child))</strong> \(Page.both("\(age)歳児", "age \(age)")): ")
            if manual.places[child] == computed.places[child] {
                page.add("\(Page.both("どちらも", "both")) \(place(of: child, in: manual))</li>")
            } else {
                page.add("<span class=\"by-hand\">\(hand)</span> \(place(of: child, in: manual)) ")
                page.add("<span class=\"by-rules\">\(rules)</span> \(place(of: child, in: computed))</li>")
            }
        }
        page.add("</ul>\n")
        if !changesPlace(index) {
            page.paragraph(
                Phrase(
                    "この世帯の行き先は、どちらの結果でも同じです。職員の決定どおりに固定しないと、ほかの児童が手作業の結果と違う行き先になります。",
                    "This household ends up alike in both results. Unless it is pinned so, other children end up elsewhere than staff decided."
                ), class: "why")
        }
        page.paragraph(why(root), class: "why")
        if let cause = root.cause {
            page.add("<p class=\"why\"><strong>\(Page.both("考えられる原因", "Likely cause")): ")
            page.add("\(Page.both(Wording.cause(cause.kind)))</strong> ")
            page.add("\(Page.both(Wording.evidence(cause, in: subject)))</p>\n")
        }
        addTree(of: range, isOpen: roots.roots.count <= Self.mostOpenRoots && range.count <= 12, to: &page)
        page.add("</article>\n")
    }

    /// Whether a child of the household whose decision this is ends up elsewhere in the other result.
    func changesPlace(_ root: Int) -> Bool {
        subject.households[roots.roots[root].household].members.contains { manual.places[$0] != computed.places[$0] }
    }

    /// The rule that a decision departs from. In a round of several phases this is not judged.
    func name(of departure: Root.Departure) -> Phrase {
        !judgesClaims ? Phrase("判定なし(段階あり)", "not judged: phases") : Wording.departure(departure)
    }

    private func why(_ root: Root) -> Phrase {
        if !judgesClaims {
            return Phrase(
                "複数の段階がある調整のため、どの規則と違うかは判定していません。",
                "The round has several phases, so which rule it departs from was not judged.")
        }
        let named = names(Array(root.against.prefix(Self.mostNamed)))
        let more = root.against.count - Self.mostNamed
        let households =
            more > 0 ? Phrase("\(named) ほか \(more) 世帯", "\(named) and \(more) more") : Phrase(named, named)
        let reason = Wording.departureReason(root.departure, hasHouseholds: !root.against.isEmpty)
        return Phrase(
            reason.filled(["households": households.japanese]).japanese,
            reason.filled(["households": households.english]).english)
    }

    /// Adds the children who moved because of a decision, each below the child whose move its own follows from.
    private func addTree(of range: Range<Int>, isOpen: Bool, to page: inout Page) {
        let following = range.count { roots.moves[$0].depth > 0 }
        if following == 0 {
            page.paragraph(Phrase("ほかの児童には影響していません。", "No other child moved because of it."), class: "note")
            return
        }
        page.add("<details\(isOpen ? " open" : "")><summary>")
        page.add(
            Page.both(
                "続いて変わった児童 \(following) 人",
                following == 1 ? "1 child moved because of it" : "\(following) children moved because of it"))
        page.add("</summary>\n")
        var depth = -1
        for index in range {
            let move = roots.moves[index]
            if move.depth > depth {
                page.add(depth < 0 ? "<ul class=\"tree\">" : "<ul>")
            } else {
                page.add("</li>" + .repeating("</ul></li>", count: depth - move.depth))
            }
            depth = move.depth
            page.add("<li data-move=\"\(index)\"><span class=\"move\"><span class=\"link\">")
            page.add("\(Page.both(Wording.link(move.link)))</span> \(id(move.child)) ")
            let age = subject.children[move.child].ageClass
            page.add("<small>\(Page.both("\(age)歳児", "age \(age)"))</small> ")
            page.add(
                move.from == move.to
                    ? "\(place(at: move.to)) (\(Page.both("変わらない", "unchanged")))</span>"
                    : "\(place(at: move.from)) → \(place(at: move.to))</span>")
        }
        page.add("</li></ul>" + .repeating("</li></ul>", count: depth) + "</details>\n")
    }

    private func place(at facility: Int?) -> Markup {
        facility.map(self.facility) ?? Page.both("保留", "held")
    }
}
