import Admissions

/// The usage errors of ArgumentParser in Japanese.
enum UsageErrors {
    /// Every form in which ArgumentParser says what is wrong; the more exact form stands first. What is in braces differs.
    private static let forms = [
        Phrase("「{option}」というオプションはありません。「{near}」のことですか。", "Unknown option '{option}'. Did you mean '{near}'?"),
        Phrase("「{option}」というオプションはありません。", "Unknown option '{option}'"),
        Phrase("「{option}」の値がありません。", "Missing value for '{option}'"),
        Phrase(
            "「{option}」に値は要りませんが、「{value}」が付いています。",
            "The option '{option}' does not take any value, but '{value}' was specified."),
        Phrase("余分な引数があります: {value}", "Unexpected argument '{value}'"),
        Phrase("余分な引数が {count} 個あります: {values}", "{count} unexpected arguments: {values}"),
        Phrase("「{argument}」が足りません。", "Missing expected argument '{argument}'"),
        Phrase("次のどれかが足りません: {arguments}", "Missing one of: {arguments}"),
        Phrase("サブコマンドが足りません。", "Missing required subcommand."),
        Phrase(
            "「{option}」に「{value}」は使えません。使える値: {values}",
            "The value '{value}' is invalid for '{option}'. Please provide one of {values}."),
        Phrase(
            "「{option}」に「{value}」は使えません。使える値: {values}",
            "The value '{value}' is invalid for '{option}'. Please provide one of the following:\n{values}"),
        Phrase("「{option}」に「{value}」は使えません。{reason}", "The value '{value}' is invalid for '{option}': {reason}"),
        Phrase("「{option}」に「{value}」は使えません。", "The value '{value}' is invalid for '{option}'"),
        Phrase("「{option}」はオプションの形ではありません。", "Invalid option: {option}"),
        Phrase(
            "「{later}」は「{earlier}」と一緒に使えません。",
            "Value to be set with flag '{later}' had already been set with flag '{earlier}'"),
    ]

    /// The sentence in Japanese; one of no known form, such as our own, is returned as it is.
    static func japanese(of message: String) -> String {
        for form in forms {
            guard let values = values(of: message, in: form.english) else { continue }
            return form.filled(values.mapValues(list)).japanese
        }
        return message
    }

    /// Choices without the quotes and words between them.
    private static func list(_ text: String) -> String {
        guard text.contains("', '") || text.contains("' and '") || text.contains("' or '") || text.contains("  - ")
        else {
            return text
        }
        return text.replacing("' and '", with: "、").replacing("' or '", with: "、").replacing("', '", with: "、")
            .replacing("\n  - ", with: "、").replacing("  - ", with: "").trimming("'")
    }

    /// What stands in the places of the braces of a form; `nil` where the text has another form.
    static func values(of text: String, in form: String) -> [String: String]? {
        var (text, form, values) = (Substring(text), Substring(form), [String: String]())
        while let open = form.firstIndex(of: "{") {
            let before = form[..<open]
            guard text.hasPrefix(before), let close = form[open...].firstIndex(of: "}") else { return nil }
            text = text.dropFirst(before.count)
            let name = String(form[form.index(after: open)..<close])
            form = form[form.index(after: close)...]
            let next = form.prefix { $0 != "{" }
            if next.isEmpty {
                values[name] = String(text)
                text = ""
            } else if form.count == next.count {
                // The last place reaches as far as the end allows.
                guard text.hasSuffix(next) else { return nil }
                values[name] = String(text.dropLast(next.count))
                text = next
            } else {
                guard let end = text.firstRange(of: next)?.lowerBound else { return nil }
                values[name] = String(text[..<end])
                text = text[end...]
            }
        }
        return text == form ? values : nil
    }
}

extension String {
    /// The text without a character at its ends.
    fileprivate func trimming(_ character: Character) -> String {
        var rest = Substring(self)
        while rest.first == character { rest = rest.dropFirst() }
        while rest.last == character { rest = rest.dropLast() }
        return String(rest)
    }
}
