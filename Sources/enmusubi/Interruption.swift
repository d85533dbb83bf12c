import Dispatch
import Foundation
import Programs

/// Turns Ctrl-C into an orderly end: the search stops and what it has is written and marked.
///
/// A second Ctrl-C ends the program at once, with nothing written.
final class Interruption {
    let signal = StopSignal()
    /// Ends the search: raised with ``signal``, and by whoever else wants it to stop.
    let stop = StopSignal()
    private let source: any DispatchSourceSignal

    init() {
        let (signal, stop) = (signal, stop)
        Foundation.signal(SIGINT, SIG_IGN)
        source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
        source.setEventHandler {
            if signal.isRaised { _exit(130) }
            signal.raise()
            stop.raise()
        }
        source.resume()
    }
}
