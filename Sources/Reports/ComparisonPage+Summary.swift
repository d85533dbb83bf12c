import Admissions
import Comparing

extension ComparisonPage {
    func addSummary(to page: inout Page) {
        open("summary", in: &page)
        page.add("<ul class=\"tiles\">\n")
        func tile(_ name: Phrase, _ value: String, _ note: Phrase, _ style: String) {
            page.add(
                "<li class=\"\(style)\"><span class=\"label\">\(Page.both(name))</span><strong>\(value)</strong>"
                    + "<span class=\"note\">\(Page.both(note))</span></li>\n")
        }
        func rate(_ name: Phrase, _ agreement: Agreement) {
            tile(
                name, Share.percent(agreement.agreed, of: agreement.count),
                Phrase(
                    "\(agreement.count) のうち \(agreement.agreed)", "\(agreement.agreed) of \(agreement.count)"),
                agreement.agreed == agreement.count ? "is-good" : "is-placed")
        }
        rate(Phrase("児童の一致", "Children who agree"), whole(.children, .outcome))
        rate(Phrase("世帯の一致", "Households that agree"), whole(.households, .outcome))
        rate(Phrase("内定・在園・保留の別の一致", "Placed, staying, held agree"), whole(.children, .placed))
        tile(
            Phrase("相違", "Differences"), "\(differences.count)",
            Phrase("行き先が違う児童", "children who end up elsewhere"), differences.isEmpty ? "is-good" : "is-stays")
        tile(
            Phrase("起点となる判断", "Root decisions"), "\(roots.roots.count)",
            roots.isProvedSmallest
                ? Phrase("最少と証明済み", "proved fewest")
                : roots.isProvedSmallestFair
                    ? Phrase("公平な範囲で最少と証明済み", "proved fewest without claims")
                    : Phrase("少なくとも \(roots.lowerBound)", "at least \(roots.lowerBound)"),
            roots.roots.isEmpty ? "is-good" : "is-claim")
        tile(
            Phrase("手作業の結果の問題", "Faults of the manual result"), "\(faults.count)",
            !judgesClaims
                ? Phrase("段階があり、優先順位は未検査", "claims not judged: phases")
                : Phrase("規則との食い違い", "rules that it breaks by itself"),
            faults.isEmpty ? "is-good" : "is-claim")
        page.add("</ul>\n")
        page.paragraph(headline, class: "status")
        if !roots.roots.isEmpty {
            page.paragraph(Wording.proof(of: roots))
            addDepartures(to: &page)
            addCauses(to: &page)
        }
        page.add("</section>\n")
    }

    private func whole(_ group: Agreement.Group, _ basis: Agreement.Basis) -> Agreement {
        agreements.first { $0.group == group && $0.basis == basis }!
    }

    /// The main result in one sentence: how many differences come from how many decisions.
    private var headline: Phrase {
        let (count, decisions) = (differences.count, roots.roots.count)
        if count == 0 {
            return Phrase("手作業の結果は、規則による結果とすべて一致しています。", "The manual result is what the rules give.")
        }
        let most = movedByRoot.sorted(by: >).prefix(5)
        let isLong = decisions > 10
        let sum = most.reduce(0, +)
        let same = roots.roots.indices.count { !changesPlace($0) }
        return Phrase(
            "相違 \(count) 件は、\(decisions) 件の判断から生じています。これらを職員の決定どおりに固定して計算し直すと、規則から手作業の結果がすべて再現されます。"
                + (isLong ? "影響の大きい \(most.count) 件の判断で、相違の \(sum) 件になります。" : "")
                + (same == 0
                    ? "" : "判断のうち \(same) 件は、その世帯の行き先がどちらの結果でも同じです(固定しないと、ほかの世帯の結果が再現されません)。"),
            "The \(count) difference\(count == 1 ? " comes" : "s come") from \(decisions) decision\(decisions == 1 ? "" : "s"). Solved again with these as staff decided, the rules give the manual result in full."
                + (isLong ? " The \(most.count) with the most consequences account for \(sum) of the differences." : "")
                + (same == 0
                    ? ""
                    : " In \(same) of them the household ends up alike in both results; without pinning it, others would not.")
        )
    }

    private func addDepartures(to page: inout Page) {
        page.table(
            Phrase("判断が規則とどう違うか", "How the decisions depart from the rules"),
            [
                .init("規則との違い", "Departure"), .init("判断", "Decisions", isNumber: true),
                .init("行き先が変わった児童", "Children who moved", isNumber: true),
            ]
        ) { table in
            for departure in Root.Departure.allCases {
                let own = roots.roots.indices.filter { roots.roots[$0].departure == departure }
                if own.isEmpty { continue }
                table.add([
                    "<button type=\"button\" class=\"pick\" data-departure=\"\(departure.rawValue)\">"
                        + "\(Page.both(name(of: departure)))</button>",
                    "\(own.count)", "\(own.reduce(0) { $0 + movedByRoot[$1] })",
                ])
            }
            let unexplained = roots.moves.count { $0.root == nil }
            if unexplained > 0 {
                table.add([
                    Page.both("起点との枠のつながりがない", "no chain of seats from a decision"), "–", "\(unexplained)",
                ])
            }
        }
    }

    /// Adds the likely causes, if they were looked for.
    private func addCauses(to page: inout Page) {
        let causes = roots.roots.map { $0.cause?.kind }
        if causes.allSatisfy({ $0 == nil }) { return }
        page.table(
            Phrase("考えられる原因", "Likely causes"),
            [.init("原因", "Cause"), .init("判断", "Decisions", isNumber: true)]
        ) { table in
            for kind in Cause.Kind.allCases {
                let count = causes.count { $0 == kind }
                if count == 0 { continue }
                table.add([
                    "<button type=\"button\" class=\"pick\" data-cause=\"\(kind.rawValue)\">"
                        + "\(Page.both(Wording.cause(kind)))</button>",
                    "\(count)",
                ])
            }
            let unasked = causes.count { $0 == nil }
            if unasked > 0 { table.add([Page.both("調べていない", "not looked for"), "\(unasked)"]) }
        }
        page.paragraph(
            Phrase(
                "原因は、それだけを変えて規則どおりに割り当て直し、手作業の結果がすべて再現されたものに限ります。",
                "A cause is named only where allocating again with that one change gives the manual result in full."),
            class: "note")
    }

    func addAgreement(to page: inout Page) {
        open("agreement", class: "wide", in: &page)
        let classes = (0..<6).map { age in
            (age, whole(.ageClass(age), .outcome), whole(.ageClass(age), .placed))
        }
        page.add("<div class=\"pair\">")
        page.add(
            Chart.bars(
                id: "chart-classes", Phrase("クラス別の一致と相違(人)", "Children who agree and differ, by class"),
                [
                    Chart.Part(name: Phrase("一致", "agree"), style: "placed"),
                    Chart.Part(name: Phrase("相違", "differ"), style: "held"),
                ],
                classes.map { age, outcome, _ in
                    (Phrase("\(age)歳児", "age \(age)"), [outcome.agreed, outcome.count - outcome.agreed])
                }))
        page.table(Phrase("クラス別の一致", "Agreement by class"), columns(Page.Column("クラス", "Class"))) { table in
            for (age, outcome, placed) in classes {
                table.add(cells(Page.both("\(age)歳児", "age \(age)"), outcome, placed))
            }
            table.add(cells(Page.both("計", "All"), whole(.children, .outcome), whole(.children, .placed)))
        }
        page.add("</div>\n")
        guard subject.facilities.count <= Report.mostListedFacilities else {
            page.paragraph(
                Phrase("施設別の一致は agreement.csv にあります。", "Agreement by facility is in agreement.csv."))
            page.add("</section>\n")
            return
        }
        let facilities = subject.facilities.indices.map { facility in
            (facility, agreements.filter { $0.group == .facility(facility) })
        }
        if facilities.count > Page.mostPrintedRows { page.noteLongTable() }
        page.table(
            Phrase(
                "施設別の一致(どちらかの結果でその施設に入る児童)", "Agreement by facility (of children there in either result)"),
            columns(Page.Column("施設", "Facility")), isSortable: true, isLong: facilities.count > Page.mostPrintedRows
        ) { table in
            for (index, own) in facilities {
                table.add(cells(facility(index), own[0], own[1]))
            }
        }
        page.add("</section>\n")
    }

    private func columns(_ first: Page.Column) -> [Page.Column] {
        [
            first, .init("児童", "Children", isNumber: true), .init("一致", "Agree", isNumber: true),
            .init("相違", "Differ", isNumber: true), .init("一致率", "Agreement", isNumber: true),
            .init("内定・在園・保留の一致率", "Placed or held", isNumber: true),
        ]
    }

    private func cells(_ name: Markup, _ outcome: Agreement, _ placed: Agreement) -> [Markup] {
        [
            name, "\(outcome.count)", "\(outcome.agreed)", "\(outcome.count - outcome.agreed)",
            "\(Share.percent(outcome.agreed, of: outcome.count))",
            "\(Share.percent(placed.agreed, of: placed.count))",
        ]
    }

    func addFaults(to page: inout Page) {
        open("faults", class: "wide", in: &page)
        defer { page.add("</section>\n") }
        if !judgesClaims {
            page.paragraph(
                Phrase(
                    "複数の段階がある調整です。手作業の結果からは、どの段階で誰が内定したかが分からないため、優先順位の逆転と空き枠の残り、段階ごとの枠は検査していません。起点となる判断の規則との違いも示していません。",
                    "The round has several phases. A manual result does not tell which phase placed whom, so claims and the seats of single phases were not judged, and no departure from a rule is told for the root decisions."
                ), class: "caution")
        }
        if faults.isEmpty {
            page.paragraph(
                Phrase("手作業の結果そのものに、規則との食い違いはありません。", "By itself the manual result breaks no rule."),
                class: "good")
            return
        }
        page.paragraph(
            Phrase(
                "規則による結果とは関係なく、手作業の結果だけを、独立した検証で調べたものです。",
                "Found by the independent check in the manual result alone, whatever the rules would give."))
        if faults.count > Page.mostPrintedRows { page.noteLongTable() }
        page.table(
            Phrase("規則との食い違い", "Rules that the manual result breaks"),
            [
                .init("種類", "Kind"), .init("規則", "Rule", isNumber: true), .init("施設", "Facility"),
                .init("枠", "Seats"), .init("児童", "Children"), .init("枠を使っている児童", "Who has the seats"),
            ], isSortable: true, isLong: faults.count > Page.mostPrintedRows
        ) { table in
            for fault in faults.prefix(Self.mostListed) {
                table.add([
                    Page.both(Wording.fault(fault.kind)), "<a href=\"#rule-\(fault.kind.rule)\">\(fault.kind.rule)</a>",
                    fault.facility.map(facility) ?? "",
                    seats(of: fault), list(fault.children), list(fault.displaced),
                ])
            }
        }
        moreNote(faults.count, in: "faults.csv", to: &page)
    }

    private func seats(of fault: ManualFault) -> Markup {
        guard let limit = fault.limit.map({ subject.limits[$0] }), let used = fault.used, let seats = fault.seats else {
            return ""
        }
        return Page.both("\(limit.ages)歳 枠 \(seats) に \(used) 人", "age \(limit.ages): \(used) in \(seats)")
    }

    func addDifferences(to page: inout Page) {
        open("differences", class: "wide", in: &page)
        defer { page.add("</section>\n") }
        if differences.isEmpty {
            page.paragraph(Phrase("相違はありません。", "There are no differences."), class: "good")
            return
        }
        page.add("<p class=\"screen\" id=\"count-differences\" role=\"status\"></p>\n")
        if differences.count > Page.mostPrintedRows { page.noteLongTable() }
        let rootOfChild = Dictionary(uniqueKeysWithValues: roots.moves.map { ($0.child, $0.root) })
        page.table(
            Phrase("行き先が違う児童", "Children who end up elsewhere"),
            [
                .init("児童", "Child"), .init("世帯", "Household"), .init("クラス", "Class"),
                .init("違い", "Difference"), .init("手作業", "By hand"), .init("規則", "By the rules"),
                .init("起点", "Root", isNumber: true),
            ], isSortable: true, isLong: differences.count > Page.mostPrintedRows
        ) { table in
            for difference in differences.prefix(Self.mostListed) {
                let child = difference.child
                let root = rootOfChild[child]?.map { $0 + 1 }
                table.add([
                    id(child), Markup(escaping: subject.children[child].householdID.spelling),
                    Page.both("\(subject.children[child].ageClass)歳児", "age \(subject.children[child].ageClass)"),
                    Page.both(Wording.difference(difference.kind)),
                    place(of: child, in: manual), place(of: child, in: computed),
                    root.map { $0 <= Self.mostListed ? "<a href=\"#root-\($0)\">\($0)</a>" : "\($0)" } ?? "",
                ])
            }
        }
        moreNote(differences.count, in: "differences.csv", to: &page)
    }
}
