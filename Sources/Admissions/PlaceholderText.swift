import Foundation

/// A line of text with placeholders such as `{月}`, in pieces, and the blanks in it such as `〔市長名〕`.
///
/// Braces of full width mean the same, since a clerk's keyboard writes them. A placeholder that ends in `?` may stay blank.
public struct PlaceholderText: Hashable, Sendable {
    public enum Piece: Hashable, Sendable {
        case text(String)
        /// A name without blanks at its ends, folded.
        case placeholder(String, isOptional: Bool)
        /// A brace without its partner in the line.
        case stray(String)
    }

    public let pieces: [Piece]
    /// What somebody must fill in still, with its brackets, from left to right; placeholders in it are as written.
    public let blanks: [String]

    /// Parts a line. O(length).
    public init(_ line: String) {
        var pieces: [Piece] = []
        var text = ""
        var rest = line[...]
        func isOpening(_ character: Character) -> Bool { "{｛".contains(character) }
        func isClosing(_ character: Character) -> Bool { "}｝".contains(character) }
        while let character = rest.popFirst() {
            guard isOpening(character) || isClosing(character) else {
                text.append(character)
                continue
            }
            if !text.isEmpty { pieces.append(.text(text)) }
            text = ""
            let end = rest.firstIndex { isOpening($0) || isClosing($0) }
            guard isOpening(character), let end, isClosing(rest[end]) else {
                pieces.append(.stray(String(character)))
                continue
            }
            var name = folded(rest[..<end].trimmingCharacters(in: .whitespaces))
            let isOptional = name.hasSuffix("?")
            if isOptional { name = name.dropLast().trimmingCharacters(in: .whitespaces) }
            pieces.append(.placeholder(name, isOptional: isOptional))
            rest = rest[rest.index(after: end)...]
        }
        if !text.isEmpty { pieces.append(.text(text)) }
        self.pieces = pieces
        blanks = line.matches(of: /〔[^〔〕]*〕/).map { String($0.output) }
    }

    /// The text with the values in it, and the names of placeholders whose value is blank though it may not be.
    ///
    /// Such a value is shown as `〔name〕`. Where every placeholder of the line may stay blank and does, the line is left out.
    ///
    /// - Parameter value: Gives the value of a placeholder by its name.
    /// - Returns: `nil` where the line is left out.
    public func filled(_ value: (String) -> String) -> (text: String, missing: [String])? {
        var text = ""
        var missing: [String] = []
        var hasPlaceholder = false
        var hasValue = false
        for piece in pieces {
            switch piece {
            case .text(let piece), .stray(let piece): text += piece
            case .placeholder(let name, let isOptional):
                let value = value(name)
                let isMissing = value.isEmpty && !isOptional
                hasPlaceholder = true
                hasValue = hasValue || !value.isEmpty || isMissing
                if isMissing { missing.append(name) }
                text += isMissing ? "〔\(name)〕" : value
            }
        }
        return hasPlaceholder && !hasValue ? nil : (text, missing)
    }
}
