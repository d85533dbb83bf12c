import Admissions
import CaseFiles
import Explaining
import Tables

/// The vacancies that a round left, as open data: without the numbers that would tell of one or two children.
public struct PublishedVacancies: Sendable {
    /// The table.
    public let file: OutputFile
    private let subject: Case
    private let published: PublicBorders
    private let hidden: Int

    /// - Throws: ``RoundError/unwritable(_:place:)`` where the encoding lacks a character.
    public init(of read: CheckedResult, encoding: TextEncoding) throws(RoundError) {
        let borders = read.explanations.publicBorders
        do { file = try ResultTables(of: read.subject, encoding: encoding).vacancies(borders) } catch {
            throw RoundError(error, of: read.subject)
        }
        subject = read.subject
        published = read.explanations.published
        hidden = borders.count { $0.left == nil }
    }

    private var secretFacilities: [String] { published.secretFacilities.map { subject.facilities[$0].id.spelling } }

    /// Sentences that name the totals that would give hidden numbers away.
    public var warnings: [Phrase] {
        var warnings: [Phrase] = []
        if published.isCitySecret {
            warnings.append(
                Phrase("市全体の内定者数と申込者数の合計は公表しないでください。", "publish no total of children placed or applied for the city."))
        }
        let classes = published.secretClasses.map(String.init)
        for (names, kind) in [
            (secretFacilities, Phrase("次の施設", "facilities")), (classes, Phrase("次のクラス", "classes")),
        ] where !names.isEmpty {
            let list = names.joined(separator: ", ")
            warnings.append(
                Phrase(
                    "\(kind.japanese)の内定者数と申込者数の合計は公表しないでください: \(list)",
                    "publish no total of children placed or applied for the \(kind.english) \(list)."))
        }
        return warnings
    }

    /// What was written.
    public struct Summary: Message {
        public let message = "vacancies"
        public let out: String
        public let facilities, hidden: Int
        /// Facilities and classes whose totals must not be published.
        public let secretFacilityTotals: [String]
        public let secretClassTotals: [Int]
        public let isCityTotalSecret: Bool

        public func lines(in language: Language) -> [String] {
            [
                Phrase(
                    "\(facilities) 施設。公表しない数（*）は \(hidden) 個。\(out) に書きました",
                    "\(counted(facilities, "facility", plural: "facilities")), \(counted(hidden, "number")) hidden; "
                        + "written to \(out)")[language]
            ]
        }
    }

    /// The summary of the table once it is written to `out`.
    public func summary(out: String) -> Summary {
        Summary(
            out: out, facilities: subject.facilities.count, hidden: hidden, secretFacilityTotals: secretFacilities,
            secretClassTotals: published.secretClasses, isCityTotalSecret: published.isCitySecret)
    }
}
