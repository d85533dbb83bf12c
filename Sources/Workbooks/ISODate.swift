/// Dates and times that a workbook stores as text (ISO 8601).
enum ISODate {
    /// The date as tables have it, `2025-04-02` or `2025-04-02 13:30:00`; `nil` where the text is none.
    ///
    /// - Parameter text: Such as `2025-04-02`, `2025-04-02T13:30:00.000` or `13:30:00`. Parts of a second are left out.
    static func text(_ text: UnsafeBufferPointer<UInt8>) -> String? {
        let text = String(decoding: text, as: UTF8.self)
        let parts = text.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 1, text.contains(":") { return time(text[...]) }
        guard isDate(parts[0]) else { return nil }
        guard parts.count == 2 else { return String(parts[0]) }
        guard let time = time(parts[1]) else { return nil }
        return time == "00:00" ? String(parts[0]) : "\(parts[0]) \(time.utf8.count == 5 ? time + ":00" : time)"
    }

    /// Whether the text is a day of the form `2025-04-02`.
    private static func isDate(_ text: Substring) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2], parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }),
            let month = Int(parts[1]), let day = Int(parts[2])
        else { return false }
        return (1...12).contains(month) && (1...31).contains(day)
    }

    /// Hours, minutes and, where they are not 0, seconds of a time of the form `13:30:00.000Z`.
    private static func time(_ text: Substring) -> String? {
        let whole = text.prefix { $0 != "." && $0 != "Z" }
        let parts = whole.split(separator: ":", omittingEmptySubsequences: false)
        guard [2, 3].contains(parts.count), parts.allSatisfy({ $0.utf8.count == 2 }),
            parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } })
        else { return nil }
        return parts.count == 3 && parts[2] == "00" ? parts[..<2].joined(separator: ":") : String(whole)
    }

    /// Hours, minutes and, where they are not 0, seconds of a duration of the form `PT13H30M00.5S`; `nil` where the text
    /// is none.
    static func duration(_ text: UnsafeBufferPointer<UInt8>) -> String? {
        guard text.starts(with: "PT".utf8) else { return nil }
        var (seconds, number) = (0, 0)
        var (digits, units) = (0, "HMS".utf8[...])
        var isFraction = false
        for byte in text.dropFirst(2) {
            if (48...57).contains(byte) {
                digits += 1
                guard digits <= 6 || isFraction else { return nil }
                if !isFraction { number = number * 10 + Int(byte - 48) }
            } else if byte == UInt8(ascii: "."), digits > 0 {
                isFraction = true
            } else {
                guard digits > 0, let unit = units.firstIndex(of: byte) else { return nil }
                units = units[units.index(after: unit)...]
                seconds += number * (byte == UInt8(ascii: "H") ? 3_600 : byte == UInt8(ascii: "M") ? 60 : 1)
                (number, digits, isFraction) = (0, 0, false)
            }
        }
        guard digits == 0, units.count < 3 else { return nil }
        var written: [UInt8] = []
        SerialDate.writeTime(seconds, hasSeconds: false) { written.append($0) }
        return String(decoding: written, as: UTF8.self)
    }
}
