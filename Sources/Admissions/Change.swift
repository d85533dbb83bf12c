/// One thing in a case that could be different: something to which somebody could agree, that somebody may have read
/// differently, or that somebody wants to try.
///
/// A change can be made to a draft, which is then resolved again (``apply(to:)``). It can be made to a resolved case
/// (``applied(to:)``) if that gives exactly the case of the changed draft, or if the change exists only there:
///
/// | change | draft | case | written |
/// |---|---|---|---|
/// | ``seats(_:ageClass:_:)``, ``drawSeed(_:)`` | yes | | yes |
/// | ``timing(_:_:)`` | yes | only `any` | yes |
/// | ``facility(_:_:)`` | yes | yes | yes |
/// | ``attribute(_:column:_:)`` | yes | | yes |
/// | ``setting(_:)`` | yes | how siblings' wishes are ranked | yes |
/// | all others | | yes | |
///
/// Changes that can be written identify facilities and households by their ids. The others identify children, households,
/// limits and keys by their index in the case.
public enum Change: Hashable, Sendable, CustomStringConvertible {
    /// More or fewer vacancies of a class, or an exact number; pooled and total limits stay as they are.
    case seats(FacilityID, ageClass: Int, Amount)
    /// A different seed of the draw.
    case drawSeed(String)
    /// A different answer of the household to the question of timing.
    case timing(HouseholdID, Timing)
    /// A different answer of the household to the question of the facility.
    case facility(HouseholdID, FacilityAnswer)
    /// A setting of the rules.
    case setting(RuleSetting)
    /// Another text of a child in a further column of the children's table, or other given points (`points`). What follows
    /// from it, such as the points that a table computes, is computed again.
    case attribute(ChildID, column: String, String)

    /// One more seat for a class at a facility that a child of the class can use.
    ///
    /// Every limit there that covers the class regardless of the child's group gets one more seat: the limit of the class, and
    /// pooled and total limits, because otherwise the seat could not be used.
    case usableSeat(FacilityID, ageClass: Int)
    /// More or fewer seats at each of these limits, or an exact number.
    case limitSeats([Int], Amount)
    /// A different sibling answer, in place of the household's answer or table.
    case answer(household: Int, SiblingAnswer)
    /// The outcomes that the household ranks, best first, in place of its answer: for each outcome the members' wishes, or
    /// ``Allocation/baseline``, without the outcome of all baselines.
    case list(household: Int, [[Int32]])
    /// The draw puts the child before, or behind, all children who are equal to it in every key.
    case draw(child: Int, beforeOthers: Bool)
    /// A different value of the child at a priority key; the key is not `points`. At one wish only, an index into
    /// ``Child/wishes``, where the key's value depends on the wish; `nil`: wherever it counts.
    case value(child: Int, key: Int, wish: Int?, KeyValue)
    /// More or fewer points of these children, at every wish.
    case points(children: [Int], ExactNumber)

    /// A number of seats, as a difference or in full.
    public enum Amount: Hashable, Sendable {
        case more(Int)
        case exactly(Int)

        /// The number of seats that `seats` becomes; `nil` if it is too large.
        func seats(from seats: Int) -> Int? {
            switch self {
            case .more(let count):
                let (sum, overflow) = seats.addingReportingOverflow(count)
                return overflow ? nil : sum
            case .exactly(let count): return count
            }
        }
    }

    /// The forms of the changes that can be written, as in `seats:F012:1:+2` or `objective:placements`.
    public static let forms = [
        "seats:FACILITY:CLASS:+2 (or -1, or =5)", "drawSeed:TEXT", "answer:HOUSEHOLD:timing:any",
        "answer:HOUSEHOLD:facility:sameFirst", "child:CHILD:COLUMN:VALUE",
        "SETTING:VALUE with a setting of \(RuleSetting.names.joined(separator: ", "))",
    ]

    /// ``forms`` with Japanese names for what differs.
    public static let japaneseForms = [
        "seats:施設番号:クラス:+2（または -1、=5）", "drawSeed:文字列", "answer:世帯番号:timing:any",
        "answer:世帯番号:facility:sameFirst", "child:児童番号:列:値", "設定名:値（設定名は \(RuleSetting.names.joined(separator: "、"))）",
    ]

    /// Reads one of the ``forms``.
    public init(_ text: String) throws(InvalidChange) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        switch parts[0] {
        case "seats":
            guard parts.count == 4, let age = Int(parts[2]), (0...5).contains(age), let amount = Self.amount(parts[3])
            else {
                throw InvalidChange(
                    "\(text) は seats:施設番号:クラス:+2（または -1、=5）の形ではありません。",
                    "\(text) is not of the form seats:FACILITY:CLASS:+2, -1 or =5.")
            }
            self = .seats(FacilityID(spelled: parts[1]), ageClass: age, amount)
        case "drawSeed":
            let seed = parts.dropFirst().joined(separator: ":")
            if seed.isEmpty { throw InvalidChange("\(text) に抽選の種がありません。", "\(text) names no seed.") }
            self = .drawSeed(seed)
        case "answer":
            if parts.count == 4, parts[2] == "timing", let timing = Timing(rawValue: parts[3]), timing != .lead {
                self = .timing(HouseholdID(spelled: parts[1]), timing)
            } else if parts.count == 4, parts[2] == "facility", let facility = FacilityAnswer(rawValue: parts[3]) {
                self = .facility(HouseholdID(spelled: parts[1]), facility)
            } else {
                throw InvalidChange(
                    "\(text) は answer:世帯番号:timing:any または answer:世帯番号:facility:sameFirst の形ではありません。",
                    "\(text) is not of the form answer:HOUSEHOLD:timing:any or answer:HOUSEHOLD:facility:sameFirst.")
            }
        case "child":
            guard parts.count >= 4, !parts[1].isEmpty, !parts[2].isEmpty else {
                throw InvalidChange(
                    "\(text) は child:児童番号:列:値 の形ではありません。", "\(text) is not of the form child:CHILD:COLUMN:VALUE.")
            }
            self = .attribute(ChildID(spelled: parts[1]), column: parts[2], parts.dropFirst(3).joined(separator: ":"))
        default:
            guard parts.count == 2 else {
                throw InvalidChange(
                    "\(text) は変更の書き方ではありません。書き方: \(Self.japaneseForms.joined(separator: "、"))",
                    "\(text) is no change; there are \(Self.forms.joined(separator: "; ")).")
            }
            self = .setting(try RuleSetting("\(parts[0])=\(parts[1])"))
        }
    }

    private static func amount(_ text: String) -> Amount? {
        guard let number = Int(text.dropFirst()), number >= 0 else { return nil }
        switch text.first {
        case "+": return .more(number)
        case "-": return .more(-number)
        case "=": return .exactly(number)
        default: return nil
        }
    }

    /// For a change that can be written the text from which it can be read; else the change with the indices of the case.
    public var description: String {
        switch self {
        case .seats(let facility, let age, let amount): "seats:\(facility):\(age):\(amount)"
        case .drawSeed(let seed): "drawSeed:\(seed)"
        case .timing(let household, let timing): "answer:\(household):timing:\(timing.rawValue)"
        case .facility(let household, let answer): "answer:\(household):facility:\(answer.rawValue)"
        case .setting(let setting): setting.description.replacing("=", with: ":", maxReplacements: 1)
        case .attribute(let child, let column, let text): "child:\(child):\(column):\(text)"
        case .usableSeat(let facility, let age): "usableSeat:\(facility):\(age):+1"
        case .limitSeats(let limits, let amount):
            "limits \(limits.map(String.init).joined(separator: ", ")): \(amount)"
        case .answer(let household, let answer):
            "household \(household): \(answer.timing.rawValue), \(answer.facility.rawValue)"
        case .list(let household, let outcomes): "household \(household): a list of \(outcomes.count) outcomes"
        case .draw(let child, let beforeOthers):
            "child \(child): drawn \(beforeOthers ? "before" : "behind") its equals"
        case .value(let child, let key, let wish, let value):
            "child \(child): key \(key)\(wish.map { " at wish \($0)" } ?? "") = \(value)"
        case .points(let children, let points):
            "children \(children.map(String.init).joined(separator: ", ")): points + \(points)"
        }
    }
}

extension Change.Amount: CustomStringConvertible {
    /// The amount in the form in which it is read: `+2`, `-1` or `=5`.
    public var description: String {
        switch self {
        case .more(let count): "\(count < 0 ? "" : "+")\(count)"
        case .exactly(let count): "=\(count)"
        }
    }
}

/// Why a change cannot be read or made.
public struct InvalidChange: PhrasedError, Hashable {
    public let phrase: Phrase

    init(_ japanese: String, _ english: String) { phrase = Phrase(japanese, english) }
}
