import Programs
import Synchronization

/// Turns Ctrl-C, and the signals TERM and HUP, into an orderly end: the search stops and what it has is written and marked.
///
/// A second one ends the program at once, with nothing written. There is one for the whole program.
final class Interruption: Sendable {
    let signal = StopSignal()
    private let current = Mutex(StopSignal())

    /// Ends the search: raised with ``signal``, and by whoever else wants it to stop.
    var stop: StopSignal { current.withLock { $0 } }

    /// Begins another search, which nobody has stopped yet.
    func renewStop() { current.withLock { $0 = StopSignal() } }

    init() {
        EndSignals.whenFirst { [self] in
            signal.raise()
            stop.raise()
        }
    }
}
