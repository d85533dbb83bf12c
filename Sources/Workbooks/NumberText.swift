/// The numbers of cells as text.
enum NumberText {
    /// From here on spreadsheets keep fewer digits than a whole number has: they keep fifteen.
    static let exactBelow = 1e15

    /// Whether these bytes are a number in plain digits of which none can be lost, `-12` or `3.5`: at most fifteen digits.
    ///
    /// Such a number is the shortest that is read as the same, but for zeros at its ends.
    static func isPlain(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var (digits, points) = (0, 0)
        for (offset, byte) in text.enumerated() {
            if (48...57).contains(byte) {
                digits += 1
            } else if byte == UInt8(ascii: "."), digits > 0 {
                points += 1
            } else if byte != UInt8(ascii: "-") || offset > 0 {
                return false
            }
        }
        return digits > 0 && digits <= 15 && points <= 1
    }

    /// A plain number without zeros that say nothing, as a range of its digits and whether it is negative.
    static func trimmed(_ text: UnsafeBufferPointer<UInt8>) -> (isNegative: Bool, digits: UnsafeBufferPointer<UInt8>) {
        var (start, end) = (0, text.count)
        let isNegative = text[0] == UInt8(ascii: "-")
        if isNegative { start = 1 }
        while start + 1 < end, text[start] == 48, text[start + 1] != UInt8(ascii: ".") { start += 1 }
        if text[start..<end].contains(UInt8(ascii: ".")) {
            while text[end - 1] == 48 { end -= 1 }
            if text[end - 1] == UInt8(ascii: ".") { end -= 1 }
        }
        return (isNegative, UnsafeBufferPointer(rebasing: text[start..<end]))
    }

    /// The number that these bytes are, such as `-1.5E-7`; `nil` where they are none, or one that is too large.
    static func number(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
        // Swift reads names and other bases too.
        guard text.allSatisfy({ (48...57).contains($0) || "+-.eE".utf8.contains($0) }) else { return nil }
        return Double(String(decoding: text, as: UTF8.self)).flatMap { $0.isFinite ? $0 : nil }
    }

    /// The shortest decimal that is read as the same number, without an exponent.
    ///
    /// - Parameter number: A finite number.
    static func decimal(_ number: Double) -> String {
        let text = number.magnitude.description
        guard let mark = text.utf8.firstIndex(of: UInt8(ascii: "e")) else {
            let sign = number < 0 ? "-" : ""
            return sign + (text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
        }
        let digits = text[..<mark].filter { $0 != "." }
        let whole = text[..<mark].prefix { $0 != "." }.count
        let fraction = digits.hasSuffix("0") && digits.count > 1 ? String(digits.dropLast()) : digits
        let point = whole + (Int(text[text.index(after: mark)...]) ?? 0)
        let zeros = { (count: Int) in String(repeating: "0", count: max(0, count)) }
        let plain =
            if point <= 0 {
                "0." + zeros(-point) + fraction
            } else if point >= fraction.count {
                fraction + zeros(point - fraction.count)
            } else {
                String(fraction.prefix(point)) + "." + fraction.dropFirst(point)
            }
        return (number < 0 ? "-" : "") + plain
    }
}
