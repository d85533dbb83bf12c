/// Checks the tags of a city's own letter template before anything is written, so that no letter is sent with a gap in it.
///
/// The tags are those of Mustache without partials, raw values and other delimiters: names of the notice's fields, sections,
/// inverted sections and comments. A name is valid inside a section that has a field of this name.
struct LetterTemplate {
    private let text: [UInt8]
    private let attributeNames: Set<String>
    private(set) var problems: [String] = []
    private var line = 1
    private var place = 0
    /// The names of the open sections, outermost first.
    private var sections: [String] = []
    private var hasLetters = false

    /// - Parameter attributeNames: The columns of the children's table whose meaning the program does not know.
    init(_ text: String, attributeNames: [String]) {
        self.text = Array(text.utf8)
        self.attributeNames = Set(attributeNames)
        check()
    }

    /// The fields that can be used inside each section; the empty name stands for the page.
    static let fields: [String: Set<String>] = [
        "": ["letters"],
        "letters": [
            "municipality", "round", "month", "household", "isDense", "isTight", "isOffer", "isRefusal",
            "isTransferRefusal", "children", "title", "isSample", "isDraft", "addressee", "reference", "sender",
            "sheets",
        ],
        "addressee": ["text"], "reference": ["text"], "sender": ["text"],
        "sheets": ["isFirst", "number", "count", "parts"],
        "parts": ["hasRows", "rows", "lines"],
        "rows": ["rank", "facility", "reason"],
        "lines": ["style", "text"],
        "children": [
            "id", "ageClass", "outcome", "isPlaced", "isHeld", "isStaying", "isConditional", "facilityID", "facility",
            "attributes", "wishes",
        ],
        "wishes": ["rank", "facilityID", "facility", "reason"],
    ]
    /// The functions that may be applied to a value, as in `{{uppercased(facility)}}` or `{{#first()}}`.
    private static let transforms: Set<String> = [
        "capitalized", "lowercased", "uppercased", "reversed", "first", "last", "index", "even", "odd", "count",
        "empty", "sorted", "plusone", "minusone", "equalzero",
    ]

    private mutating func check() {
        while place < text.count {
            if text[place] == UInt8(ascii: "\n") { line += 1 }
            if starts(with: "{{") { readTag() } else { place += 1 }
        }
        if !hasLetters { problems.append("line 1: there is no {{#letters}}, so that no letter would be printed") }
    }

    private func starts(with prefix: String) -> Bool { text[place...].starts(with: prefix.utf8) }

    private mutating func readTag() {
        let start = line
        place += 2
        let begin = place
        while place < text.count, !starts(with: "}}") {
            if text[place] == UInt8(ascii: "\n") { line += 1 }
            place += 1
        }
        let tag = String(decoding: text[begin..<place], as: UTF8.self)
        place = min(text.count, place + 2)
        if let problem = problem(of: tag) { problems.append("line \(start): \(problem)") }
    }

    private mutating func problem(of tag: String) -> String? {
        let name = { (tag: Substring) in String(tag.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
        switch tag.first {
        case "!": return nil
        case "{", "&":
            return "{{\(tag)}} would print a value as it is, so that it could act as HTML; write {{name}}"
        case ">", "<", "$": return "{{\(tag)}}: a letter has no partials"
        case "=", "%": return "{{\(tag)}}: the form of tags cannot be changed"
        case "/":
            if sections.last == name(tag.dropFirst()) { sections.removeLast() }
            return nil
        case "#", "^":
            let section = name(tag.dropFirst())
            let problem = problem(ofName: section, in: tag)
            if section == "letters", tag.first == "#" { hasLetters = true }
            sections.append(section)
            return problem
        default: return problem(ofName: name(tag[...]), in: tag)
        }
    }

    private func problem(ofName written: String, in tag: String) -> String? {
        var name = written
        while let open = name.firstIndex(of: "("), name.last == ")", Self.transforms.contains(String(name[..<open])) {
            name = String(name[name.index(after: open)...].dropLast())
            // {{first()}} asks for the position in a list, so it must be inside one.
            if name.isEmpty { return sections.isEmpty ? "{{\(tag)}} is not inside a list" : nil }
        }
        if name.isEmpty { return "{{\(tag)}} has no name" }
        if name == "." {
            let isOfList = sections.last.map { Self.fields[$0] != nil || $0 == "attributes" } ?? true
            return isOfList ? "{{\(tag)}} would print all data; write the name of a field" : nil
        }
        if let problem = problem(ofAttribute: name) { return problem }
        if isKnown(name) { return nil }
        let elsewhere = Self.fields.filter { $0.value.contains(name) }.keys.sorted()
        return elsewhere.isEmpty
            ? "there is no field {{\(tag)}}"
            : "{{\(tag)}} is a field of \(elsewhere.map { "{{#\($0)}}" }.joined(separator: " and ")), and is used outside"
    }

    private func problem(ofAttribute name: String) -> String? {
        guard name.hasPrefix("attributes.") else { return nil }
        let attribute = String(name.dropFirst("attributes.".count))
        if !sections.contains("children") { return "{{\(name)}} is used outside {{#children}}" }
        return attributeNames.contains(attribute) ? nil : "children.csv has no further column \(attribute)"
    }

    private func isKnown(_ name: String) -> Bool {
        if name.hasPrefix("attributes.") { return true }
        if sections.contains("attributes"), attributeNames.contains(name) { return true }
        return Self.fields[""]!.contains(name) || sections.contains { Self.fields[$0]?.contains(name) == true }
    }
}

extension LetterTemplate {
    /// The policy for a page of letters. It may load its own styles, and pictures and fonts beside it or inside it. No script
    /// runs.
    static let policy =
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
        + "img-src 'self' data:; font-src 'self' data:\">"

    /// The template with the policy inserted at the beginning of the page, unless it has a policy of its own.
    static func protected(_ template: String) -> String {
        guard !template.contains("Content-Security-Policy") else { return template }
        for start in [/<head(\s[^>]*)?>/, /<html(\s[^>]*)?>/, /<!doctype(\s[^>]*)?>/] {
            guard let found = template.firstMatch(of: start.ignoresCase())?.range else { continue }
            return template[..<found.upperBound] + policy + template[found.upperBound...]
        }
        return policy + template
    }
}
