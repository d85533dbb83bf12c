import Admissions
import Asking
import Explaining

extension Report {
    static let parts = [
        Chart.Part(name: Phrase("内定", "placed"), style: "placed"),
        Chart.Part(name: Phrase("転園保留", "staying"), style: "stays"),
        Chart.Part(name: Phrase("保留", "held"), style: "held"),
    ]

    func addSummary(to page: inout Page) {
        page.add("<section aria-labelledby=\"summary\">\n")
        page.heading(2, "summary", section("summary"))
        let all = figures.all
        func tile(_ name: Phrase, _ number: Int, _ note: Phrase, _ style: String) {
            page.add(
                "<li class=\"\(style)\"><span class=\"label\">\(Page.both(name))</span><strong>\(number)</strong>"
                    + "<span class=\"note\">\(Page.both(note))</span></li>\n")
        }
        let shares = Share.percents([all.placed, all.stays, all.held]).map {
            Phrase("申込の \($0.own)", "\($0.own) of the children")
        }
        page.add("<ul class=\"tiles\">\n")
        tile(
            Phrase("申込児童", "Children"), all.total,
            Phrase("\(subject.facilities.count) 施設", "\(subject.facilities.count) facilities"), "")
        tile(Phrase("内定", "Placed"), all.placed, shares[0], "is-placed")
        tile(Phrase("転園保留(在園継続)", "Staying (transfer not granted)"), all.stays, shares[1], "is-stays")
        tile(Phrase("保留", "Held"), all.held, shares[2], "is-held")
        let counted = input.claims.count { $0.kind.isCounted }
        tile(
            Phrase("優先順位の逆転・空き枠の残り", "Justified claims"), counted,
            counted == 0
                ? Phrase("なし(安定)", "none: the result is stable") : Phrase("下の一覧を参照", "listed below"),
            counted == 0 ? "is-good" : "is-claim")
        page.add("</ul>\n")
        page.paragraph(input.statusPhrase, class: "status")
        if figures.unborn > 0 {
            page.paragraph(
                Phrase(
                    "内定のうち \(figures.unborn) 人は出生前で、仮内定です。",
                    "\(figures.unborn) of the children placed are not born yet; their offers are on condition."))
        }
        addEarlier(to: &page)
        page.add("</section>\n")
    }

    func addClasses(to page: inout Page) {
        page.add("<section aria-labelledby=\"classes\">\n")
        page.heading(2, "classes", section("classes"))
        let rows = figures.ofClass.enumerated().map { age, count in
            (name: Phrase("\(age)歳児", "age \(age)"), counts: [count.placed, count.stays, count.held])
        }
        page.add("<div class=\"pair\">")
        page.add(Chart.bars(id: "chart-classes", Phrase("クラス別の結果(人)", "Children by class"), Self.parts, rows))
        page.table(
            Phrase("クラス別の内定・転園保留・保留", "Placed, staying and held by class"),
            [
                .init("クラス", "Class"), .init("募集", "Seats", isNumber: true), .init("申込", "Children", isNumber: true),
                .init("倍率", "Per seat", isNumber: true), .init("内定", "Placed", isNumber: true),
                .init("転園保留", "Staying", isNumber: true), .init("保留", "Held", isNumber: true),
                .init("内定率", "Placed", isNumber: true),
            ]
        ) { table in
            for (age, row) in rows.enumerated() {
                table.add(cells(Page.both(row.name), figures.ofClass[age], seats: figures.seatsOfClass[age]))
            }
            table.add(
                cells(Page.both("計", "All"), figures.all, seats: figures.seatsOfClass.reduce(0, +)), isSum: true)
        }
        page.add("</div>")
        page.paragraph(
            Phrase("倍率は、募集 1 人あたりの申込児童の数です。", "Per seat: how many children apply for each vacancy."),
            class: "note")
        page.add("</section>\n")
    }

    private func cells(_ name: Markup, _ count: ReportFigures.Count, seats: Int) -> [Markup] {
        [
            name, "\(seats)", "\(count.total)", "\(Share.demand(count.total, seats: seats))", "\(count.placed)",
            "\(count.stays)", "\(count.held)", "\(Share.percent(count.placed, of: count.total))",
        ]
    }

    func addRanks(to page: inout Page) {
        page.add("<section aria-labelledby=\"ranks\">\n")
        page.heading(2, "ranks", section("ranks"))
        // Few children have a rank after the tenth, so these ranks share one row.
        var rows: [(name: Phrase, counts: [Int])] = []
        for (index, count) in figures.ranks.enumerated() {
            if index < 10 {
                rows.append((Phrase("第\(index + 1)希望", "wish \(index + 1)"), [count]))
            } else if index == 10 {
                rows.append((Phrase("第11希望以下", "wish 11 on"), [figures.ranks[10...].reduce(0, +)]))
            }
        }
        if figures.elsewhere > 0 { rows.append((Phrase("希望外(固定)", "not wished (pinned)"), [figures.elsewhere])) }
        page.add("<div class=\"pair\">")
        page.add(
            Chart.bars(
                id: "chart-ranks", Phrase("内定した児童の希望順位(人)", "Wish ranks of the children placed"),
                [Chart.Part(name: Phrase("内定", "placed"), style: "placed")], rows))
        page.table(
            Phrase("希望順位の分布", "Distribution of wish ranks"),
            [
                .init("希望順位", "Wish rank"), .init("内定", "Placed", isNumber: true),
                .init("内定に占める割合", "Share of the placed", isNumber: true),
                .init("累計", "Up to here", isNumber: true),
            ]
        ) { table in
            for (row, share) in zip(rows, Share.percents(rows.map { $0.counts[0] })) {
                table.add([Page.both(row.name), "\(row.counts[0])", "\(share.own)", "\(share.sum)"])
            }
        }
        page.add("</div></section>\n")
    }

    func addSiblings(to page: inout Page) {
        page.add("<section aria-labelledby=\"siblings\">\n")
        page.heading(2, "siblings", section("siblings"))
        page.add("<div class=\"pair\">")
        page.table(
            Phrase("きょうだいで申し込んだ世帯", "Households of siblings"),
            [.init("結果", "Result"), .init("世帯", "Households", isNumber: true)]
        ) { table in
            table.add([Page.both("全員が同じ施設", "All at one facility"), "\(figures.together)"])
            table.add([Page.both("全員が入所、施設は別々", "All have a place, apart"), "\(figures.apart)"])
            table.add([Page.both("一部の子のみ", "Some children only"), "\(figures.someOnly)"])
            table.add([Page.both("全員が保留", "None"), "\(figures.none)"])
        }
        page.table(
            Phrase("転園の申込", "Transfer applicants"),
            [.init("結果", "Result"), .init("児童", "Children", isNumber: true)]
        ) { table in
            table.add([Page.both("転園が内定", "Moved"), "\(figures.moved)"])
            table.add([Page.both("転園保留(在園継続)", "Stay where they are"), "\(figures.stayed)"])
        }
        page.add("</div></section>\n")
    }

    func addFairness(to page: inout Page) {
        page.add("<section aria-labelledby=\"fairness\">\n")
        page.heading(2, "fairness", section("fairness"))
        page.paragraph(
            Phrase(
                "優先順位の逆転とは、世帯がより望む行き先の枠を、優先順位が下の児童が使っていること、空き枠の残りとは、その枠が空いていることです。どちらもない結果を「安定」といいます。",
                "A priority claim: children who come after hold the seats of an outcome that a household likes better. A vacant-seat claim: those seats are vacant. A result without either is stable."
            ))
        page.add("<ul>\n")
        // Where nobody has a claim, there is nothing to say of their order.
        let hasClaims = input.levels.contains { $0.name == .claims && $0.value != 0 }
        for level in input.levels where hasClaims || level.name != .claimOrder {
            page.add("<li>\(Page.both(proof(of: level)))</li>\n")
        }
        page.add(
            "<li>"
                + Page.both(
                    "結果は、解を求めた部分とは別の検証プログラムが、規則だけから受入枠・きょうだいの条件・逆転・空き枠・一人ひとりの理由を数え直して確かめています。",
                    "An independent program counted seats, siblings' conditions, claims and every reason again from the rules alone."
                ) + "</li>\n</ul>\n")
        addClaims(input.claims, to: &page)
        addAdvice(to: &page)
        page.paragraph(sufficiency, class: "sufficient")
        addDraw(to: &page)
        page.add("</section>\n")
    }

    private func addAdvice(to page: inout Page) {
        guard !input.advice.isEmpty else { return }
        page.table(
            Phrase("改善案(どれも再計算で確認済み)", "Advice (each confirmed by solving again)"),
            [
                .init("変更", "Change"), .init("対象", "For"), .init("残る逆転・空き枠", "Claims left", isNumber: true),
                .init("内定", "Placed", isNumber: true), .init("行き先が変わる児童", "Children changed", isNumber: true),
            ]
        ) { table in
            for advice in input.advice {
                let (change, object) = phrases(for: advice.change)
                table.add([
                    Page.both(change), Page.both(object), "\(advice.claims)", "\(advice.placed)",
                    "\(advice.changedChildren)",
                ])
            }
        }
    }

    /// What a change changes, and for which class or household.
    private func phrases(for change: Change) -> (change: Phrase, object: Phrase) {
        func answered(_ answer: Phrase, by household: HouseholdID) -> (Phrase, Phrase) {
            (
                Phrase("きょうだいの条件を「\(answer.japanese)」に変える", "answer: \(answer.english)"),
                Phrase("世帯 \(household)", "household \(household)")
            )
        }
        switch change {
        case .usableSeat(let facility, let ageClass):
            return (
                Phrase("受入枠を1人増やす", "one seat more"),
                Phrase("\(facility) \(ageClass)歳児", "\(facility), age \(ageClass)")
            )
        case .timing(let household, let timing): return answered(Wording.timing(timing), by: household)
        case .facility(let household, let answer): return answered(Wording.facility(answer), by: household)
        case .seats, .drawSeed, .setting, .attribute, .limitSeats, .answer, .list, .draw, .value, .points:
            preconditionFailure("advice names one seat or one answer")
        }
    }

    /// For how many of the wishes that were refused for lack of a seat, also of a sibling's, it is known what would have
    /// sufficed.
    private var sufficiency: Phrase {
        let refused = input.explanations.reasons.count(where: SufficientSearch.isRefused)
        if refused == 0 {
            return Phrase("枠不足で断られた希望はありません。", "No wish was refused for lack of a seat.")
        }
        let cut = cutOfSufficiency
        guard let asked = input.sufficient, asked.examined > 0 else {
            return Phrase(
                cut.japanese
                    + "「何があれば内定したか」は、この実行では確かめていません(枠不足による \(refused) 件)。児童ごとに enmusubi explain が再計算して確かめます。まとめて確かめるには enmusubi run --sufficient 人数 とします。",
                cut.english
                    + "What would have sufficed was not looked for in this run, for none of the \(refused) wishes refused for lack of a seat. For a child, enmusubi explain confirms it by solving again; enmusubi run --sufficient does for many."
            )
        }
        let none = asked.confirmed == 0
        return Phrase(
            cut.japanese
                + "「何があれば内定したか」: 枠不足による \(refused) 件のうち、内定に最も近かった児童 \(asked.children) 人の \(asked.examined) 件を調べ、\(asked.confirmed) 件で再計算により確認しました。\(none ? "確認できたものはありません。" : "内容は sufficient.csv にあります。")",
            cut.english
                + "What would have sufficed: of \(refused) wishes refused for lack of a seat, \(asked.examined) were looked at, those of the \(asked.children) children who came closest to a seat; for \(asked.confirmed) solving again confirmed it.\(none ? " None is confirmed." : " They are in sufficient.csv.")"
        )
    }

    /// A sentence about what ended the search for what would have sufficed; empty if the search is complete.
    private var cutOfSufficiency: Phrase {
        switch input.sufficient?.cut {
        case .time:
            Phrase(
                "計算時間が尽きたため、次の確認は途中までです。",
                "The time ended, so what follows was cut short. ")
        case .interrupted:
            Phrase("計算が止められたため、次の確認は途中までです。", "It was interrupted, so what follows was cut short. ")
        case .work:
            Phrase(
                "計算量が多いため、次の確認は一部の希望に限りました。",
                "Some wishes were left out of what follows, because they take too much work. ")
        case nil: Phrase("", "")
        }
    }

    private func proof(of level: LevelResult) -> Phrase {
        let isProved = level.isProved
        let end = isProved ? Phrase("(証明済み)", " (proved)") : Phrase("(未証明)", " (not proved)")
        func ended(_ japanese: String, _ english: String) -> Phrase {
            Phrase(japanese + end.japanese, english + end.english)
        }
        let value = level.value ?? 0
        switch level.name {
        case .claims:
            if isProved, value == 0 {
                return ended("優先順位の逆転・空き枠の残りのある世帯はありません。", "No household has a justified claim.")
            }
            if isProved {
                return ended(
                    "逆転・空き枠の残りのある世帯は \(value) 世帯で、これより少ない割り当ては存在しません。",
                    "\(value) household\(value == 1 ? " keeps" : "s keep") a justified claim, and no allocation has fewer."
                )
            }
            return ended(
                "逆転・空き枠の残りのある世帯は \(value) 世帯です。どの割り当てにも少なくとも \(level.bound ?? 0) 世帯あります。",
                "\(value) household\(value == 1 ? " has" : "s have") a justified claim; any allocation has at least \(level.bound ?? 0)."
            )
        case .claimOrder where !isProved:
            return ended(
                "逆転・空き枠の残りを、優先順位がさらに下の世帯にとどめられないとは証明されていません。",
                "It is not ruled out that claims could sit lower in the order of households.")
        case .placements where !isProved:
            return ended(
                "保留の児童は \(value) 人です。同じように公平な割り当てのどれにも少なくとも \(level.bound ?? 0) 人います。",
                "\(value) children are held; any that is as fair holds at least \(level.bound ?? 0).")
        case .ranks where !isProved:
            return ended(
                "希望順位の合計は \(value) です。同じように公平な割り当てでは \(level.bound ?? 0) を下回りません。",
                "The total of wish ranks is \(value); none that is as fair has less than \(level.bound ?? 0).")
        case .priority where !isProved:
            return ended(
                "優先順位の高い世帯から順に、これより上位の希望をかなえられないとは証明されていません。",
                "It is not ruled out that a household of higher priority could have a better wish.")
        case .claimOrder:
            return ended(
                "逆転・空き枠の残りは、優先順位ができるだけ下の世帯にとどめています。",
                "Claims sit as low as possible in the order of households.")
        case .placements:
            return ended("保留の児童は最少の \(value) 人です。", "As few children as possible are held: \(value).")
        case .ranks:
            return ended("希望順位の合計は最小の \(value) です。", "The total of wish ranks is smallest: \(value).")
        case .priority:
            return ended(
                "そのうえで、優先順位の高い世帯から順に、より上位の希望をかなえています。",
                "Then wishes are granted from the household of highest priority down.")
        }
    }

    /// Adds the claims that count one by one, then those that do not count. If there are many of the latter, only their numbers
    /// are added.
    private func addClaims(_ claims: [Claim], to page: inout Page) {
        let counted = claims.filter(\.kind.isCounted)
        if counted.isEmpty {
            page.paragraph(Phrase("優先順位の逆転も空き枠の残りもありません。", "No household has a justified claim."), class: "good")
        } else {
            list(counted, Phrase("優先順位の逆転・空き枠の残り", "Justified claims"), most: 200, to: &page)
        }
        let uncounted = claims.filter { !$0.kind.isCounted }
        if uncounted.isEmpty { return }
        if uncounted.count > Self.mostListedUncountedClaims { sumUp(uncounted, to: &page) }
        list(
            uncounted, Phrase("段階の違い・固定配置によるもの(数えない)", "Across phases or because of pins (not counted)"),
            most: Self.mostListedUncountedClaims, to: &page)
    }

    /// Adds how many households have a claim across phases or because of a pin, and the facilities with most of them.
    private func sumUp(_ claims: [Claim], to page: inout Page) {
        var count: [Int: (phase: Int, overridden: Int)] = [:]
        for claim in claims {
            for facility in Set(claim.members.compactMap(\.facility)) {
                if claim.kind == .phase {
                    count[facility, default: (0, 0)].phase += 1
                } else {
                    count[facility, default: (0, 0)].overridden += 1
                }
            }
        }
        let (phase, pins) = (claims.count { $0.kind == .phase }, claims.count { $0.kind == .overridden })
        page.paragraph(
            Phrase(
                "段階の違いによるものが \(phase) 世帯、固定配置によるものが \(pins) 世帯あります。先の段階で決まった枠や職員の決定のためで、逆転・空き枠の残りには数えません。",
                "\(phase) households have a claim across phases, \(pins) because of a pin: earlier phases or staff decided those seats, so they do not count."
            ))
        page.table(
            Phrase("施設別の世帯数(多い順に 10 施設)", "Households by facility (the 10 with most)"),
            [
                .init("施設", "Facility"), .init("段階の違い", "Across phases", isNumber: true),
                .init("固定配置", "Because of a pin", isNumber: true),
            ]
        ) { table in
            let most = count.sorted {
                ($1.value.phase + $1.value.overridden, $0.key) < ($0.value.phase + $0.value.overridden, $1.key)
            }
            for (facility, number) in most.prefix(10) {
                table.add([facilityCell(facility), "\(number.phase)", "\(number.overridden)"])
            }
        }
    }

    private static let mostListedUncountedClaims = 20

    private func list(_ claims: [Claim], _ title: Phrase, most: Int, to page: inout Page) {
        page.table(
            title,
            [
                .init("世帯", "Household"), .init("種類", "Kind"), .init("児童と施設", "Children and facilities"),
                .init("内定が外れる児童", "Children who would leave"),
            ]
        ) { table in
            for claim in claims.prefix(most) {
                let members = claim.members.map { member in
                    "\(subject.children[member.child].id) → \(member.facility.map { subject.facilities[$0].id.spelling } ?? "-")"
                }
                let displaced = Set(claim.members.flatMap(\.displaced)).sorted().map {
                    subject.children[$0].id.spelling
                }
                table.add([
                    Markup(escaping: subject.households[claim.household].id.spelling), Page.both(name(of: claim.kind)),
                    Markup(escaping: members.joined(separator: ", ")),
                    Markup(escaping: displaced.joined(separator: ", ")),
                ])
            }
        }
        if claims.count > most {
            page.paragraph(
                Phrase(
                    "全 \(claims.count) 件のうち \(most) 件を示しています。すべては claims.csv にあります。",
                    "\(most) of \(claims.count) are shown; all are in claims.csv."))
        }
    }

    private func name(of kind: Claim.Kind) -> Phrase {
        switch kind {
        case .priority: Phrase("優先順位の逆転", "priority claim")
        case .vacant: Phrase("空き枠の残り", "vacant-seat claim")
        case .phase: Phrase("段階の違いによる(数えない)", "across phases (not counted)")
        case .overridden: Phrase("固定配置による(数えない)", "because of a pin (not counted)")
        }
    }

    func addWarnings(to page: inout Page) {
        page.add("<section aria-labelledby=\"warnings\">\n")
        page.heading(2, "warnings", section("warnings"))
        if input.warnings.isEmpty {
            page.paragraph(Phrase("警告はありません。", "There are no warnings."))
        } else {
            let accepted = Set(input.accepted)
            page.table(
                Phrase("入力データの警告", "Warnings about the input"),
                [.init("内容", "Warning"), .init("件数", "Count", isNumber: true), .init("確認", "Acknowledged")]
            ) { table in
                for warning in input.warnings {
                    table.add([
                        "<span lang=\"ja\">\(warning.meaning)</span> <code>\(warning.code)</code>", "\(warning.count)",
                        accepted.contains(warning.code)
                            ? Page.both("確認のうえ承認", "accepted") : Page.both("承認は不要", "needs no acceptance"),
                    ])
                }
            }
            page.paragraph(
                Phrase(
                    "一件ずつの内容(行、列、直し方)は enmusubi check に表示されます。「承認は不要」は、結果を出す前に確認を求めない注意です。",
                    "enmusubi check lists each of them with its place. What needs no acceptance is a remark."))
        }
        if !input.unreadColumns.isEmpty {
            func list(_ comma: String, _ semicolon: String) -> String {
                input.unreadColumns.map { "\($0.file): \($0.columns.joined(separator: comma))" }
                    .joined(separator: semicolon)
            }
            page.paragraph(
                Phrase(
                    "どこにも使われなかった列: \(list("、", "。"))。", "Columns that nothing read: \(list(", ", "; "))."))
        }
        page.add("</section>\n")
    }

    func addSearch(to page: inout Page) {
        page.add("<section class=\"screen\" aria-labelledby=\"search\">\n")
        page.heading(2, "search", section("search"))
        page.paragraph(
            indexesChildren
                ? Phrase(
                    "児童番号、世帯番号、施設番号、施設名で探せます。氏名はこのページにありません。",
                    "By the id of a child, household or facility, or a facility's name. Names of people are not in this page."
                )
                : Phrase(
                    "児童が \(subject.children.count) 人で \(Self.mostIndexedChildren) 人を超えるため、このページでは施設だけを探せます。児童は enmusubi explain で表示してください。",
                    "With \(subject.children.count) children, more than \(Self.mostIndexedChildren), this page finds facilities only; enmusubi explain shows a child."
                ))
        page.add(
            "<div class=\"find\"><label for=\"q\">\(Page.both("番号または施設名", "Id or facility name"))</label>"
                + "<input id=\"q\" type=\"search\" autocomplete=\"off\" aria-controls=\"found\">"
                + "<label><input id=\"staff\" type=\"checkbox\" autocomplete=\"off\"> "
                + "\(Page.both("職員用: ほかの児童の番号も表示", "For staff: show other children's ids"))</label></div>\n"
                + "<p id=\"count\" role=\"status\"></p><ul id=\"found\"></ul><div id=\"card\" aria-live=\"polite\"></div>\n"
                + "</section>\n")
    }

    func facilityCell(_ facility: Int) -> Markup {
        "\(subject.facilities[facility].id.spelling) <small>\(subject.facilities[facility].name)</small>"
    }

    func addFacilities(to page: inout Page) {
        page.add("<section class=\"wide\" aria-labelledby=\"facilities\">\n")
        page.heading(2, "facilities", section("facilities"))
        guard listsFacilities else {
            page.paragraph(tooMany)
            page.add("</section>\n")
            return
        }
        page.paragraph(
            Phrase(
                "保留は第1希望の施設に、転園保留は在園の施設に数えています。倍率は、募集 1 人あたりの第1希望の児童の数です。固定配置の児童の希望は数えません。",
                "Held children are counted at their first wish, those who stay where they are. Per seat: first wishes for each vacancy. Wishes of pinned children are not counted."
            ))
        sortNote(to: &page)
        let isLong = subject.facilities.count > Self.mostPrintedFacilities
        if isLong { page.noteLongTable() }
        page.table(
            Phrase("施設別の倍率、内定・転園保留・保留", "Per seat, placed, staying and held by facility"),
            [
                .init("施設", "Facility"), .init("区", "Ward"), .init("募集", "Seats", isNumber: true),
                .init("第1希望", "First wishes", isNumber: true), .init("倍率", "Per seat", isNumber: true),
                .init("希望", "Wishes", isNumber: true), .init("内定", "Placed", isNumber: true),
                .init("転園保留", "Staying", isNumber: true), .init("保留", "Held", isNumber: true),
            ], isSortable: true, isLong: isLong
        ) { table in
            for facility in subject.facilities.indices {
                let count = figures.ofFacility[facility]
                let (seats, first) = (figures.seatsOfFacility[facility], figures.firstWishes[facility])
                table.add([
                    facilityCell(facility), Markup(escaping: subject.facilities[facility].ward), "\(seats)",
                    "\(first)", "\(Share.demand(first, seats: seats))", "\(figures.wishes[facility])",
                    "\(count.placed)", "\(count.stays)", "\(count.held)",
                ])
            }
        }
        page.add("</section>\n")
    }

    /// The table by facility is looked for on paper first.
    private static let mostPrintedFacilities = 100

    private func sortNote(to page: inout Page) {
        page.paragraph(Phrase("見出しを押すと並べ替えられます。", "Headings sort."), class: "note screen")
    }

    var tooMany: Phrase {
        Phrase(
            "施設が \(subject.facilities.count) あり \(Self.mostListedFacilities) を超えるため、一覧は borders.csv をご覧ください。",
            "With \(subject.facilities.count) facilities, more than \(Self.mostListedFacilities), the list is in borders.csv."
        )
    }

    func addLimits(to page: inout Page) {
        page.add("<section class=\"wide\" aria-labelledby=\"limits\">\n")
        page.heading(2, "limits", section("limits"))
        addFill(to: &page)
        guard listsFacilities else {
            page.paragraph(tooMany)
            page.add("</section>\n")
            return
        }
        let isLong = subject.limits.count > Page.mostPrintedRows
        if isLong { page.noteLongTable() }
        page.table(
            Phrase("受入枠の使用状況(在園を続ける児童の枠を含む)", "Use of every seat limit (seats of those who stay included)"),
            [
                .init("施設", "Facility"), .init("クラス", "Classes"), .init("対象", "For"),
                .init("枠", "Seats", isNumber: true), .init("使用", "Used", isNumber: true),
                .init("残り", "Left", isNumber: true),
                .init("使用率", "Used", isNumber: true),
            ], isSortable: true, isLong: isLong
        ) { table in
            var names: [AgeSet: Markup] = [:]
            func name(_ ages: AgeSet) -> Markup {
                if let known = names[ages] { return known }
                names[ages] = Page.both("\(ages)歳児", "age \(ages)")
                return names[ages]!
            }
            let everyone = Page.both("全員", "all")
            for (index, limit) in subject.limits.enumerated() {
                let (seats, used) = (input.seats[index], input.usedSeats[index])
                let group: Markup =
                    switch limit.group {
                    case .everyone: everyone
                    case .members(let name): Page.both(Wording.group(name))
                    case .others(let name):
                        Page.both("\(Wording.group(name).japanese)以外", "not \(name)")
                    }
                table.add([
                    limit.facilities.dropFirst().reduce(facilityCell(limit.facility)) { "\($0), \(facilityCell($1))" },
                    name(limit.ages), group, "\(max(0, seats))", "\(used)",
                    "\(seats < used && limit.excess > 0 ? 0 : seats - used)",
                    "\(Share.percent(used, of: max(0, seats)))",
                ])
            }
        }
        page.add("</section>\n")
    }

    /// Adds how full the class limits are, in five steps.
    private func addFill(to page: inout Page) {
        let names = [
            Phrase("満員", "full"), Phrase("80%以上", "80% or more"), Phrase("50%以上", "50% or more"),
            Phrase("50%未満", "below 50%"), Phrase("枠なし(0)", "no seats (0)"),
        ]
        var counts = [Int](repeating: 0, count: names.count)
        for index in subject.limits.indices {
            let (seats, used) = (input.seats[index], input.usedSeats[index])
            let step = seats <= 0 ? 4 : used >= seats ? 0 : used * 5 >= seats * 4 ? 1 : used * 2 >= seats ? 2 : 3
            counts[step] += 1
        }
        page.add(
            Chart.bars(
                id: "chart-fill", Phrase("受入枠の埋まり具合(枠の数)", "How full the seat limits are (number of limits)"),
                [Chart.Part(name: Phrase("枠の数", "limits"), style: "placed")], zip(names, counts).map { ($0, [$1]) }))
    }

    func addBorders(to page: inout Page) {
        page.add("<section class=\"wide\" aria-labelledby=\"borders\">\n")
        page.heading(2, "borders", section("borders"))
        page.paragraph(
            Phrase(
                "会議用です。公表には、少人数を伏せた borders_public.csv を使ってください。倍率は、募集 1 人あたりの第1希望の児童、次に希望順位を問わず希望した児童の数です。「最後に内定した児童」は、公開とした基準の値です。",
                "For the meeting only: publish borders_public.csv, which hides small numbers. Per seat: first wishes, then wishes of any rank, for each vacancy. Of the last child placed the keys that are public are shown; borders.csv has all."
            ), class: "caution")
        guard listsFacilities else {
            page.paragraph(tooMany)
            page.add("</section>\n")
            return
        }
        sortNote(to: &page)
        addMostAsked(to: &page)
        let isLong = input.explanations.borders.count > Page.mostPrintedRows
        if isLong { page.noteLongTable() }
        page.table(
            Phrase("施設・クラス別の倍率とボーダー", "Per seat and borders by facility and class"), borderColumns,
            isSortable: true, isLong: isLong
        ) { table in
            for index in input.explanations.borders.indices { table.add(borderCells(index)) }
        }
        page.add("</section>\n")
    }

    /// Adds the classes with the most first wishes for each seat.
    private func addMostAsked(to page: inout Page) {
        let borders = input.explanations.borders
        guard borders.count > Page.mostPrintedRows else { return }
        func applicants(_ index: Int) -> Int {
            figures.firstWishesOfClass[borders[index].facility * 6 + borders[index].ageClass]
        }
        let asked = borders.indices.filter { (borders[$0].seats ?? 0) > 0 && applicants($0) > 0 }
        let most = asked.sorted { one, other in
            let (here, there) = (applicants(one) * borders[other].seats!, applicants(other) * borders[one].seats!)
            return here == there ? one < other : here > there
        }
        if most.isEmpty { return }
        page.table(Phrase("倍率(第1希望)の高い 10 クラス", "The 10 classes with most first wishes per seat"), borderColumns) {
            table in
            for index in most.prefix(10) { table.add(borderCells(index)) }
        }
    }

    private var borderColumns: [Page.Column] {
        [
            .init("施設", "Facility"), .init("クラス", "Class"), .init("募集", "Seats", isNumber: true),
            .init("第1希望", "First wishes", isNumber: true), .init("倍率", "Per seat", isNumber: true),
            .init("希望", "Wishes", isNumber: true), .init("倍率", "Per seat", isNumber: true),
            .init("内定", "Placed", isNumber: true), .init("残り", "Left", isNumber: true),
            .init("最後に内定した児童", "Last child placed"),
        ]
    }

    private func borderCells(_ index: Int) -> [Markup] {
        let border = input.explanations.borders[index]
        let first = figures.firstWishesOfClass[border.facility * 6 + border.ageClass]
        let seats = border.seats ?? 0
        return [
            facilityCell(border.facility), Page.classes[border.ageClass],
            border.seats.map { "\($0)" } ?? "", "\(first)", "\(Share.demand(first, seats: seats))",
            "\(border.applicants)", "\(Share.demand(border.applicants, seats: seats))", "\(border.placed)",
            "\(border.left)", Page.both(lastPlaced[index]),
        ]
    }

    /// Those values of the last child placed that are public.
    static func lastPlaced(_ border: PublicBorder, in subject: Case) -> Phrase {
        let told = border.told.map { value in
            let key = subject.rules.priority[value.key]
            let (name, text) = (Wording.priorityKey(key), Wording.told(value.text, of: key.source))
            return Phrase("\(name.japanese) \(text.japanese)", "\(name.english) \(text.english)")
        }
        return Phrase(
            told.map(\.japanese).joined(separator: "、"), told.map(\.english).joined(separator: ", "))
    }

    func addWords(to page: inout Page) {
        page.add("<footer>\n")
        page.paragraph(
            Phrase(
                "このページは外部と通信せず、氏名を含みません。", "This page loads nothing from the network and contains no names of people."))
        page.add("</footer>\n")
    }
}
