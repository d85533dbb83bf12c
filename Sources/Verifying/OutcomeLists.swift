import Admissions

/// The joint outcomes of households, best first, without ineligible ones. The lists of single children are made at once, those
/// of siblings when they are first needed.
///
/// A list longer than ``longest`` is made only as far as the proof's steps refer to it. The other outcomes are the *rest*; they
/// are visited once and not stored.
struct OutcomeLists {
    private let subject: Case
    private let choiceStart: [Int32]
    /// For each household the least number of outcomes that must be made.
    private let needed: [Int32]
    /// For each household the number of outcomes made; -1 if its list was not needed yet.
    private(set) var count: [Int32]
    /// For each household the number of its first outcome among all outcomes made.
    private(set) var first: [Int32]
    private var firstChoice: [Int32]
    /// For each outcome the choice of each member, numbered as in ``SeatOrder``.
    private var choices: [Int32] = []
    /// The number of all outcomes made.
    private(set) var total = 0

    /// The longest list that is always made completely.
    static let longest = 512

    init(_ subject: Case, choiceStart: [Int32], needed: [Int32]) {
        self.subject = subject
        self.choiceStart = choiceStart
        self.needed = needed
        count = [Int32](repeating: -1, count: subject.households.count)
        first = [Int32](repeating: 0, count: subject.households.count)
        firstChoice = first
        for (index, household) in subject.households.enumerated() where household.members.count == 1 {
            // A table of one child's wishes is handled like the list of siblings.
            guard case .single = household.wishes else { continue }
            begin(index)
            let child = household.members[0]
            let start = choiceStart[child]
            for (wish, entry) in subject.children[child].wishes.enumerated() where entry.isEligible {
                choices.append(start + Int32(wish))
            }
            choices.append(choiceStart[child + 1] - 1)
            end(index, choices.count - Int(firstChoice[index]))
        }
    }

    private mutating func begin(_ household: Int) {
        first[household] = Int32(total)
        firstChoice[household] = Int32(choices.count)
    }

    private mutating func end(_ household: Int, _ made: Int) {
        count[household] = Int32(made)
        total += made
    }

    /// Makes the list of a household.
    ///
    /// - Parameter visit: Called with the members' choices in each outcome of the rest.
    mutating func make(_ index: Int, rest visit: ([Int32]) -> Void) {
        guard count[index] < 0 else { return }
        let household = subject.households[index]
        begin(index)
        let most = max(Self.longest, Int(needed[index]) + 1)
        let made = AcceptedOutcomes(of: household, in: subject).eligibleOutcomes(atMost: most) { outcome in
            visit(numbered(outcome, household))
        }
        for outcome in made { choices += numbered(outcome, household) }
        end(index, made.count)
    }

    private func numbered(_ outcome: [Int32], _ household: Household) -> [Int32] {
        zip(household.members, outcome).map { child, wish in
            wish == Allocation.baseline ? choiceStart[child + 1] - 1 : choiceStart[child] + wish
        }
    }

    /// The members' choices in an outcome that was made.
    func choices(_ household: Int, _ outcome: Int) -> ArraySlice<Int32> {
        let size = subject.households[household].members.count
        let start = Int(firstChoice[household]) + outcome * size
        return choices[start..<start + size]
    }
}
