/// One setting of a round's rules with a value, such as `siblings.aggregate=product`. A city may not have decided it yet, or may
/// want to try another value.
public enum RuleSetting: Hashable, Sendable, CustomStringConvertible {
    case timing(Timing)
    case facility(FacilityAnswer)
    case aggregate(Aggregate)
    case countFirst(Bool)
    case keptSeat(KeptSeat)
    case householdPriority(HouseholdPriority)
    case objective(Objective)
    /// All priority keys by name, in a new order. Each keeps its direction and its treatment of blanks.
    case priority([String])

    /// Reads `name=value`, with the name of the setting in case.yaml.
    public init(_ text: String) throws(InvalidChange) {
        guard let equals = text.firstIndex(of: "=") else {
            throw InvalidChange("\(text) は「設定名=値」の形ではありません。", "\(text) is not of the form name=value.")
        }
        let (name, value) = (String(text[..<equals]), String(text[text.index(after: equals)...]))
        switch name {
        case "siblings.timing": self = .timing(try Self.choice(value, name))
        case "siblings.facility": self = .facility(try Self.choice(value, name))
        case "siblings.aggregate": self = .aggregate(try Self.choice(value, name))
        case "siblings.countFirst":
            guard let isFirst = Bool(value) else {
                throw InvalidChange("\(name) は true か false にしてください。", "\(name) must be true or false.")
            }
            self = .countFirst(isFirst)
        case "siblings.keptSeat": self = .keptSeat(try Self.choice(value, name))
        case "householdPriority": self = .householdPriority(try Self.choice(value, name))
        case "objective": self = .objective(try Self.choice(value, name))
        case "priority":
            self = .priority(value.split(separator: ",").map { $0.split(separator: " ").joined(separator: " ") })
        default:
            let names = Self.names.joined(separator: ", ")
            throw InvalidChange(
                "\(name) という設定はここでは使えません。使える設定: \(names)", "There is no setting \(name) here; there are \(names).")
        }
    }

    /// The names of the settings, as in case.yaml.
    public static let names = [
        "siblings.timing", "siblings.facility", "siblings.aggregate", "siblings.countFirst", "siblings.keptSeat",
        "householdPriority", "objective", "priority",
    ]

    private static func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ value: String, _ name: String
    ) throws(InvalidChange) -> Choice {
        guard let choice = Choice(rawValue: value) else {
            let choices = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw InvalidChange("\(name) は次のどれかにしてください: \(choices)", "\(name) must be one of \(choices).")
        }
        return choice
    }

    /// The name, as in case.yaml.
    public var name: String { String(description.prefix { $0 != "=" }) }

    /// The text `name=value` from which the setting can be read.
    public var description: String {
        switch self {
        case .timing(let value): "siblings.timing=\(value.rawValue)"
        case .facility(let value): "siblings.facility=\(value.rawValue)"
        case .aggregate(let value): "siblings.aggregate=\(value.rawValue)"
        case .countFirst(let value): "siblings.countFirst=\(value)"
        case .keptSeat(let value): "siblings.keptSeat=\(value.rawValue)"
        case .householdPriority(let value): "householdPriority=\(value.rawValue)"
        case .objective(let value): "objective=\(value.rawValue)"
        case .priority(let keys): "priority=\(keys.joined(separator: ","))"
        }
    }

    /// Changes the rules to the setting.
    public func apply(to rules: inout Rules) throws(InvalidChange) {
        switch self {
        case .timing(let value): rules.siblings.timing = value
        case .facility(let value): rules.siblings.facility = value
        case .aggregate(let value): rules.siblings.aggregate = value
        case .countFirst(let value): rules.siblings.countFirst = value
        case .keptSeat(let value): rules.siblings.keptSeat = value
        case .householdPriority(let value): rules.householdPriority = value
        case .objective(let value): rules.objective = value
        case .priority(let names):
            guard names.sorted() == rules.priority.map(\.name).sorted() else {
                let keys = rules.priority.map(\.name).joined(separator: ",")
                throw InvalidChange(
                    "priority には、この利用調整の優先順位の基準を一度ずつ書いてください: \(keys)",
                    "priority must name each key of the round once: \(keys).")
            }
            rules.priority = names.map { name in rules.priority.first { $0.name == name }! }
        }
    }
}
