import Admissions

/// Judges an allocation from the definition alone.
///
/// It shares nothing with the solver: its own comparator, its own enumeration of what siblings accept, its own counting of
/// seats. It is plain rather than clever, and untrusting: choices may be anything.
///
/// Source: Rules.md 1 to 4.
public struct Verifier: Sendable {
    private let subject: Case
    private let threads: Int
    /// That of the case.
    public let comparator: Comparator
    private let coverage: Coverage
    /// The lists of so many may be long enough for a thread of their own.
    private static let fewHouseholds = 32

    /// - Parameters:
    ///   - subject: The case to judge allocations of.
    ///   - threads: How many may judge at the same time; the judgement is the same with any number.
    public init(_ subject: Case, threads: Int = 1) {
        self.subject = subject
        self.threads = threads
        comparator = Comparator(of: subject)
        coverage = Coverage(of: subject)
    }

    /// Checks the allocation, and finds every justified claim.
    ///
    /// - Complexity: O(n log n) in children and wishes, and for each household of siblings the product of its members'
    ///   list lengths, a combination at a time.
    public func verify(_ allocation: Allocation) -> Verification {
        var faults = formFaults(allocation)
        guard faults.isEmpty else { return .refused(faults) }
        if !subject.isPlain {
            return PhasedVerification(allocation, of: subject, comparator: comparator).verify()
        }
        let occupation = Occupation(
            allocation, of: subject, comparator: comparator, coverage: coverage, threads: threads)
        for (index, limit) in subject.limits.enumerated() where occupation.isExceeded(index) {
            faults.append(
                .limitExceeded(
                    facility: subject.facilities[limit.facility].id, ages: limit.ages, group: limit.group,
                    used: occupation.used(index), seats: occupation.seats[index]))
        }
        let parts = inRanges(
            of: subject.households.count, threads: threads, smallest: Self.fewHouseholds
        ) { households in
            var finder = ClaimFinder(subject, allocation, occupation, comparator, coverage)
            return households.map { finder.judge($0) }
        }
        let judged = Array(parts.joined())
        for (household, judgement) in judged.enumerated() where judgement.rank == nil {
            faults.append(.notAccepted(household: subject.households[household].id))
        }
        guard faults.isEmpty else { return .refused(faults) }
        let ranks = judged.map { $0.rank! }
        let placements = elements(subject.children.count, threads: threads, state: ()) { _, child in
            placement(of: child, allocation, jointRank: ranks[subject.children[child].household])
        }.elements
        return Verification(
            faults: [], placements: placements, claims: judged.compactMap(\.claim), jointRanks: ranks,
            usedSeats: subject.limits.indices.map(occupation.used), seats: occupation.seats,
            heldCount: placements.count { $0.outcome == .held },
            rankTotal: placements.reduce(0) {
                $0 + ($1.wishRank ?? subject.children[$1.child].wishes.count + 1)
            })
    }

    // MARK: Form and eligibility

    private func formFaults(_ allocation: Allocation) -> [Fault] {
        guard allocation.choices.count == subject.children.count else {
            return [.wrongCount(choices: allocation.choices.count, children: subject.children.count)]
        }
        let facilities = subject.facilities.map { MinimumAge(of: $0, on: subject.month.firstDay) }
        let offers = Offers(of: subject)
        let parts = inRanges(of: subject.children.count, threads: threads) { children in
            var faults: [Fault] = []
            for child in children { addFaults(of: child, allocation.choices[child], offers, facilities, to: &faults) }
            return faults
        }
        return Array(parts.joined())
    }

    private func addFaults(
        of index: Int, _ choice: Int32, _ offers: Offers, _ minimumAges: [MinimumAge], to faults: inout [Fault]
    ) {
        let wishes = subject.children[index].wishes
        func ineligibility(at facility: Int) -> Ineligibility? {
            if !offers.includes(index, at: facility) { return .notOffered }
            guard let birth = subject.children[index].birthDate else { return nil }
            return minimumAges[facility].isReached(by: birth) ? nil : .tooYoung
        }
        for wish in wishes where ineligibility(at: wish.facility) != wish.ineligibility {
            faults.append(
                .eligibilityDisagrees(
                    child: subject.children[index].id, facility: subject.facilities[wish.facility].id))
        }
        // A pin overrides wishes and eligibility.
        if choice == Allocation.baseline || subject.pin(of: index)?.choice == choice { return }
        guard wishes.indices.contains(Int(choice)) else {
            faults.append(.noSuchWish(child: subject.children[index].id, choice: choice))
            return
        }
        let facility = wishes[Int(choice)].facility
        if let reason = ineligibility(at: facility) {
            faults.append(
                .ineligible(child: subject.children[index].id, facility: subject.facilities[facility].id, reason))
        }
    }

    // MARK: Rows

    private func placement(of child: Int, _ allocation: Allocation, jointRank: Int) -> Placement {
        let choice = allocation.choices[child]
        guard choice != Allocation.baseline else {
            let facility = subject.children[child].currentFacility
            return Placement(
                child: child, outcome: facility == nil ? .held : .stays, facility: facility, wishRank: nil,
                jointRank: jointRank, points: subject.children[child].points, isConditional: false)
        }
        return Placement(
            child: child, outcome: .placed, facility: subject.children[child].wishes[Int(choice)].facility,
            wishRank: Int(choice) + 1, jointRank: jointRank, points: comparator.points(of: child, at: Int(choice)),
            isConditional: subject.children[child].isUnborn)
    }
}
