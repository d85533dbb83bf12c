import Programs

/// Turns Ctrl-C, and the signals `TERM` and `HUP`, into an orderly end: the search stops, and its best result so far is written
/// and marked.
///
/// A second signal ends the program at once, with nothing written. There is one interruption for the whole program.
public final class Interruption: Sendable {
    /// Raised by the first signal.
    public let signal = StopSignal()

    public init() { EndSignals.whenFirst { [signal] in signal.raise() } }

    /// Calls the body at the first signal, in the place of an interruption.
    public static func whenFirst(_ body: @escaping @Sendable () -> Void) { EndSignals.whenFirst(body) }
}
