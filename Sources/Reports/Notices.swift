import Admissions
import Explaining
import Mustache

/// Printable letters, one for each household: an offer or a refusal with the reason of every wish, laid out on sheets of A4.
///
/// What a city words comes from ``LetterTexts``, how the page looks from a Mustache template.
public struct Notices {
    private let subject: Case
    private let explanations: Explanations
    private let placements: [Placement]
    private let claims: ClaimCauses
    private let template: MustacheTemplate
    private let texts: LetterTexts
    private let issue: Issue

    /// What letters of one issue have in common.
    public struct Issue: Sendable {
        /// The date of the letters; `nil`: it is left to be filled in.
        public var date: CalendarDate?
        /// The number of the first household's letter; those that follow count on, also where not all are printed.
        public var firstNumber = 1
        /// Whether each sheet is marked as a sample (見本).
        public var isSample = false

        public init() {}
    }

    /// - Parameters:
    ///   - subject: The case.
    ///   - explanations: The explanations of the result.
    ///   - placements: The placements of all children, in the order of the case.
    ///   - claims: What is known about justified claims.
    ///   - template: A Mustache template with the fields of ``defaultTemplate``.
    ///   - texts: What the city words; `nil`: the usual texts.
    ///   - issue: What the letters have in common.
    /// - Throws: ``InvalidTemplate``.
    public init(
        of subject: Case, _ explanations: Explanations, placements: [Placement], claims: ClaimCauses = ClaimCauses(),
        template: String = defaultTemplate, texts: LetterTexts? = nil, issue: Issue = Issue()
    ) throws(InvalidTemplate) {
        self.subject = subject
        self.explanations = explanations
        self.placements = placements
        self.claims = claims
        self.texts = texts ?? LetterTexts(columns: subject.attributeNames)
        self.issue = issue
        let problems = LetterTemplate(template, attributeNames: subject.attributeNames).problems
        do { self.template = try MustacheTemplate(string: LetterTemplate.protected(template)) } catch {
            if let parser = error as? MustacheTemplate.ParserError {
                throw InvalidTemplate(reason: "line \(parser.context.lineNumber): \(parser.error)")
            }
            throw InvalidTemplate(reason: "\(error)")
        }
        guard problems.isEmpty else {
            let most = 20
            let more = problems.count > most ? "; and \(problems.count - most) more" : ""
            throw InvalidTemplate(reason: problems.prefix(most).joined(separator: "; ") + more)
        }
    }

    /// The error for a template that is not Mustache, or has a tag that no letter can fill.
    public struct InvalidTemplate: Error, Sendable, CustomStringConvertible {
        public let reason: String
        public var description: String { "the template cannot be read: \(reason)" }
    }

    /// The children of one application, eldest first by their order in the case.
    public struct Letter: Sendable {
        public let household: HouseholdID
        /// Indices into `Case.children`, ascending.
        public let children: [Int]
        /// The position among all letters, from 1.
        public let position: Int
    }

    /// A letter for each household id, ascending.
    public var letters: [Letter] {
        var children: [HouseholdID: [Int]] = [:]
        for (index, child) in subject.children.enumerated() { children[child.householdID, default: []].append(index) }
        return children.keys.sorted().enumerated().map { index, household in
            Letter(household: household, children: children[household]!, position: index + 1)
        }
    }

    /// The households whose letter gives a reason of this kind, ascending. It is used to find the families who will read about
    /// a justified claim.
    public func households(with kind: Reason.Kind) -> [HouseholdID] {
        letters.filter { letter in
            letter.children.contains { child in
                explanations.reasons(of: child).contains { $0.kind == kind }
            }
        }.map(\.household)
    }

    /// Whether a child of the letter was placed.
    public func isOffer(_ letter: Letter) -> Bool { letter.children.contains { placements[$0].outcome == .placed } }

    /// One page with the letters, each on sheets of its own.
    public func page(_ letters: [Letter]) -> String { template.render(["letters": letters.map(fields)]) }

    /// Something that somebody must see to before a letter is sent.
    public enum Flaw: Hashable, Sendable {
        /// A text of the city has a blank, such as `〔市長名〕`.
        case blank(block: String, String)
        /// A cell of a column that the letter shows is blank.
        case blankCell(column: String)
        /// The cells of a column differ among the children of a household; the letter has the first.
        case differingCells(column: String)
    }

    /// Each flaw of the letters with the households that it is in, in the order in which the letters come upon them.
    public func flaws(in letters: [Letter]) -> [(flaw: Flaw, households: [HouseholdID])] {
        var order: [Flaw] = []
        var households: [Flaw: [HouseholdID]] = [:]
        for letter in letters {
            for flaw in content(of: letter).flaws {
                if households[flaw] == nil { order.append(flaw) }
                households[flaw, default: []].append(letter.household)
            }
        }
        return order.map { ($0, households[$0]!) }
    }

    private func content(of letter: Letter) -> LetterContent {
        LetterContent(
            of: letter, in: subject, placements: placements, texts: texts, issue: issue,
            wishes: letter.children.map { child in
                let possible = PossibleWishes(of: subject.children[child].household, in: subject)
                return explanations.reasons(of: child).map { reason in
                    let wish = subject.children[child].wishes[Int(reason.wish)]
                    return .wish(
                        rank: "第\(reason.wish + 1)希望", facility: Self.name(of: subject.facilities[wish.facility]),
                        reason: text(of: reason, possible))
                }
            })
    }

    private static func name(of facility: Facility) -> String {
        facility.name.isEmpty ? facility.id.spelling : "\(facility.name)（\(facility.id)）"
    }

    private func fields(_ letter: Letter) -> [String: Any] {
        let rows = letter.children.reduce(0) { $0 + subject.children[$1].wishes.count }
        let outcomes = letter.children.map { placements[$0].outcome }
        let content = content(of: letter)
        let lines = { (texts: [String]) in texts.map { ["text": $0] } }
        let sheets = content.sheets
        return [
            "municipality": subject.municipality, "round": subject.round, "month": subject.month.japanese,
            "household": letter.household.spelling, "isDense": rows > 7, "isTight": rows > 16,
            "isOffer": outcomes.contains(.placed), "isRefusal": !outcomes.contains(.placed),
            "isTransferRefusal": !outcomes.contains(.placed) && outcomes.contains(.stays),
            "children": letter.children.map(fields), "title": content.title, "isSample": issue.isSample,
            "isDraft": !content.flaws.isEmpty && !issue.isSample, "addressee": lines(content.addressee),
            "reference": lines(content.reference), "sender": lines(content.sender),
            "sheets": sheets.enumerated().map { index, sheet -> [String: Any] in
                [
                    "isFirst": index == 0, "number": index + 1, "count": sheets.count,
                    "parts": Self.parts(of: sheet),
                ]
            },
        ]
    }

    /// The parts of a sheet for the template: lines, or the rows of one table.
    private static func parts(of sheet: LetterSheets.Sheet) -> [[String: Any]] {
        var parts: [[String: Any]] = []
        var rows: [[String: String]] = []
        func endTable() {
            if !rows.isEmpty { parts.append(["hasRows": true, "rows": rows, "lines": [String]()]) }
            rows = []
        }
        for part in sheet.parts {
            switch part {
            case .wish(let rank, let facility, let reason):
                rows.append(["rank": rank, "facility": facility, "reason": reason])
            case .line(let style, let text):
                endTable()
                let line = ["style": style.rawValue, "text": text]
                parts.append(["hasRows": false, "rows": [String](), "lines": [line]])
            }
        }
        endTable()
        return parts
    }

    private func fields(_ child: Int) -> [String: Any] {
        let (applicant, placement) = (subject.children[child], placements[child])
        let facility = placement.facility.map { subject.facilities[$0] }
        let possible = PossibleWishes(of: applicant.household, in: subject)
        let attributes = Dictionary(
            zip(subject.attributeNames, applicant.attributes), uniquingKeysWith: { first, _ in first })
        return [
            "id": applicant.id.spelling, "ageClass": applicant.ageClass,
            "outcome": Wording.outcome(placement.outcome, isConditional: placement.isConditional).japanese,
            "isPlaced": placement.outcome == .placed, "isHeld": placement.outcome == .held,
            "isStaying": placement.outcome == .stays, "isConditional": placement.isConditional,
            "facilityID": facility?.id.spelling ?? "", "facility": facility?.name ?? "", "attributes": attributes,
            "wishes": explanations.reasons(of: child).map { reason -> [String: Any] in
                let place = subject.facilities[applicant.wishes[Int(reason.wish)].facility]
                return [
                    "rank": Int(reason.wish) + 1, "facilityID": place.id.spelling, "facility": place.name,
                    "reason": text(of: reason, possible),
                ]
            },
        ]
    }

    private func text(of reason: Reason, _ possible: PossibleWishes) -> String {
        ChildPage.text(
            of: reason, in: subject, explanations, claims: claims, possible: possible, isForStaff: false
        ).japanese
    }

    /// The columns of the data file for a mail merge, and a row for each child, by household, then child.
    ///
    /// - Parameter letters: The letters whose children have a row; `nil`: all.
    public func table(of letters: [Letter]? = nil) -> (columns: [String], rows: [[String]]) {
        let most = subject.children.map(\.wishes.count).max() ?? 0
        let columns =
            ["世帯番号", "児童番号", "クラス", "結果", "施設番号", "施設名", "希望順位"]
            + (0..<most).flatMap { ["第\($0 + 1)希望", "第\($0 + 1)希望の理由"] }
        let rows = (letters ?? self.letters).flatMap { letter in
            letter.children.map { child -> [String] in
                let (applicant, placement) = (subject.children[child], placements[child])
                let facility = placement.facility.map { subject.facilities[$0] }
                var row = [
                    letter.household.spelling, applicant.id.spelling, String(applicant.ageClass),
                    Wording.outcome(placement.outcome, isConditional: placement.isConditional).japanese,
                    facility?.id.spelling ?? "", facility?.name ?? "", placement.wishRank.map(String.init) ?? "",
                ]
                let possible = PossibleWishes(of: applicant.household, in: subject)
                for reason in explanations.reasons(of: child) {
                    let place = subject.facilities[applicant.wishes[Int(reason.wish)].facility]
                    row += [place.name.isEmpty ? place.id.spelling : place.name, text(of: reason, possible)]
                }
                return row + [String](repeating: "", count: columns.count - row.count)
            }
        }
        return (columns, rows)
    }

}
