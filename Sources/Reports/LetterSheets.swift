/// Lays a letter out on sheets of A4 without a browser, so that each sheet can say which of how many it is.
///
/// Measures are millimetres. The styles of `Notices.defaultTemplate` have the same, and a test compares both in Chromium.
struct LetterSheets {
    /// A piece of a letter that stays together.
    enum Part: Equatable {
        case line(Style, String)
        /// A row of a table of wishes; a blank rank goes on with the row before.
        case wish(rank: String, facility: String, reason: String)
    }

    /// How a line looks; the raw value is its class in the template.
    enum Style: String {
        /// The paragraph below the title.
        case opening
        /// What stands above a child's result.
        case child
        case outcome
        case note
        /// The beginning of a block, which goes with the line below it.
        case heading
        case paragraph
        /// A line that begins with a mark or a number, beyond which the lines after it are indented.
        case item
        case numbered
        /// The same in the instruction about remedies.
        case legalHeading, legal, legalItem, legalNumbered
        case gap

        /// Font size and line height.
        var size: (font: Double, line: Double) {
            switch self {
            case .opening: (3.7, 6)
            case .child: (3.7, 6)
            case .outcome: (4.4, 8.5)
            case .note: (3.0, 4.6)
            case .heading: (3.5, 5.6)
            case .paragraph, .item, .numbered: (3.4, 5.4)
            case .legalHeading, .legal, .legalItem, .legalNumbered: (3.0, 4.6)
            case .gap: (3.4, 2.5)
            }
        }
        /// Room above.
        var above: Double {
            switch self {
            case .child: 3
            case .note: 1
            case .heading, .legalHeading: 2
            default: 0
            }
        }
        /// How far the first line, or those after it, begin to the right, in em.
        var indent: Double {
            switch self {
            case .opening, .item, .legalItem: 1
            case .numbered, .legalNumbered: 1.5
            default: 0
            }
        }
        var isLegal: Bool { [.legalHeading, .legal, .legalItem, .legalNumbered].contains(self) }
        /// Whether it goes with whatever follows.
        var keepsWithNext: Bool { [.child, .outcome, .heading, .legalHeading].contains(self) }
    }

    /// What is on one sheet, from top to bottom.
    struct Sheet {
        let parts: [Part]
    }

    /// Inside the margins.
    static let width = 166.0
    /// From the upper margin to the mark at the foot.
    private static let height = 264.0
    /// Above the parts of a sheet after the first.
    private static let heightOfFurtherHead = 10.0
    /// Font size, line height, and what padding and line of a row take.
    private static let table = (font: 3.2, line: 4.8, room: 2.2)
    /// Of a column, without its padding.
    private static let (facilityWidth, reasonWidth) = (44.6, 99.0)

    /// Breaks the parts into sheets, as few as the order allows.
    ///
    /// - Parameters:
    ///   - parts: In their order.
    ///   - head: How high the head of the first sheet is.
    /// - Returns: At least one sheet.
    static func sheets(of parts: [Part], head: Double) -> [Sheet] {
        let parts = parts.flatMap(parted)
        var sheets: [Sheet] = []
        var (start, used) = (0, head)
        for (index, part) in parts.enumerated() {
            let isFirstRow = !part.isWish || index == start || !parts[index - 1].isWish
            if index > start, used + needed(from: index, in: parts, hasTable: !isFirstRow) > height {
                sheets.append(Sheet(parts: Array(parts[start..<index])))
                (start, used) = (index, heightOfFurtherHead)
            }
            used += part.height + (part.isWish && (index == start || isFirstRow) ? rowOfTitles : 0)
        }
        return sheets + [Sheet(parts: Array(parts[start...]))]
    }

    /// The height of lines of this number in the head.
    static func height(ofLines texts: [String], font: Double, line: Double, width: Double = width) -> Double {
        texts.reduce(0) { $0 + Double(breaking(width, font).lines(of: $1).count) * line }
    }

    private static let rowOfTitles = table.line + table.room

    /// The height of a part with those that must not be separated from it.
    private static func needed(from first: Int, in parts: [Part], hasTable: Bool) -> Double {
        var (needed, index) = (0.0, first)
        while true {
            needed += parts[index].height
            if parts[index].isWish, !hasTable { needed += rowOfTitles }
            guard index + 1 < parts.count, parts[index].keeps(with: parts[index + 1]) else { break }
            index += 1
        }
        // What no sheet holds together is parted.
        return needed <= height - heightOfFurtherHead ? needed : parts[first].height
    }

    /// What is higher than half a sheet, in pieces.
    private static func parted(_ part: Part) -> [Part] {
        guard part.height > height / 2 else { return [part] }
        func pieces(_ text: String, _ breaking: LineBreaking) -> [String] {
            let lines = breaking.lines(of: text)
            return stride(from: 0, to: lines.count, by: 20).map { lines[$0..<min(lines.count, $0 + 20)].joined() }
        }
        switch part {
        case .line(let style, let text): return pieces(text, part.breaking).map { .line(style, $0) }
        case .wish(let rank, let facility, let reason):
            let facilities = pieces(facility, breaking(facilityWidth, table.font))
            let reasons = pieces(reason, breaking(reasonWidth, table.font))
            return (0..<max(facilities.count, reasons.count)).map { index in
                .wish(
                    rank: index == 0 ? rank : "", facility: index < facilities.count ? facilities[index] : "",
                    reason: index < reasons.count ? reasons[index] : "")
            }
        }
    }

    fileprivate static func breaking(_ width: Double, _ font: Double) -> LineBreaking {
        LineBreaking(width: width / font - 0.3)
    }

    fileprivate static func rowHeight(_ facility: String, _ reason: String) -> Double {
        let lines = max(
            breaking(facilityWidth, table.font).lines(of: facility).count,
            breaking(reasonWidth, table.font).lines(of: reason).count)
        return Double(lines) * table.line + table.room
    }
}

extension LetterSheets.Part {
    var isWish: Bool { if case .wish = self { true } else { false } }

    /// Whether a sheet must not end between the parts.
    fileprivate func keeps(with next: Self) -> Bool {
        guard case .line(let style, _) = self else { return false }
        if style.keepsWithNext { return true }
        // The instruction about remedies is read as a whole.
        if case .line(let following, _) = next { return style.isLegal && following.isLegal }
        return false
    }

    fileprivate var breaking: LineBreaking {
        guard case .line(let style, _) = self else { preconditionFailure("a row of a table has three texts") }
        let breaking = LetterSheets.breaking(LetterSheets.width, style.size.font)
        return LineBreaking(width: breaking.width - style.indent)
    }

    fileprivate var height: Double {
        switch self {
        case .line(let style, let text):
            style.above + (style == .gap ? style.size.line : Double(breaking.lines(of: text).count) * style.size.line)
        case .wish(_, let facility, let reason): LetterSheets.rowHeight(facility, reason)
        }
    }
}
