import Reports

/// What a pass over the inbox came to.
public struct BatchSummary: Sendable {
    /// What came of a case.
    public typealias Row = BatchPage.Row

    /// The cases that were looked at, in the order of month and round.
    public internal(set) var rows: [Row] = []
    /// Results that are not proved, computed now or before.
    public internal(set) var unproved = 0
    /// Why cases failed.
    public internal(set) var failures: [BatchError] = []
    /// Whether somebody stopped the pass.
    public internal(set) var isInterrupted = false

    public init() {}

    /// How many cases came to this.
    public func count(_ state: BatchPage.State) -> Int { rows.count { $0.state == state } }
}
