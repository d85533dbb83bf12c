/// What people are told of a problem, in both languages: the same values in each.
///
/// A sentence keeps its values apart from the words around them. Its text is made when it is asked for, so that a sentence that nobody
/// reads costs little, and who read the files can put the city's own names of columns and files in place of the standard ones.
public struct Sentence: Hashable, Sendable {
    public private(set) var english: Telling
    public private(set) var japanese: Telling

    /// Makes a sentence. That one language tells a value which the other leaves out is a programmer's error.
    public init(_ english: Telling, _ japanese: Telling) {
        self.english = english
        self.japanese = japanese
        assert(tellsTheSame, "one language tells what the other leaves out: \(english) \(japanese)")
    }

    /// Whether both languages tell the same values.
    public var tellsTheSame: Bool { Set(english.values) == Set(japanese.values) }

    /// The values, in the order of the English text, each once.
    public var values: [Value] {
        english.values.reduce(into: []) { values, value in
            if !values.contains(value) { values.append(value) }
        }
    }

    /// The English words alone, which sentences of one cause have in common.
    public var pattern: String { english.pattern }

    public subscript(language: Language) -> String {
        switch language {
        case .japanese: japanese.text(in: .japanese)
        case .english: english.text(in: .english)
        }
    }

    /// The text in both languages.
    public var phrase: Phrase { Phrase(self[.japanese], self[.english]) }

    /// The sentence and a further one, which brings the blank between them.
    public static func + (left: Sentence, right: Sentence) -> Sentence {
        Sentence(left.english + right.english, left.japanese + right.japanese)
    }

    /// The sentence with other names for columns and files.
    ///
    /// - Parameters:
    ///   - column: The name of a table's column as its file spells it; `nil` leaves the standard name.
    ///   - file: The name of a table's file.
    public func renamed(column: (String, CaseTable) -> String?, file: (CaseTable) -> String) -> Sentence {
        guard english.hasStandardNames else { return self }
        var sentence = self
        func name(_ value: Value) -> Value {
            switch value {
            case .column(let name, let table): column(name, table).map(Value.name) ?? value
            case .file(let table): .name(file(table))
            case .name, .number, .names, .counts, .phrase: value
            }
        }
        sentence.english.replaceValues(name)
        sentence.japanese.replaceValues(name)
        return sentence
    }

    /// What a sentence says of a case, as data.
    public enum Value: Hashable, Sendable {
        /// An id, a setting, a word or a date as it is written.
        case name(String)
        case number(Int)
        /// Several names, of which each language makes a list.
        case names([String])
        /// Several names, each with how often it is there, and how many more there are.
        case counts([Count], more: Int)
        /// A column by its standard name.
        case column(String, CaseTable)
        /// The file of a table.
        case file(CaseTable)
        /// A value that has words of its own in each language.
        case phrase(Phrase)

        public struct Count: Hashable, Sendable {
            public let name: String
            public let count: Int

            public init(_ name: String, _ count: Int) { (self.name, self.count) = (name, count) }
        }

        public func text(in language: Language) -> String {
            switch (self, language) {
            case (.name(let name), _), (.column(let name, _), _): name
            case (.number(let number), _): "\(number)"
            case (.names(let names), .english): names.joined(separator: ", ")
            case (.names(let names), .japanese): names.joined(separator: "、")
            case (.counts(let counts, let more), .english):
                counts.map { "\($0.name) (\($0.count))" }.joined(separator: ", ")
                    + (more > 0 ? " and \(more) more" : "")
            case (.counts(let counts, let more), .japanese):
                counts.map { "\($0.name)（\($0.count)件）" }.joined(separator: "、") + (more > 0 ? "、ほか\(more)種類" : "")
            case (.file(let table), _): table.fileName
            case (.phrase(let phrase), _): phrase[language]
            }
        }
    }
}

/// A sentence in one language: words, and values between them.
public struct Telling: Hashable, Sendable {
    fileprivate enum Part: Hashable, Sendable {
        case words(String)
        case value(Sentence.Value)
    }

    /// The words of a sentence without values, which needs no list.
    fileprivate var words: String
    /// What follows ``words``.
    fileprivate var parts: [Part]

    /// The values in their order.
    fileprivate var values: [Sentence.Value] {
        parts.compactMap { if case .value(let value) = $0 { value } else { nil } }
    }

    /// What the sentence says whatever its values are.
    fileprivate var pattern: String {
        parts.reduce(into: words) { text, part in
            if case .words(let words) = part { text += words } else { text += "{}" }
        }
    }

    fileprivate func text(in language: Language) -> String {
        parts.reduce(into: words) { text, part in
            switch part {
            case .words(let words): text += words
            case .value(let value): text += value.text(in: language)
            }
        }
    }

    fileprivate var hasStandardNames: Bool {
        parts.contains {
            switch $0 {
            case .value(.column), .value(.file): true
            case .value(.name), .value(.number), .value(.names), .value(.counts), .value(.phrase), .words: false
            }
        }
    }

    fileprivate mutating func replaceValues(_ other: (Sentence.Value) -> Sentence.Value) {
        for index in parts.indices {
            if case .value(let value) = parts[index] { parts[index] = .value(other(value)) }
        }
    }

    public static func + (left: Telling, right: Telling) -> Telling {
        var whole = left
        if whole.parts.isEmpty {
            whole.words += right.words
        } else if !right.words.isEmpty {
            whole.parts.append(.words(right.words))
        }
        whole.parts += right.parts
        return whole
    }
}

extension Telling: ExpressibleByStringInterpolation {
    public init(stringLiteral value: String) { (words, parts) = (value, []) }

    public init(stringInterpolation: StringInterpolation) {
        (words, parts) = (stringInterpolation.words, stringInterpolation.parts)
    }

    /// Collects the words and the values of a sentence.
    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var words = ""
        fileprivate var parts: [Part] = []

        public init(literalCapacity: Int, interpolationCount: Int) {
            parts.reserveCapacity(2 * interpolationCount)
        }

        public mutating func appendLiteral(_ literal: String) {
            if literal.isEmpty { return }
            if parts.isEmpty { words += literal } else { parts.append(.words(literal)) }
        }

        private mutating func append(_ value: Sentence.Value) { parts.append(.value(value)) }

        public mutating func appendInterpolation(_ name: String) { append(.name(name)) }
        public mutating func appendInterpolation<Subject>(_ id: Identifier<Subject>) { append(.name(id.spelling)) }
        public mutating func appendInterpolation(_ number: Int) { append(.number(number)) }
        public mutating func appendInterpolation(_ number: ExactNumber) { append(.name(number.description)) }
        public mutating func appendInterpolation(_ date: CalendarDate) { append(.name(date.description)) }
        public mutating func appendInterpolation(_ month: PlacementMonth) { append(.name(month.description)) }
        public mutating func appendInterpolation(_ names: [String]) { append(.names(names)) }
        public mutating func appendInterpolation(_ phrase: Phrase) { append(.phrase(phrase)) }
        public mutating func appendInterpolation(_ value: Sentence.Value) { append(value) }
        public mutating func appendInterpolation(column name: String, _ table: CaseTable = .children) {
            append(.column(name, table))
        }
        public mutating func appendInterpolation(file table: CaseTable) { append(.file(table)) }

        /// A number, with the English words that follow one and those that follow several.
        public mutating func appendInterpolation(_ number: Int, one: String, many: String) {
            append(.number(number))
            parts.append(.words(number == 1 ? one : many))
        }

        /// Words that depend on the case and hold no value.
        public mutating func appendInterpolation(words: String) { appendLiteral(words) }
    }
}
