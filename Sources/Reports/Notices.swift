import Admissions
import Explaining
import Mustache

/// One printable page for each household: an offer or a refusal with the reason of every wish, from a template.
public struct Notices {
    private let subject: Case
    private let explanations: Explanations
    private let placements: [Placement]
    private let claims: ClaimCauses
    private let template: MustacheTemplate

    /// - Parameters:
    ///   - subject: The case.
    ///   - explanations: The explanations of the result.
    ///   - placements: The placements of all children, in the order of the case.
    ///   - claims: What is known about justified claims.
    ///   - template: A Mustache template with the fields of ``defaultTemplate``.
    /// - Throws: ``InvalidTemplate``.
    public init(
        of subject: Case, _ explanations: Explanations, placements: [Placement], claims: ClaimCauses = ClaimCauses(),
        template: String = defaultTemplate
    ) throws(InvalidTemplate) {
        self.subject = subject
        self.explanations = explanations
        self.placements = placements
        self.claims = claims
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
    }

    /// A letter for each household id, ascending.
    public var letters: [Letter] {
        var children: [HouseholdID: [Int]] = [:]
        for (index, child) in subject.children.enumerated() { children[child.householdID, default: []].append(index) }
        return children.keys.sorted().map { Letter(household: $0, children: children[$0]!) }
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

    /// One page with the letters, each on a sheet of its own.
    public func page(_ letters: [Letter]) -> String { template.render(["letters": letters.map(fields)]) }

    private func fields(_ letter: Letter) -> [String: Any] {
        let rows = letter.children.reduce(0) { $0 + subject.children[$1].wishes.count }
        let outcomes = letter.children.map { placements[$0].outcome }
        return [
            "municipality": subject.municipality, "round": subject.round, "month": subject.month.description,
            "household": letter.household.spelling, "isDense": rows > 7, "isTight": rows > 16,
            "isOffer": outcomes.contains(.placed), "isRefusal": !outcomes.contains(.placed),
            "isTransferRefusal": !outcomes.contains(.placed) && outcomes.contains(.stays),
            "children": letter.children.map(fields),
        ]
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
    public func table() -> (columns: [String], rows: [[String]]) {
        let most = subject.children.map(\.wishes.count).max() ?? 0
        let columns =
            ["世帯番号", "児童番号", "クラス", "結果", "施設番号", "施設名", "希望順位"]
            + (0..<most).flatMap { ["第\($0 + 1)希望", "第\($0 + 1)希望の理由"] }
        let rows = letters.flatMap { letter in
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

    /// The template that is used if the city has none of its own.
    public static let defaultTemplate = #"""
        <!doctype html>
        <html lang="ja">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:">
        <title>利用調整結果通知</title>
        <style>
        @page { size: A4; margin: 18mm 17mm; }
        body { font: 11pt/1.6 "Noto Sans CJK JP", "Yu Gothic", "Hiragino Sans", sans-serif; color: #111; margin: 0 auto; max-width: 176mm; }
        article { break-after: page; }
        article:last-child { break-after: auto; }
        article.dense { font-size: 9pt; line-height: 1.4; }
        article.tight { font-size: 8.2pt; line-height: 1.3; } article.tight h1 { margin: .4em 0; } article.tight td { padding: .12em .5em; }
        .right { text-align: right; margin: 0; }
        h1 { font-size: 1.45em; text-align: center; margin: 1.2em 0; }
        h2 { font-size: 1.08em; margin: 1.2em 0 .4em; border-left: 4px solid #333; padding-left: .5em; }
        .result { font-size: 1.1em; font-weight: bold; margin: .3em 0; }
        table { border-collapse: collapse; width: 100%; }
        th, td { border: 1px solid #777; padding: .25em .5em; text-align: left; vertical-align: top; }
        th { background: #eee; font-weight: normal; }
        tbody tr, .note { break-inside: avoid; }
        .note { break-before: avoid; }
        h2, .result { break-after: avoid; }
        /* The head of the sheet stands again on every further sheet of a household. */
        table.sheet { display: table; } table.sheet > thead { display: table-header-group; }
        table.sheet > thead td { border: 0; border-bottom: 1px solid #777; padding: 0 0 .3em; font-size: 9pt; }
        table.sheet > tbody > tr { break-inside: auto; } table.sheet > tbody > tr > td { border: 0; padding: .6em 0 0; }
        .head { display: flex; justify-content: space-between; }
        .rank { width: 4.2em; } .place { width: 28%; }
        .note { font-size: .9em; margin-top: 1.5em; }
        </style>
        </head>
        <body>
        {{#letters}}
        <article class="{{#isDense}}dense{{/isDense}}{{#isTight}} tight{{/isTight}}">
        <table class="sheet">
        <thead><tr><td><div class="head"><span>世帯番号 {{household}}</span><span>{{municipality}} {{month}} 入所 利用調整結果通知書</span></div></td></tr></thead>
        <tbody><tr><td>
        <p class="right">{{municipality}}</p>
        <h1>{{#isOffer}}利用調整結果通知書(内定){{/isOffer}}{{#isRefusal}}{{#isTransferRefusal}}利用調整結果通知書(転園保留){{/isTransferRefusal}}{{^isTransferRefusal}}利用調整結果通知書(保留){{/isTransferRefusal}}{{/isRefusal}}</h1>
        <p>{{month}} 入所({{round}})の利用調整の結果を、次のとおり通知します。</p>
        {{#children}}
        <h2>児童番号 {{id}}({{ageClass}}歳児クラス)</h2>
        <p class="result">{{outcome}}{{#isPlaced}} {{facility}}({{facilityID}}){{/isPlaced}}{{#isStaying}} {{facility}}({{facilityID}}){{/isStaying}}</p>
        {{#isConditional}}<p>出生前の申込のため、出生後の届出を条件とする仮内定です。</p>{{/isConditional}}
        <table>
        <thead><tr><th class="rank" scope="col">希望</th><th class="place" scope="col">施設</th><th scope="col">理由</th></tr></thead>
        <tbody>
        {{#wishes}}
        <tr><td>第{{rank}}希望</td><td>{{facility}}({{facilityID}})</td><td>{{reason}}</td></tr>
        {{/wishes}}
        </tbody>
        </table>
        {{/children}}
        <p class="note">理由は、定められた優先順位と受入枠から機械的に計算し、独立した検証を経たものです。ご不明な点は担当窓口へお問い合わせください。</p>
        </td></tr></tbody>
        </table>
        </article>
        {{/letters}}
        </body>
        </html>

        """#
}
