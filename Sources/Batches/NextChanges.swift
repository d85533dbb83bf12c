import Admissions
import CaseFiles
import Rounds

/// Something that the next case says of a child and this one does not, or says otherwise.
public struct ChildChange: Hashable, Sendable {
    public let child: ChildID
    public let household: HouseholdID
    public let kind: Kind
    /// As it was and as it is, in the words of the tables; blank where there is nothing to say.
    public let before: String
    public let after: String
    /// Why; blank where the kind says it.
    public let why: Phrase

    /// What changes.
    public enum Kind: String, CaseIterable, Sendable {
        /// The child leaves the applicants: it is placed, from the facility before to the one after, or declined or withdrew.
        case placed, declined, withdrawn
        /// The child comes from the table of new children.
        case new
        case ageClass, waitingMonths, siblingFacilities, siblingAnswer, wishes
        /// The child is due before the next month begins and has no day of birth yet.
        case dueDatePassed
        /// The child cannot be placed any more unless the household changes its wishes or its answer.
        case neverPlaced
    }

    init(
        _ child: ChildID, _ household: HouseholdID, _ kind: Kind, _ before: String = "", _ after: String = "",
        why: Phrase = Phrase("", "")
    ) {
        (self.child, self.household, self.kind) = (child, household, kind)
        (self.before, self.after, self.why) = (before, after, why)
    }
}

extension ChildChange.Kind {
    /// What people call it.
    public var phrase: Phrase {
        switch self {
        case .placed: Phrase("内定（申込者から外れます）", "placed, leaves the applicants")
        case .declined: Phrase("内定辞退（申込者から外れます）", "declined, leaves the applicants")
        case .withdrawn: Phrase("申込取下げ（申込者から外れます）", "withdrew, leaves the applicants")
        case .new: Phrase("新しい申込み", "new")
        case .ageClass: Phrase("クラス年齢", "class age")
        case .waitingMonths: Phrase("待機月数", "months waiting")
        case .siblingFacilities: Phrase("きょうだいの在籍施設", "facilities of siblings")
        case .siblingAnswer: Phrase("きょうだいの条件", "sibling answer")
        case .wishes: Phrase("希望", "wishes")
        case .dueDatePassed: Phrase("出産予定日の経過（生年月日を書いてください）", "due date passed: write the day of birth")
        case .neverPlaced: Phrase("入所の見込みなし（世帯に確認してください）", "can never be placed: ask the household")
        }
    }
}

/// Finds what the next case changes for each child.
struct ChangeSearch {
    private let old: CaseDraft
    private let next: CaseDraft
    private let carried: CarriedOver
    private let subject: Case

    init(_ old: CaseDraft, _ next: CaseDraft, _ carried: CarriedOver, _ subject: Case) {
        (self.old, self.next, self.carried, self.subject) = (old, next, carried, subject)
    }

    /// Every change, child by child in the order of ids, then those of new children.
    func changes() -> [ChildChange] {
        let rows = Dictionary(old.children.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let kept = next.children.prefix(carried.firstNewRow)
        let after = Dictionary(kept.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let answers = (before: answers(of: old), after: answers(of: next))
        let hopeless = self.hopeless()
        let new = next.children.suffix(from: carried.firstNewRow)
        var changes: [ChildChange] = []
        for child in carried.children where child.fate != .new {
            guard let row = rows[child.id] else { continue }
            guard let now = after[child.id] else {
                changes.append(left(child, row))
                continue
            }
            changes += inPlay(child, row, now)
            let (was, says) = (answers.before[row.household] ?? "", answers.after[row.household] ?? "")
            if was != says, next.children.contains(where: { $0.household == row.household && $0.id != row.id }) {
                changes.append(ChildChange(row.id, row.household, .siblingAnswer, was, says))
            }
            if hopeless.contains(row.id) { changes.append(ChildChange(row.id, row.household, .neverPlaced)) }
        }
        for row in new {
            changes.append(ChildChange(row.id, row.household, .new))
            if hopeless.contains(row.id) { changes.append(ChildChange(row.id, row.household, .neverPlaced)) }
        }
        return changes
    }

    private func left(_ child: CarriedChild, _ row: ChildRow) -> ChildChange {
        let (former, facility) = (child.former?.spelling ?? "", child.facility?.spelling ?? "")
        return switch child.fate {
        case .declined: ChildChange(row.id, row.household, .declined, facility)
        case .withdrawn: ChildChange(row.id, row.household, .withdrawn, former)
        default: ChildChange(row.id, row.household, .placed, former, facility)
        }
    }

    private func inPlay(_ child: CarriedChild, _ row: ChildRow, _ now: ChildRow) -> [ChildChange] {
        var changes: [ChildChange] = []
        func note(_ kind: ChildChange.Kind, _ before: String, _ after: String, why: Phrase = Phrase("", "")) {
            if before != after { changes.append(ChildChange(row.id, row.household, kind, before, after, why: why)) }
        }
        if let age = row.ageClass { note(.ageClass, String(age), now.ageClass.map(String.init) ?? "") }
        note(.waitingMonths, waiting(row, old), waiting(now, next))
        func list(_ ids: [FacilityID]) -> String { ids.map(\.spelling).joined(separator: ";") }
        note(.siblingFacilities, list(row.siblingFacilities), list(now.siblingFacilities))
        let why: Phrase =
            switch child.reasonTaken {
            case .siblingPlaced:
                Phrase("きょうだいが内定し、世帯は同じ施設だけを希望しています", "a sibling is placed, and the household wants one facility only")
            case .jointWishes:
                Phrase("ほかの子の結果に合う組み合わせだけが残りました", "only joint wishes that agree with what the others got are left")
            case nil: Phrase("", "")
            }
        if child.reasonTaken != nil {
            note(.wishes, list(row.wishes.compactMap { $0 }), list(now.wishes.compactMap { $0 }), why: why)
        }
        if now.birthDate == nil, let due = now.dueDate, due < next.month.firstDay {
            changes.append(ChildChange(row.id, row.household, .dueDatePassed, due.description))
        }
        return changes
    }

    private func waiting(_ row: ChildRow, _ draft: CaseDraft) -> String {
        draft.attributeNames.firstIndex(of: CaseDraft.waitingMonths).map { row.attributes[$0] } ?? ""
    }

    private func answers(of draft: CaseDraft) -> [HouseholdID: String] {
        Dictionary(
            draft.households.map { row in
                let words = [
                    row.timing?.rawValue, row.facility?.rawValue, row.leadChild.map { "lead \($0.spelling)" },
                    row.preferredChild.map { "prefer \($0.spelling)" },
                ]
                return (row.household, words.compactMap { $0 }.joined(separator: " "))
            }, uniquingKeysWith: { first, _ in first })
    }

    /// Children who can never be placed: their household has no outcome left, or they have lost every wish.
    private func hopeless() -> Set<ChildID> {
        let lost = Set(carried.children.filter { $0.reasonTaken != nil }.map(\.id))
        let households = Set(subject.householdsWithoutOutcome())
        return Set(
            subject.children.filter { households.contains($0.household) || $0.wishes.isEmpty && lost.contains($0.id) }
                .map(\.id))
    }
}

extension NextRound {
    /// The name of the table of ``changes`` in the folder of the next case.
    public static let changesFile = "changes.csv"

    /// The table of changes, in the form of the children's table: in Japanese where that has headers of the city's own.
    static func changesTable(_ changes: [ChildChange], like month: MonthReading) throws(Problem) -> OutputFile {
        let language = month.hasOwnHeaders ? Language.japanese : .english
        let columns = [
            Phrase("変わること", "change"), Phrase("前", "before"), Phrase("後", "after"), Phrase("理由", "why"),
        ]
        return try month.table(
            named: changesFile, ["child_id", "household_id"] + columns.map { $0[language] },
            changes.map { change in
                let kind = language == .japanese ? change.kind.phrase.japanese : change.kind.rawValue
                return [
                    change.child.spelling, change.household.spelling, kind, change.before, change.after,
                    change.why[language],
                ]
            })
    }
}

/// How many changes there are of each kind, and where they are listed by child.
public struct NextChangesMessage: Message {
    public let message = "changes"
    public let file: String
    public let changes: [String: Int]

    private enum CodingKeys: CodingKey { case message, file, changes }

    init(_ all: [ChildChange], in file: String) {
        self.file = file
        changes = Dictionary(grouping: all, by: \.kind.rawValue).mapValues(\.count)
    }

    public func lines(in language: Language) -> [String] {
        let counts = ChildChange.Kind.allCases.compactMap { kind in
            changes[kind.rawValue].map { count in
                Phrase("\(kind.phrase.japanese) \(count)", "\(kind.phrase.english) \(count)")[language]
            }
        }
        if counts.isEmpty { return [] }
        let (separator, colon) = language == .japanese ? ("、", "：") : ("; ", ": ")
        return [
            Phrase("  児童ごとの変更は \(file)", "  what changes, child by child, is in \(file)")[language] + colon
                + counts.joined(separator: separator)
        ]
    }
}
