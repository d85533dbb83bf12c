import CaseFiles

/// What a front end tells of a piece of work: machine-readable by its encoding, and the same in lines for people.
///
/// The encoding has a field `message` with the kind of the message; new fields may be added to it, none is taken away.
public protocol Message: Encodable, Sendable {
    /// The message in lines for people; those without a Japanese form are in English.
    func lines(in language: Problem.Language) -> [String]
}
