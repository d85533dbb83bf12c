import Admissions
import CaseFiles

/// What a front end reports of a piece of work: machine-readable by its encoding, and the same in lines for people.
///
/// The encoding has a field `message` with the kind of the message. Later versions may add fields, but remove none.
public protocol Message: Encodable, Sendable {
    /// The message in lines for people.
    func lines(in language: Language) -> [String]
}
