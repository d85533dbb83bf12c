import Admissions
import Allocating
import Asking
import Programs

/// Household decisions from which, pinned as staff decided, the rules give the manual result in full.
public struct Roots: Sendable {
    /// In the household order.
    public internal(set) var roots: [Root]
    /// What the rules give without any of them.
    public let computed: Allocation
    /// Children that moved, in the order in which the tree is read: each root is followed by what it moved.
    public internal(set) var moves: [Move]
    /// No set of decisions is smaller.
    public let lowerBound: Int
    /// No set is smaller under which the manual result is free of justified claims; at least ``lowerBound``.
    public let fairBound: Int
    /// Whether each root is needed beside the others: without it the rules give something else, or break a rule, or leave a
    /// justified claim.
    public let isMinimal: Bool
    /// How often a case was solved.
    public let solves: Int

    /// Whether there is a proof that no set is smaller.
    public var isProvedSmallest: Bool { roots.count == lowerBound }
    /// Whether there is a proof that no set is smaller under which the manual result is free of justified claims.
    public var isProvedSmallestFair: Bool { roots.count == fairBound }
}

/// A decision of staff that no other decision explains.
public struct Root: Hashable, Sendable {
    /// Index into `Case.households`.
    public let household: Int
    public let departure: Departure
    /// Households whose claims the decision takes away or has, ascending.
    public let against: [Int]
    /// What in the data would explain it; `nil` where no cause was looked for, or the work ended before one was found.
    public internal(set) var cause: Cause?

    /// Which rule the manual decision departs from.
    public enum Departure: String, CaseIterable, Sendable {
        /// The household got what eligibility, its list or a pin of the case forbids.
        case list
        case eligibility
        case pin
        /// More seats are used than there are.
        case seats
        /// The household was passed over: it has a claim to seats of others.
        case passedOver = "passed_over"
        /// The household was preferred: others claim its seats.
        case preferred
        /// The household was left without a vacant seat that it prefers.
        case vacant
        /// None: both results are equally fair there, or claims alone do not decide it.
        case none
    }
}

/// A child that moved from the computed to the manual result.
public struct Move: Hashable, Sendable {
    /// Index into ``Roots/roots``; `nil` where no chain of seats leads from a root to it.
    public let root: Int?
    /// 0 for the root's own children.
    public let depth: Int
    public let child: Int
    /// Where the rules put it without the roots, and where staff put it; `nil`: held.
    public let from: Int?
    public let to: Int?
    /// The child from which it follows, and how.
    public let cause: Int?
    public let link: Link

    public enum Link: String, CaseIterable, Sendable {
        /// It is the decision itself.
        case root
        /// It got a seat that the cause left.
        case freed
        /// It lost its seat, which the cause took.
        case taken
        /// A sibling of the cause, decided together with it.
        case sibling
        /// No chain of seats leads to it.
        case unknown
    }
}

/// Why there are no roots.
public enum RootSearchError: PhrasedError {
    /// The search was stopped before a case was proved.
    case stopped(by: Termination.Limit)
    /// Pinning every decision does not give the manual result.
    case fault

    public var phrase: Phrase {
        switch self {
        case .stopped(.time): Phrase("調べ終わる前に時間切れになりました。", "The time ended before the search did.")
        case .stopped(.interrupted): Phrase("探索は中断されました。", "The search was interrupted.")
        case .stopped(.work):
            Phrase("定められた計算量に達したため、探索を終えました。", "The search ended after as much work as it was given.")
        case .stopped(.size): Phrase("計画問題が大きすぎて解けません。", "A program grew too large to be solved.")
        case .stopped(.claims):
            Phrase(
                "優先順位の逆転や空き枠の残りのある世帯が、探索の限度より多くなります。",
                "More households must have a claim than the search allows.")
        case .fault:
            Phrase(
                "プログラムの不具合です。開発元にお知らせください: すべての判断を固定しても手作業結果になりません。",
                "Defect in the program, please report it: pinning every decision does not give the manual result.")
        }
    }
}

/// Looks for the roots of a manual result.
///
/// It begins with the fewest pins that take all claims from the manual result, a bound by themselves; solves with them; pins,
/// as long as the result differs, the first household that differs in each knot of seats; and leaves out again what is not
/// needed, in halves.
public struct RootSearch {
    private let subject: Case
    private let manual: ManualResult
    private let deadline: Deadline
    private let trial: Trial
    private let check: ManualCheck
    /// For each household its position in the household order.
    private let rank: [Int]
    private var solves = 0
    private var unpinned: (allocation: Allocation, differing: [Int])?

    /// - Parameters:
    ///   - manual: The manual result.
    ///   - subject: The case.
    ///   - check: The manual result judged by itself.
    ///   - options: How each case is allocated, and until when.
    public init(
        _ manual: ManualResult, of subject: Case, check: ManualCheck, options: Allocator.Options = .init()
    ) {
        self.subject = subject
        self.manual = manual
        self.check = check
        deadline = options.deadline
        trial = Trial(options)
        var rank = [Int](repeating: 0, count: subject.households.count)
        for (place, household) in Allocator.householdOrder(of: subject).enumerated() { rank[household] = place }
        self.rank = rank
    }

    /// What the rules give without any pin of staff's: with this, a caller can refuse a wrong result before the search begins.
    ///
    /// It is solved once; ``find()`` uses it again.
    public mutating func computed() throws -> Allocation { try solveUnpinned().allocation }

    private mutating func solveUnpinned() throws -> (allocation: Allocation, differing: [Int]) {
        if let unpinned { return unpinned }
        let solved = try solve([])
        unpinned = solved
        return solved
    }

    /// The roots, proved by solving with them.
    ///
    /// - Complexity: One solve for each knot of differences in a row, and for each root that may not be needed about log n.
    public mutating func find() throws -> Roots {
        let (computed, differing) = try solveUnpinned()
        if differing.isEmpty {
            return Roots(
                roots: [], computed: computed, moves: [], lowerBound: 0, fairBound: 0, isMinimal: true, solves: solves)
        }
        let forced = Set(check.forced.keys)
        let cuts = !check.judgesClaims ? [] : ClaimCuts(manual, of: subject, pinned: forced).all()
        let first = try PinChoice(cuts, rank: rank, prefersFirst: true, until: deadline)
        if let limit = deadline.limit { throw RootSearchError.stopped(by: Termination.Limit(limit)) }
        let certain = check.isForcedForCertain
        let fairBound = max(1, certain ? forced.count + first.bound : 0)
        var pinned = try complete(forced.union(first.chosen))
        if pinned.count > fairBound {
            let last = try PinChoice(cuts, rank: rank, prefersFirst: false, until: deadline)
            let other = try complete(forced.union(last.chosen))
            pinned = try leaveOut(pinned, forced, cuts)
            if pinned.count > fairBound {
                let smaller = try leaveOut(other, forced, cuts)
                if smaller.count < pinned.count { pinned = smaller }
            }
        }
        guard try solve(pinned).differing.isEmpty else { throw RootSearchError.fault }
        let isAlwaysStable = hasAlwaysAStableAllocation
        let households = pinned.sorted { rank[$0] < rank[$1] }
        let roots = households.map { root($0, cuts) }
        return Roots(
            roots: roots, computed: computed, moves: KnockOns(households, computed, manual, subject).moves,
            lowerBound: isAlwaysStable ? fairBound : max(1, certain ? forced.count : 0), fairBound: fairBound,
            isMinimal: certain || forced.isEmpty, solves: solves)
    }

    /// What the rules give with these households pinned, and whom it gives something else than staff, in the household
    /// order.
    private mutating func solve(_ pinned: Set<Int>) throws -> (allocation: Allocation, differing: [Int]) {
        let fixed = manual.pinning(pinned.sorted(), in: subject)
        let answer = try trial.solve(fixed)
        guard let allocation = answer.allocation else { throw RootSearchError.stopped(by: answer.limit ?? .work) }
        solves += 1
        let differing = Set(
            subject.children.indices.filter {
                allocation.facility(of: $0, in: fixed) != manual.places[$0]
            }.map { subject.children[$0].household })
        return (allocation, differing.sorted { rank[$0] < rank[$1] })
    }

    /// Pins more households until the manual result comes out.
    private mutating func complete(_ pinned: Set<Int>) throws -> Set<Int> {
        var pinned = pinned
        while true {
            let (allocation, differing) = try solve(pinned)
            if differing.isEmpty { return pinned }
            let known = pinned.count
            let fixed = manual.pinning(pinned.sorted(), in: subject)
            let places = subject.children.indices.map { allocation.facility(of: $0, in: fixed) }
            // The first of each knot; what else differs in it may follow.
            var knotOf: [Int: Int] = [:]
            var knots: [[Int]] = []
            for household in differing {
                let touched = Set(
                    subject.households[household].members.flatMap { child -> [Int] in
                        places[child] == manual.places[child]
                            ? []
                            : [places[child], manual.places[child]].compactMap { $0 }.map {
                                $0 * 6 + subject.children[child].ageClass
                            }
                    })
                let joined = Set(touched.compactMap { knotOf[$0] }).sorted()
                let target = joined.first ?? knots.count
                if joined.isEmpty { knots.append([]) }
                for other in joined.dropFirst() {
                    knots[target] += knots[other]
                    knots[other] = []
                    for (key, knot) in knotOf where knot == other { knotOf[key] = target }
                }
                knots[target].append(household)
                for key in touched { knotOf[key] = target }
            }
            for knot in knots {
                if let first = knot.min(by: { rank[$0] < rank[$1] }) { pinned.insert(first) }
            }
            if pinned.count == known { throw RootSearchError.fault }
        }
    }

    /// Leaves out what is not needed, lowest in the household order first, until nothing can be left out alone.
    ///
    /// A household that alone takes away a claim is needed, so leaving it out is not tried: the claim would remain.
    private mutating func leaveOut(
        _ pinned: Set<Int>, _ forced: Set<Int>, _ cuts: [ClaimCut]
    ) throws -> Set<Int> {
        var pinned = pinned
        while true {
            let before = pinned.count
            let open = pinned.subtracting(forced).sorted { rank[$0] > rank[$1] }
            try leaveOut(open[...], of: &pinned, cuts)
            if pinned.count == before { return pinned }
        }
    }

    private mutating func leaveOut(_ group: ArraySlice<Int>, of pinned: inout Set<Int>, _ cuts: [ClaimCut]) throws {
        if group.isEmpty { return }
        let rest = pinned.subtracting(group)
        if cuts.allSatisfy({ $0.isMet(by: rest) }), try solve(rest).differing.isEmpty {
            pinned = rest
        } else if group.count > 1 {
            let middle = group.startIndex + group.count / 2
            try leaveOut(group[..<middle], of: &pinned, cuts)
            try leaveOut(group[middle...], of: &pinned, cuts)
        }
    }

    /// Whether every round of these children has a stable allocation, whatever the pins: no siblings who decide together, no
    /// transfer applicants, and seat limits of one facility each that contain each other or share no class.
    private var hasAlwaysAStableAllocation: Bool {
        guard check.judgesClaims,
            subject.households.allSatisfy({ if case .single = $0.wishes { true } else { false } }),
            subject.children.allSatisfy({ $0.currentFacility == nil }), !subject.limits.contains(where: \.isShared)
        else { return false }
        return subject.facilities.allSatisfy { facility in
            facility.limits.allSatisfy { one in
                subject.limits[one].group == .everyone
                    && facility.limits.allSatisfy { other in
                        let (first, second) = (subject.limits[one].ages, subject.limits[other].ages)
                        return first.isSuperset(of: second) || second.isSuperset(of: first)
                            || first.intersection(second).isEmpty
                    }
            }
        }
    }

    private func root(_ household: Int, _ cuts: [ClaimCut]) -> Root {
        switch check.forced[household] {
        case .seats: return Root(household: household, departure: .seats, against: [])
        case .eligibility: return Root(household: household, departure: .eligibility, against: [])
        case .pin: return Root(household: household, departure: .pin, against: [])
        case .wish, .siblings: return Root(household: household, departure: .list, against: [])
        default: break
        }
        let own = cuts.filter { $0.claimant == household }
        let others = Set(cuts.filter { $0.claimant != household && $0.contains(household) }.map(\.claimant)).sorted()
        if own.contains(where: \.isVacant) { return Root(household: household, departure: .vacant, against: []) }
        if !others.isEmpty { return Root(household: household, departure: .preferred, against: others) }
        let holders = Set(own.flatMap { $0.weights.map(\.household) }).subtracting([household]).sorted()
        return own.isEmpty
            ? Root(household: household, departure: .none, against: [])
            : Root(household: household, departure: .passedOver, against: holders)
    }
}
