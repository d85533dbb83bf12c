import Admissions
import Verifying

/// The joint outcomes that a household likes better than what it got, each with the seats that were missing.
///
/// They are judged by the last phase that decided one of the household's children.
public struct BetterOutcomes: Sendable {
    /// One outcome, in the order of `Household.members`.
    public struct Outcome: Sendable {
        public let outcome: [Int32]
        /// The missing seats. If it is empty, the household has a justified claim to the outcome.
        public let missing: [MissingSeat]
    }

    /// The number of all better outcomes.
    public let count: Int
    /// The best of the better outcomes, best first, at most as many as were asked for.
    public let first: [Outcome]

    /// For each member and each of its wishes whether the household accepts some combination with that wish; `nil` if it takes
    /// more than `most` combinations to find out.
    ///
    /// - Complexity: O(product of the members' wishes), less if every wish is soon found in an accepted combination.
    public static func acceptedWishes(of household: Int, in subject: Case, most: Int) -> [[Bool]]? {
        HouseholdList(of: household, in: subject).acceptedWishes(most: most)
    }

    /// - Parameters:
    ///   - household: Index into `Case.households`.
    ///   - subject: The case.
    ///   - explanations: The explanations of the result.
    ///   - most: The most outcomes that ``first`` shall have.
    /// - Complexity: O(product of the members' wishes).
    public init(of household: Int, in subject: Case, _ explanations: Explanations, most: Int = 10) {
        let members = subject.households[household].members
        guard let phase = explanations.phases.last(where: { phase in members.contains { phase.decides[$0] } }) else {
            (count, first) = (0, [])
            return
        }
        let list = HouseholdList(of: household, in: subject)
        let own = list.liking(of: members.map { phase.choices[$0] }) ?? [.max - 1]
        var count = 0
        var best: [(liking: [Int], outcome: [Int32])] = []
        list.forEachEligible { outcome, liking in
            guard liking.lexicographicallyPrecedes(own),
                zip(members, outcome).allSatisfy({ phase.takesPart[$0] || phase.choices[$0] == $1 })
            else { return }
            count += 1
            guard best.count < most || liking.lexicographicallyPrecedes(best.last!.liking) else { return }
            let place = best.firstIndex { liking.lexicographicallyPrecedes($0.liking) } ?? best.count
            best.insert((liking, outcome), at: place)
            if best.count > most { best.removeLast() }
        }
        self.count = count
        let builder = ReasonBuilder(subject, explanations, phase)
        first = best.map {
            Outcome(
                outcome: $0.outcome,
                missing: builder.missingSeats(.init(household, in: subject), $0.outcome, explanations.applicants))
        }
    }
}
