import Admissions
import Explaining

extension Report {
    /// Adds the results that were given to be laid beside this one, the latest first, with how much this one differs.
    func addEarlier(to page: inout Page) {
        if input.earlier.isEmpty { return }
        let all = figures.all
        let own = EarlierResult(
            month: subject.month.description, round: subject.round, children: all.total, placed: all.placed,
            stays: all.stays, held: all.held, firstWish: figures.ranks.first ?? 0, caseDigest: "")
        let others = input.earlier.sorted { one, other in
            one.month == other.month
                ? RoundName(other.round) < RoundName(one.round)
                : other.month.utf8.lexicographicallyPrecedes(one.month.utf8)
        }
        var columns: [Page.Column] = [.init("", ""), .init("今回", "This round", isNumber: true)]
        for other in others {
            let name = Self.name(of: other, before: subject.month)
            columns.append(.init(name.japanese, name.english, isNumber: true))
            columns.append(.init("差", "Difference", isNumber: true))
        }
        let counts: [(Phrase, KeyPath<EarlierResult, Int>)] = [
            (Phrase("申込児童", "Children"), \.children), (Phrase("内定", "Placed"), \.placed),
            (Phrase("転園保留(在園継続)", "Staying"), \.stays), (Phrase("保留", "Held"), \.held),
        ]
        let rates: [(Phrase, KeyPath<EarlierResult, Int>, KeyPath<EarlierResult, Int>)] = [
            (Phrase("内定率(申込に占める割合)", "Placed, of the children"), \.placed, \.children),
            (Phrase("第1希望の割合(内定に占める割合)", "First wish, of the placed"), \.firstWish, \.placed),
        ]
        page.table(Phrase("前の回との比較", "Beside earlier results"), columns) { table in
            for (name, path) in counts {
                table.add(
                    [Page.both(name), "\(own[keyPath: path])"]
                        + others.flatMap { other -> [Markup] in
                            ["\(other[keyPath: path])", "\(signed(own[keyPath: path] - other[keyPath: path]))"]
                        })
            }
            for (name, part, whole) in rates {
                let share = Share.tenths(own[keyPath: part], of: own[keyPath: whole])
                table.add(
                    [Page.both(name), "\(Share.percent(own[keyPath: part], of: own[keyPath: whole]))"]
                        + others.flatMap { other -> [Markup] in
                            let theirs = Share.tenths(other[keyPath: part], of: other[keyPath: whole])
                            return [
                                "\(Share.percent(other[keyPath: part], of: other[keyPath: whole]))",
                                Page.both(
                                    "\(Share.difference(share, theirs)) ポイント",
                                    "\(Share.difference(share, theirs)) points"),
                            ]
                        })
            }
        }
    }

    private func signed(_ number: Int) -> String { number > 0 ? "+\(number)" : number < 0 ? "−\(-number)" : "±0" }

    /// The month and the round of an earlier result, and whether it is last month's or that of the same month last year.
    private static func name(of result: EarlierResult, before month: PlacementMonth) -> Phrase {
        guard let own = PlacementMonth(result.month) else { return Phrase(result.round, result.round) }
        let written = Wording.month(own)
        let months =
            (month.firstDay.year - own.firstDay.year) * 12 + month.firstDay.month - own.firstDay.month
        let which: Phrase =
            switch months {
            case 1: Phrase("前月 ", "last month, ")
            case 12: Phrase("前年同月 ", "last year, ")
            default: Phrase("", "")
            }
        return Phrase(
            "\(which.japanese)\(written.japanese) \(result.round)", "\(which.english)\(written.english) \(result.round)"
        )
    }

    /// Adds the children by group, ward, and what the city names, with the held ones by class.
    func addHeld(to page: inout Page) {
        page.add("<section aria-labelledby=\"held\">\n")
        page.heading(2, "held", section("held"))
        let counts = GroupCounts.all(input)
        for group in counts {
            page.table(
                Phrase(
                    "\(group.title.japanese)ごとの結果と、保留のクラス別の内訳",
                    "By \(group.title.english), and the held children by class"),
                [
                    Page.Column(group.title.japanese, group.title.english), .init("申込", "Children", isNumber: true),
                    .init("内定", "Placed", isNumber: true), .init("転園保留", "Staying", isNumber: true),
                    .init("保留", "Held", isNumber: true),
                ] + (0..<6).map { Page.Column("\($0)歳児", "age \($0)", isNumber: true) }
            ) { table in
                for row in group.rows {
                    table.add(
                        [
                            Page.both(row.name), "\(row.count.total)", "\(row.count.placed)", "\(row.count.stays)",
                            "\(row.count.held)",
                        ] + row.heldOfClass.map { "\($0)" })
                }
            }
        }
        if counts.isEmpty { page.paragraph(Phrase("この回に群や区はありません。", "The round has no groups and no wards.")) }
        page.paragraph(
            Phrase(
                "数字は児童の人数です。人数の少ない欄から世帯が分かることがあるため、公表しないでください。"
                    + (input.groups.isEmpty
                        ? "ひとり親・居住区など、児童の表の列ごとにも数えるには、case.yaml に report: {groups: [列名]} と書きます。" : ""),
                "Numbers of children. Small numbers may tell of a family: do not publish them."
                    + (input.groups.isEmpty
                        ? " To count by columns of the children's table too, write report: {groups: [COLUMN]} in case.yaml."
                        : "")
            ), class: "note")
        page.add("</section>\n")
    }

    /// Adds the seats that nobody has at the end, and why.
    func addVacant(to page: inout Page) {
        page.add("<section aria-labelledby=\"vacant\">\n")
        page.heading(2, "vacant", section("vacant"))
        defer { page.add("</section>\n") }
        let vacant = VacantSeats(input)
        guard vacant.total > 0 else {
            return page.paragraph(Phrase("残った枠はありません。", "No seat is left."), class: "good")
        }
        page.table(
            Phrase("枠が残った理由", "Why seats are left"),
            [
                .init("理由", "Why"), .init("枠", "Seats", isNumber: true), .init("クラス", "Classes", isNumber: true),
            ]
        ) { table in
            for why in VacantSeats.Why.allCases where vacant.seats[why.rawValue] > 0 {
                table.add([
                    Page.both(text(of: why)), "\(vacant.seats[why.rawValue])", "\(vacant.classCounts[why.rawValue])",
                ])
            }
            table.add([Page.both("計", "All"), "\(vacant.total)", ""], isSum: true)
        }
        page.paragraph(
            Phrase(
                "クラスごとの枠について、その施設を希望した児童一人ひとりの結果から数えています。理由がいくつかあるクラスは、上の行から見て最初に当てはまる理由に入れています。",
                "Counted from what became of each child who wished the class. Of several reasons the first row counts."),
            class: "note")
        guard listsFacilities, !vacant.classes.isEmpty else { return }
        let isLong = vacant.classes.count > Page.mostPrintedRows
        if isLong { page.noteLongTable() }
        page.add("<details class=\"numbers\"\(isLong ? "" : " open")><summary>")
        page.add(
            Page.both("残った枠のあるクラス(\(vacant.classes.count))", "The \(vacant.classes.count) classes with seats left"))
        page.add("</summary>")
        addVacantClasses(vacant, isLong: isLong, to: &page)
        page.add("</details>\n")
    }

    private func addVacantClasses(_ vacant: VacantSeats, isLong: Bool, to page: inout Page) {
        page.table(
            Phrase("残った枠と、その施設を希望した児童の結果(人)", "Seats left, and what became of the children who wished them"),
            [
                .init("施設", "Facility"), .init("クラス", "Class"), .init("残り", "Left", isNumber: true),
                .init("希望", "Wishes", isNumber: true), .init("ここに内定", "Placed here", isNumber: true),
                .init("上位の希望など", "Better wish", isNumber: true), .init("きょうだい", "Siblings", isNumber: true),
                .init("月齢・対象外", "Refused", isNumber: true), .init("段階・ほかの枠", "Phase", isNumber: true),
                .init("理由", "Why"),
            ], isSortable: true, isLong: isLong
        ) { table in
            for entry in vacant.classes {
                func count(_ why: VacantSeats.Why) -> Int { entry.wishes[why.rawValue] }
                let why = [entry.usable > 0 ? entry.why : nil, entry.usable < entry.vacant ? .limit : nil]
                let texts = why.compactMap { $0.map(name) }
                table.add([
                    facilityCell(entry.facility), Page.classes[entry.ageClass],
                    "\(entry.vacant)", "\(entry.placed + entry.wishes.reduce(0, +))", "\(entry.placed)",
                    "\(count(.granted))", "\(count(.siblings))", "\(count(.refused))",
                    "\(count(.phase) + count(.claim))",
                    Page.both(
                        texts.map(\.japanese).joined(separator: "、"), texts.map(\.english).joined(separator: ", ")),
                ])
            }
        }
    }

    private func name(of why: VacantSeats.Why) -> Phrase {
        switch why {
        case .limit: Phrase("ほかの枠の上限", "another limit")
        case .nobody: Phrase("希望なし", "not wished")
        case .claim: Phrase("空き枠の残り", "a claim")
        case .siblings: Phrase("きょうだい", "siblings")
        case .refused: Phrase("月齢・対象外", "refused")
        case .phase: Phrase("段階・ほかの枠", "phase")
        case .granted: Phrase("全員内定", "all placed")
        case .closed: Phrase("閉じた枠", "closed")
        }
    }

    private func text(of why: VacantSeats.Why) -> Phrase {
        switch why {
        case .limit: Phrase("ほかの枠の上限で使えない", "another limit that the class shares is full")
        case .nobody: Phrase("希望した児童がいない", "nobody wished it")
        case .claim: Phrase("空き枠の残り(公平さの節を参照)", "a justified claim")
        case .siblings: Phrase("きょうだいの条件や希望", "siblings' conditions and wishes")
        case .refused: Phrase("月齢に達しない、または対象外", "too young, or not eligible")
        case .phase: Phrase("審査段階、またはほかの枠", "the phase, or another limit")
        case .granted: Phrase("希望した児童は全員、ここか上位の希望に内定", "all who wished it are here or at a better wish")
        case .closed: Phrase("転園で空いたが、閉じたままにした", "left by a transfer and kept closed")
        }
    }

    /// Adds how many places the draw alone decided.
    func addDraw(to page: inout Page) {
        page.heading(3, "draw", Phrase("抽選", "The draw"))
        let members = input.ties.flatMap(\.children)
        let placed = members.count { $0.isPlaced }
        guard placed > 0 else {
            return page.paragraph(
                Phrase("抽選だけで決まった内定はありません。", "No place was decided by the draw alone."), class: "good")
        }
        page.paragraph(
            Phrase(
                "すべての基準が同じで、抽選だけで決まった内定は \(placed) 人分です。同順位で内定しなかったのは \(members.count - placed) 人分です(児童は draw_ties.csv)。",
                "\(placed) places were decided by the draw alone; \(members.count - placed) children equal in every key did not get one there (draw_ties.csv names them)."
            ))
        guard listsFacilities else { return }
        page.table(
            Phrase("抽選で決まったクラス(人)", "Classes that the draw decided"),
            [
                .init("施設", "Facility"), .init("クラス", "Class"), .init("同順位", "Equal", isNumber: true),
                .init("内定", "Placed", isNumber: true), .init("内定せず", "Not placed here", isNumber: true),
            ], isLong: input.ties.count > Page.mostPrintedRows
        ) { table in
            for tie in input.ties.prefix(Self.mostListedTies) {
                let placed = tie.children.count { $0.isPlaced }
                table.add([
                    facilityCell(tie.facility), Page.both("\(tie.ageClass)歳児", "age \(tie.ageClass)"),
                    "\(tie.children.count)", "\(placed)", "\(tie.children.count - placed)",
                ])
            }
        }
        if input.ties.count > Self.mostListedTies {
            page.paragraph(
                Phrase(
                    "全 \(input.ties.count) 組のうち \(Self.mostListedTies) 組を示しています。すべては draw_ties.csv にあります。",
                    "\(Self.mostListedTies) of \(input.ties.count) are shown; all are in draw_ties.csv."))
        }
    }

    private static let mostListedTies = 200
}
