import Admissions

/// What one letter says, with the texts of the city filled in.
struct LetterContent {
    private(set) var title = ""
    private(set) var addressee: [String] = []
    private(set) var reference: [String] = []
    private(set) var sender: [String] = []
    /// Below the title, in order.
    private(set) var parts: [LetterSheets.Part] = []
    /// What somebody must see to before the letter is sent, without repetition.
    private(set) var flaws: [Notices.Flaw] = []

    private let letter: Notices.Letter
    private let subject: Case
    private let placements: [Placement]
    private let texts: LetterTexts
    private let issue: Notices.Issue

    /// - Parameter wishes: For each child of the letter a row for each wish.
    init(
        of letter: Notices.Letter, in subject: Case, placements: [Placement], texts: LetterTexts, issue: Notices.Issue,
        wishes: [[LetterSheets.Part]]
    ) {
        self.letter = letter
        self.subject = subject
        self.placements = placements
        self.texts = texts
        self.issue = issue
        reference = filled(.reference)
        addressee = filled(.addressee)
        sender = filled(.sender)
        title = filled(.title).joined(separator: " ")
        parts = filled(.opening).map { .line(.opening, $0) }
        for (child, rows) in zip(letter.children, wishes) {
            parts += filled(.child, child: child).map { .line(.child, $0) }
            parts += filled(block(for: placements[child]), child: child).map { .line(.outcome, $0) } + rows
        }
        parts += filled(.reasons).map { .line(.note, $0) }
        let outcomes = Set(letter.children.map { block(for: placements[$0]) })
        let guidance: [(after: Set<LetterTexts.Block>, text: LetterTexts.Block)] = [
            ([.placed, .conditional], .afterPlaced), ([.conditional], .afterConditional), ([.stays], .afterStays),
            ([.held], .afterHeld),
        ]
        for (after, text) in guidance where !after.isDisjoint(with: outcomes) {
            parts += filled(text).map { line($0, isLegal: false) }
        }
        parts += filled(.contact).map { line($0, isLegal: false) }
        parts += filled(.remedies).map { line($0, isLegal: true) }
    }

    /// The sheets of the letter.
    var sheets: [LetterSheets.Sheet] {
        func height(_ lines: [String], _ font: Double, _ line: Double, _ width: Double = LetterSheets.width) -> Double {
            LetterSheets.height(ofLines: lines, font: font, line: line, width: width)
        }
        let top = max(34, height(addressee, 3.7, 5.2, 78), height(reference, 3.5, 5.4, 80))
        return LetterSheets.sheets(of: parts, head: top + height(sender, 3.7, 6) + height([title], 5, 8) + 12.5)
    }

    private func block(for placement: Placement) -> LetterTexts.Block {
        switch placement.outcome {
        case .placed: placement.isConditional ? .conditional : .placed
        case .held: .held
        case .stays: .stays
        }
    }

    /// A line of a block in the style that its beginning asks for.
    private func line(_ text: String, isLegal: Bool) -> LetterSheets.Part {
        if text.allSatisfy(\.isWhitespace) { return .line(.gap, "") }
        if text.hasPrefix("■") {
            return .line(isLegal ? .legalHeading : .heading, String(text.dropFirst().drop(while: \.isWhitespace)))
        }
        if "・※○●".contains(text.first!) { return .line(isLegal ? .legalItem : .item, text) }
        let afterNumber = text.drop(while: \.isNumber).first
        if text.first!.isNumber, afterNumber.map({ "　 .．、".contains($0) }) == true {
            return .line(isLegal ? .legalNumbered : .numbered, text)
        }
        return .line(isLegal ? .legal : .paragraph, text)
    }

    /// The lines of a block, filled in; what is blank is noted.
    private mutating func filled(_ block: LetterTexts.Block, child: Int? = nil) -> [String] {
        var lines: [String] = []
        for line in texts.lines(of: block) {
            for piece in line.pieces where child == nil {
                if case .placeholder(let name, _) = piece { note(column: name) }
            }
            guard let filled = line.filled({ value($0, child: child) }) else { continue }
            lines.append(filled.text)
            for blank in line.blanks { note(.blank(block: block.rawValue, blank)) }
            for name in filled.missing {
                note(
                    LetterTexts.Field(rawValue: name) == nil
                        ? .blankCell(column: name) : .blank(block: block.rawValue, "〔\(name)〕"))
            }
        }
        return lines
    }

    private mutating func note(_ flaw: Notices.Flaw) { if !flaws.contains(flaw) { flaws.append(flaw) } }

    /// Notes a column of which the children of the household say different things.
    private mutating func note(column: String) {
        guard LetterTexts.Field(rawValue: column) == nil else { return }
        let cells = Set(letter.children.map { cell(column, of: $0) }).subtracting([""])
        if cells.count > 1 { note(.differingCells(column: column)) }
    }

    private func cell(_ column: String, of child: Int) -> String {
        guard let index = subject.attributeNames.firstIndex(of: column) else { return "" }
        let text = subject.children[child].attributes[index]
        return text.split { $0.isNewline || $0 == " " }.joined(separator: " ")
    }

    private func value(_ name: String, child: Int?) -> String {
        guard let field = LetterTexts.Field(rawValue: name) else {
            if let child { return cell(name, of: child) }
            return letter.children.lazy.map { cell(name, of: $0) }.first { !$0.isEmpty } ?? ""
        }
        let facility = child.flatMap { placements[$0].facility }.map { subject.facilities[$0] }
        switch field {
        case .municipality: return subject.municipality
        case .round: return subject.round
        case .month: return subject.month.japanese
        case .firstDay: return subject.month.firstDay.japanese
        case .fiscalYear: return subject.month.japaneseFiscalYear
        case .lastDay: return subject.month.lastDayOfFiscalYear.japanese
        case .date: return issue.date?.japanese ?? ""
        case .number: return String(issue.firstNumber + letter.position - 1)
        case .household: return letter.household.spelling
        case .children: return letter.children.map { subject.children[$0].id.spelling }.joined(separator: "、")
        case .outcome: return outcome(of: child.map { [$0] } ?? letter.children)
        case .child: return child.map { subject.children[$0].id.spelling } ?? ""
        case .ageClass: return child.map { String(subject.children[$0].ageClass) } ?? ""
        case .facility: return facility.map { $0.name.isEmpty ? $0.id.spelling : $0.name } ?? ""
        case .facilityID: return facility?.id.spelling ?? ""
        case .rank: return child.flatMap { placements[$0].wishRank }.map(String.init) ?? ""
        }
    }

    /// The outcomes of the children in short, each once, such as `内定・保留`.
    private func outcome(of children: [Int]) -> String {
        let found = Set(children.map { block(for: placements[$0]) })
        return [(LetterTexts.Block.placed, "内定"), (.conditional, "仮内定"), (.stays, "転園保留"), (.held, "保留")]
            .filter { found.contains($0.0) }.map(\.1).joined(separator: "・")
    }
}
