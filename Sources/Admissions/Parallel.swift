import Dispatch
import Synchronization

/// Works on `0..<count` in ranges, several at the same time, and returns the part made from each range, in order.
///
/// If the combined parts do not depend on where one range ends and the next begins, they do not depend on the number of threads
/// either. The ranges share only what a `@Sendable` closure may capture. To fill a common array they use a ``DisjointWriter``.
///
/// - Parameters:
///   - threads: The greatest number of ranges worked on at the same time; with 1 there is a single range, on the calling
///     thread.
///   - smallest: The smallest number of members of a range that is worth a thread.
/// - Returns: At least one part, also for `count` 0.
@usableFromInline
package func inRanges<Part: Sendable>(
    of count: Int, threads: Int, smallest: Int = 512, _ body: @Sendable (Range<Int>) -> Part
) -> [Part] {
    // Several ranges for each thread, so that one slow range does not keep the other threads waiting.
    let pieces = threads <= 1 ? 1 : max(1, min(min(threads, count) * 8, count / smallest))
    guard pieces > 1 else { return [body(0..<count)] }
    @Sendable func range(_ piece: Int) -> Range<Int> { count * piece / pieces..<count * (piece + 1) / pieces }
    return [Part](count: pieces) { parts in
        let next = Atomic(0)
        // Each piece is taken by one thread, and only this thread writes its part.
        DispatchQueue.concurrentPerform(iterations: min(threads, pieces)) { _ in
            while true {
                let piece = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard piece < pieces else { return }
                parts.initialize(piece, to: body(range(piece)))
            }
        }
    }
}

/// Makes `count` elements in ranges, on at most `threads` threads.
///
/// - Parameters:
///   - smallest: The smallest number of elements that is worth a thread.
///   - state: What a range needs to make its elements; each range begins with its own copy.
///   - element: Makes the element of an index; called in ascending order within a range.
/// - Returns: The elements, and the final states in the order of the ranges.
package func elements<Element: Sendable, State: Sendable>(
    _ count: Int, threads: Int, smallest: Int = 512, state: State,
    _ element: @Sendable (inout State, Int) -> Element
) -> (elements: [Element], states: [State]) {
    var states: [State] = []
    let elements = [Element](count: count) { elements in
        states = inRanges(of: count, threads: threads, smallest: smallest) { range in
            var state = state
            for index in range { elements.initialize(index, to: element(&state, index)) }
            return state
        }
    }
    return (elements, states)
}

/// A value that one thread at a time uses.
///
/// It takes the place of `Synchronization.Mutex`: on Linux the kernel hands a contended mutex to the next thread, which the thread
/// sanitizer does not see, so that it reports a race where there is none. It does see how a semaphore is handed over.
package final class Guarded<Value: Sendable>: @unchecked Sendable {
    private let turn = DispatchSemaphore(value: 1)
    // Used only between `wait` and `signal`.
    private var value: Value

    package init(_ value: Value) { self.value = value }

    /// Runs the closure when no other thread uses the value; the closure must not ask for the value again.
    package func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        turn.wait()
        defer { turn.signal() }
        return try body(&value)
    }
}

/// A value that another thread computes in the meantime, exactly once.
///
/// - Important: ``value`` blocks its thread. It must not be used on Swift's cooperative thread pool, that is, in `async`
///   functions and tasks: a blocked thread there may keep everything else from going on.
package final class Background<Value: Sendable>: Sendable {
    private enum State {
        case idle
        /// Some thread computes the value; it leaves the group when it is done.
        case running
        case done(Value)
    }

    private let threads: Int
    private let state = Guarded(State.idle)
    private let running = DispatchGroup()
    private let isQueued = Atomic(false)
    private let work: @Sendable () -> Value

    /// - Parameters:
    ///   - threads: If it is 1, the value is computed by the first thread that uses ``value``.
    ///   - waits: Whether to wait for ``begin()`` before computing in the background.
    ///   - work: Computes the value. It must not use the value itself.
    package init(threads: Int, waits: Bool = false, _ work: @escaping @Sendable () -> Value) {
        self.threads = threads
        self.work = work
        if !waits { begin() }
    }

    /// Lets another thread compute the value as soon as one is free. A second call does nothing.
    package func begin() {
        guard threads > 1, !isQueued.exchange(true, ordering: .relaxed) else { return }
        DispatchQueue.global().async { [self] in _ = computed() }
    }

    /// The value. It is computed on this thread, unless another thread has started; then this thread waits for it.
    package var value: Value {
        if let value = computed() { return value }
        running.wait()
        return state.withLock { state in
            guard case .done(let value) = state else { preconditionFailure("the value was to be computed by now") }
            return value
        }
    }

    /// Computes the value unless that has been done; `nil` while another thread computes it.
    private func computed() -> Value? {
        let (isMine, known): (Bool, Value?) = state.withLock { state in
            switch state {
            case .idle:
                // The group is entered under the same lock, so that a thread that sees this state has something to wait for.
                running.enter()
                state = .running
                return (true, nil)
            case .running: return (false, nil)
            case .done(let value): return (false, value)
            }
        }
        guard isMine else { return known }
        let value = work()
        state.withLock { $0 = .done(value) }
        running.leave()
        return value
    }
}
