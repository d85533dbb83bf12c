import Admissions

extension Report {
    /// Adds the decisions of the staff: which, by whom and why.
    func addPins(to page: inout Page) {
        page.add("<section aria-labelledby=\"pins\">\n")
        page.heading(2, "pins", section("pins"))
        defer { page.add("</section>\n") }
        if subject.pins.isEmpty {
            return page.paragraph(Phrase("固定配置はありません。", "There are no pins."), class: "good")
        }
        page.paragraph(
            Phrase(
                "職員が個別に決めた行き先です。利用調整では動かしません。",
                "Where staff decided that children go; the allocation does not move them."))
        let isLong = subject.pins.count > Page.mostPrintedRows
        if isLong { page.noteLongTable() }
        page.table(
            Phrase("固定配置(\(subject.pins.count) 人)", "\(subject.pins.count) pins"),
            [
                .init("児童", "Child"), .init("クラス", "Class"), .init("行き先", "Where to"), .init("決定者", "By whom"),
                .init("理由", "Why"),
            ], isLong: isLong
        ) { table in
            for pin in subject.pins {
                let age = subject.children[pin.child].ageClass
                let baseline: Outcome = subject.children[pin.child].currentFacility == nil ? .held : .stays
                table.add([
                    Markup(escaping: subject.children[pin.child].id.spelling), Page.both("\(age)歳児", "age \(age)"),
                    pin.facility.map(facilityCell) ?? Page.both(Wording.outcome(baseline)), Markup(escaping: pin.by),
                    Markup(escaping: pin.reason),
                ])
            }
        }
    }

    /// Adds the rules in words, and the points table.
    func addRules(to page: inout Page) {
        page.add("<section aria-labelledby=\"rules\">\n")
        page.heading(2, "rules", section("rules"))
        page.add("<dl class=\"rules\">\n")
        for (name, text) in Wording.rules(of: subject) {
            page.add("<dt>\(Page.both(name))</dt><dd>\(Page.both(text))</dd>\n")
        }
        page.add("</dl>\n")
        if !subject.rules.pointsTable.isEmpty { addPointsTable(to: &page) }
        page.add("</section>\n")
    }

    private func addPointsTable(to page: inout Page) {
        page.add("<details class=\"numbers\"><summary>\(Page.both("指数表を見る", "Show the points table"))</summary>\n")
        for part in subject.rules.pointsTable.parts {
            let name =
                part.name == PointsTable.total ? Phrase("指数(合計)", "points (total)") : Phrase(part.name, part.name)
            let terms = (part.rows.isEmpty ? [] : [Phrase("下の表", "the rows below")]) + part.parts.map { Phrase($0, $0) }
            let combine = Wording.combination(part.combine)
            let bounds = [
                part.factor.map { Phrase("× \($0)", "× \($0)") },
                part.floor.map { Phrase("下限 \($0)", "at least \($0)") },
                part.cap.map { Phrase("上限 \($0)", "at most \($0)") },
            ].compactMap { $0 }
            page.paragraph(
                Phrase(
                    "\(name.japanese): \(terms.map(\.japanese).joined(separator: "、"))の\(combine.japanese)"
                        + bounds.map { "、\($0.japanese)" }.joined(),
                    "\(name.english): the \(combine.english) of \(terms.map(\.english).joined(separator: ", "))"
                        + bounds.map { ", \($0.english)" }.joined()))
            if part.rows.isEmpty { continue }
            page.table(
                name, [.init("要件", "Row"), .init("点数", "Points", isNumber: true)],
                isLong: part.rows.count > Page.mostPrintedRows
            ) { table in
                for row in part.rows { table.add([Page.both(Wording.row(row)), Page.both(Self.amount(of: row))]) }
            }
        }
        page.add("</details>\n")
    }

    private static func amount(of row: PointsRow) -> Phrase {
        switch row.amount {
        case .points(let number): Phrase(number.description, number.description)
        case .value: Phrase("その値", "its value")
        case .refusal(let reason): Phrase("対象外(\(reason))", "not eligible (\(reason))")
        }
    }

    /// Adds from which files, and by which program, the result was made, and whether it is a trial.
    func addRecord(to page: inout Page) {
        page.add("<section aria-labelledby=\"record\">\n")
        page.heading(2, "record", section("record"))
        page.paragraph(
            input.isTrial
                ? Phrase(
                    "試行として作成した結果です。決定ではありません。", "Made as a trial: this result decides nothing.")
                : Phrase(
                    "作成者、作成日時、承認の状態は、台帳(enmusubi ledger)と一括処理のページ(batch.html)にあります。この資料は、同じ入力からいつ作っても同じ内容になるため、日時を含みません。",
                    "Who made it and when, and whether it is approved, stand in the ledger (enmusubi ledger) and on the page of the batch (batch.html). The same input makes this page again, whenever that is, so it has no date."
                ))
        if let run = input.run {
            page.add("<dl class=\"rules\">\n")
            for (name, text) in [
                (Phrase("プログラム", "Program"), run.program),
                (Phrase("申込データの指紋(SHA-256)", "Digest of the case"), run.caseDigest),
            ] {
                page.add("<dt>\(Page.both(name))</dt><dd><code>\(text)</code></dd>\n")
            }
            page.add("</dl>\n")
            // Their hashes stand in run.json: this page is the same for the same case, in whatever order the rows are.
            page.table(
                Phrase("入力ファイル", "Input files"),
                [.init("ファイル", "File"), .init("文字コード", "Encoding")]
            ) { table in
                for file in run.files {
                    table.add([
                        Markup(escaping: file.name), Markup(escaping: Wording.encoding(file.encoding)),
                    ])
                }
            }
        }
        page.add("</section>\n")
    }
}
