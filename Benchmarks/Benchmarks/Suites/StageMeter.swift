import Allocating
import Benchmark

/// Measures the first time that an allocation goes through a stage: from its announcement to the next one, or to the end.
///
/// The allocator announces its stages on the thread that allocates, so nothing here needs a lock.
final class StageMeter: @unchecked Sendable {
    private let benchmark: Benchmark
    private let isWanted: @Sendable (Allocator.Stage) -> Bool
    private var isRunning = false
    private(set) var hasMeasured = false

    init(_ benchmark: Benchmark, _ isWanted: @escaping @Sendable (Allocator.Stage) -> Bool) {
        self.benchmark = benchmark
        self.isWanted = isWanted
    }

    func hear(_ stage: Allocator.Stage) {
        finish()
        guard !hasMeasured, isWanted(stage) else { return }
        (isRunning, hasMeasured) = (true, true)
        benchmark.startMeasurement()
    }

    func finish() {
        guard isRunning else { return }
        benchmark.stopMeasurement()
        isRunning = false
    }
}
