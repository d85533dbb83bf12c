import Dispatch
import Foundation
import Programs

/// Turns Ctrl-C into an orderly end: the search stops and what it has is written and marked.
///
/// A second Ctrl-C ends the program at once, with nothing written.
final class Interruption {
    let signal = StopSignal()
    private let source: any DispatchSourceSignal

    init() {
        let signal = signal
        Foundation.signal(SIGINT, SIG_IGN)
        source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
        source.setEventHandler {
            if signal.isRaised { _exit(130) }
            signal.raise()
        }
        source.resume()
    }
}
