import Foundation

/// How somebody signs in the ledger: the name for people, the log-in name to tell two of one name apart.
enum Signature {
    static func text(of person: Person) -> String { "\(person.name) (\(person.login))" }

    /// The log-in name in a signature; `nil` where it is another text, such as one of the command line.
    static func login(in text: String) -> String? {
        guard text.hasSuffix(")"), let open = text.lastIndex(of: "(") else { return nil }
        return String(text[text.index(after: open)...].dropLast())
    }
}
