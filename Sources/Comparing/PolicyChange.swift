import Admissions

/// One change of a case that somebody wants to try, as text such as `seats:F012:1:+2` or `objective:placements`.
public enum PolicyChange: Hashable, Sendable, CustomStringConvertible {
    /// More or fewer vacancies of a class, or so many.
    case seats(FacilityID, ageClass: Int, Amount)
    /// Another draw.
    case drawSeed(String)
    /// A household's sibling answer.
    case timing(HouseholdID, Timing)
    case facility(HouseholdID, FacilityAnswer)
    /// A setting of the rules.
    case setting(RuleSetting)

    public enum Amount: Hashable, Sendable {
        case more(Int)
        case exactly(Int)
    }

    /// What can be written.
    public static let forms = [
        "seats:FACILITY:CLASS:+2 (or -1, or =5)", "drawSeed:TEXT", "answer:HOUSEHOLD:timing:any",
        "answer:HOUSEHOLD:facility:sameFirst",
        "SETTING:VALUE with a setting of \(RuleSetting.names.joined(separator: ", "))",
    ]

    public init(_ text: String) throws(InvalidPolicyChange) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        switch parts[0] {
        case "seats":
            guard parts.count == 4, let age = Int(parts[2]), (0...5).contains(age), let amount = Self.amount(parts[3])
            else { throw InvalidPolicyChange("\(text) is not of the form seats:FACILITY:CLASS:+2, -1 or =5.") }
            self = .seats(FacilityID(parts[1]), ageClass: age, amount)
        case "drawSeed":
            let seed = parts.dropFirst().joined(separator: ":")
            if seed.isEmpty { throw InvalidPolicyChange("\(text) names no seed.") }
            self = .drawSeed(seed)
        case "answer":
            if parts.count == 4, parts[2] == "timing", let timing = Timing(rawValue: parts[3]), timing != .lead {
                self = .timing(HouseholdID(parts[1]), timing)
            } else if parts.count == 4, parts[2] == "facility", let facility = FacilityAnswer(rawValue: parts[3]) {
                self = .facility(HouseholdID(parts[1]), facility)
            } else {
                throw InvalidPolicyChange(
                    "\(text) is not of the form answer:HOUSEHOLD:timing:any or answer:HOUSEHOLD:facility:sameFirst.")
            }
        default:
            guard parts.count == 2 else {
                throw InvalidPolicyChange(
                    "\(text) is no change; there are \(Self.forms.joined(separator: "; ")).")
            }
            do { self = .setting(try RuleSetting("\(parts[0])=\(parts[1])")) } catch {
                throw InvalidPolicyChange(error.description)
            }
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

    /// As it is read.
    public var description: String {
        switch self {
        case .seats(let facility, let age, .more(let count)): "seats:\(facility):\(age):\(count < 0 ? "" : "+")\(count)"
        case .seats(let facility, let age, .exactly(let count)): "seats:\(facility):\(age):=\(count)"
        case .drawSeed(let seed): "drawSeed:\(seed)"
        case .timing(let household, let timing): "answer:\(household):timing:\(timing.rawValue)"
        case .facility(let household, let answer): "answer:\(household):facility:\(answer.rawValue)"
        case .setting(let setting): setting.description.replacing("=", with: ":", maxReplacements: 1)
        }
    }

    /// Makes the change.
    ///
    /// - Throws: Where the case has nothing of the name, or the number of seats would be below 0.
    public func apply(to draft: inout CaseDraft) throws(InvalidPolicyChange) {
        switch self {
        case .seats(let id, let age, let amount):
            guard let row = draft.facilities.firstIndex(where: { $0.id == id }) else {
                throw InvalidPolicyChange("\(self): there is no facility \(id).")
            }
            guard let seats = draft.facilities[row].seats[age] else {
                throw InvalidPolicyChange("\(self): \(id) does not offer class \(age).")
            }
            // An over-full class with as many as it has stays over-full.
            if case .exactly(seats) = amount { return }
            // More seats in an over-full class first work off the children who are too many.
            let excess = draft.facilities[row].vacancies.first { $0.ageClass == age && seats == 0 }?.excess ?? 0
            let changed: Int
            switch amount {
            case .more(let count):
                let (sum, overflow) = (seats - excess).addingReportingOverflow(count)
                if overflow { throw InvalidPolicyChange("\(self): so many seats cannot be counted.") }
                changed = sum
            case .exactly(let count): changed = count
            }
            if case .more(let count) = amount, count > 0, changed < 0 {
                draft.facilities[row].capacity[age]! += count
                return
            }
            if changed < 0 { throw InvalidPolicyChange("\(self): class \(age) of \(id) has \(seats) seats.") }
            draft.facilities[row].seats[age] = changed
            // What the vacancies of the class were worked out from does not hold any more.
            if draft.facilities[row].capacity.indices.contains(age) { draft.facilities[row].capacity[age] = nil }
            if draft.facilities[row].enrolled.indices.contains(age) { draft.facilities[row].enrolled[age] = nil }
        case .drawSeed(let seed):
            if draft.children.contains(where: { $0.draw != nil }) {
                throw InvalidPolicyChange("\(self): the numbers of the draw stand in children.csv.")
            }
            draft.rules.drawSeed = seed
        case .timing(let id, let timing):
            let row = try household(id, in: &draft)
            draft.households[row].timing = timing
            draft.households[row].leadChild = nil
        case .facility(let id, let answer): draft.households[try household(id, in: &draft)].facility = answer
        case .setting(let setting):
            do { try setting.apply(to: &draft.rules) } catch {
                throw InvalidPolicyChange("\(self): \(error.description)")
            }
        }
    }

    /// The row of a household with siblings.
    private func household(_ id: HouseholdID, in draft: inout CaseDraft) throws(InvalidPolicyChange) -> Int {
        guard draft.children.count(where: { $0.household == id }) > 1 else {
            throw InvalidPolicyChange("\(self): there is no household \(id) with several children.")
        }
        if draft.jointWishes.contains(where: { $0.household == id }) {
            throw InvalidPolicyChange("\(self): \(id) has a table of joint wishes, which replaces every answer.")
        }
        if let row = draft.households.firstIndex(where: { $0.household == id }) { return row }
        draft.households.append(HouseholdRow(household: id))
        return draft.households.count - 1
    }
}

/// Why a change cannot be read or made.
public struct InvalidPolicyChange: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}
