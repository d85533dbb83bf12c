import Admissions
import CaseFiles

/// How the vacancies of a class are computed, where the table gives capacity and enrolment.
public struct VacancyDerivation: Message {
    public let message = "vacancies"
    public let facility: String
    public let ageClass: Int
    public let capacity: Int
    public let margin: Int
    public let enrolled: Int
    public let expected: Int
    public let seats: Int?
    public let derivation: String
    public let agrees: Bool

    /// The derivations for all classes whose capacity and enrolment the case gives, ascending by facility.
    public static func all(of draft: CaseDraft?) -> [VacancyDerivation] {
        (draft?.facilities ?? []).sorted { $0.id < $1.id }.flatMap { facility in
            facility.vacancies.map { vacancy in
                VacancyDerivation(
                    facility: facility.id.spelling, ageClass: vacancy.ageClass, capacity: vacancy.capacity,
                    margin: vacancy.margin, enrolled: vacancy.enrolled, expected: vacancy.expected,
                    seats: vacancy.seats, derivation: vacancy.derivation, agrees: vacancy.agrees)
            }
        }
    }

    public func lines(in language: Language) -> [String] { [language == .japanese ? japanese : text] }

    private var text: String {
        let terms = margin == 0 ? "capacity - enrolled" : "capacity \(margin < 0 ? "-" : "+") margin - enrolled"
        let said = seats.map { "seats \($0)" } ?? "not offered"
        return "\(facility) class \(ageClass): \(terms): \(derivation); \(said)\(agrees ? "" : ", which disagrees")"
    }

    private var japanese: String {
        let terms = margin == 0 ? "定員-在籍" : "定員\(margin < 0 ? "-" : "+")弾力化枠-在籍"
        let said = seats.map { "受入可能数 \($0)" } ?? "募集なし"
        return "\(facility) \(ageClass)歳児: \(terms): \(derivation)、\(said)\(agrees ? "" : "(一致しません)")"
    }
}

/// What is in a case without errors, for `check`.
public struct CheckSummary: Message {
    public let message = "checked"
    public let children: Int
    public let facilities: Int
    public let households: Int
    public let warnings: Int
    public let attributes: [String]
    public let unreadColumns: [String: [String]]
    private let unreadText: String

    private enum CodingKeys: CodingKey {
        case message, children, facilities, households, warnings, attributes, unreadColumns
    }

    public init(_ subject: Case, _ reading: CaseReading) {
        children = subject.children.count
        facilities = subject.facilities.count
        households = subject.householdIDCount
        warnings = reading.warnings.count
        attributes = subject.attributeNames
        unreadColumns = reading.unreadColumnsByFile
        unreadText = reading.unreadColumnsText
    }

    public func lines(in language: Language) -> [String] {
        (language == .japanese ? japanese : text).split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
    }

    private var text: String {
        let kept =
            (attributes.isEmpty ? "" : "\nColumns kept as attributes: \(attributes.joined(separator: ", "))")
            + (unreadText.isEmpty ? "" : "\nColumns that nothing reads: \(unreadText)")
        return "\(children) children of \(households) households, \(facilities) facilities: no errors, "
            + "\(warnings) warning\(warnings == 1 ? "" : "s").\(kept)"
    }

    private var japanese: String {
        let kept =
            (attributes.isEmpty ? "" : "\n属性として残した列: \(attributes.joined(separator: "、"))")
            + (unreadText.isEmpty ? "" : "\nどこにも使われない列: \(unreadText)")
        return "児童 \(children) 人、\(households) 世帯、\(facilities) 施設: エラーなし、注意 \(warnings) 件。\(kept)"
    }
}

/// The columns that nothing reads, by file, as a machine-readable message.
public struct UnreadColumnsMessage: Encodable, Sendable {
    public let message = "unreadColumns"
    public let columns: [String: [String]]

    public init(_ reading: CaseReading) { columns = reading.unreadColumnsByFile }
}
