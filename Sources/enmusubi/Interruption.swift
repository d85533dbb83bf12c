import Dispatch
import Foundation
import Programs
import Synchronization

/// Turns Ctrl-C into an orderly end: the search stops and what it has is written and marked.
///
/// A second Ctrl-C ends the program at once, with nothing written. There is one for the whole program.
final class Interruption {
    let signal = StopSignal()
    private let current = CurrentStop()
    private let source: any DispatchSourceSignal

    /// Ends the search: raised with ``signal``, and by whoever else wants it to stop.
    var stop: StopSignal { current.stop.withLock { $0 } }

    /// Begins another search, which nobody has stopped yet.
    func renewStop() { current.stop.withLock { $0 = StopSignal() } }

    private final class CurrentStop: Sendable {
        let stop = Mutex(StopSignal())
    }

    init() {
        let (signal, current) = (signal, current)
        Foundation.signal(SIGINT, SIG_IGN)
        source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
        source.setEventHandler {
            if signal.isRaised { _exit(130) }
            signal.raise()
            current.stop.withLock { $0.raise() }
        }
        // A signal that comes before the source is registered would be lost.
        let isRegistered = DispatchSemaphore(value: 0)
        source.setRegistrationHandler { isRegistered.signal() }
        source.resume()
        isRegistered.wait()
    }
}
