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
    private let subject: Case
    private let encoding: TextEncoding

    /// The most households in one file.
    private static let pageSize = 500

    /// The notices of a result, with `notices.csv` in the encoding.
    ///
    /// `template` is the path of the city's own Mustache template for the letters; `nil`: the default one.
    ///
    /// - Throws: ``RoundError/invalidInput(sentence:problems:)`` where the template cannot be used.
    public init(of read: CheckedResult, template: String?, encoding: TextEncoding) throws(RoundError) {
        let name = template ?? "template"
        do {
            let text = try template.map { try plainText(of: URL(fileURLWithPath: $0)) }
            notices = try Notices(
                of: read.subject, read.explanations, placements: read.verified.placements, claims: read.claims,
                template: text ?? Notices.defaultTemplate)
        } catch let error as Notices.InvalidTemplate {
            throw .invalidInput(sentence: Phrase("\(name) の書式に誤りがあります: \(error)", "\(name): \(error)"))
        } catch let problem as Problem {
            throw .invalidInput(
                sentence: Phrase("\(name) を UTF-8 の文章として読めません。", "\(name) cannot be read as UTF-8 text."),
                problems: [problem])
        } catch { throw .defect("\(error)") }
        subject = read.subject
        self.encoding = encoding
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
        ToldClaim.allCases.filter { !accepted.contains($0) }.compactMap { claim in
            let households = notices.households(with: claim.kind).map(\.spelling)
            return households.isEmpty ? nil : Unaccepted(claim, households)
        }
    }

    /// The letters, 500 households a file, and `notices.csv` for a mail merge.
    ///
    /// - Throws: ``RoundError/unwritable(_:place:)`` where the encoding of `notices.csv` lacks a character.
    public func files() throws(RoundError) -> [OutputFile] {
        let letters = notices.letters
        var files: [OutputFile] = []
        for start in stride(from: 0, to: letters.count, by: Self.pageSize) {
            let page = notices.page(Array(letters[start..<min(letters.count, start + Self.pageSize)]))
            let number = String(files.count + 1)
            let name = "notices-\(String(repeating: "0", count: max(0, 3 - number.count)))\(number).html"
            files.append(OutputFile(name: name, bytes: Array(page.utf8)))
        }
        let (columns, rows) = notices.table()
        do { files.append(try plainTable("notices.csv", columns, rows, encoding: encoding)) } catch {
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
        Summary(out: out, households: notices.letters.count, files: files.map(\.name))
    }
}
