import Synchronization

/// A flag that asks a running solve to stop; raised from any thread, and never lowered.
public final class StopSignal: Sendable {
    /// 0 until the signal is raised; then the first reason for which it was raised.
    private let raised = Atomic(UInt8(0))
    private let parent: StopSignal?

    /// Makes a flag that is not raised.
    public init() { parent = nil }

    /// Makes a flag that also counts as raised when `parent` is raised.
    public init(following parent: StopSignal) { self.parent = parent }

    /// Whether someone asked to stop.
    public var isRaised: Bool { limit != nil }

    /// The first reason for which the signal was raised, or else that of the signal that it follows; `nil` until one is raised.
    public var limit: Deadline.Limit? {
        Deadline.Limit(rawValue: raised.load(ordering: .relaxed)) ?? parent?.limit
    }

    /// Asks every solve that holds this signal to stop.
    ///
    /// - Parameter limit: The reason; a timer passes `.time`. Only the first reason counts.
    public func raise(for limit: Deadline.Limit = .interrupted) {
        _ = raised.compareExchange(expected: 0, desired: limit.rawValue, ordering: .relaxed)
    }
}

/// How many steps of work a solve may take. The count is the same on every machine, unlike time.
///
/// Each solve needs a budget of its own, so that the count depends on that solve only. The budget is checked together with the
/// deadline.
public final class WorkBudget: Sendable {
    /// Number of steps after which the budget is spent; a few hundred million steps take about a second.
    public let limit: Int
    private let steps = Atomic(0)

    /// Makes a budget of which nothing is spent. Without a limit it only counts.
    public init(limit: Int = .max) { self.limit = limit }

    /// Steps taken so far.
    public var spent: Int { steps.load(ordering: .relaxed) }

    /// Whether no step is left.
    public var isSpent: Bool { spent >= limit }

    /// Counts further steps.
    public func spend(_ more: Int) { steps.wrappingAdd(more, ordering: .relaxed) }
}

/// When a solve has to stop: at an instant, on a signal, when a budget of work is spent, whichever comes first, or never.
public struct Deadline: Sendable {
    /// The instant from which the deadline has passed, or `nil` for no limit of time.
    public var instant: ContinuousClock.Instant?
    /// The signal that ends the solve early, or `nil` if there is none.
    public var signal: StopSignal?
    /// The work after which the solve ends, or `nil` if it is not limited.
    public var work: WorkBudget?

    /// Makes a deadline at `instant`, or earlier if `signal` is raised or `work` is spent. `nil` stands for no such limit.
    public init(
        at instant: ContinuousClock.Instant? = nil, signal: StopSignal? = nil, work: WorkBudget? = nil
    ) {
        self.instant = instant
        self.signal = signal
        self.work = work
    }

    /// What ended a solve.
    public enum Limit: UInt8, CaseIterable, Sendable {
        /// The instant has passed, or a timer raised the signal.
        case time = 1
        /// Somebody raised the signal.
        case interrupted
        /// The budget of work is spent.
        case work
    }

    /// No deadline at all.
    public static let none = Deadline()

    /// The deadline `duration` from now.
    public static func after(_ duration: Duration, signal: StopSignal? = nil) -> Deadline {
        Deadline(at: .now + duration, signal: signal)
    }

    /// Whether it is time to stop, for whatever reason.
    public var hasPassed: Bool { limit != nil }

    /// Why it is time to stop, or `nil` while it is not. If there are several reasons, a raised signal comes first, then spent
    /// work.
    ///
    /// Once there is a reason there always is one, but a reason that comes first in this order may replace it later.
    public var limit: Limit? {
        if let signal, let limit = signal.limit { return limit }
        if let work, work.isSpent { return .work }
        if let instant, instant <= .now { return .time }
        return nil
    }

    /// Whether the time has passed or the signal is raised, regardless of the work.
    public var timeHasPassed: Bool { Deadline(at: instant, signal: signal).hasPassed }

    /// Counts steps of work that was done.
    public func spend(_ steps: Int) { work?.spend(steps) }

    /// ``limit`` as the reason of an outcome, where spent work counts as time.
    var reason: Outcome.Reason? { limit.map { $0 == .interrupted ? .cancelled : .deadline } }

    /// Milliseconds left, regardless of the work: 0 when it is time to stop, `Int32.max` without a limit of time.
    var remainingMilliseconds: Int32 {
        if let signal, signal.isRaised { return 0 }
        guard let instant else { return .max }
        let left = ContinuousClock.now.duration(to: instant)
        if left <= .zero { return 0 }
        let (seconds, attoseconds) = left.components
        if seconds >= 2_000_000 { return 2_000_000_000 }
        return max(1, Int32(seconds) * 1000 + Int32(attoseconds / 1_000_000_000_000_000))
    }
}
