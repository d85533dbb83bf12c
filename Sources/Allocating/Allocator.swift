import Admissions
import Programs

/// Finds the allocation that the rules define for a case, and proves it.
///
/// ```swift
/// let result = try Allocator(subject).allocate()
/// ```
///
/// The result depends on the case alone: any solver, any machine and any order of rows give the same allocation, unless
/// the time ends the search.
public struct Allocator {
    let subject: Case
    let options: Options

    /// How to search; the defaults suit every case.
    public struct Options: Sendable {
        /// Which solver decides what the reduction leaves. Default `.auto`.
        public var solver = SolverChoice.auto
        /// Whether to reduce first. Without it the whole case is one program: for small cases and for checking.
        public var usesReduction = true
        /// How many threads may work at the same time; the result is the same with any number. Default 1.
        public var threads = 1
        /// When to stop with what there is. Default never.
        public var deadline = Deadline.none
        /// Whether a search that ended early gives an allocation that obeys every list and limit, with few claims; without, it
        /// ends at once with everybody at the baseline. Default true.
        public var approximates = true
        /// Claims from which on the result is of no use: the search ends, unproved, once there must be more,
        /// with everybody at the baseline. Default none.
        public var mostClaims = Int.max
        /// Coefficients that one program may have: many times more than can be solved, and 12 bytes each, so that a search without
        /// hope ends with what there is, and not for lack of memory.
        var mostEntries = 1 << 26
        /// Whether the result says why it is the one, see ``SearchRecord/proof``; without, it is found sooner. Default true.
        public var recordsProof = true
        /// Is told each stage as it begins, on the thread that allocates; nothing depends on it.
        public var progress: (@Sendable (Stage) -> Void)?
        /// Called on the thread that allocates whenever a stage begins that leaves some of ``threads`` idle, so that other
        /// work can use them; several times in a search, and never with one thread. It should start work and return at
        /// once. Default none.
        public var whenIdle: (@Sendable () -> Void)?

        public init() {}

        /// Tells the listeners that a stage of the search for an allocation of `subject` begins.
        func begin(_ stage: Stage, of subject: Case) {
            progress?(stage)
            if threads > 1, stage.leavesThreads(children: subject.children.count) { whenIdle?() }
        }
    }

    /// What the allocator is doing.
    public enum Stage: Sendable, Hashable {
        /// Compiling the case.
        case compiling
        /// Reducing with this many households allowed to claim.
        case reducing(claimants: Int)
        /// Telling apart what logic leaves open.
        case separating
        /// Solving component `index` of `count`.
        case solving(index: Int, count: Int)
        /// Looking for the smallest reason why the claimants allowed are not enough; `cores` are known so far.
        case explaining(cores: Int)
        /// Solving everything in one program.
        case solvingWhole

        /// Number of children from which deciding by logic keeps all threads busy.
        private static let largeCity = 50_000

        /// Whether the stage works on one thread only in a case of this many children.
        func leavesThreads(children: Int) -> Bool {
            switch self {
            case .compiling: false
            case .reducing: children < Self.largeCity
            case .separating, .solving, .explaining, .solvingWhole: true
            }
        }
    }

    public init(_ subject: Case, options: Options = Options()) {
        self.subject = subject
        self.options = options
    }

    /// The allocation.
    ///
    /// - Returns: The one result of the rules, proved; or, when something stopped the search, a feasible allocation with the
    ///   bounds reached so far, and in ``AllocationResult/termination`` what stopped it. With no time at all everybody is at
    ///   the baseline.
    /// - Throws: ``AllocationError`` where the chosen solver is not built in or fails, and on a defect of the program;
    ///   never because the search was stopped, or because no stable allocation exists.
    public func allocate() throws(AllocationError) -> AllocationResult {
        if !subject.isPlain { return try allocateByPhases() }
        let levelSearch = try LevelSearch(solver: options.solver, deadline: options.deadline)
        if let limit = options.deadline.limit {
            return AllocationResult(baselineOf: subject, stoppedBy: Termination.Limit(limit), reached: SearchRecord())
        }
        options.begin(.compiling, of: subject)
        let store = OutcomeStore(
            Market(subject, threads: options.threads), threads: options.threads, until: options.deadline)
        if let limit = store.limit { return unproved(limit, SearchRecord(), store) }
        var search = Search(subject: subject, store: store, options: options, levelSearch: levelSearch)
        do {
            return options.usesReduction ? try search.solveReduced() : try search.solveWhole()
        } catch {
            guard case .stopped(let limit) = error else { throw error }
            if search.record.claimBound > options.mostClaims {
                return AllocationResult(baselineOf: subject, stoppedBy: .claims, reached: search.record)
            }
            return unproved(limit, search.record, store, search.reduction)
        }
    }

    /// What there is when the search ended early.
    private func unproved(
        _ limit: Termination.Limit, _ record: SearchRecord, _ store: OutcomeStore, _ reduction: Reduction? = nil
    ) -> AllocationResult {
        if !options.approximates {
            return AllocationResult(baselineOf: subject, stoppedBy: limit, reached: record)
        }
        return AllocationResult(
            allocation: Approximation.allocation(store, from: reduction), stoppedBy: limit, record: record)
    }

    /// An allocation that obeys every list and limit, with few claims, made in little time and without proof; of a round with
    /// phases or pins everybody at the baseline.
    public static func approximation(of subject: Case) -> Allocation {
        subject.isPlain
            ? Approximation.allocation(OutcomeStore(Market(subject))) : Allocation(baselineOf: subject)
    }

    /// The whole integer program of the case, unreduced, in LP format: fewest households with a claim.
    ///
    /// Its objective is the first level of the result; the names say households, outcomes and limits by index.
    ///
    /// - Parameter subject: A plain case; of a round with phases or pins one phase, from ``problem(of:in:options:)``.
    /// - Complexity: O(outcomes + slots) variables and rows.
    public static func wholeProgram(of subject: Case) -> Program {
        precondition(subject.isPlain, "a round with phases or pins is a program for each phase")
        let store = OutcomeStore(Market(subject))
        var formulation: Formulation
        do { formulation = try Search.wholeFormulation(store, isNamed: true) } catch {
            preconditionFailure("there is no deadline that could pass: \(error)")
        }
        formulation.program.setObjective(formulation.claims.map { Program.Term(1, $0) })
        return formulation.program
    }
}

/// Which backend solves the programs.
public enum SolverChoice: String, CaseIterable, Sendable {
    /// The native solver, and GLPK where the native one can not take a program on.
    case auto
    case glpk
    case native
}

/// Why there is no result at all.
public enum AllocationError: Error, CustomStringConvertible {
    /// `glpk` was asked for in a build without the trait `GLPK`.
    case glpkNotBuiltIn
    case solverFailed(SolverError)
    /// A phase was asked for, but the time ended before this earlier one was proved.
    case phaseNotProved(String)
    /// A defect of the program, with what was noticed.
    case fault(String)
    /// The search was stopped before an answer; ``Allocator/allocate()`` returns what there is instead of throwing this.
    case stopped(by: Termination.Limit)

    public var description: String {
        switch self {
        case .glpkNotBuiltIn: "This build has no GLPK; choose the native solver or build with the trait GLPK."
        case .solverFailed(let error): "The solver failed: \(error)"
        case .phaseNotProved(let name): "The time ended before the phase \(name) was proved; give it more."
        case .fault(let what): "Defect in the program, please report it: \(what)."
        case .stopped(let limit):
            switch limit {
            case .time: "The time ended before anything was found."
            case .interrupted: "The search was stopped before anything was found."
            case .work: "The search ended, after as much work as it was given, before anything was found."
            case .size: "A program grew too large before anything was found."
            case .claims: "More households must have a claim than are of use."
            }
        }
    }
}

/// An allocation and how it was found.
public struct AllocationResult: Sendable {
    public var allocation: Allocation
    /// Why the search ended.
    public var termination: Termination
    /// The word for it in `run.json`.
    public var status: RunStatus { termination.status }
    /// Households that have a claim, proved to be the fewest and lowest when ``isProved``; ascending.
    public var claimants: [Int]
    /// A proved lower bound on the number of households with a claim.
    public var claimBound: Int
    /// Whether the placing of the claims, and the objective, are proved.
    public var isProved: Bool { termination.isProved }
    public var record: SearchRecord
    /// Phase by phase; empty in a plain case.
    public var phases: [PhaseResult] = []
    /// For each phase the households that were proved to be the ones with a claim, ascending; `nil` where the search ended
    /// before it proved them. A plain case has one phase.
    ///
    /// An independent check is asked whether it agrees with them before a result is used.
    public var provedClaimants: [[Int]?] {
        if phases.isEmpty { return [isProved ? claimants : nil] }
        return phases.map { $0.isProved ? $0.claimants : nil }
    }

    /// Everybody at the baseline.
    init(baselineOf subject: Case, stoppedBy limit: Termination.Limit, reached record: SearchRecord) {
        self.init(allocation: Allocation(baselineOf: subject), stoppedBy: limit, record: record)
    }

    /// What there is when the search was stopped.
    init(allocation: Allocation, stoppedBy limit: Termination.Limit, record: SearchRecord) {
        self.allocation = allocation
        termination = .stopped(by: limit)
        claimants = []
        claimBound = record.claimBound
        self.record = record
    }

    init(proved allocation: Allocation, claimants: [Int], record: SearchRecord) {
        self.allocation = allocation
        termination = .proved
        self.claimants = claimants
        claimBound = claimants.count
        self.record = record
    }
}

/// What the search did; the same for every solver, apart from `solves`.
public struct SearchRecord: Sendable, Hashable {
    /// Joint outcomes that were made, and that the last reduction struck.
    public var outcomes = 0
    public var strikes = 0
    /// Households that the last reduction left undecided, their components and the households of the largest.
    public var undecidedHouseholds = 0
    public var components = 0
    public var largestComponent = 0
    /// Why there are no fewer claimants: disjoint sets of households, some of each having a claim in any allocation.
    public var cores: [ClaimCore] = []
    /// Why no allocation is better, as far as the search came; of a round with phases or pins each phase has its own.
    public var proof = Proof()
    public var claimBound = 0
    /// Times that a solver was called.
    public var solves = 0

    public init() {}
}

extension Termination.Limit {
    /// What a result says when the deadline ended its search.
    public init(_ limit: Deadline.Limit) {
        switch limit {
        case .time: self = .time
        case .interrupted: self = .interrupted
        case .work: self = .work
        }
    }
}

extension Deadline {
    /// - Throws: ``AllocationError/stopped(by:)`` when the deadline has passed.
    func check() throws(AllocationError) {
        if let limit { throw .stopped(by: Termination.Limit(limit)) }
    }

    /// What ended a solve that a solver gave up; without any other reason its time.
    var limitOfSolve: Termination.Limit { limit.map { Termination.Limit($0) } ?? .time }
}
