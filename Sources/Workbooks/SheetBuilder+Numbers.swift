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
        _ text: UnsafeBufferPointer<UInt8>, column: Int, format: CellFormat, formats: CellFormats?, is1904: Bool
    ) throws(WorkbookProblem) {
        if format == .plain, NumberText.isPlain(text) {
            let (isNegative, digits) = NumberText.trimmed(text)
            try beginField(column)
            if isNegative, digits.count > 1 || digits[0] != 48 { try append(UInt8(ascii: "-")) }
            return try append(digits)
        }
        guard let number = Double(String(decoding: text, as: UTF8.self)), number.isFinite else {
            note(.noNumber, column: column)
            return try addText(text, column: column)
        }
        switch format {
        case .plain: try addDecimal(number, column: column)
        case .padded(let index):
            guard let template = formats?.templates[index], number >= 0, number < NumberText.exactBelow,
                number == number.rounded()
            else { return try addDecimal(number, column: column) }
            try addPadded(Int(number), template, column: column)
        case .date:
            guard let date = SerialDate(number, is1904: is1904) else {
                note(.noDate, column: column)
                return try addText(text, column: column)
            }
            try beginField(column)
            try date.write { byte throws(WorkbookProblem) in try append(byte) }
        case .time, .duration:
            guard let seconds = SerialDate.seconds(number, ofDay: format == .time) else {
                note(.noDate, column: column)
                return try addText(text, column: column)
            }
            try beginField(column)
            try SerialDate.writeTime(seconds, hasSeconds: false) { byte throws(WorkbookProblem) in try append(byte) }
        }
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
        if number.magnitude >= NumberText.exactBelow { note(.lostDigits, column: column) }
        var text = NumberText.decimal(number)
        try beginField(column)
        // The longest has some 350 bytes, which are far below the room of a sheet.
        var problem: WorkbookProblem?
        text.withUTF8 { text in
            do throws(WorkbookProblem) { try append(text) } catch { problem = error }
        }
        if let problem { throw problem }
    }

    /// Adds a number with leading zeros; what has more digits than the template begins with them.
    private mutating func addPadded(_ number: Int, _ template: [UInt8], column: Int) throws(WorkbookProblem) {
        let digits = Array(String(number).utf8)
        let places = template.count { $0 == 0 }
        var next = digits.count - places
        var isFirst = true
        try beginField(column)
        // Literals may need quotes.
        var text: [UInt8] = []
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
        var problem: WorkbookProblem?
        text.withUnsafeBufferPointer { text in
            do throws(WorkbookProblem) { try appendQuoting(text) } catch { problem = error }
        }
        if let problem { throw problem }
    }
}
