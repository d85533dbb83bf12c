import ArgumentParser

/// The ranges of options that are numbers: outside them a command ends as wrong usage, with a sentence.
enum OptionRanges {
    /// A year; nobody waits longer, and every instant until then can be reckoned with.
    static let longestTimeLimit = 31_536_000.0
    /// Threads that may be asked for; more than any machine has.
    static let mostThreads = 4_096
    /// Children, draws or rows that may be asked for where nothing narrower holds.
    static let most = 10_000_000

    /// Refuses a `--time-limit` that is no time from 0 seconds to a year.
    static func check(timeLimit: Double?) throws {
        guard let timeLimit, !(timeLimit >= 0 && timeLimit <= longestTimeLimit) else { return }
        throw ValidationError("--time-limit must be 0 or more seconds, at most \(Int(longestTimeLimit)) (a year).")
    }

    /// Refuses `--threads` outside 1 to ``mostThreads``.
    static func check(threads: Int) throws {
        try check("threads", threads, in: 1...mostThreads)
    }

    /// Refuses a number outside its range.
    static func check(_ option: String, _ value: Int?, in range: ClosedRange<Int>) throws {
        guard let value, !range.contains(value) else { return }
        throw ValidationError("--\(option) must be \(range.lowerBound) or more, at most \(range.upperBound).")
    }
}
