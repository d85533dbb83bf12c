import Admissions
import ArgumentParser

/// The ranges of options that are numbers: outside them a command ends as wrong usage, with a sentence.
enum OptionRanges {
    /// Threads that may be asked for; more than any machine has.
    static let mostThreads = 4_096
    /// Children, draws or rows that may be asked for where nothing narrower holds.
    static let most = 10_000_000

    /// Refuses `--threads` outside 1 to ``mostThreads``.
    static func check(threads: Int) throws {
        try check("threads", threads, in: 1...mostThreads)
    }

    /// Refuses a number outside its range.
    static func check(_ option: String, _ value: Int?, in range: ClosedRange<Int>) throws {
        guard let value, !range.contains(value) else { return }
        throw ValidationError(
            "--\(option) は \(range.lowerBound) 以上 \(range.upperBound) 以下にしてください。",
            "--\(option) must be \(range.lowerBound) or more, at most \(range.upperBound).")
    }
}

/// Reads a `--time-limit`: seconds from 0 to a year. Nobody waits longer, and every instant until then can be reckoned with.
func seconds(_ text: String) throws -> Double {
    guard let seconds = Double(text), (0...31_536_000).contains(seconds) else {
        throw ValidationError(
            "--time-limit は 0 秒以上 31536000 秒（1 年）以下にしてください。",
            "--time-limit must be 0 or more seconds, at most 31536000 (a year).")
    }
    return seconds
}

/// Reads a `--month`, in any form that dates have.
func month(_ text: String) throws -> PlacementMonth {
    guard let month = PlacementMonth(written: text) else {
        throw ValidationError(
            "入所月は 2027-04、2027/4、令和9年4月 のように書いてください。", "a month is written as 2027-04, 2027/4 or 令和9年4月.")
    }
    return month
}
