import Admissions

/// A child that the manual result puts elsewhere than the rules.
public struct Difference: Hashable, Sendable {
    /// Index into `Case.children`.
    public let child: Int
    public let kind: Kind
    /// Where the child ends up; `nil`: held.
    public let manual: Int?
    public let computed: Int?

    /// What differs.
    public enum Kind: String, CaseIterable, Sendable {
        /// Both place the child, at different facilities.
        case otherFacility = "other_facility"
        /// Staff placed the child, the rules hold it.
        case placedAgainstHeld = "placed_against_held"
        /// Staff held the child, the rules place it.
        case heldAgainstPlaced = "held_against_placed"
        /// As ``otherFacility``, and other siblings are together.
        case siblingsSplit = "siblings_split"
        /// A transfer applicant moves in one result and stays in the other.
        case stayAgainstMove = "stay_against_move"
    }
}

/// How far two results agree about some children.
public struct Agreement: Hashable, Sendable {
    public let group: Group
    public let basis: Basis
    public let agreed: Int
    public let count: Int

    /// The children or households that are counted.
    public enum Group: Hashable, Sendable {
        case children
        /// Households agree where all their children do.
        case households
        /// Children whom one of the results puts at the facility.
        case facility(Int)
        case ageClass(Int)
    }

    /// What must be the same for two results to agree.
    public enum Basis: String, CaseIterable, Sendable {
        /// Where the child ends up.
        case outcome
        /// Whether the child is placed, stays or is held, at whichever facility.
        case placed
    }
}

/// A manual result beside the computed one, child by child.
public struct Comparison: Sendable {
    public let subject: Case
    public let manual: ManualResult
    public let computed: ManualResult

    public init(_ manual: ManualResult, with computed: ManualResult, of subject: Case) {
        self.manual = manual
        self.computed = computed
        self.subject = subject
    }

    /// Ascending by child.
    public func differences() -> [Difference] {
        subject.children.indices.compactMap { child in
            let (own, other) = (manual.places[child], computed.places[child])
            if own == other { return nil }
            let kind: Difference.Kind
            switch (manual.outcome(of: child, in: subject), computed.outcome(of: child, in: subject)) {
            case (.stays, _), (_, .stays): kind = .stayAgainstMove
            case (.placed, .held): kind = .placedAgainstHeld
            case (.held, _): kind = .heldAgainstPlaced
            case (.placed, .placed): kind = isSplitOtherwise(child) ? .siblingsSplit : .otherFacility
            }
            return Difference(child: child, kind: kind, manual: own, computed: other)
        }
    }

    /// Whether the child is with other siblings in one result than in the other.
    private func isSplitOtherwise(_ child: Int) -> Bool {
        subject.households[subject.children[child].household].members.contains { sibling in
            sibling != child
                && (manual.places[sibling] == manual.places[child])
                    != (computed.places[sibling] == computed.places[child])
        }
    }

    /// First of all children and households, then by facility, then by class; each for both bases.
    ///
    /// - Complexity: O(children + facilities).
    public func agreements() -> [Agreement] {
        Agreement.Basis.allCases.flatMap { basis -> [Agreement] in
            let agrees = subject.children.indices.map { child in
                basis == .outcome
                    ? manual.places[child] == computed.places[child]
                    : manual.outcome(of: child, in: subject) == computed.outcome(of: child, in: subject)
            }
            var facilities = [(agreed: Int, count: Int)](repeating: (0, 0), count: subject.facilities.count)
            var classes = [(agreed: Int, count: Int)](repeating: (0, 0), count: 6)
            for (child, agree) in agrees.enumerated() {
                let ageClass = subject.children[child].ageClass
                classes[ageClass].count += 1
                classes[ageClass].agreed += agree ? 1 : 0
                for facility in Set([manual.places[child], computed.places[child]]).compactMap({ $0 }) {
                    facilities[facility].count += 1
                    facilities[facility].agreed += agree ? 1 : 0
                }
            }
            // Siblings who are judged apart are one household.
            let all = Set(subject.children.indices.map { subject.children[$0].householdID })
            let differing = Set(agrees.indices.filter { !agrees[$0] }.map { subject.children[$0].householdID })
            return [
                Agreement(group: .children, basis: basis, agreed: agrees.count { $0 }, count: agrees.count),
                Agreement(group: .households, basis: basis, agreed: all.count - differing.count, count: all.count),
            ]
                + facilities.enumerated().map {
                    Agreement(group: .facility($0), basis: basis, agreed: $1.agreed, count: $1.count)
                }
                + classes.enumerated().map {
                    Agreement(group: .ageClass($0), basis: basis, agreed: $1.agreed, count: $1.count)
                }
        }
    }
}
