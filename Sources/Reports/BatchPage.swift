import Admissions

/// The summary of a batch for people: one self-contained page in Japanese and English, with one line for each case.
public struct BatchPage: Sendable {
    /// The outcome of one case.
    public struct Row: Sendable {
        public var folder: String
        /// The municipality; empty if the case could not be read.
        public var municipality: String
        public var month: String
        public var round: String
        public var state: State
        /// Counts of the result; `nil` if there is no result.
        public var counts: Counts?
        /// What the ledger says happened to the result, in order.
        public var steps: [Step]
        /// A remark, such as why the case failed.
        public var note: String

        public init(
            folder: String, municipality: String, month: String, round: String, state: State, counts: Counts?,
            steps: [Step] = [], note: String
        ) {
            self.folder = folder
            self.municipality = municipality
            self.month = month
            self.round = round
            self.state = state
            self.counts = counts
            self.steps = steps
            self.note = note
        }
    }

    /// Something that happened to a result: what, by whom, and when.
    public struct Step: Sendable {
        public var name: Phrase
        public var by: String
        public var at: String

        public init(name: Phrase, by: String, at: String) { (self.name, self.by, self.at) = (name, by, at) }
    }

    public struct Counts: Sendable {
        public var children, placed, stays, held, claims, revision: Int
        /// The path of the result's report, relative to the page.
        public var report: String

        public init(
            children: Int, placed: Int, stays: Int, held: Int, claims: Int, revision: Int, report: String
        ) {
            self.children = children
            self.placed = placed
            self.stays = stays
            self.held = held
            self.claims = claims
            self.revision = revision
            self.report = report
        }
    }

    public enum State: String, Sendable {
        case computed, unchanged, failed

        var phrase: Phrase {
            switch self {
            case .computed: Phrase("計算しました", "computed")
            case .unchanged: Phrase("変更なし", "unchanged")
            case .failed: Phrase("失敗", "failed")
            }
        }
    }

    public let rows: [Row]

    public init(_ rows: [Row]) { self.rows = rows }

    /// The page, in UTF-8.
    ///
    /// - Complexity: O(rows).
    public func page() -> [UInt8] {
        var page = Page()
        let failed = rows.count { $0.state == .failed }
        page.open(title: "利用調整 一括処理の結果", heading: "<h1>\(Page.both("一括処理の結果", "The batch"))</h1>")
        page.add("<section aria-labelledby=\"summary\">\n")
        page.heading(2, "summary", Phrase("概要", "At a glance"))
        page.add("<ul class=\"tiles\">\n")
        let tiles: [(Phrase, Int, String)] = [
            (Phrase("案件", "Cases"), rows.count, ""),
            (State.computed.phrase, rows.count { $0.state == .computed }, "is-placed"),
            (State.unchanged.phrase, rows.count { $0.state == .unchanged }, ""),
            (State.failed.phrase, failed, failed == 0 ? "is-good" : "is-claim"),
        ]
        for (name, number, style) in tiles {
            page.add(
                "<li class=\"\(style)\"><span class=\"label\">\(Page.both(name))</span><strong>\(number)</strong></li>\n"
            )
        }
        page.add("</ul>\n</section>\n<section aria-labelledby=\"cases\">\n")
        page.heading(2, "cases", Phrase("案件ごとの結果", "Case by case"))
        addTable(to: &page)
        page.add("</section>\n</main>\n")
        page.closeShort(script: .batch)
        return page.bytes
    }

    private func addTable(to page: inout Page) {
        let columns = [
            Page.Column("案件", "Case"), .init("入所月", "Month"), .init("回", "Round"), .init("状態", "State"),
            .init("版", "Revision", isNumber: true), .init("申込", "Children", isNumber: true),
            .init("内定", "Placed", isNumber: true), .init("転園保留", "Staying", isNumber: true),
            .init("保留", "Held", isNumber: true), .init("内定率", "Rate", isNumber: true),
            .init("逆転・空き枠の残り", "Claims", isNumber: true), .init("台帳の状態", "In the ledger"), .init("備考", "Note"),
        ]
        page.table(Phrase("月と回の順", "In order of month and round"), columns) { table in
            for row in rows {
                let counts = row.counts
                let numbers = [
                    counts?.revision, counts?.children, counts?.placed, counts?.stays, counts?.held,
                ].map { number -> Markup in number.map { "\($0)" } ?? "" }
                let rate: Markup = counts.map { "\(Share.percent($0.placed, of: $0.children))" } ?? ""
                let month =
                    PlacementMonth(row.month).map { Page.both(Wording.month($0)) } ?? Markup(escaping: row.month)
                let steps = row.steps.map { step -> Markup in
                    "\(Page.both(step.name)) <small>\(step.by) \(step.at)</small>"
                }
                var note = Markup(escaping: row.note)
                if let report = counts?.report {
                    note +=
                        "\(note.isEmpty ? "" : " ")<a href=\"\(Self.link(to: report))\">\(Page.both("報告書", "report"))</a>"
                }
                table.add(
                    [Markup(escaping: row.folder), month, Markup(escaping: row.round), Page.both(row.state.phrase)]
                        + numbers
                        + [
                            rate, counts.map { "\($0.claims)" } ?? "", steps.joined(separator: "<br>"), note,
                        ])
            }
        }
    }

    /// A path relative to the page's folder as a link. It is escaped so that no file name can act as a scheme, a query or a
    /// fragment.
    static func link(to path: String) -> String {
        let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/".utf8)
        return "./"
            + path.utf8.map { byte in
                plain.contains(byte)
                    ? String(UnicodeScalar(byte))
                    : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }.joined()
    }
}
