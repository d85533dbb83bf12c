import Admissions

extension Report {
    /// Adds how the points are distributed and, where the points table has parts, each part.
    func addPoints(to page: inout Page) {
        page.add("<section aria-labelledby=\"points\">\n")
        page.heading(2, "points", section("points"))
        let refused = subject.children.indices.map(subject.isRefused)
        let outcomes = zip(input.placements, refused).map { $1 ? nil : $0.outcome }
        let total = PointsDistribution(of: subject.pointsOfChildren(), outcomes)
        if total.children == 0, input.parts.isEmpty {
            page.paragraph(Phrase("点数のある児童はいません。", "No child has points."))
            page.add("</section>\n")
            return
        }
        page.paragraph(
            Phrase("会議用の資料です。公表しないでください。", "For the meeting only: do not publish this."), class: "caution")
        page.paragraph(explanation(refused: refused.count { $0 }))
        page.add("<div class=\"pair\">")
        page.add(
            histogram(of: total, id: "chart-points", Phrase("点数(指数の合計)ごとの児童数", "Children by points")))
        page.add("<div class=\"points\">")
        page.add(facts(of: total))
        addTable(of: total, Phrase("点数の分布", "Distribution of points"), to: &page)
        page.add("</div></div>\n")
        if !input.parts.isEmpty {
            page.heading(3, "points-parts", Phrase("指数表の区分ごと", "By part of the points table"))
            page.add("<div class=\"histograms\">\n")
            for (index, part) in input.parts.enumerated() {
                add(PointsDistribution(of: part.values, outcomes), ofPart: part.name, index, to: &page)
            }
            page.add("</div>\n")
        }
        page.add("</section>\n")
    }

    /// Which points are counted.
    private func explanation(refused: Int) -> Phrase {
        var (japanese, english) = (
            "点数の高い順に、児童数を結果ごとに示します。", "Highest first, with the number of children by outcome."
        )
        let table = subject.rules.pointsTable
        let areByWish =
            table.parts.contains { $0.when.contains(where: \.isOfWish) || $0.rows.contains(where: \.dependsOnWish) }
            || subject.children.indices.contains { subject.children[$0].wishes.contains { $0.points != nil } }
        if areByWish {
            japanese += "点数が希望によって異なる児童は、対象となる希望のうち最も順位の高いものの点数で数えています。"
            english += " Where points depend on the wish, those at the child's first eligible wish are counted."
        }
        if refused > 0 {
            japanese += "指数表によりどの希望も対象外の児童 \(refused) 人は含みません。"
            english +=
                " \(refused) \(refused == 1 ? "child, whom the table refuses, is" : "children, whom the table refuses at every wish, are") left out."
        }
        return Phrase(japanese, english)
    }

    private func add(
        _ distribution: PointsDistribution, ofPart name: String, _ index: Int, to page: inout Page
    ) {
        page.add("<div class=\"part points\">")
        if distribution.children == 0 {
            page.paragraph(Phrase("\(name): この区分のある児童はいません。", "\(name): no child has this part."))
        } else {
            page.add(histogram(of: distribution, id: "chart-part-\(index)", Phrase(name, name)))
            page.add(facts(of: distribution))
            page.add("<details class=\"numbers\"><summary>\(Page.both("表で見る", "Show as table"))</summary>")
            addTable(of: distribution, Phrase("\(name) の分布", "Distribution of \(name)"), to: &page)
            page.add("</details>")
        }
        page.add("</div>\n")
    }

    /// The outcomes that the round has: as a part of the bars, as a column of a table, and the number of children.
    private var outcomesThatOccur: [(part: Chart.Part, column: Page.Column, count: (ReportFigures.Count) -> Int)] {
        let all: [(Chart.Part, Page.Column, (ReportFigures.Count) -> Int)] = [
            (Self.parts[0], .init("内定", "Placed", isNumber: true), { $0.placed }),
            (Self.parts[1], .init("転園保留", "Staying", isNumber: true), { $0.stays }),
            (Self.parts[2], .init("保留", "Held", isNumber: true), { $0.held }),
        ]
        return all.filter { $0.2(figures.all) > 0 }
    }

    private func histogram(of distribution: PointsDistribution, id: String, _ caption: Phrase) -> Markup {
        let outcomes = outcomesThatOccur
        return Chart.bars(
            id: id, caption, outcomes.map(\.part),
            distribution.bins.map { bin in (bin.name, outcomes.map { $0.count(bin.count) }) }, isHistogram: true)
    }

    /// The numbers that sum up a distribution.
    private func facts(of distribution: PointsDistribution) -> Markup {
        func fact(_ name: Phrase, _ value: String) -> Markup {
            "<div><dt>\(Page.both(name))</dt><dd>\(value)</dd></div>"
        }
        return "<dl class=\"facts\">"
            + [
                fact(Phrase("児童", "Children"), "\(distribution.children)"),
                fact(Phrase("最低", "Least"), distribution.least?.description ?? "-"),
                fact(
                    Phrase("中央値", "Median"),
                    distribution.median.isEmpty
                        ? "-" : distribution.median.map(\.description).joined(separator: " / ")),
                fact(Phrase("最高", "Most"), distribution.most?.description ?? "-"),
                fact(Phrase("同点の児童", "Tied"), "\(distribution.tied)"),
                fact(Phrase("なし", "Missing"), "\(distribution.missing)"),
            ].joined() + "</dl>\n"
    }

    private func addTable(of distribution: PointsDistribution, _ caption: Phrase, to page: inout Page) {
        let outcomes = outcomesThatOccur
        let columns =
            [Page.Column("点数", "Points")] + outcomes.map(\.column) + [Page.Column("計", "All", isNumber: true)]
        page.table(caption, columns) { table in
            for bin in distribution.bins {
                table.add(
                    [Page.both(bin.name)] + outcomes.map { "\($0.count(bin.count))" } + ["\(bin.count.total)"])
            }
        }
    }
}
