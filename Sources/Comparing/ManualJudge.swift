import Admissions
import Verifying

/// Finds the rules that a manual result of a round of one phase breaks, and who can have what it got only by a pin.
struct ManualJudge {
    private let manual: ManualResult
    private let subject: Case
    private let threads: Int
    /// What each child got.
    private let choices: [Int32]
    private let isPinned: [Bool]
    private let childOfID: [ChildID: Int]
    /// In the order in which they were found; some may be there twice.
    private(set) var faults: [ManualFault] = []
    /// Households that can have what they got only by a pin, each with the rule that forbids it.
    private(set) var forced: [Int: ManualFault.Kind] = [:]
    /// See ``ManualCheck/isForcedForCertain``.
    private(set) var isForcedForCertain = true

    init(_ manual: ManualResult, of subject: Case, threads: Int) {
        self.manual = manual
        self.subject = subject
        self.threads = threads
        choices = subject.children.indices.map { manual.choice(of: $0, in: subject) }
        isPinned = subject.isPinned
        childOfID = Dictionary(uniqueKeysWithValues: subject.children.enumerated().map { ($1.id, $0) })
    }

    /// Judges the result: what the verifier refuses is noted and pinned, until it refuses nothing and finds the claims.
    ///
    /// - Throws: A fault of the verifier that no manual result can have.
    /// - Complexity: As `Verifier.verify(_:)`, a few times.
    mutating func run() throws {
        judgePins()
        judgeWishes()
        let allocation = Allocation(choices: choices)
        while true {
            let verified = Verifier(manual.pinning(forced.keys.sorted(), in: subject), threads: threads)
                .verify(allocation)
            if verified.faults.isEmpty {
                note(verified.claims)
                return
            }
            let known = forced.count
            for fault in verified.faults {
                switch fault {
                case .ineligible(let id, _, _), .notInPhase(let id, _): noteIneligible(childOfID[id]!)
                case .notAccepted(let id): noteNotAccepted(id)
                case .limitExceeded(let ids, let ages, let group, let used, let seats):
                    let limit = subject.limits.firstIndex { limit in
                        limit.facilities.map { subject.facilities[$0].id } == ids && limit.ages == ages
                            && limit.group == group
                    }!
                    noteExceeded(limit, used: used, seats: seats)
                default: throw fault
                }
            }
            // A fault that forces nobody would come again for ever.
            if forced.count == known { throw verified.faults[0] }
        }
    }

    private mutating func force(_ children: [Int], _ kind: ManualFault.Kind) {
        for child in children where forced[subject.children[child].household] == nil {
            forced[subject.children[child].household] = kind
        }
    }

    /// Every pinned child must be where the case pins it.
    private mutating func judgePins() {
        for pin in subject.pins
        where pin.facility.map({ $0 != manual.places[pin.child] }) ?? (choices[pin.child] != Allocation.baseline) {
            faults.append(ManualFault(.pin, facility: manual.places[pin.child], children: [pin.child]))
            force([pin.child], .pin)
        }
    }

    /// Every other child must be where it has a wish.
    private mutating func judgeWishes() {
        for child in subject.children.indices where choices[child] == Allocation.elsewhere {
            if let place = subject.pin(of: child)?.facility, place == manual.places[child] { continue }
            faults.append(ManualFault(.wish, facility: manual.places[child], children: [child]))
            force([child], .wish)
        }
    }

    private mutating func noteIneligible(_ child: Int) {
        faults.append(ManualFault(.eligibility, facility: manual.places[child], children: [child]))
        force([child], .eligibility)
    }

    private mutating func noteNotAccepted(_ id: HouseholdID) {
        // Another fault may have forced it just now; siblings on their own share an id.
        for index in subject.households.indices where subject.households[index].id == id && forced[index] == nil {
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
    }

    private mutating func noteExceeded(_ limit: Int, used: Int, seats: Int) {
        let facility = subject.limits[limit].facility
        let users = subject.children.indices.filter {
            subject.limits(usedBy: $0, endingAt: manual.places[$0]).contains(limit)
        }
        if used > seats {
            faults.append(
                ManualFault(.seats, facility: facility, children: users, limit: limit, used: used, seats: seats))
        } else {
            // What only the order of pins makes full is no fault of the result.
            isForcedForCertain = false
        }
        force(
            users.filter {
                choices[$0] != Allocation.baseline && !isPinned[$0] && !subject.hasSeatNow($0, ofShared: limit)
            }, .seats)
    }

    private mutating func note(_ claims: [Claim]) {
        faults += claims.map { claim in
            ManualFault(
                claim.kind == .vacant ? .vacantClaim : .priorityClaim,
                facility: claim.members.count == 1 ? claim.members[0].facility : nil,
                children: claim.members.map(\.child),
                displaced: Set(claim.members.flatMap(\.displaced)).sorted())
        }
    }
}
