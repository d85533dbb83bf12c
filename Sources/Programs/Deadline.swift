import Synchronization

/// A flag that asks a running solve to stop; raised once, from any thread, and never lowered.
public final class StopSignal: Sendable {
    private let raised = Atomic(false)

    /// A flag that is not raised.
    public init() {}

    /// Whether someone asked to stop.
    public var isRaised: Bool { raised.load(ordering: .relaxed) }

    /// Asks every solve that holds this signal to stop.
    public func raise() { raised.store(true, ordering: .relaxed) }
}

/// When a solve has to stop: at an instant, on a signal, at whichever comes first, or never.
public struct Deadline: Sendable {
    /// The instant from which the deadline has passed, or `nil` for no limit of time.
    public var instant: ContinuousClock.Instant?
    /// The signal that ends the solve early, or `nil` when nobody can.
    public var signal: StopSignal?

    /// A deadline at `instant` (`nil`: none) that `signal` (`nil`: nobody) can bring forward.
    public init(at instant: ContinuousClock.Instant? = nil, signal: StopSignal? = nil) {
        self.instant = instant
        self.signal = signal
    }

    /// No deadline at all.
    public static let none = Deadline()

    /// The deadline `duration` from now.
    public static func after(_ duration: Duration, signal: StopSignal? = nil) -> Deadline {
        Deadline(at: .now + duration, signal: signal)
    }

    /// Whether it is time to stop, for either reason.
    public var hasPassed: Bool { reason != nil }

    /// Why it is time to stop, or `nil` while it is not. A raised signal comes before the time.
    var reason: Outcome.Reason? {
        if let signal, signal.isRaised { return .cancelled }
        if let instant, instant <= .now { return .deadline }
        return nil
    }

    /// Milliseconds left: 0 when it is time to stop, `Int32.max` without a limit of time.
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
