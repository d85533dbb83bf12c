import Reports

/// The outcome of a pass over the inbox.
public struct BatchSummary: Sendable {
    /// What became of a case.
    public typealias Row = BatchPage.Row

    /// The cases that were looked at, in the order of month and round.
    public internal(set) var rows: [Row] = []
    /// How many results are not proved, computed in this pass or before.
    public internal(set) var unproved = 0
    /// The errors of the cases that failed.
    public internal(set) var failures: [BatchError] = []
    /// Whether somebody stopped the pass.
    public internal(set) var isInterrupted = false

    public init() {}

    /// How many cases have this state.
    public func count(_ state: BatchPage.State) -> Int { rows.count { $0.state == state } }
}
