import Admissions
import CaseFiles
import Rounds

/// What a batch reports while it works. No event names a child.
public enum BatchEvent: Sendable {
    /// Files of these cases may still be being copied; the batch waits for them.
    case waiting(seconds: Double, names: [String])
    /// A case is being read; `label` says which, and its position among the others.
    case reading(label: Phrase)
    /// What the round of the case is doing.
    case round(RoundEvent, label: Phrase)
    /// The case has been read, or its round has been computed.
    case stepDone
    /// What is wrong with a case of the inbox.
    case problems([Problem], folder: String)
    /// Something that a person should know.
    case note(Phrase)
    /// A case failed.
    case failed(folder: String, BatchError)
    /// A pass could not be finished; the next one tries again.
    case unfinished(BatchError)
    /// A line for the log.
    case log(LogLine)
    /// What became of a case.
    case row(BatchSummary.Row)
}

/// A line for a log: rounds and numbers, never a child.
public struct LogLine: Sendable, Hashable {
    public enum Level: Sendable, Hashable { case debug, info }

    public let level: Level
    public let message: Phrase
    public let values: [String: String]

    init(_ level: Level, _ message: Phrase, _ values: [String: String]) {
        (self.level, self.message, self.values) = (level, message, values)
    }
}
