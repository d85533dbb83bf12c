import Admissions
import CaseFiles
import Foundation
import Logging

/// A value that an option does not take; the command ends as wrong usage, with the sentence.
public struct UnfitValue: PhrasedError, Hashable, Sendable {
    public let phrase: Phrase

    init(_ japanese: String, _ english: String) { phrase = Phrase(japanese, english) }
}

/// What the values of options may be.
public enum OptionValues {
    /// Threads that may be asked for; more than any machine has.
    private static let mostThreads = 4_096
    /// Children, draws or rows that may be asked for where nothing narrower holds.
    public static let most = 10_000_000

    /// Refuses `--threads` that no machine has.
    public static func check(threads: Int) throws(UnfitValue) {
        try check("threads", threads, in: 1...mostThreads)
    }

    /// Refuses a number outside its range.
    public static func check(_ option: String, _ value: Int?, in range: ClosedRange<Int>) throws(UnfitValue) {
        guard let value, !range.contains(value) else { return }
        throw UnfitValue(
            "--\(option) は \(range.lowerBound) 以上 \(range.upperBound) 以下にしてください。",
            "--\(option) must be \(range.lowerBound) or more, at most \(range.upperBound).")
    }

    /// Reads a `--time-limit`: seconds from 0 to a year. Nobody waits longer, and every instant until then can be reckoned with.
    public static func seconds(_ text: String) throws(UnfitValue) -> Double {
        guard let seconds = Double(text), (0...31_536_000).contains(seconds) else {
            throw UnfitValue(
                "--time-limit は 0 秒以上 31536000 秒（1 年）以下にしてください。",
                "--time-limit must be 0 or more seconds, at most 31536000 (a year).")
        }
        return seconds
    }

    /// Reads a `--month`, in any form that dates have.
    public static func month(_ text: String) throws(UnfitValue) -> PlacementMonth {
        guard let month = PlacementMonth(written: text) else {
            throw UnfitValue(
                "入所月は 2027-04、2027/4、令和9年4月 のように書いてください。", "a month is written as 2027-04, 2027/4 or 令和9年4月.")
        }
        return month
    }

    /// Refuses who or why of a signature that is blank, or that holds what must not be in a ledger.
    public static func check(signature option: String, _ text: String) throws(UnfitValue) {
        if text.trimmingCharacters(in: .whitespaces).isEmpty {
            throw UnfitValue("\(option) を空にはできません。", "\(option) must not be blank.")
        }
        if holdsMyNumber(text) {
            throw UnfitValue(
                "\(option) に個人番号（マイナンバー）のような数字があります。台帳には書けません。",
                "\(option) holds what looks like a My Number (個人番号), which must not be in a ledger.")
        }
    }

    /// Reads where to listen, `HOST:PORT`; an IPv6 address stands in brackets.
    public static func hostAndPort(_ text: String) throws(UnfitValue) -> (host: String, port: Int) {
        var host = Substring()
        var port: Int?
        if let colon = text.lastIndex(of: ":") {
            host = text[..<colon]
            port = Int(text[text.index(after: colon)...])
        }
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            port = nil
        }
        guard let port, (0...65_535).contains(port), !host.isEmpty else {
            throw UnfitValue(
                "--address は 127.0.0.1:8080 のように、アドレスとポートで書いてください。", "--address is HOST:PORT, such as 127.0.0.1:8080.")
        }
        return (String(host), port)
    }
}

/// From what weight on something is logged.
public enum LogLevel: String, CaseIterable, Sendable {
    case debug, info, warning, error

    public var level: Logger.Level {
        switch self {
        case .debug: .debug
        case .info: .info
        case .warning: .warning
        case .error: .error
        }
    }
}
