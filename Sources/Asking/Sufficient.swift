import Admissions
import Allocating
import Explaining

/// A change with which a child would have had a wish, or one that it ranks higher, confirmed by solving the changed case.
public struct Sufficient: Hashable, Sendable {
    /// What would have had to be different, in the form in which people are told.
    public enum Need: Hashable, Sendable {
        /// The child's value at a key, the points included; where siblings share their points, theirs too.
        case value(key: Int, from: String, to: String)
        /// This many more seats at each of these limits.
        case seats(Int, limits: [Int])
    }

    public var child: Int
    /// Index into `Child.wishes`.
    public var wish: Int
    public var change: Need
}

/// Looks for what would have let children have their wishes, keeps the confirmed answers, and counts the work.
public struct SufficientSearch: Sendable {
    /// The confirmed answers, by child, then by wish.
    public private(set) var answers: [Sufficient] = []
    /// How many children were asked about.
    public private(set) var children = 0
    /// How many wishes were examined. Each was refused for lack of a seat, the child's own or a sibling's.
    public private(set) var examined = 0
    /// How many of the examined wishes have at least one confirmed answer.
    public private(set) var confirmed = 0
    /// How many changed cases were solved.
    public private(set) var solves = 0

    /// Why some wishes were not examined to the end; `nil` where all were. Such a wish does not count as examined, and no answer
    /// to it is kept.
    public private(set) var cut: Cut?

    /// Wishes that took more than the steps for one wish, by their place among those asked about, from 0, ascending.
    public private(set) var leftOut: [Int] = []

    /// Why questions were left without an answer.
    public typealias Cut = Trial.Cut

    private let subject: Case
    private let explanations: Explanations
    private let trial: Trial
    /// Steps that the solver took, including those for wishes that were not examined to the end.
    private var budget = Trial.Budget()
    /// Steps of the solver that the current wish may still take.
    private var stepsLeft = 0

    /// The most changed cases that are solved for one wish.
    public static let mostSolvesOfWish = 4
    /// The most steps of the solver for one wish: about a second.
    public static let mostStepsOfWish = 300_000_000
    /// The usual limit of a whole search in steps of the solver, after which no further wish is examined: a few seconds.
    public static let mostStepsInAll = 1_000_000_000

    /// A search that solves each changed case with `trial`.
    public init(of subject: Case, _ explanations: Explanations, by trial: Trial) {
        self.subject = subject
        self.explanations = explanations
        self.trial = trial
    }

    /// A search that solves each changed case on one thread, until the deadline of the options.
    ///
    /// The steps of the solver `auto` are counted, whichever solver found the result, so that the answers are the same. If the
    /// options limit the claims, a changed case with more claims than that confirms nothing.
    public init(
        of subject: Case, _ explanations: Explanations, _ options: Allocator.Options = Allocator.Options()
    ) {
        var options = options
        options.threads = 1
        options.solver = .auto
        self.init(of: subject, explanations, by: Trial(options))
    }

    /// Steps that the solver took, including those for wishes that were not examined to the end.
    public var steps: Int { budget.steps }

    /// Children without a place who have a wish refused for lack of a seat, those who came closest to one first.
    ///
    /// - Parameters:
    ///   - subject: The case.
    ///   - explanations: The explanations of the result.
    ///   - placements: One for each child.
    public static func candidates(of subject: Case, _ explanations: Explanations, _ placements: [Placement]) -> [Int] {
        placements.filter { $0.outcome != .placed }.compactMap { placement -> (distance: Int, child: Int)? in
            explanations.reasons(of: placement.child).filter(isRefused).map { Int($0.ahead - $0.seats) }.min()
                .map { ($0, placement.child) }
        }.sorted { $0 < $1 }.map(\.child)
    }

    /// Examines the refused wishes of children, several at the same time.
    ///
    /// - Parameters:
    ///   - candidates: The children whose refused wishes are examined, in this order.
    ///   - mostSolves: The search ends before a wish with which more than this many cases might be solved; `nil`: no limit.
    ///   - mostSteps: The search ends once the solver has taken this many steps.
    ///   - threads: How many wishes may be examined at the same time; the answers are the same with any number.
    ///   - progress: Called with the number of wishes that have been examined.
    public mutating func examine(
        _ candidates: [Int], mostSolves: Int? = nil, mostSteps: Int = .max, threads: Int,
        progress: @Sendable (_ done: Int) -> Void = { _ in }
    ) throws(AllocationError) {
        let asked = candidates.flatMap { explanations.reasons(of: $0).filter(Self.isRefused) }
        let start = SufficientSearch(of: subject, explanations, by: trial)
        // With a limit few at a time, because what exceeds it is thrown away.
        let size = mostSolves == nil && mostSteps == .max ? max(1, threads) * 16 : max(1, threads)
        budget.limit = mostSteps
        var last: Int?
        defer { answers.sort { ($0.child, $0.wish) < ($1.child, $1.wish) } }
        try Trial.inTurn(asked, threads: threads, atATime: size) { reason throws(AllocationError) in
            var search = start
            try search.examine(reason)
            return search
        } take: { place, found throws(AllocationError) in
            if let mostSolves, solves + Self.mostSolvesOfWish > mostSolves { return false }
            if budget.isSpent {
                cut = .work
                return false
            }
            let search = try found.get()
            budget.spend(search.steps)
            if let other = search.cut {
                cut = other
                guard other == .work else { return false }
                leftOut.append(place)
                return true
            }
            let child = Int(asked[place].child)
            if child != last { children += 1 }
            last = child
            add(search)
            return true
        } end: {
            progress($0)
        }
    }

    private mutating func add(_ other: SufficientSearch) {
        answers += other.answers
        examined += other.examined
        confirmed += other.confirmed
        solves += other.solves
    }

    /// Examines each wish of a child that was refused for lack of a seat: which smallest change of the deciding key, and how many
    /// more seats, would have let the child have the wish?
    ///
    /// A wish during which the time ended does not count as examined.
    ///
    /// - Parameters:
    ///   - child: Index into `Case.children`.
    ///   - mostSteps: The search ends once the solver has taken this many steps.
    ///   - progress: Called with the number of wishes that have been looked at.
    public mutating func examine(
        child: Int, mostSteps: Int = .max, progress: (_ done: Int) -> Void = { _ in }
    ) throws(AllocationError) {
        children += 1
        budget.limit = mostSteps
        for (place, reason) in explanations.reasons(of: child).filter(Self.isRefused).enumerated() {
            if cut == .time || cut == .interrupted { return }
            if budget.isSpent {
                cut = .work
                return
            }
            progress(place)
            try examine(reason)
        }
    }

    /// At most ``mostSolvesOfWish`` cases are solved again.
    private mutating func examine(_ reason: Reason, mostSteps: Int = Self.mostStepsOfWish) throws(AllocationError) {
        let (before, earlier) = (answers.count, cut)
        cut = nil
        stepsLeft = mostSteps
        if reason.kind == .seats { try findValue(reason) }
        try findSeats(reason)
        if cut != nil {
            answers.removeSubrange(before...)
            return
        }
        cut = earlier
        examined += 1
        if answers.count > before { confirmed += 1 }
    }

    /// Whether the wish was refused for lack of a seat, the child's own or a sibling's.
    public static func isRefused(_ reason: Reason) -> Bool { reason.kind == .seats || reason.kind == .siblingSeat }

    private mutating func suffices(_ change: Change, _ reason: Reason) throws(AllocationError) -> Bool {
        guard cut == nil, let changed = change.applied(to: subject) else { return false }
        let answer = try trial.solve(changed, mostSteps: stepsLeft)
        budget.spend(answer.steps)
        stepsLeft -= answer.steps
        if let ended = answer.cut {
            cut = ended
            return false
        }
        solves += 1
        guard let choice = answer.allocation?.choices[Int(reason.child)] else { return false }
        return choice >= 0 && choice <= reason.wish
    }

    // MARK: The deciding key

    /// Tries the value of the last child admitted, then the next better one.
    private mutating func findValue(_ reason: Reason) throws(AllocationError) {
        guard case .key(let key) = reason.key else { return }
        let child = Int(reason.child)
        for value in valuesToTry(reason) {
            guard let change = change(of: key, of: child, at: Int(reason.wish), to: value) else { continue }
            guard try suffices(change, reason) else { continue }
            answers.append(answer(key, value, reason))
            return
        }
    }

    private func answer(_ key: Int, _ value: KeyValue, _ reason: Reason) -> Sufficient {
        let own = explanations.value(of: Int(reason.child), at: Int(reason.wish), .key(key), in: subject)
        return Sufficient(
            child: Int(reason.child), wish: Int(reason.wish),
            change: .value(key: key, from: own, to: subject.rules.priority[key].text(of: value)))
    }

    /// The value of the last child admitted, and the next better one; none where no key decided, or the last child has no value.
    ///
    /// None either for a key that does not stand alone: with another value of it alone there would be no such child.
    private func valuesToTry(_ reason: Reason) -> [KeyValue] {
        guard reason.kind == .seats, case .key(let key) = reason.key, subject.rules.standsAlone(key: key) else {
            return []
        }
        let last = Int(reason.lastAdmitted)
        let lastWish = explanations.wishOfLastAdmitted(reason)
        guard let target = explanations.keyValue(of: last, at: lastWish, key) else { return [] }
        let entry = subject.rules.priority[key]
        return [target, next(after: target, entry, key)].compactMap { $0 }.filter(entry.allows)
    }

    private func change(of key: Int, of child: Int, at wish: Int, to value: KeyValue) -> Change? {
        guard subject.rules.priority[key].source == .points else {
            return .value(child: child, key: key, wish: subject.wishDeciding(key, of: child, at: wish), value)
        }
        guard case .number(let wanted) = value,
            case .number(let own)? = explanations.keyValue(of: child, at: wish, key),
            let difference = wanted.subtracting(own)
        else { return nil }
        let household = subject.children[child].householdID
        // Shared points rise by the same number for all who share them.
        let sharing =
            subject.rules.householdPriority == .each
            ? [child] : subject.children.indices.filter { subject.children[$0].householdID == household }
        return .points(children: sharing, difference)
    }

    /// The next value that comes before: one step of the key's finest unit in this case.
    private func next(after value: KeyValue, _ entry: PriorityKey, _ key: Int) -> KeyValue? {
        switch value {
        case .date(let date):
            let day = entry.order == .ascending ? date.dayNumber - 1 : date.dayNumber + 1
            return CalendarDate(dayNumber: day).map(KeyValue.date)
        case .number(let number):
            let isByWish = subject.wishKeyValues.keys.contains(key)
            let finest = subject.children.indices.reduce(Int64(1)) { finest, child in
                let values =
                    isByWish
                    ? subject.children[child].wishes.indices.map { subject.keyValue(child: child, wish: $0, key: key) }
                    : [subject.keyValue(child: child, key: key)]
                return values.reduce(finest) { finest, value in
                    if case .number(let other)? = value { max(finest, other.denominator) } else { finest }
                }
            }
            let step = ExactNumber(entry.order == .ascending ? -1 : 1, over: finest)
            return step.flatMap(number.adding).map(KeyValue.number)
        }
    }

    // MARK: Seats

    /// Tries one more seat at every limit that lacks one, then as many as the child and all who wait before it need.
    private mutating func findSeats(_ reason: Reason) throws(AllocationError) {
        let (limits, waiting) = lacking(reason)
        for count in Self.seatsToTry(waiting) {
            guard try suffices(.limitSeats(limits, .more(count)), reason) else { continue }
            answers.append(
                Sufficient(child: Int(reason.child), wish: Int(reason.wish), change: .seats(count, limits: limits)))
            return
        }
    }

    private static func seatsToTry(_ waiting: Int) -> [Int] { waiting == 1 ? [1] : [1, waiting] }

    /// The limits without a seat, ascending, and how many children wait for one before the child or its sibling.
    private func lacking(_ reason: Reason) -> (limits: [Int], waiting: Int) {
        if reason.kind == .seats {
            return (
                explanations.fullLimits(
                    of: Int(reason.child),
                    at: subject.children[Int(reason.child)].wishes[Int(reason.wish)].facility,
                    limit: Int(reason.limit), in: subject),
                max(1, Int(reason.ahead) - Int(reason.seats) + 1)
            )
        }
        let missing = explanations.jointReasons[Int(reason.joint)].missing
        return (
            Set(
                missing.flatMap { explanations.fullLimits(of: $0.child, at: $0.facility, limit: $0.limit, in: subject) }
            ).sorted(),
            missing.map { max(1, $0.ahead - $0.seats + 1) }.max() ?? 1
        )
    }
}

// MARK: - Checking what was answered

extension SufficientSearch {
    /// The wishes that are asked about, in turn.
    ///
    /// - Parameters:
    ///   - subject: The case.
    ///   - explanations: The explanations of the result.
    ///   - placements: One for each child.
    public static func questions(
        of subject: Case, _ explanations: Explanations, _ placements: [Placement]
    ) -> [Reason] {
        candidates(of: subject, explanations, placements).flatMap { explanations.reasons(of: $0).filter(isRefused) }
    }

    /// The answers that a refused wish can have, found without solving anything. It has at most one of `values`, then at most one
    /// of `seats`.
    public func possibleAnswers(to reason: Reason) -> (values: [Sufficient], seats: [Sufficient]) {
        var values: [Sufficient] = []
        if case .key(let key) = reason.key { values = valuesToTry(reason).map { answer(key, $0, reason) } }
        let (limits, waiting) = lacking(reason)
        return (
            values,
            Self.seatsToTry(waiting).map {
                Sufficient(child: Int(reason.child), wish: Int(reason.wish), change: .seats($0, limits: limits))
            }
        )
    }

    /// Examines all of the refused wishes, however much work they take, unless the time ends.
    ///
    /// - Parameters:
    ///   - wishes: The refused wishes, in this order.
    ///   - threads: How many wishes may be examined at the same time; the answers are the same with any number.
    /// - Returns: Whether all were examined.
    public mutating func examine(wishes: [Reason], threads: Int) throws(AllocationError) -> Bool {
        let start = SufficientSearch(of: subject, explanations, by: trial)
        var areAllExamined = true
        try Trial.inTurn(wishes, threads: threads) { reason throws(AllocationError) in
            var search = start
            try search.examine(reason, mostSteps: .max)
            return search
        } take: { _, found throws(AllocationError) in
            let search = try found.get()
            areAllExamined = search.cut == nil
            if areAllExamined { add(search) }
            return areAllExamined
        }
        answers.sort { ($0.child, $0.wish) < ($1.child, $1.wish) }
        return areAllExamined
    }
}
