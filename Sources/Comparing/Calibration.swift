import Admissions
import Allocating
import Asking

/// Searches the settings of the rules that a city did not write down for those under which the rules agree best with what
/// staff decided.
///
/// From the settings as written it goes to whichever change of one setting, or of two together, agrees better, until none
/// does. A change of settings that agree equally well is left out: what is proposed differs from what is written only where
/// that helps.
///
/// It may also move the points of named rows of the points table; see ``MovableRows`` and ``leastEvidence``.
public struct Calibration: Sendable {
    /// Settings that were tried, and how far the rules agree with staff under them.
    public struct Candidate: Sendable {
        /// Where they differ from the settings as written, in the order of `RuleSetting.names`.
        public let changes: [RuleSetting]
        /// Where the points table differs from the one as written, in its order.
        public let moves: [RowMove]
        public let rules: Rules
        /// Equal for settings under which the rules give the same.
        public let result: SHA256.Digest
        /// Children, and households with all their children, who have what staff decided.
        ///
        /// Households are those of the files: siblings whom a setting lets apply independently are still one, so that
        /// settings are counted alike.
        public let children: Int
        public let households: Int
        /// Households of the files, whether they agree or not.
        public let householdCount: Int
        /// For each child whether it has what staff decided.
        let agrees: [Bool]
        fileprivate let draft: CaseDraft

        /// The case under these settings: resolved again where it is asked for, because very many candidates are kept.
        public var subject: Case {
            do { return try draft.resolved() } catch {
                preconditionFailure("a case that was solved is valid: \(error)")
            }
        }

        /// All changes in words, those of settings first.
        public var descriptions: [String] { changes.map(\.description) + moves.map(\.description) }

        /// How far all points together move; `nil` where that does not fit in 64 bits.
        fileprivate var distance: ExactNumber? {
            moves.reduce(Optional(0)) { sum, move in sum.flatMap { sum in move.distance.flatMap(sum.adding) } }
        }
    }

    /// How far the search has come.
    public struct Progress: Sendable {
        public let tried: Int
        public let bestChildren: Int
    }

    let draft: CaseDraft
    let manual: [Int?]
    let options: Allocator.Options
    /// The rows that may be moved; `nil`: none.
    let rows: MovableRows?
    /// Of rules with moved rows whether every move is explained by enough households, as far as that was asked.
    var upheld: [Rules: Bool] = [:]
    private(set) var known: [Rules: Candidate] = [:]
    /// Settings that are passed over: they are invalid for the case, or take too much work.
    private var passedOver: Set<Rules> = []
    /// The work of all settings tried, and the solver's steps that the settings as written took.
    private var budget = Trial.Budget(limit: leastStepsInAll)
    private var stepsAsWritten = 0
    /// Whether the deadline ended the search: what there is by then is true, but better settings may be left.
    public internal(set) var hasTimeEnded = false
    /// Settings that were not tried to the end because they take more solver's work than is done for them: the same on every
    /// machine.
    public private(set) var tooMuchWork = 0
    private let progress: @Sendable (Progress) -> Void

    /// - Parameters:
    ///   - draft: The case as written.
    ///   - manual: For each child, ascending by id, the index of the facility that staff gave it; `nil`: held, or
    ///     staying.
    ///   - options: How each case is allocated; the deadline is that of the whole search, and the threads are shared.
    ///   - rows: The rows of the draft's points table that may be moved as well; `nil`: none.
    ///   - progress: Called as the search goes on.
    public init(
        _ draft: CaseDraft, manual: [Int?], options: Allocator.Options, moving rows: MovableRows? = nil,
        progress: @escaping @Sendable (Progress) -> Void = { _ in }
    ) {
        self.draft = draft
        self.manual = manual
        self.options = options
        self.rows = rows
        self.progress = progress
    }

    /// Limits of the solver's steps for one of the settings: a multiple of the steps for the settings as written, and a minimum.
    private static let (stepsTimes, leastSteps) = (8, 100_000_000)
    /// The same limits for all settings together.
    private static let (stepsTimesInAll, leastStepsInAll) = (300, 25_000_000_000)

    /// How many settings were tried.
    public var tried: Int { known.count }

    /// All settings tried, those that agree best first: in children, then in households, then with the fewest changes, then
    /// with the smallest movement of points.
    ///
    /// Where the deadline ends the search they are those tried by then; see ``hasTimeEnded``. Those with a moved row are left
    /// out unless each of their moves has its evidence; ``unproposed`` has them.
    ///
    /// - Throws: ``RootSearchError/stopped(by:)`` where not even the settings as written were tried; `InvalidCase` where the case as written cannot be resolved.
    /// - Complexity: A few hundred allocations of the case; with rows to move a few more for each row and change, and some
    ///   forty times as many priority orders.
    public mutating func search() throws -> [Candidate] {
        guard try evaluate([draft.rules]).first != nil else {
            // The settings as written have no budget of work, so that it was the deadline, or the size of a program.
            throw RootSearchError.stopped(by: options.deadline.limit.map { Termination.Limit($0) } ?? .size)
        }
        var best = known[draft.rules]!
        while !isOver {
            let single = Self.alternatives(to: best.rules)
            let moved = promisingMoves(of: best.rules)
            try evaluate(single + moved)
            if isOver { break }
            var next = try leading()
            if isPreferred(next, to: best) {
                best = next
                continue
            }
            if best.children == manual.count { break }
            try evaluate(single.flatMap(Self.alternatives) + movedTwice(best.rules, moved))
            if isOver { break }
            next = try leading()
            if !isPreferred(next, to: best) { break }
            best = next
        }
        return ranking().filter(isProposable)
    }

    /// Settings that were tried and left out because of a moved row without evidence, in the order of the others.
    public var unproposed: [Candidate] { ranking().filter { !isProposable($0) } }

    /// How far the rules agree in another year under these settings; `nil` where its case does not take them.
    ///
    /// `moves` are made to the rows of the same names in that year's table.
    public static func agreement(
        under changes: [RuleSetting], moving moves: [RowMove] = [], in draft: CaseDraft, manual: [Int?],
        options: Allocator.Options
    ) throws -> Candidate? {
        var rules = draft.rules
        for change in changes {
            do { try change.apply(to: &rules) } catch { return nil }
        }
        for move in moves where !move.apply(to: &rules.pointsTable) { return nil }
        var year = Calibration(draft, manual: manual, options: options)
        return try year.evaluate([rules]).first
    }

    /// Whether the search goes on from one of the settings instead of the other.
    private func isPreferred(_ one: Candidate, to other: Candidate) -> Bool {
        if (one.children, one.households) > (other.children, other.households) { return true }
        // A row may move back, or less far, when others have moved.
        return rows != nil && one.rules != other.rules
    }

    /// The best of those that may be proposed.
    private mutating func leading() throws -> Candidate {
        for candidate in ranking() where try isUpheld(candidate) { return candidate }
        return known[draft.rules]!
    }

    func ranking() -> [Candidate] {
        let entries = known.values.map { (candidate: $0, distance: $0.distance, words: $0.descriptions) }
        return entries.sorted { left, right in
            let (one, other) = (left.candidate, right.candidate)
            if one.children != other.children { return one.children > other.children }
            if one.households != other.households { return one.households > other.households }
            let counts = (one.changes.count + one.moves.count, other.changes.count + other.moves.count)
            if counts.0 != counts.1 { return counts.0 < counts.1 }
            if left.distance != right.distance {
                guard let far = left.distance, let further = right.distance else { return left.distance != nil }
                return far < further
            }
            return left.words.lexicographicallyPrecedes(right.words)
        }.map(\.candidate)
    }

    /// All rules that differ from these in one setting.
    static func alternatives(to rules: Rules) -> [Rules] {
        var settings: [RuleSetting] = []
        settings += [Timing.together, .any, .elder, .younger, .independent].map { .timing($0) }
        settings += FacilityAnswer.allCases.filter { $0 != .near || rules.siblings.nearKilometres != nil }
            .map { .facility($0) }
        settings += Aggregate.allCases.map { .aggregate($0) }
        settings += [true, false].map { .countFirst($0) }
        settings += KeptSeat.allCases.map { .keptSeat($0) }
        settings += HouseholdPriority.allCases.map { .householdPriority($0) }
        settings += Objective.allCases.map { .objective($0) }
        let keys = rules.priority.map(\.name)
        for from in keys.indices {
            for to in keys.indices where to != from {
                var order = keys
                order.insert(order.remove(at: from), at: to)
                settings.append(.priority(order))
            }
        }
        var seen: Set<Rules> = [rules]
        return settings.compactMap { setting in
            var changed = rules
            do { try setting.apply(to: &changed) } catch { return nil }
            return seen.insert(changed).inserted ? changed : nil
        }
    }

    /// Whether nothing more is tried.
    var isOver: Bool { hasTimeEnded || budget.isSpent }

    /// Allocates under the rules that are not known yet.
    ///
    /// - Returns: Those that the case takes: some settings need others, such as `near` a distance.
    @discardableResult
    mutating func evaluate(_ all: [Rules]) throws -> [Candidate] {
        var asked: Set<Rules> = []
        let new = all.filter { known[$0] == nil && !passedOver.contains($0) && asked.insert($0).inserted }
        let trial = Trial(alone)
        // A few at a time, so that progress can be told.
        let size = max(1, options.threads) * 4
        let (draft, manual, stepsAsWritten) = (draft, manual, stepsAsWritten)
        var taken = 0
        try Trial.inTurn(new, threads: options.threads, atATime: size) {
            if options.deadline.hasPassed { hasTimeEnded = true }
            return !isOver
        } ask: { rules in
            try Self.solve(draft, manual, under: rules, trial, stepsAsWritten)
        } take: { place, found throws(any Error) in
            let rules = new[place]
            if budget.isSpent { return false }
            taken += 1
            guard let (candidate, answer) = try found.get() else {
                passedOver.insert(rules)
                return true
            }
            budget.spend(answer.steps)
            if rules == draft.rules {
                self.stepsAsWritten = answer.steps
                budget.limit = max(Self.leastStepsInAll, Self.stepsTimesInAll * answer.steps)
            }
            if let candidate {
                known[rules] = candidate
            } else if answer.cut == .work {
                passedOver.insert(rules)
                tooMuchWork += 1
            } else {
                hasTimeEnded = true
            }
            return true
        } end: { _ in
            if budget.isSpent { return }
            progress(Progress(tried: known.count, bestChildren: known.values.map(\.children).max() ?? 0))
        }
        // Counted in full, so that the number does not depend on how many are tried at the same time.
        if budget.isSpent { tooMuchWork += new.count - taken }
        return all.compactMap { known[$0] }
    }

    /// How each of the settings is solved: several at the same time, so each on one thread.
    private var alone: Allocator.Options {
        var alone = options
        alone.threads = 1
        return alone
    }

    /// Solves the case under other rules; `nil` where it does not take them.
    private static func solve(
        _ draft: CaseDraft, _ manual: [Int?], under rules: Rules, _ trial: Trial, _ stepsAsWritten: Int
    ) throws -> (candidate: Candidate?, answer: Trial.Answer)? {
        var changed = draft
        changed.rules = rules
        let isAsWritten = rules == draft.rules
        let subject: Case
        do { subject = try changed.resolved() } catch {
            if isAsWritten { throw error }
            return nil
        }
        // The settings as written are the city's own, and solved to the end.
        let most = isAsWritten ? Int.max : max(leastSteps, stepsTimes * stepsAsWritten)
        let answer = try trial.solve(subject, mostSteps: most)
        return (answer.allocation.map { candidate(changed, manual, from: draft.rules, subject, $0) }, answer)
    }

    private static func candidate(
        _ draft: CaseDraft, _ manual: [Int?], from written: Rules, _ subject: Case, _ allocation: Allocation
    ) -> Candidate {
        let staff = ManualResult(manual, of: subject)
        let computed = ManualResult(allocation, of: subject)
        let agrees = subject.children.indices.map { staff.places[$0] == computed.places[$0] }
        let households = Set(subject.children.map(\.householdID))
        let differing = Set(subject.children.indices.filter { !agrees[$0] }.map { subject.children[$0].householdID })
        var result = SHA256()
        for place in computed.places { result.update(withUnsafeBytes(of: Int32(place ?? -1).littleEndian, Array.init)) }
        return Candidate(
            changes: changes(from: written, to: draft.rules),
            moves: RowMove.moves(from: written.pointsTable, to: draft.rules.pointsTable), rules: draft.rules,
            result: result.finalize(), children: agrees.count { $0 }, households: households.count - differing.count,
            householdCount: households.count, agrees: agrees, draft: draft)
    }

    private static func changes(from rules: Rules, to other: Rules) -> [RuleSetting] {
        var changes: [RuleSetting] = []
        let (one, two) = (rules.siblings, other.siblings)
        if one.timing != two.timing { changes.append(.timing(two.timing)) }
        if one.facility != two.facility { changes.append(.facility(two.facility)) }
        if one.aggregate != two.aggregate { changes.append(.aggregate(two.aggregate)) }
        if one.countFirst != two.countFirst { changes.append(.countFirst(two.countFirst)) }
        if one.keptSeat != two.keptSeat { changes.append(.keptSeat(two.keptSeat)) }
        if rules.householdPriority != other.householdPriority {
            changes.append(.householdPriority(other.householdPriority))
        }
        if rules.objective != other.objective { changes.append(.objective(other.objective)) }
        if rules.priority != other.priority { changes.append(.priority(other.priority.map(\.name))) }
        return changes
    }
}
