extension SheetBuilder {
    /// Adds a cell that holds a number.
    ///
    /// - Parameters:
    ///   - text: The number as the workbook stores it.
    ///   - column: The column.
    ///   - format: What the number stands for.
    ///   - formats: The formats of the workbook.
    ///   - is1904: Whether days count from 1904.
    mutating func addNumber(
        _ text: UnsafeBufferPointer<UInt8>, column: Int, format: CellFormat, formats: CellFormats, is1904: Bool
    ) throws(WorkbookProblem) {
        if format == .plain, NumberText.isPlain(text) { return try addPlain(text, column: column) }
        guard let number = NumberText.number(text) else {
            try note(.noNumber, column: column)
            return try addText(text, column: column)
        }
        switch format {
        case .plain: try addDecimal(number, column: column)
        case .padded(let index):
            let template = formats.templates[index]
            guard number >= 0, number.rounded() < NumberText.exactBelow, let whole = Int(NumberText.decimal(number))
            else { return try addDecimal(number, column: column) }
            try addPadded(whole, template, column: column)
        case .date:
            guard let date = SerialDate(number, is1904: is1904) else {
                try note(.noDate, column: column)
                return try addText(text, column: column)
            }
            try beginField(column)
            try date.write { byte throws(WorkbookProblem) in try append(byte) }
        case .time, .duration:
            guard let seconds = SerialDate.seconds(number, ofDay: format == .time) else {
                try note(.noDate, column: column)
                return try addText(text, column: column)
            }
            try beginField(column)
            try SerialDate.writeTime(seconds, hasSeconds: false) { byte throws(WorkbookProblem) in try append(byte) }
        }
    }

    /// Adds a cell that holds a number of which ``NumberText/isPlain(_:)`` holds.
    mutating func addPlain(_ text: UnsafeBufferPointer<UInt8>, column: Int) throws(WorkbookProblem) {
        let (isNegative, digits) = NumberText.trimmed(text)
        try beginField(column)
        if isNegative, digits.count > 1 || digits[0] != 48 { try append(UInt8(ascii: "-")) }
        try append(digits)
    }

    /// Adds a cell with text; an empty one is none.
    mutating func addText(_ text: UnsafeBufferPointer<UInt8>, column: Int) throws(WorkbookProblem) {
        guard !text.isEmpty else { return }
        try beginField(column)
        try appendQuoting(text)
    }

    /// Adds a cell with text; an empty one is none.
    mutating func addText(_ text: String, column: Int) throws(WorkbookProblem) {
        var text = text
        var problem: WorkbookProblem?
        text.withUTF8 { text in
            do throws(WorkbookProblem) { try addText(text, column: column) } catch { problem = error }
        }
        if let problem { throw problem }
    }

    private mutating func addDecimal(_ number: Double, column: Int) throws(WorkbookProblem) {
        if number.magnitude.rounded() >= NumberText.exactBelow { try note(.lostDigits, column: column) }
        try addText(NumberText.decimal(number), column: column)
    }

    /// Adds a number with leading zeros; what has more digits than the template begins with them.
    private mutating func addPadded(_ number: Int, _ template: [UInt8], column: Int) throws(WorkbookProblem) {
        let digits = Array(String(number).utf8)
        var next = digits.count - template.count { $0 == 0 }
        var text: [UInt8] = []
        var isFirst = true
        for byte in template {
            guard byte == 0 else {
                text.append(byte)
                continue
            }
            if isFirst, next > 0 { text.append(contentsOf: digits[..<next]) }
            isFirst = false
            text.append(next < 0 ? 48 : digits[next])
            next += 1
        }
        try addText(String(decoding: text, as: UTF8.self), column: column)
    }
}
