import Admissions
import Allocating
import Benchmark
import CaseFiles
import Foundation
import Programs
import SyntheticCity
import Tables
import Verifying
import Workbooks

/// The suites. A name is `suite/city`; the driver beside this package reads them by it.
///
/// Each benchmark checks its own result and fails where it is wrong, so that nothing fast and wrong is ever reported.
let benchmarks: @Sendable () -> Void = {
    for children in Fixtures.sizes {
        let city = Fixtures.city(children: children)
        Benchmark.defaultConfiguration = configuration(children: children)
        measureReading(city, "\(children)")
        measureStage("compiling", city, "\(children)") { $0 == .compiling }
        measureStage("reducing", city, "\(children)") { if case .reducing = $0 { true } else { false } }
        measureAllocating(city, "allocating/\(children)")
        measureVerifying(city, "\(children)")
        measureCommand(city, "\(children)")
    }
    for rows in Fixtures.tableSizes {
        Benchmark.defaultConfiguration = configuration(children: rows)
        measureTable("csv \(rows)", columns: 60, rows: rows) {
            Table.read(try DecodedText(try Fixtures.table("\(rows).csv")).utf8).table
        }
        measureTable("workbook \(rows)", columns: 60, rows: rows) {
            let sheet = try Workbook(try Fixtures.table("\(rows).xlsx")).sheet(0)
            return Table.read(sheet.csv, sheet: SheetPlaces(rows: sheet.rows)).table
        }
    }
    Benchmark.defaultConfiguration = configuration(children: 8_000)
    for (name, city) in Fixtures.hard { measureAllocating(city, "hard/\(name)") }
    for children in [400, 2_000] { measureDeadline(children: children, limit: .seconds(2)) }
}

private func configuration(children: Int) -> Benchmark.Configuration {
    .init(
        metrics: [.wallClock, .cpuTotal, .peakMemoryResident], warmupIterations: children >= 1_000_000 ? 0 : 1,
        maxDuration: .seconds(3), maxIterations: children >= 1_000_000 ? 1 : 15)
}

/// A table from the bytes of a file to its rows, the file's reading included.
private func measureTable(
    _ name: String, columns: Int, rows: Int, _ read: @escaping @Sendable () throws -> Table?
) {
    Benchmark("table/\(name)") { benchmark in
        do {
            benchmark.startMeasurement()
            let table = try read()
            benchmark.stopMeasurement()
            if table?.rowCount != rows || table?.columns.count != columns { benchmark.error("the table was not read") }
        } catch { benchmark.error("\(error)") }
    }
}

private func measureReading(_ city: CityOptions, _ name: String) {
    Benchmark(
        "reading/\(name)",
        closure: { benchmark in
            do {
                let folder = CaseFolder(try Fixtures.folder(city))
                benchmark.startMeasurement()
                let reading = folder.read()
                benchmark.stopMeasurement()
                if reading.subject == nil { benchmark.error("the case can not be read") }
            } catch { benchmark.error("\(error)") }
        },
        teardown: { try Fixtures.removeFolders() })
}

private func measureStage(
    _ suite: String, _ city: CityOptions, _ name: String, _ isWanted: @escaping @Sendable (Allocator.Stage) -> Bool
) {
    Benchmark("\(suite)/\(name)") { benchmark in
        let subject = Fixtures.subject(city)
        let meter = StageMeter(benchmark, isWanted)
        var options = Allocator.Options()
        options.progress = { meter.hear($0) }
        check(subject, try? Allocator(subject, options: options).allocate(), benchmark)
        meter.finish()
        if !meter.hasMeasured { benchmark.error("the allocator did not go through this stage") }
    }
}

private func measureAllocating(_ city: CityOptions, _ name: String) {
    Benchmark(name) { benchmark in
        let subject = Fixtures.subject(city)
        benchmark.startMeasurement()
        let result = try? Allocator(subject).allocate()
        benchmark.stopMeasurement()
        check(subject, result, benchmark)
    }
}

private func check(_ subject: Case, _ result: AllocationResult?, _ benchmark: Benchmark) {
    guard let result else { return benchmark.error("the allocator threw") }
    if !result.isProved { benchmark.error("the result is not proved") }
}

private func measureVerifying(_ city: CityOptions, _ name: String) {
    Benchmark("verifying/\(name)") { benchmark in
        let subject = Fixtures.subject(city)
        guard let allocation = Fixtures.allocation(city) else { return benchmark.error("the allocator threw") }
        benchmark.startMeasurement()
        let verified = Verifier(subject).verify(allocation)
        benchmark.stopMeasurement()
        if !verified.faults.isEmpty { benchmark.error("the allocation has a fault") }
    }
}

/// The whole command on files, with the binary that `ENMUSUBI` names.
private func measureCommand(_ city: CityOptions, _ name: String) {
    guard let binary = ProcessInfo.processInfo.environment["ENMUSUBI"] else { return }
    Benchmark(
        "command/\(name)",
        closure: { benchmark in
            do {
                let folder = try Fixtures.folder(city)
                let out = folder.appending(path: "result")
                let process = Process()
                process.executableURL = URL(fileURLWithPath: binary)
                process.arguments = ["run", folder.path, "--out", out.path]
                process.standardOutput = FileHandle.nullDevice
                process.standardError = FileHandle.nullDevice
                benchmark.startMeasurement()
                try process.run()
                process.waitUntilExit()
                benchmark.stopMeasurement()
                try FileManager.default.removeItem(at: out)
                if process.terminationStatus != 0 { benchmark.error("status \(process.terminationStatus)") }
            } catch { benchmark.error("\(error)") }
        },
        teardown: { try Fixtures.removeFolders() })
}

/// What the time limit is overrun by in a city that no solver gets through.
private func measureDeadline(children: Int, limit: Duration) {
    let overrun = BenchmarkMetric.custom("overrun (thousandths of the limit)")
    Benchmark(
        "deadline/\(children)",
        configuration: .init(
            metrics: [.wallClock, .peakMemoryResident, overrun], warmupIterations: 0, maxDuration: .seconds(7),
            maxIterations: 3)
    ) { benchmark in
        let subject = Fixtures.subject(Fixtures.adversary(children: children))
        var options = Allocator.Options()
        let start = ContinuousClock.now
        options.deadline = Deadline(at: start + limit)
        benchmark.startMeasurement()
        let result = try? Allocator(subject, options: options).allocate()
        benchmark.stopMeasurement()
        let over = max(.zero, ContinuousClock.now - start - limit)
        benchmark.measurement(overrun, Int((over / limit * 1_000).rounded()))
        guard let result else { return benchmark.error("the allocator threw") }
        if !Verifier(subject).verify(result.allocation).faults.isEmpty { benchmark.error("the allocation has a fault") }
    }
}
