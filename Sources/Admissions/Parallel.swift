import Dispatch
import Synchronization

/// Works on `0..<count` in ranges and gives what came of each, in the order of the ranges.
///
/// What is made of the parts must not depend on where one range ends and the next begins; then it does not depend on
/// the threads either.
///
/// - Parameters:
///   - threads: Ranges that are worked on at the same time, at most; with 1 there is a single range, and no other thread.
///   - smallest: Ranges have at least as many members, so that starting a thread is worth it.
/// - Returns: At least one part, also for `count` 0.
package func inRanges<Part>(
    of count: Int, threads: Int, smallest: Int = 512, _ body: (Range<Int>) -> Part
) -> [Part] {
    // A few ranges a thread: one that turns out to be slow does not keep the others waiting.
    let pieces = threads <= 1 ? 1 : max(1, min(min(threads, count) * 8, count / smallest))
    guard pieces > 1 else { return [body(0..<count)] }
    @Sendable func range(_ piece: Int) -> Range<Int> { count * piece / pieces..<count * (piece + 1) / pieces }
    return [Part](unsafeUninitializedCapacity: pieces) { parts, filled in
        let next = Atomic(0)
        // Each piece is taken by one worker, which alone writes its part.
        nonisolated(unsafe) let (body, start) = (body, parts.baseAddress!)
        DispatchQueue.concurrentPerform(iterations: min(threads, pieces)) { _ in
            while true {
                let piece = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard piece < pieces else { return }
                (start + piece).initialize(to: body(range(piece)))
            }
        }
        filled = pieces
    }
}

/// Makes `count` elements, ranges of them on at most `threads` threads.
///
/// - Parameters:
///   - smallest: As of ``inRanges(of:threads:smallest:_:)``.
///   - state: What a range needs to make its elements; each range begins with a copy of its own.
///   - element: Makes the element of an index; called in order within a range.
/// - Returns: The elements, and the states in the order of the ranges.
package func elements<Element, State>(
    _ count: Int, threads: Int, smallest: Int = 512, state: State, _ element: (inout State, Int) -> Element
) -> (elements: [Element], states: [State]) {
    var states: [State] = []
    let elements = [Element](unsafeUninitializedCapacity: count) { buffer, filled in
        nonisolated(unsafe) let start = buffer.baseAddress
        states = inRanges(of: count, threads: threads, smallest: smallest) { range in
            var state = state
            for index in range { (start! + index).initialize(to: element(&state, index)) }
            return state
        }
        filled = count
    }
    return (elements, states)
}

/// A value that another thread computes meanwhile.
package final class Background<Value: Sendable>: Sendable {
    private let threads: Int
    private let group = DispatchGroup()
    private let hasBegun = Atomic(false)
    private let result = Mutex<Value?>(nil)
    private let work: @Sendable () -> Value

    /// - Parameters:
    ///   - threads: With 1 the value is computed when it is asked for, by whoever asks.
    ///   - waits: Whether nothing is done before ``begin()``.
    package init(threads: Int, waits: Bool = false, _ work: @escaping @Sendable () -> Value) {
        self.threads = threads
        self.work = work
        if !waits { begin() }
    }

    /// Begins to compute the value; what has begun goes on.
    package func begin() {
        guard threads > 1, !hasBegun.exchange(true, ordering: .relaxed) else { return }
        DispatchQueue.global().async(group: group) { [self] in
            let value = work()
            result.withLock { $0 = value }
        }
    }

    /// Waits until the value is there; computes it where nobody has begun.
    package var value: Value {
        group.wait()
        return result.withLock { stored in
            if let stored { return stored }
            let value = work()
            stored = value
            return value
        }
    }
}
