import Admissions

/// What in the data would explain a root decision: with this one change in place of the root's pin, the rules give the manual
/// result in full, as allocating again has shown; a pin is read from the case.
public enum Cause: Hashable, Sendable {
    /// The case pins the child elsewhere, and staff did not follow the pin. Read from the case.
    case pin(child: Int)
    /// More or fewer seats at a limit for everyone: this number instead of the number in the case.
    case seats(limit: Int, seats: Int)
    /// The same at a limit of a group: a reserved or support place was given differently.
    case reserved(limit: Int, seats: Int)
    /// The child and these others are equal in every key, and the draw was decided differently.
    case tie(child: Int, others: [Int])
    /// Another value of the child at the key with this index, at one wish only where the key's value depends on the wish: the
    /// child's own, and what would suffice; the row of the points table that is worth the difference, where one is.
    case value(child: Int, key: Int, wish: Int?, own: KeyValue?, needed: KeyValue, row: Int?)
    /// The household's sibling answer was read differently.
    case answer(SiblingAnswer)
    /// The household's wishes ranked under another sibling setting.
    case setting(RuleSetting)
    /// None of these explains it.
    case unknown

    /// The cause in a word, as the files say it.
    public enum Kind: String, CaseIterable, Sendable {
        case pin, seats, reserved, tie, value, siblings, unknown
    }

    public var kind: Kind {
        switch self {
        case .pin: .pin
        case .seats: .seats
        case .reserved: .reserved
        case .tie: .tie
        case .value: .value
        case .answer, .setting: .siblings
        case .unknown: .unknown
        }
    }
}

extension Cause {
    /// The change of the case that the cause of a root stands for; `nil` where there is none.
    ///
    /// - Parameters:
    ///   - household: The root's household.
    ///   - subject: The case that is to be changed.
    func change(of household: Int, in subject: Case, _ manual: ManualResult) -> Change? {
        switch self {
        case .pin, .unknown: return nil
        case .seats(let limit, let seats), .reserved(let limit, let seats):
            return .limitSeats([limit], .exactly(seats))
        case .tie(let child, let others):
            return .draw(child: child, beforeOthers: manual.isPreferred(child, to: others, in: subject))
        case .value(let child, let key, let wish, let own, let needed, _):
            guard subject.rules.priority[key].source == .points else {
                return .value(child: child, key: key, wish: wish, needed)
            }
            guard case .number(let from)? = own, case .number(let to) = needed, let amount = to.subtracting(from)
            else { return nil }
            return .points(children: [child], amount)
        case .answer(let answer): return .answer(household: household, answer)
        case .setting(let setting):
            return CauseCandidates.ranked(household, in: subject, under: setting)
                .map { .list(household: household, $0) }
        }
    }
}
