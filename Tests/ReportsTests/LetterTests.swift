import Admissions
import Explaining
import Foundation
import MarketOracle
import Testing
import Verifying

@testable import Reports

@Suite("The letters")
struct LetterTests {
    /// A child that is placed and one that is held, with columns of its own in the children's table.
    private func notices(
        columns: [String] = ["住所", "保護者氏名", "方書"],
        cells: [[String]] = [["中央1-2", "縁結 太郎", ""], ["中央1-2", "縁結 太郎", ""]],
        households: [HouseholdID] = ["h1", "h2"], own: [String: String] = [:]
    ) throws -> Notices {
        func child(_ index: Int, _ points: Int64) -> ChildRow {
            ChildRow(
                id: ChildID("c\(index)"), household: households[index], ageClass: 1, wishes: ["A"],
                points: ExactNumber("\(points)"), attributes: cells[index])
        }
        let subject = try CaseDraft(
            municipality: "縁結市", round: "1次", month: PlacementMonth(year: 2027, month: 4)!,
            rules: Rules(priority: [PriorityKey("points", .descending)], drawSeed: "1"), attributeNames: columns,
            children: [child(0, 40), child(1, 30)],
            facilities: [FacilityRow(id: "A", name: "<園>", seats: [nil, 1, nil, nil, nil, nil])],
            households: Set(households).count == 1
                ? [HouseholdRow(household: "h1", timing: .any, facility: .rankFirst)] : []
        ).resolved()
        let allocation = ExhaustiveSearch.best(of: subject).allocation
        let verified = Verifier(subject).verify(allocation)
        return try Notices(
            of: subject, try Explanations(of: subject, allocation, verified), placements: verified.placements,
            texts: LetterTexts(columns: columns.sorted(), own: own))
    }

    @Test("Months are of the era, addresses of the city's own columns, and each family reads its own alone")
    func contents() throws {
        let made = try notices(cells: [["中央1-2", "縁結 太郎", ""], ["東3-4", "縁結 花子", "<301号>"]])
        let pages = made.letters.map { made.page([$0]) }
        for page in pages {
            #expect(page.contains("令和9年4月入所") && page.contains("1／1") && page.contains("&lt;園&gt;"))
            #expect(page.contains("3か月以内") && page.contains("6か月以内") && page.contains("縁結市を被告として"))
        }
        #expect(pages[0].contains("<p>縁結 太郎　様</p>") && pages[0].contains("結果通知書（内定）"))
        #expect(pages[1].contains("<p>縁結 花子　様</p>") && pages[1].contains("結果通知書（保留）"))
        #expect(pages[1].contains("<p>&lt;301号&gt;</p>") && !pages[0].contains("301"))
        #expect(!pages[0].contains("東3-4") && !pages[1].contains("太郎"))
        #expect(pages[0].contains("入所の手続き") && !pages[0].contains("今後の利用調整"))
        #expect(pages[1].contains("令和10年3月31日") && !pages[1].contains("入所の手続き"))
    }

    @Test("Siblings of whom one is placed read of both in one letter")
    func siblings() throws {
        let made = try notices(households: ["h1", "h1"])
        let page = made.page(made.letters)
        #expect(page.contains("結果通知書（内定・保留）"))
        #expect(page.contains("入所の手続き") && page.contains("今後の利用調整"))
    }

    @Test("What nobody filled in is told with its households, and so are cells that contradict each other")
    func unfinished() throws {
        func told(_ made: Notices) -> [String] {
            made.flaws(in: made.letters).map { "\($0.flaw) \($0.households)" }
        }
        let own = Dictionary(uniqueKeysWithValues: LetterTexts.Block.allCases.map { ($0.rawValue, "") })
        #expect(told(try notices(own: own)) == [])
        let addressed = own.merging(["宛名": "{住所}\n{方書?}\n{保護者氏名}"]) { $1 }
        let blank = try notices(cells: [["中央1-2", "", ""], ["東3-4", "縁結 花子", ""]], own: addressed)
        #expect(told(blank) == ["blankCell(column: \"保護者氏名\") [h1]"])
        #expect(blank.page(blank.letters).contains("【下書き】"))
        let siblings = try notices(
            cells: [["中央1-2", "縁結 太郎", ""], ["東3-4", "縁結 太郎", ""]], households: ["h1", "h1"], own: addressed)
        #expect(told(siblings) == ["differingCells(column: \"住所\") [h1]"])
        let dated = try notices(own: own.merging(["文書番号": "{発信日}", "発信者": "〔市長名〕"]) { $1 })
        #expect(
            told(dated) == [
                "blank(block: \"文書番号\", \"〔発信日〕\") [h1, h2]", "blank(block: \"発信者\", \"〔市長名〕\") [h1, h2]",
            ])
        // A cell is never told as something to fill in.
        let bracketed = try notices(cells: [["〔中央〕", "縁結 太郎", ""], ["〔東〕", "縁結 花子", ""]], own: addressed)
        #expect(told(bracketed) == [])
    }

    @Test("A number goes up by one a household, whichever are printed")
    func numbers() throws {
        let made = try notices(own: ["文書番号": "〇保第{番号}号"])
        #expect(made.page([made.letters[1]]).contains("〇保第2号"))
    }

    @Test("The usual texts name no placeholder that they cannot have, and the printed file has every block")
    func usualTexts() {
        for columns in [[], ["住所", "保護者名", "児童名", "方書", "郵便番号"].sorted()] {
            let texts = LetterTexts(columns: columns)
            for (block, names) in LetterTexts.placeholders(columns: columns) {
                for line in texts.lines(of: block) {
                    for piece in line.pieces {
                        if case .placeholder(let name, _) = piece { #expect(names.contains(name), "\(block) \(name)") }
                        if case .stray = piece { Issue.record("\(block)") }
                    }
                }
                #expect(LetterTexts.file(columns: columns).contains("\n\(block.rawValue): |\n  "))
            }
            #expect(LetterTexts.file(columns: columns).contains("  {保護者名}　様") == !columns.isEmpty)
        }
    }

    @Test("The page for clerks lists every block and every placeholder")
    func documented() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(contentsOf: root.appending(path: "docs/ja/letters.md"), encoding: .utf8)
        let lines = page.split(separator: "\n").drop { $0 != "## 文章の項目" }
        let rows = lines.compactMap { $0.firstMatch(of: /^\| `([^`]*)` \|/)?.1 }.map(String.init)
        #expect(
            rows == LetterTexts.Block.allCases.map(\.rawValue) + LetterTexts.Field.allCases.map { "{\($0.rawValue)}" })
    }

    @Test("A line holds what fits, words stay whole, and no line begins with a closing mark")
    func lineBreaking() {
        let breaking = LineBreaking(width: 5)
        for (text, lines) in [
            ("", [""]), ("あいうえお", ["あいうえお"]), ("あいうえおか", ["あいうえお", "か"]), ("あいうえお。か", ["あいうえ", "お。か"]),
            ("あいうえ「おか」", ["あいうえ", "「おか」"]), ("あいう123456", ["あいう", "123456"]), ("あいうえAB12", ["あいうえ", "AB12"]),
            ("1234567890", ["1234567", "890"]),
        ] {
            #expect(breaking.lines(of: text).map(String.init) == lines)
        }
    }

    @Test("Every part is on one sheet, in order, and no heading ends a sheet")
    func sheets() {
        let seed = UInt64.random(in: 1...UInt64.max)
        var state = seed
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        for _ in 1...200 {
            let parts = (0..<1 + random(60)).map { _ -> LetterSheets.Part in
                let text = String(repeating: "あ", count: random(300))
                switch random(4) {
                case 0: return .line([.heading, .child, .outcome, .legalHeading][random(4)], String(text.prefix(20)))
                case 1: return .line([.item, .paragraph, .legal, .gap][random(4)], text)
                default: return .wish(rank: "1", facility: String(text.prefix(40)), reason: text)
                }
            }
            let sheets = LetterSheets.sheets(of: parts, head: 60)
            #expect(sheets.flatMap(\.parts) == parts, "seed \(seed)")
            for sheet in sheets.dropLast() {
                #expect(!sheet.parts.isEmpty, "seed \(seed)")
                if case .line(let style, _)? = sheet.parts.last { #expect(!style.keepsWithNext, "seed \(seed)") }
            }
        }
    }

    @Test("A text longer than a sheet goes on, with nothing lost")
    func longTexts() {
        let text = String(repeating: "あ", count: 20_000)
        for part in [LetterSheets.Part.line(.legal, text), .wish(rank: "1", facility: "園", reason: text)] {
            let sheets = LetterSheets.sheets(of: [part], head: 60)
            #expect(sheets.count > 5)
            let characters = sheets.flatMap(\.parts).reduce(0) { count, part in
                switch part {
                case .line(_, let text): count + text.count
                case .wish(_, _, let reason): count + reason.count
                }
            }
            #expect(characters == text.count)
        }
    }
}
