/// The languages in which people are told: clerks read Japanese, engineers English.
public enum Language: String, CaseIterable, Sendable {
    case japanese = "ja"
    case english = "en"
}

/// One text in both languages.
public struct Phrase: Hashable, Sendable {
    public let japanese: String
    public let english: String

    public init(_ japanese: String, _ english: String) {
        self.japanese = japanese
        self.english = english
    }

    public subscript(language: Language) -> String {
        switch language {
        case .japanese: japanese
        case .english: english
        }
    }

    /// The phrase with `{name}` replaced by its value in each text.
    public func filled(_ values: [String: String]) -> Phrase {
        func fill(_ text: String) -> String {
            var filled = ""
            var rest = text[...]
            while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
                filled += rest[..<open]
                let name = String(rest[rest.index(after: open)..<close])
                guard let value = values[name] else { preconditionFailure("no value for {\(name)} in a phrase") }
                filled += value
                rest = rest[rest.index(after: close)...]
            }
            return filled + rest
        }
        return Phrase(fill(japanese), fill(english))
    }
}
