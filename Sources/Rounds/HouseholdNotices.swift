import Admissions
import CaseFiles
import Explaining
import Foundation
import Reports
import Tables

/// A kind of claim that the letter to a household tells of.
public enum ToldClaim: String, CaseIterable, Sendable {
    case priorityInversion = "PRIORITY_INVERSION"
    case vacantSeat = "VACANT_SEAT"

    var kind: Reason.Kind {
        switch self {
        case .priorityInversion: .priorityClaim
        case .vacantSeat: .vacantClaim
        }
    }

    var phrase: Phrase {
        switch self {
        case .priorityInversion: Phrase("優先順位の逆転があることを知らせる通知", "letters tell of a priority inversion")
        case .vacantSeat: Phrase("空き枠が残っていることを知らせる通知", "letters tell of a vacant seat")
        }
    }
}

/// The notices of a result, a letter for each household, as files.
public struct HouseholdNotices {
    private let notices: Notices
    private let letters: [Notices.Letter]
    private let subject: Case
    private let options: Options

    /// How the letters are made, and which.
    public struct Options: Sendable {
        /// The path of the city's own Mustache template; `nil`: the default one.
        public var template: String?
        /// The path of the city's own texts; `nil`: `letter.yaml` in the case folder, or the usual texts where there is none.
        public var texts: String?
        /// What the letters have in common.
        public var issue = Notices.Issue()
        /// The encoding of `notices.csv`.
        public var encoding = TextEncoding.cp932
        /// The ids of households; empty: all.
        public var households: [String] = []
        /// The first and the last household in the order of ids, each by its id or, where no household has this id, by its position
        /// from 1; `nil`: no bound.
        public var from: String?
        public var to: String?
        /// Which households; `nil`: all.
        public var only: Kind?

        public init() {}
    }

    /// Of which result a letter tells.
    public enum Kind: String, CaseIterable, Sendable {
        /// At least one child of the household is placed.
        case placed
        /// No child of the household is placed.
        case held
    }

    /// The most households in one file.
    private static let pageSize = 500

    /// The notices of a result.
    ///
    /// - Parameters:
    ///   - read: The result.
    ///   - folder: The case folder.
    ///   - options: How the letters are made, and which.
    /// - Throws: ``RoundError/invalidInput(sentence:problems:)`` or ``RoundError/invalidTables(_:)`` where the template or the texts
    ///   cannot be used, ``RoundError/invalidRequest(_:)`` where no household is as asked for.
    public init(of read: CheckedResult, in folder: String, _ options: Options) throws(RoundError) {
        let texts = try LetterTexts(for: read.subject, path: options.texts, in: folder)
        try self.init(
            read.subject, read.explanations, read.verified.placements, read.claims, texts, in: folder, options)
    }

    /// Letters with made-up contents, marked as samples, to test texts, template, printer and envelopes.
    ///
    /// - Parameters:
    ///   - subject: The case whose city, month and columns the letters have; they tell nothing of its children.
    ///   - folder: The case folder.
    ///   - options: How the letters are made; all of them are.
    /// - Throws: As for the notices of a result.
    public init(samplesFor subject: Case, in folder: String, _ options: Options) throws(RoundError) {
        let texts = try LetterTexts(for: subject, path: options.texts, in: folder)
        let sample = try SampleRound(like: subject)
        var options = options
        options.issue.isSample = true
        (options.households, options.from, options.to, options.only) = ([], nil, nil, nil)
        try self.init(
            sample.subject, sample.explanations, sample.verified.placements, ClaimCauses(), texts, in: folder, options)
    }

    private init(
        _ subject: Case, _ explanations: Explanations, _ placements: [Placement], _ claims: ClaimCauses,
        _ texts: LetterTexts, in folder: String, _ options: Options
    ) throws(RoundError) {
        let name = options.template ?? "template"
        do {
            let template = try options.template.map { try plainText(of: URL(fileURLWithPath: $0)) }
            notices = try Notices(
                of: subject, explanations, placements: placements, claims: claims,
                template: template ?? Notices.defaultTemplate, texts: texts, issue: options.issue)
        } catch let error as Notices.InvalidTemplate {
            throw .invalidInput(sentence: Phrase("\(name) の書式に誤りがあります: \(error)", "\(name): \(error)"))
        } catch let problem as Problem {
            throw .invalidInput(
                sentence: Phrase("\(name) を UTF-8 の文章として読めません。", "\(name) cannot be read as UTF-8 text."),
                problems: [problem])
        } catch { throw .defect("\(error)") }
        self.subject = subject
        self.options = options
        letters = try Self.chosen(from: notices, of: subject, in: folder, options)
    }

    /// The letters that are asked for.
    private static func chosen(
        from notices: Notices, of subject: Case, in folder: String, _ options: Options
    ) throws(RoundError) -> [Notices.Letter] {
        let all = notices.letters
        let ids = TypedID(in: subject)
        func index(_ text: String, orPosition: Bool) throws(RoundError) -> Int {
            if let child = ids.rows(text).first {
                return all.firstIndex { $0.household == subject.children[child].householdID }!
            }
            if orPosition, let position = Int(text), all.indices.contains(position - 1) { return position - 1 }
            let refusal = ids.refusal(text, in: folder)
            let positions = Phrase("順番で指定するときは 1 から \(all.count) までの数です。", " A position is 1 to \(all.count).")
            throw .invalidRequest(
                orPosition
                    ? Phrase(refusal.japanese + positions.japanese, refusal.english + positions.english) : refusal)
        }
        var named = Set<Int>()
        for household in options.households { named.insert(try index(household, orPosition: false)) }
        let first = try options.from.map { text throws(RoundError) in try index(text, orPosition: true) } ?? 0
        let last = try options.to.map { text throws(RoundError) in try index(text, orPosition: true) } ?? all.count - 1
        let letters = all.indices.filter { first <= $0 && $0 <= last && (named.isEmpty || named.contains($0)) }
            .map { all[$0] }.filter { options.only == nil || notices.isOffer($0) == (options.only == .placed) }
        if letters.isEmpty, !all.isEmpty {
            throw .invalidRequest(
                Phrase("条件に合う世帯がありません。指定を確かめてください。", "no household is as asked for; look at the options."))
        }
        return letters
    }

    /// What somebody must see to before letters are sent though they can be written.
    public struct Remark: Message {
        public let message = "unfinished"
        /// `blank`: texts have blanks; `blankCell`: cells that letters show are blank; `differingCells`: those of siblings differ.
        public let kind: String
        /// The block of the texts that has blanks; left out where a column is meant.
        public private(set) var block: String?
        /// The blanks, such as `〔市長名〕`; left out where a column is meant.
        public private(set) var blanks: [String]?
        /// The column of the children's table; left out where a text is meant.
        public private(set) var column: String?
        public private(set) var households: [String]

        private enum CodingKeys: CodingKey { case message, kind, block, blanks, column, households }

        init(_ flaw: Notices.Flaw, _ households: [HouseholdID]) {
            self.households = households.map(\.spelling)
            switch flaw {
            case .blank(let block, let blank): (kind, self.block, blanks) = ("blank", block, [blank])
            case .blankCell(let column): (kind, self.column) = ("blankCell", column)
            case .differingCells(let column): (kind, self.column) = ("differingCells", column)
            }
        }

        /// Takes over another remark on the same block.
        mutating func join(_ other: Remark) {
            blanks = (blanks ?? []) + (other.blanks ?? [])
            if other.households.count > households.count { households = other.households }
        }

        public func lines(in language: Language) -> [String] {
            let most = 10
            let names = households.prefix(most).joined(separator: ", ") + (households.count > most ? ", ..." : "")
            let whose = Phrase("\(households.count) 世帯: \(names)", "households, \(households.count): \(names)")
            let phrase =
                switch kind {
                case "blank":
                    Phrase(
                        "\(LetterTexts.fileName) の「\(block ?? "")」に書き入れていない箇所があります: \(blanks?.joined(separator: "、") ?? "")(\(households.count) 世帯)",
                        "\(block ?? "") in \(LetterTexts.fileName) has blanks to fill in: \(blanks?.joined(separator: ", ") ?? "") (households, \(households.count))"
                    )
                case "blankCell":
                    Phrase(
                        "申込児童の表の列「\(column ?? "")」が空欄です。書き入れるか、空欄でもよければ {\(column ?? "")?} としてください(\(whose.japanese))",
                        "The column \(column ?? "") of the children's table is blank; fill it in, or write {\(column ?? "")?} if it may be (\(whose.english))"
                    )
                default:
                    Phrase(
                        "列「\(column ?? "")」がきょうだいで異なります。先の児童のものを使いました。確かめてください(\(whose.japanese))",
                        "The column \(column ?? "") differs among siblings; the first child's is used. See which is right (\(whose.english))"
                    )
                }
            return [phrase[language]]
        }
    }

    /// What is not finished in the letters: one remark for each block of the texts and each column.
    public var remarks: [Remark] {
        var remarks: [Remark] = []
        for (flaw, households) in notices.flaws(in: letters) {
            let remark = Remark(flaw, households)
            if remark.block != nil, let index = remarks.firstIndex(where: { $0.block == remark.block }) {
                remarks[index].join(remark)
            } else {
                remarks.append(remark)
            }
        }
        return remarks
    }

    /// Households whose letters would tell of a claim that nobody accepted.
    public struct Unaccepted: Message {
        public let message = "unaccepted"
        public let code: String
        public let households: [String]
        private let phrase: Phrase

        private enum CodingKeys: CodingKey { case message, code, households }

        init(_ claim: ToldClaim, _ households: [String]) {
            code = claim.rawValue
            phrase = claim.phrase
            self.households = households
        }

        public func lines(in language: Language) -> [String] {
            let list = households.joined(separator: ", ")
            return [
                language == .japanese
                    ? "\(code): \(phrase.japanese) \(households.count) 世帯: \(list)"
                    : "\(code): \(phrase.english), \(households.count): \(list)"
            ]
        }
    }

    /// What must still be accepted before the letters are written; empty: nothing.
    public func unaccepted(_ accepted: [ToldClaim]) -> [Unaccepted] {
        let chosen = Set(letters.map(\.household))
        return ToldClaim.allCases.filter { !accepted.contains($0) }.compactMap { claim in
            let households = notices.households(with: claim.kind).filter(chosen.contains).map(\.spelling)
            return households.isEmpty ? nil : Unaccepted(claim, households)
        }
    }

    /// What is said where something must be accepted, with the options that accept it.
    public static func refusal(_ open: [Unaccepted]) -> Phrase {
        let options = open.map { "--accept \($0.code)" }.joined(separator: " ")
        return Phrase(
            "何も書いていません。claims.csv で確かめ、このまま通知するときは次を付けてください: \(options)",
            "nothing was written; look at claims.csv, and if the letters are meant to say so: \(options)")
    }

    /// The letters, 500 households a file, and `notices.csv` for a mail merge.
    ///
    /// - Throws: ``RoundError/unwritable(_:place:)`` where the encoding of `notices.csv` lacks a character.
    public func files() throws(RoundError) -> [OutputFile] {
        var files: [OutputFile] = []
        for start in stride(from: 0, to: letters.count, by: Self.pageSize) {
            let page = notices.page(Array(letters[start..<min(letters.count, start + Self.pageSize)]))
            let number = String(files.count + 1)
            let name = "notices-\(String(repeating: "0", count: max(0, 3 - number.count)))\(number).html"
            files.append(OutputFile(name: name, bytes: Array(page.utf8)))
        }
        let (columns, rows) = notices.table(of: letters)
        do { files.append(try plainTable("notices.csv", columns, rows, encoding: options.encoding)) } catch {
            throw RoundError(error, of: subject)
        }
        return files
    }

    /// What was written.
    public struct Summary: Message {
        public let message = "notices"
        public let out: String
        public let households: Int
        public let files: [String]

        public func lines(in language: Language) -> [String] {
            [
                language == .japanese
                    ? "通知書 \(households) 世帯分を \(files.count - 1) 個のファイルに、差し込み印刷用の notices.csv とともに \(out) に書きました。"
                    : "\(households) notices in \(files.count - 1) file\(files.count == 2 ? "" : "s") and notices.csv; written to \(out)"
            ]
        }
    }

    /// The summary of files that were written to the folder `out`.
    public func summary(of files: [OutputFile], out: String) -> Summary {
        Summary(out: out, households: letters.count, files: files.map(\.name))
    }
}
