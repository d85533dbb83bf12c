import Admissions

/// What in the data would explain a root decision: the rules, with this one thing otherwise in place of the pin, give the
/// manual result in full, as allocating again has shown; a pin is read from the case.
public enum Cause: Hashable, Sendable {
    /// The case pins the child elsewhere, and staff did not follow the pin. Read from the case.
    case pin(child: Int)
    /// More or fewer seats at a limit for everyone: so many instead of those of the case.
    case seats(limit: Int, seats: Int)
    /// The same at a limit of a group: a reserved or support place was given otherwise.
    case reserved(limit: Int, seats: Int)
    /// The child and these others are equal in every key, and the draw was taken otherwise.
    case tie(child: Int, others: [Int])
    /// Another value of the child at the key with this index: the child's own, and what would suffice; the row of the points
    /// table that is worth the difference, where one is.
    case value(child: Int, key: Int, own: KeyValue?, needed: KeyValue, row: Int?)
    /// The household's sibling answer read otherwise.
    case answer(SiblingAnswer)
    /// The household's wishes ranked under another sibling setting.
    case setting(RuleSetting)
    /// Nothing of all this explains it.
    case unknown

    /// In a word.
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
