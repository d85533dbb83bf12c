import Admissions
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Reports

/// One request, with everything that its answer needs.
struct Visit: Sendable {
    let office: Office
    let request: Request
    /// The variable parts of the path, by name.
    let parameters: [String: String]
    /// The query of the address; the last value of a name counts.
    let query: [String: String]
    /// The fields of a form or of a JSON object; empty where the body is a file.
    let fields: [String: String]
    /// Who asks; `nil` before the log-in. A route with a permission always has somebody.
    let person: Person?
    /// The log-in; `nil` for a token of the API and before the log-in.
    let login: Login?
    let language: Language
    /// The address of the terminal.
    let address: String
    let isAPI: Bool
    /// Where the round of the path stands, on a page of one.
    var progress: RoundProgress?

    /// Who asks, on a route with a permission.
    var actor: Person {
        guard let person else { preconditionFailure("a route without a permission asks who visits") }
        return person
    }

    func say(_ phrase: Phrase) -> String { phrase[language] }
    func say(_ japanese: String, _ english: String) -> String { language == .japanese ? japanese : english }

    /// A field that must be there, without white space around it.
    func needed(_ name: String, _ label: Phrase) throws(ServiceFault) -> String {
        let value = (fields[name] ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
        guard !value.isEmpty else {
            throw .invalid("「\(label.japanese)」を入力してください。何も変わっていません。", "Enter \(label.english). Nothing was changed.")
        }
        return value
    }

    func parameter(_ name: String) -> String {
        guard let value = parameters[name] else { preconditionFailure("the path has no :\(name)") }
        return value
    }

    /// The round of the path.
    func round() async throws -> RoundRow {
        guard let id = Int64(parameter("round")), let round = try await office.rounds.round(id) else {
            throw ServiceFault.notFound
        }
        return round
    }
}

/// What the service answers.
enum Answer: Sendable {
    case page(Markup, status: HTTPResponse.Status = .ok)
    /// Another page, which the browser asks for with GET.
    case next(String, cookies: [Cookie] = [])
    case json(any Encodable & Sendable, status: HTTPResponse.Status = .ok)
    case file(FileAnswer)
    /// Server-sent events: each text is the data of one; the stream ends with the last.
    case events(AsyncStream<String>)
}

/// A file as an answer.
struct FileAnswer: Sendable {
    var bytes: [UInt8]
    var type: String
    /// The name to save it under; `nil`: shown in the browser.
    var name: String?
    /// For a page of its own, such as report.html: its inline scripts may run, by their hashes.
    var isOwnPage = false
}

extension String {
    /// The text as a part of a path, of a query or of a header: everything but plain letters, digits, `-`, `_` and `~` by its
    /// bytes. A dot too, so that no part of a path is `..`.
    var inAddress: String {
        let plain = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_~")
        return addingPercentEncoding(withAllowedCharacters: plain) ?? ""
    }
}
