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
        /// When to stop and return what has been found so far. Default never.
        public var deadline = Deadline.none
        /// Whether a search that ended early still gives an allocation that obeys every list and limit, with few claims. If
        /// false, such a search gives everybody the baseline at once. Default true.
        public var approximates = true
        /// The most claims with which a result is of use. As soon as it is proved that there must be more, the search ends,
        /// unproved, with everybody at the baseline. By default there is no such number.
        public var mostClaims = Int.max
        /// The most coefficients that one program may have, at 12 bytes each. This is many times more than can be solved; a
        /// hopeless search thus ends with what it has, instead of running out of memory.
        var mostEntries = 1 << 26
        /// Whether the result contains its proof, see ``SearchRecord/proof``. Without the proof it is found sooner. Default true.
        public var recordsProof = true
        /// Called with each stage as it begins, on the thread that allocates. It does not influence the result.
        public var progress: (@Sendable (Stage) -> Void)?
        /// Called on the thread that allocates whenever a stage begins that leaves some of ``threads`` idle, so that other
        /// work can use them. It is called several times in a search, and never with one thread. It should start work and
        /// return at once. Default none.
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
        /// Dividing what logic leaves open into components.
        case separating
        /// Solving component `index` of `count`.
        case solving(index: Int, count: Int)
        /// Looking for the smallest reason why the claimants allowed so far are not enough; `cores` reasons are known already.
        case explaining(cores: Int)
        /// Solving everything in one program.
        case solvingWhole

        /// Number of children from which on the reduction keeps all threads busy.
        private static let largeCity = 50_000

        /// Whether the stage leaves threads idle in a case of this many children.
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
    /// - Returns: The one result of the rules, proved. If something stopped the search: a feasible allocation with the bounds
    ///   reached so far, and in ``AllocationResult/termination`` what stopped it. If the deadline had passed at the start,
    ///   everybody is at the baseline.
    /// - Throws: ``AllocationError`` if the chosen solver is not built in or fails, and on a defect of the program. It never
    ///   throws because the search was stopped, or because no stable allocation exists.
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

    /// The result of a search that ended early.
    private func unproved(
        _ limit: Termination.Limit, _ record: SearchRecord, _ store: OutcomeStore, _ reduction: Reduction? = nil
    ) -> AllocationResult {
        if !options.approximates {
            return AllocationResult(baselineOf: subject, stoppedBy: limit, reached: record)
        }
        return AllocationResult(
            allocation: Approximation.allocation(store, from: reduction), stoppedBy: limit, record: record)
    }

    /// An allocation that obeys every list and limit, with few claims, found in little time and without proof. In a round with
    /// phases or pins it leaves everybody at the baseline.
    public static func approximation(of subject: Case) -> Allocation {
        subject.isPlain
            ? Approximation.allocation(OutcomeStore(Market(subject))) : Allocation(baselineOf: subject)
    }

    /// The whole integer program of the case, unreduced, for an export in LP format. It minimises the number of households
    /// with a claim.
    ///
    /// Its objective is the first level of the result. The names of variables and rows contain the indices of households,
    /// outcomes and limits.
    ///
    /// - Parameter subject: A plain case. For a round with phases or pins, pass one phase from ``problem(of:in:options:)``.
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
    /// The native solver, or GLPK for a program that the native solver cannot take.
    case auto
    case glpk
    case native
}

/// Why there is no result at all.
public enum AllocationError: PhrasedError {
    /// `glpk` was asked for in a build without the trait `GLPK`.
    case glpkNotBuiltIn
    case solverFailed(SolverError)
    /// A phase was asked for, but the time ended before this earlier one was proved.
    case phaseNotProved(String)
    /// A defect of the program, with what was noticed.
    case fault(String)
    /// The search was stopped before it had an answer. ``Allocator/allocate()`` does not throw this; it returns what was found.
    case stopped(by: Termination.Limit)

    public var phrase: Phrase {
        switch self {
        case .glpkNotBuiltIn:
            Phrase(
                "このプログラムには GLPK が組み込まれていません。ソルバーに native を選ぶか、GLPK を付けてビルドしてください。",
                "This build has no GLPK; choose the native solver or build with the trait GLPK.")
        case .solverFailed(let error): Phrase("ソルバーが失敗しました: \(error)", "The solver failed: \(error)")
        case .phaseNotProved(let name):
            Phrase(
                "段階「\(name)」を証明する前に時間切れになりました。時間を長くしてください。",
                "The time ended before the phase \(name) was proved; give it more.")
        case .fault(let what):
            Phrase(
                "プログラムの不具合です。この文を添えて開発元にお知らせください: \(what)", "Defect in the program, please report it: \(what).")
        case .stopped(let limit):
            switch limit {
            case .time: Phrase("何も見つからないうちに時間切れになりました。", "The time ended before anything was found.")
            case .interrupted: Phrase("何も見つからないうちに中断されました。", "The search was stopped before anything was found.")
            case .work:
                Phrase(
                    "何も見つからないうちに、定められた計算量に達しました。",
                    "The search ended, after as much work as it was given, before anything was found.")
            case .size: Phrase("何も見つからないうちに、計画問題が大きくなりすぎました。", "A program grew too large before anything was found.")
            case .claims:
                Phrase(
                    "優先順位の逆転や空き枠の残りのある世帯が多すぎて、調べても役に立ちません。",
                    "More households must have a claim than are of use.")
            }
        }
    }
}

/// An allocation and how it was found.
public struct AllocationResult: Sendable {
    public var allocation: Allocation
    /// Why the search ended.
    public var termination: Termination
    /// The word for ``termination`` in `run.json`.
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
    /// For each phase the households that were proved to be the ones with a claim, ascending; `nil` if the search ended
    /// before it proved them. A plain case has one phase.
    ///
    /// An independent check must agree with them before a result is used.
    public var provedClaimants: [[Int]?] {
        if phases.isEmpty { return [isProved ? claimants : nil] }
        return phases.map { $0.isProved ? $0.claimants : nil }
    }

    /// Everybody at the baseline.
    init(baselineOf subject: Case, stoppedBy limit: Termination.Limit, reached record: SearchRecord) {
        self.init(allocation: Allocation(baselineOf: subject), stoppedBy: limit, record: record)
    }

    /// The result of a search that was stopped.
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

/// What the search did. It is the same for every solver, apart from `solves`.
public struct SearchRecord: Sendable, Hashable {
    /// Joint outcomes that were made; `strikes` counts those that the last reduction struck.
    public var outcomes = 0
    public var strikes = 0
    /// Households that the last reduction left undecided, the number of their components, and the number of households in the
    /// largest component.
    public var undecidedHouseholds = 0
    public var components = 0
    public var largestComponent = 0
    /// Why there cannot be fewer claimants: disjoint sets of households, of each of which some have a claim in any allocation.
    public var cores: [ClaimCore] = []
    /// Why no allocation is better, as far as the search came. In a round with phases or pins each phase has its own proof.
    public var proof = Proof()
    public var claimBound = 0
    /// How many times a solver was called.
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

    /// What ended a solve that the solver gave up: the limit that was reached, or the time if none was.
    var limitOfSolve: Termination.Limit { limit.map { Termination.Limit($0) } ?? .time }
}
