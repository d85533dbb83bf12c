import Admissions
import Programs

/// Chooses who may have a claim: the fewest households, as low as possible in the household order.
///
/// A contradiction among households that are assumed to have no claim names a *core*: at least one of them has a claim in any
/// allocation. Cores that share households form a *region*. The fewest claims that a region needs are a lower bound for the
/// region; since regions are disjoint, the sum is a lower bound for the market. The fewest claimants of each region, placed as
/// low as possible, are then tried in the whole market. Either they suffice; then they are proved to be the fewest and lowest,
/// because no allocation can do better in any region. Or a new contradiction shows what the regions lacked.
///
/// * In a region with a single core one claim may be enough, and the lowest household of the core is tried. A second try would
///   cost about as much as the program, and would seldom be the right one.
/// * For any other region a program of its own finds the fewest and lowest claimants. It has a variable for each claim, and
///   all households outside the region may do anything.
///
/// Source: implicit hitting sets, Moreno-Centeno and Karp 2013, doi:10.1287/opre.1120.1139, with a program in place of the
/// sets if one household does not hit them all.
struct FewestClaims {
    private let store: OutcomeStore
    private let desk: ProgramBuilder.Desk
    private var market: Market { store.market }
    private(set) var regions: [Region] = []

    /// Households that contradict each other, and the fewest claims that may resolve the contradiction.
    struct Region {
        /// Households that are assumed to have no claim unless they are claimants; ascending.
        var households: [Int]
        /// Other households that the contradictions involve, ascending. They may claim anything, but each gets one outcome only.
        var bystanders: [Int]
        /// Cores found in the market; each needs a claimant.
        var cores: [[Int]]
        /// The fewest households, and among these the lowest, that may meet all cores; ascending.
        var claimants: [Int] = []
        /// A proved lower bound of the number of claimants.
        var bound = 1
        var isSettled = false
        /// The program of the region, once it has been made.
        fileprivate var formulation: RegionFormulation?
    }

    init(_ store: OutcomeStore, on desk: ProgramBuilder.Desk) {
        self.store = store
        self.desk = desk
    }

    /// The households that may claim next, ascending.
    var claimants: [Int] { regions.flatMap(\.claimants).sorted() }

    /// A proved lower bound for the number of households with a claim.
    var bound: Int { regions.reduce(0) { $0 + $1.bound } }

    /// Takes in a core, joining the regions that it touches.
    mutating func add(_ contradiction: Contradiction) {
        let members = contradiction.core
        var region = Region(households: [], bystanders: [], cores: [])
        var households = members
        var involved = contradiction.involved
        var bound = 0
        var apart: [Region] = []
        for other in regions {
            if other.households.contains(where: members.contains) {
                households.formUnion(other.households)
                involved.formUnion(other.bystanders)
                region.cores += other.cores
                bound += other.bound
            } else {
                apart.append(other)
            }
        }
        region.households = households.sorted()
        region.bystanders = involved.subtracting(households).sorted()
        region.bound = max(1, bound)
        if region.cores.isEmpty {
            region.claimants = [members.max { market.householdPosition[$0] < market.householdPosition[$1] }!]
            region.isSettled = true
        }
        region.cores.append(members.sorted())
        regions = apart + [region]
    }

    /// Finds the claimants of every region that has more than one core and has changed.
    ///
    /// - Throws: ``AllocationError/stopped(by:)`` when the deadline passes; ``bound`` then has what was proved.
    mutating func settle(by search: inout LevelSearch) throws(AllocationError) {
        for index in regions.indices where !regions[index].isSettled {
            regions[index].isSettled = true
            let formulation = try RegionFormulation(regions[index], store, on: desk, until: search.deadline)
            regions[index].formulation = formulation
            guard let outcome = try search.minimise(formulation.program, formulation.levels) else {
                throw .fault("a region has no allocation, whoever claims")
            }
            regions[index].bound = max(regions[index].bound, outcome.bound ?? 1)
            guard outcome.provedLevels == formulation.levels.count, let values = outcome.values else {
                throw .stopped(by: search.deadline.limitOfSolve)
            }
            regions[index].claimants = zip(formulation.households, formulation.claims)
                .filter { values[$1.index] == 1 }.map(\.0).sorted()
        }
    }

    /// The other households of the region that a core belongs to, ascending; they may claim.
    func neighbours(of core: ClaimCore) -> [Int] {
        guard let region = regions.first(where: { $0.households.contains(core.households[0]) }) else { return [] }
        return Set(region.households).union(region.bystanders).subtracting(core.households).sorted()
    }

    /// Why there cannot be fewer claimants: disjoint sets of households, and how many of each have a claim in any allocation.
    ///
    /// A region that needs several claimants is split, if possible, into sets that need one each.
    func cores(until deadline: Deadline) throws(AllocationError) -> [ClaimCore] {
        var cores: [ClaimCore] = []
        for region in regions.sorted(by: { $0.households[0] < $1.households[0] }) {
            let formulation =
                if let made = region.formulation { made } else {
                    try RegionFormulation(region, store, on: desk, until: deadline)
                }
            cores += try formulation.cores(of: region, until: deadline)
        }
        return cores
    }
}

/// Why no allocation leaves all of some households without a claim.
struct Contradiction {
    /// At least one of these has a claim in any allocation.
    var core: Set<Int>
    /// Households whose wishes are part of the reasons.
    var involved: Set<Int>
}

/// Households of which at least a given number have a claim in any allocation.
public struct ClaimCore: Sendable, Hashable {
    /// Ascending.
    public var households: [Int]
    public var least: Int

    public init(households: [Int], least: Int) {
        self.households = households
        self.least = least
    }
}

/// The program of a region.
private struct RegionFormulation {
    let program: Program
    /// The households of the region in the household order, and for each the variable that says whether it has a claim.
    let households: [Int]
    let claims: [Program.Variable]
    /// The variable that counts the households with a claim.
    private let number: Program.Variable

    init(
        _ region: FewestClaims.Region, _ store: OutcomeStore, on desk: ProgramBuilder.Desk, until deadline: Deadline
    ) throws(AllocationError) {
        let market = store.market
        households = region.households.sorted { market.householdPosition[$0] < market.householdPosition[$1] }
        var builder = ProgramBuilder(
            store, leastHere: [], options: .init(hasClaimVariables: true, outsideIsOpen: true),
            desk: desk)
        var limits: Set<Int32> = []
        for household in households {
            let known = Int(store.count[household])
            builder.add(household, Array(0..<known), isOpenEnded: !store.isComplete(household))
            for place in market.slotRange(household) {
                limits.insert(market.slotLimit[Int(market.householdSlots[place])])
            }
        }
        for household in region.bystanders {
            let known = Int(store.count[household])
            builder.add(
                household, Array(0..<known), isOpenEnded: !store.isComplete(household), canClaim: false)
        }
        for limit in limits.sorted() {
            let slots = market.limitSlotStart[Int(limit) + 1] - market.limitSlotStart[Int(limit)]
            if slots > market.limitSeats[Int(limit)] { builder.limitSeats(at: limit) }
        }
        var touches: [Touch] = []
        for household in households {
            try deadline.check()
            // Nobody has a claim to the baseline, which is the worst outcome.
            let last = Int(store.count[household]) - (store.isComplete(household) ? 1 : 0)
            for outcome in 0..<last {
                store.collectTouches(household, outcome, into: &touches)
                touches.removeAll { market.slotsBefore($0) + $0.use <= market.seats($0) }
                builder.forbidClaim(household, outcome, touches)
            }
        }
        var formulation = builder.finish()
        number = formulation.countClaims()
        claims = formulation.claims
        var program = formulation.program
        var claimOf: [Int: Program.Variable] = [:]
        for (household, claim) in zip(households, claims) { claimOf[household] = claim }
        for core in region.cores {
            program.addRow("", core.map { Program.Term(1, claimOf[$0]!) }, lower: 1, upper: nil)
        }
        self.program = program
    }

    var levels: [Level] { [.fewest(claims, number: number)] }

    /// Disjoint cores that together need as many claimants as the region, or the region as one core if none are found.
    func cores(of region: FewestClaims.Region, until deadline: Deadline) throws(AllocationError) -> [ClaimCore] {
        var cores: [ClaimCore] = []
        do {
            let session = try NativeSession(program)
            var left = Array(zip(households, claims))
            while cores.count < region.bound {
                let assumptions = left.map { NativeSession.Assumption($1, is: 0) }
                guard let core = try Self.core(of: assumptions, in: session, until: deadline) else { break }
                let used = Set(core.map(\.variable))
                cores.append(
                    ClaimCore(households: left.filter { used.contains($1) }.map(\.0).sorted(), least: 1))
                left.removeAll { used.contains($1) }
            }
        } catch { throw .solverFailed(error) }
        if cores.count < region.bound { return [ClaimCore(households: region.households, least: region.bound)] }
        return cores
    }
}

extension RegionFormulation {
    /// Assumptions that cannot all hold. The question is asked again with the assumptions reversed as long as that finds fewer.
    private static func core(
        of assumptions: [NativeSession.Assumption], in session: NativeSession, until deadline: Deadline
    ) throws(SolverError) -> [NativeSession.Assumption]? {
        var best: [NativeSession.Assumption]?
        for _ in 0..<8 {
            let asked = best?.reversed() ?? assumptions
            guard case .infeasible(let core) = try session.solve(assuming: asked, until: deadline, shrinksCore: false),
                !core.isEmpty
            else { break }
            if core.count >= best?.count ?? .max { break }
            best = core
        }
        return best
    }
}

/// Proves that some claim must exist: it reduces and solves with some households exempt and explains each contradiction.
struct Refuter {
    let store: OutcomeStore
    private let deadline: Deadline
    private var market: Market { store.market }

    init(_ store: OutcomeStore, until deadline: Deadline) {
        self.store = store
        self.deadline = deadline
    }

    /// Largest number of households of a component for which the solver is asked which premises its contradiction needs.
    private static let largestToExplain = 300

    /// Applies the rules until nothing changes.
    ///
    /// - Returns: Cores, for each of which no allocation leaves all its households without a claim; empty if the rules find none.
    /// - Throws: ``AllocationError/stopped(by:)`` when the deadline passes.
    func run(_ reduction: inout Reduction) throws(AllocationError) -> [Contradiction] {
        reduction.run()
        if let limit = reduction.limit { throw .stopped(by: limit) }
        var contradictions: [Contradiction] = []
        for household in reduction.emptied {
            var finder = CoreFinder(reduction, until: deadline)
            finder.explainStrikes(of: household)
            contradictions.append(try contradiction(finder, reduction))
        }
        return contradictions
    }

    /// The core behind a component without a solution.
    ///
    /// The native solver names the premises that its contradiction uses: claim rows, and households whose struck outcomes
    /// were left out. Only these are explained. The native solver is asked even if another backend found the contradiction, so
    /// that the core is always the same. In a large component all premises are explained.
    func core(
        of component: Formulation, in reduction: Reduction, keeping kept: Formulator.Kept
    ) throws(AllocationError) -> Contradiction {
        let refutation = Formulator(reduction, keeping: kept).refutation(of: component)
        let premises = refutation.strikes + refutation.claims
        var isUsed = Set(premises.map(\.off))
        if component.households.count <= Self.largestToExplain {
            let answer: NativeSession.Answer
            do {
                answer = try NativeSolver().solve(
                    refutation.program, assuming: premises.map { NativeSession.Assumption($0.off, is: 0) },
                    until: deadline)
            } catch { throw .solverFailed(error) }
            switch answer {
            case .stopped: throw .stopped(by: deadline.limitOfSolve)
            case .solution: throw .fault("a component without a solution has one")
            case .infeasible(let failed): isUsed = Set(failed.map(\.variable))
            }
        }
        var finder = CoreFinder(reduction, until: deadline)
        let claimFree = refutation.claims.filter { isUsed.contains($0.off) }.map(\.household)
        let sure = kept.sureTouches(of: Set(claimFree))
        for household in claimFree {
            finder.useClaimFreedom(of: household)
            for touch in sure[household] ?? [] { finder.explainSureness(of: touch, household) }
        }
        for (household, off) in refutation.strikes where isUsed.contains(off) {
            finder.explainStrikes(of: household)
        }
        var contradiction = try contradiction(finder, reduction)
        contradiction.involved.formUnion(refutation.households)
        return contradiction
    }

    private func contradiction(_ finder: CoreFinder, _ reduction: Reduction) throws(AllocationError)
        -> Contradiction
    {
        if let limit = finder.limit { throw .stopped(by: limit) }
        let core =
            finder.isComplete
            ? finder.core : Set((0..<market.householdCount).filter { !reduction.states[$0].isExempt })
        return Contradiction(core: core, involved: finder.struck)
    }
}
