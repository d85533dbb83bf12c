/// A name of a round that can be ordered within a month. Numbers in names are compared as numbers, however they are written.
///
/// `first`, `second`, … `tenth` as whole words, 一 to 十, full-width and plain digits are numbers: 一次 comes before 二次
/// before 三次, `9` before `10`. Everything else is compared by its bytes.
///
/// - Complexity: O(length).
public struct RoundName: Hashable, Comparable, Sendable {
    public let text: String
    private let parts: [Part]

    private enum Part: Hashable {
        case number(Int)
        case text(String)
    }

    private static let words = [
        "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    ]
    private static let kanji: [Character] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"]

    public init(_ text: String) {
        self.text = text
        var parts: [Part] = []
        var digits = 0
        var word = ""
        func endWord() {
            if !word.isEmpty {
                let number = Self.words.firstIndex(of: word.lowercased())
                parts.append(number.map { .number($0 + 1) } ?? .text(word))
            }
            word = ""
        }
        var number: Int?
        func endNumber() {
            if let value = number { parts.append(.number(value)) }
            (number, digits) = (nil, 0)
        }
        for character in text {
            if let digit = character.wholeNumberValue, (0...9).contains(digit), !Self.kanji.contains(character) {
                endWord()
                if digits == 9 { endNumber() }
                number = (number ?? 0) * 10 + digit
                digits += 1
            } else if let place = Self.kanji.firstIndex(of: character) {
                endWord()
                endNumber()
                parts.append(.number(place + 1))
            } else if character.isLetter {
                endNumber()
                word.append(character)
            } else {
                endWord()
                endNumber()
                parts.append(.text(String(character)))
            }
        }
        endWord()
        endNumber()
        self.parts = parts
    }

    public static func < (left: Self, right: Self) -> Bool {
        for (own, other) in zip(left.parts, right.parts) where own != other {
            switch (own, other) {
            case (.number(let first), .number(let second)): return first < second
            case (.number, .text): return true
            case (.text, .number): return false
            case (.text(let first), .text(let second)):
                // Canonically equivalent texts are equal.
                return first.utf8.lexicographicallyPrecedes(second.utf8)
            }
        }
        if left.parts.count != right.parts.count { return left.parts.count < right.parts.count }
        return left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    public static func == (left: Self, right: Self) -> Bool { left.text == right.text }
    public func hash(into hasher: inout Hasher) { hasher.combine(text) }
}
