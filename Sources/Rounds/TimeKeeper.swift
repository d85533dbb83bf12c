import Admissions
import Dispatch
import Foundation
import Programs
import Synchronization
import Tables
import Verifying

/// Stops a search with a time limit early enough that verifying and writing fit into the limit as well.
///
/// How long they take is measured by a dry run: both are done in memory for an approximation as it would be returned. It
/// starts when a tenth of the time is over, because most searches have ended by then. The dry run has a thread of its own
/// that gives way to all others, so that it does not slow down the real work if it lasts longer than the search.
final class TimeKeeper: Sendable {
    private let stop: StopSignal
    private let searchHasEnded = Atomic(false)
    private let dryRunHasEnded = Atomic(false)

    /// A keeper that raises `stop` when the search must end.
    init(stop: StopSignal) { self.stop = stop }

    /// Begins to watch a search that starts now.
    ///
    /// - Parameters:
    ///   - start: When the command started.
    ///   - limit: Its time, from then on.
    ///   - dryRun: Does what will follow the search, and discards the result.
    func watch(from start: ContinuousClock.Instant, limit: Duration, _ dryRun: @escaping @Sendable () -> Void) {
        let end = start + limit
        if end <= .now { return }
        call(at: start + limit / 10) { [self] in
            if searchHasEnded.load(ordering: .relaxed) { return }
            let thread = Thread { [self] in
                Self.giveWay()
                let began = ContinuousClock.now
                // If half of the remaining time is not enough for the dry run, stop now: the real work needs at least that.
                call(at: began + (end - began) / 2) { [self] in
                    if !dryRunHasEnded.load(ordering: .relaxed) { stop.raise(for: .time) }
                }
                dryRun()
                dryRunHasEnded.store(true, ordering: .relaxed)
                let needed = ContinuousClock.now - began
                call(at: end - needed * 1.2 - .milliseconds(20)) { [stop] in stop.raise(for: .time) }
            }
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    /// Lets the other threads go first from now on.
    private static func giveWay() {
        #if os(Linux)
            // The calling thread alone; it cannot fail for one's own thread and a lower priority.
            setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 19)
        #else
            Thread.current.qualityOfService = .background
        #endif
    }

    /// Ends the watch.
    func endWatch() { searchHasEnded.store(true, ordering: .relaxed) }

    private func call(at instant: ContinuousClock.Instant, _ body: @escaping @Sendable () -> Void) {
        let nanoseconds = max(.zero, instant - .now) / .nanoseconds(1)
        DispatchQueue.global(qos: .userInitiated).asyncAfter(
            deadline: .now() + .nanoseconds(Int(nanoseconds)), execute: body)
    }
}
