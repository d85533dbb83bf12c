import Synchronization

/// A flag that asks a running solve to stop; raised from any thread, and never lowered.
public final class StopSignal: Sendable {
    /// 0 until it is raised; then what it was raised for first.
    private let raised = Atomic(UInt8(0))
    private let parent: StopSignal?

    /// A flag that is not raised.
    public init() { parent = nil }

    /// A flag that is raised by itself, or with another one.
    public init(following parent: StopSignal) { self.parent = parent }

    /// Whether someone asked to stop.
    public var isRaised: Bool { limit != nil }

    /// What the signal, or the one that it follows, was raised for first; `nil` until one is raised.
    public var limit: Deadline.Limit? {
        Deadline.Limit(rawValue: raised.load(ordering: .relaxed)) ?? parent?.limit
    }

    /// Asks every solve that holds this signal to stop.
    ///
    /// - Parameter limit: Why: a timer says `.time`. Only what is said first counts.
    public func raise(for limit: Deadline.Limit = .interrupted) {
        _ = raised.compareExchange(expected: 0, desired: limit.rawValue, ordering: .relaxed)
    }
}

/// How many steps of work a solve may take, counted as it goes: unlike time the same on every machine.
///
/// What is counted depends on one solve only, so each has a budget of its own; it is asked wherever the deadline is.
public final class WorkBudget: Sendable {
    /// Steps after which the budget is spent; some hundred million take a second.
    public let limit: Int
    private let steps = Atomic(0)

    /// A budget of which nothing is spent; without a limit it only counts.
    public init(limit: Int = .max) { self.limit = limit }

    /// Steps taken so far.
    public var spent: Int { steps.load(ordering: .relaxed) }

    /// Whether no step is left.
    public var isSpent: Bool { spent >= limit }

    /// Counts further steps.
    public func spend(_ more: Int) { steps.wrappingAdd(more, ordering: .relaxed) }
}

/// When a solve has to stop: at an instant, on a signal, at whichever comes first, or never.
public struct Deadline: Sendable {
    /// The instant from which the deadline has passed, or `nil` for no limit of time.
    public var instant: ContinuousClock.Instant?
    /// The signal that ends the solve early, or `nil` when nobody can.
    public var signal: StopSignal?
    /// The work after which the solve ends, or `nil` where nobody counts it.
    public var work: WorkBudget?

    /// A deadline at `instant` (`nil`: none) that `signal` (`nil`: nobody) can bring forward.
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

    /// Why it is time to stop, or `nil` while it is not. A raised signal comes first, then work that is spent.
    ///
    /// Once it is not `nil` it never is again, but a later reason of these may take the place of an earlier one.
    public var limit: Limit? {
        if let signal, let limit = signal.limit { return limit }
        if let work, work.isSpent { return .work }
        if let instant, instant <= .now { return .time }
        return nil
    }

    /// Whether time or the signal ends it, whatever work is left.
    public var timeHasPassed: Bool { Deadline(at: instant, signal: signal).hasPassed }

    /// Counts steps of work that was done.
    public func spend(_ steps: Int) { work?.spend(steps) }

    /// The same in the words of an outcome, for which work that is spent counts as time.
    var reason: Outcome.Reason? { limit.map { $0 == .interrupted ? .cancelled : .deadline } }

    /// Milliseconds left, work apart: 0 when it is time to stop, `Int32.max` without a limit of time.
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
