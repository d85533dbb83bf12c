import Admissions

extension Problem {
    /// The line for a person: the place in the form that editors can jump to, then as a spreadsheet shows it, and the sentence.
    ///
    /// - Parameters:
    ///   - language: The language of the sentence.
    ///   - acceptance: How a warning that needs it is accepted, such as an option of a command; `nil`: the line only says
    ///     that it must be.
    public func text(in language: Language, acceptance: String? = nil) -> String {
        var text = start(in: language)
        if let spot { text += "\(spot.text(in: language)): " }
        text += sentence[language]
        if needsAcceptance {
            switch language {
            case .english: text += acceptance.map { " (accepted by \($0))" } ?? " (must be accepted)"
            case .japanese: text += acceptance.map { "（承認するには \($0)）" } ?? "（承認が必要です）"
            }
        }
        return text
    }

    /// `children.csv:18:53: error NOT_A_CHOICE: `, what is before the sentence.
    ///
    /// - Parameters:
    ///   - language: The language of the severity.
    ///   - hasPlace: Whether the place in the file is told, or only the file.
    func start(in language: Language, hasPlace: Bool = true) -> String {
        let place = hasPlace ? place : file ?? ""
        return "\(place.isEmpty ? "" : place + ": ")\(severity.word[language]) \(code): "
    }

    /// `children.csv:18:53` or `申込.xlsx:申込者!C12`.
    private var place: String {
        let inFile =
            sheet.map { [$0 + (cell.map { "!" + $0 } ?? "")] }
            ?? [line.map(String.init), column.map(String.init)].compactMap { $0 }
        return ([file].compactMap { $0 } + inFile).joined(separator: ":")
    }
}

extension Problem.Severity {
    /// What the severity is called in a line.
    public var word: Phrase {
        switch self {
        case .error: Phrase("エラー", "error")
        case .warning: Phrase("注意", "warning")
        }
    }
}

extension Problem.Spot {
    /// `18行目「第5希望」(Q18)` or `row 18, "wish_5" (Q18)`, as far as it is known.
    public func text(in language: Language) -> String {
        var text = language == .japanese ? "\(row)行目" : "row \(row)"
        if let header, !header.isEmpty { text += language == .japanese ? "「\(header)」" : ", \"\(header)\"" }
        if let cell { text += language == .japanese ? "(\(cell))" : " (\(cell))" }
        return text
    }
}
