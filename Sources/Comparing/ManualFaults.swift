import Admissions
import Verifying

/// A rule that the manual result breaks by itself, whatever the computed result is.
public struct ManualFault: Hashable, Sendable {
    public let kind: Kind
    /// Where; `nil` where no single facility is concerned.
    public let facility: Int?
    /// The children concerned, ascending: who uses the seats, or the household that could not have its outcome, or claims.
    public let children: [Int]
    /// Children with seats that the claim asks for, ascending.
    public let displaced: [Int]
    /// Of a seat limit: its index, and how many seats are used and there are.
    public let limit: Int?
    public let used: Int?
    public let seats: Int?

    /// Which rule.
    public enum Kind: String, CaseIterable, Sendable {
        /// More seats are used than there are.
        case seats
        /// The facility has no class for the child, or the child is too young.
        case eligibility
        /// The household does not accept the outcome for its siblings.
        case siblings
        /// The child is placed where it has no wish.
        case wish
        /// The child is not where the case pins it.
        case pin
        /// A household claims seats that others of lower priority have.
        case priorityClaim = "priority_claim"
        /// A household claims vacant seats.
        case vacantClaim = "vacant_claim"

        /// The section of the rules.
        public var rule: Int {
            switch self {
            case .seats, .eligibility, .wish: 1
            case .siblings: 3
            case .priorityClaim, .vacantClaim: 4
            case .pin: 6
            }
        }
    }

    init(
        _ kind: Kind, facility: Int? = nil, children: [Int], displaced: [Int] = [], limit: Int? = nil,
        used: Int? = nil, seats: Int? = nil
    ) {
        self.kind = kind
        self.facility = facility
        self.children = children
        self.displaced = displaced
        self.limit = limit
        self.used = used
        self.seats = seats
    }
}

/// A manual result judged by itself, through the independent check.
public struct ManualCheck: Sendable {
    /// In the order of their kinds, then ascending by facility and children.
    public let faults: [ManualFault]
    /// Whether claims were judged too, as they are in a round of one phase.
    public let judgesClaims: Bool
    /// Households that can have what they got only by a pin, ascending, each with the rule that forbids it.
    let forced: [Int: ManualFault.Kind]
    /// Whether no set of pins without all of ``forced`` gives the result.
    ///
    /// Not where pins and transfer applicants who leave fill a limit only together: then pinning these would do as well.
    let isForcedForCertain: Bool

    /// Judges the result.
    ///
    /// What seats, lists or eligibility forbid is noted and then taken as pinned, so that the claims of all others are
    /// judged as they stand.
    ///
    /// Of a round of several phases only what holds whichever phase placed whom is judged, and nothing is forced: a manual
    /// result does not say which.
    ///
    /// - Complexity: As `Verifier.verify(_:)`, a few times.
    public init(_ manual: ManualResult, of subject: Case, threads: Int = 1) throws {
        judgesClaims = subject.phases.count == 1
        guard judgesClaims else {
            faults = ManualFault.whateverThePhases(manual, of: subject)
            forced = [:]
            isForcedForCertain = false
            return
        }
        var faults: [ManualFault] = []
        var forced: [Int: ManualFault.Kind] = [:]
        var isForcedForCertain = true
        func force(_ children: [Int], _ kind: ManualFault.Kind) {
            for child in children where forced[subject.children[child].household] == nil {
                forced[subject.children[child].household] = kind
            }
        }
        let choices = subject.children.indices.map { manual.choice(of: $0, in: subject) }
        for pin in subject.pins
        where pin.facility.map({ $0 != manual.places[pin.child] }) ?? (choices[pin.child] != Allocation.baseline) {
            faults.append(ManualFault(.pin, facility: manual.places[pin.child], children: [pin.child]))
            force([pin.child], .pin)
        }
        for child in subject.children.indices where choices[child] == Allocation.elsewhere {
            if let place = subject.pin(of: child)?.facility, place == manual.places[child] { continue }
            faults.append(ManualFault(.wish, facility: manual.places[child], children: [child]))
            force([child], .wish)
        }
        let allocation = Allocation(choices: choices)
        let childOfID = Dictionary(uniqueKeysWithValues: subject.children.enumerated().map { ($1.id, $0) })
        while true {
            let verified = Verifier(manual.pinning(forced.keys.sorted(), in: subject), threads: threads)
                .verify(allocation)
            if verified.faults.isEmpty {
                faults += verified.claims.map { claim in
                    ManualFault(
                        claim.kind == .vacant ? .vacantClaim : .priorityClaim,
                        facility: claim.members.count == 1 ? claim.members[0].facility : nil,
                        children: claim.members.map(\.child),
                        displaced: Set(claim.members.flatMap(\.displaced)).sorted())
                }
                break
            }
            let known = forced.count
            for fault in verified.faults {
                switch fault {
                case .ineligible(let id, _, _), .notInPhase(let id, _):
                    let child = childOfID[id]!
                    faults.append(ManualFault(.eligibility, facility: manual.places[child], children: [child]))
                    force([child], .eligibility)
                case .notAccepted(let id):
                    // Another fault may have forced it just now; siblings on their own share an id.
                    for index in subject.households.indices
                    where subject.households[index].id == id && forced[index] == nil {
                        let household = subject.households[index]
                        if household.wishes == .single {
                            // A child alone accepts every wish: only pins that fill a limit can bar it.
                            isForcedForCertain = false
                            force(household.members, .seats)
                        } else {
                            faults.append(ManualFault(.siblings, children: household.members.sorted()))
                            force(household.members, .siblings)
                        }
                    }
                case .limitExceeded(let ids, let ages, let group, let used, let seats):
                    let limit = subject.limits.firstIndex { limit in
                        limit.facilities.map { subject.facilities[$0].id } == ids && limit.ages == ages
                            && limit.group == group
                    }!
                    let facility = subject.limits[limit].facility
                    let users = subject.children.indices.filter { child in
                        manual.places[child].map(subject.limits[limit].counts) == true
                            && subject.covers(limit: limit, child: child)
                    }
                    if used <= seats { isForcedForCertain = false }
                    // What only the order of pins makes full is no fault of the result.
                    if used > seats {
                        faults.append(
                            ManualFault(
                                .seats, facility: facility, children: users, limit: limit, used: used,
                                seats: seats))
                    }
                    force(users.filter { choices[$0] != Allocation.baseline && !isPinned($0) }, .seats)
                default: throw fault
                }
            }
            // A fault that forces nobody would come again for ever.
            if forced.count == known { throw verified.faults[0] }
        }
        func isPinned(_ child: Int) -> Bool { subject.pin(of: child) != nil }
        self.faults = ManualFault.inOrder(Set(faults))
        self.forced = forced
        self.isForcedForCertain = isForcedForCertain
    }
}
