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

    /// Significant digits that spreadsheets keep and show; those that follow are noise of binary numbers.
    private static let significant = 15

    /// The shortest decimal that is read as the same number, without an exponent; below ``exactBelow`` with no more digits
    /// than spreadsheets show, so that 12.299999999999999 is 12.3.
    ///
    /// - Parameter number: A finite number.
    static func decimal(_ number: Double) -> String {
        let text = Array(number.magnitude.description.utf8)
        let mantissa = text.prefix { $0 != UInt8(ascii: "e") }
        let exponent = Int(String(decoding: text.dropFirst(mantissa.count + 1), as: UTF8.self)) ?? 0
        // The number is 0.DIGITS times ten to the power of the point.
        var digits = mantissa.filter { $0 != UInt8(ascii: ".") }
        var point = mantissa.prefix { $0 != UInt8(ascii: ".") }.count + exponent
        let leading = digits.prefix { $0 == 48 }.count
        digits.removeFirst(leading)
        point -= leading
        if number.magnitude < exactBelow { round(&digits, &point) }
        while digits.last == 48 { digits.removeLast() }
        guard !digits.isEmpty else { return "0" }
        let zeros = { (count: Int) in Array(repeating: UInt8(48), count: max(0, count)) }
        let whole = point <= 0 ? [48] : digits.prefix(point) + zeros(point - digits.count)
        let fraction = zeros(-point) + digits.dropFirst(max(0, point))
        let plain = fraction.isEmpty || point >= digits.count ? whole : whole + [UInt8(ascii: ".")] + fraction
        return (number < 0 ? "-" : "") + String(decoding: plain, as: UTF8.self)
    }

    /// Rounds digits behind a decimal point to the significant ones.
    private static func round(_ digits: inout [UInt8], _ point: inout Int) {
        guard digits.count > significant else { return }
        let isUp = digits[significant] >= UInt8(ascii: "5")
        digits.removeSubrange(significant...)
        guard isUp else { return }
        while digits.last == UInt8(ascii: "9") { digits.removeLast() }
        if digits.isEmpty {
            digits = [UInt8(ascii: "1")]
            point += 1
        } else {
            digits[digits.count - 1] += 1
        }
    }

    /// Whether these bytes are 0 in plain digits.
    static func isZero(_ text: some Collection<UInt8>) -> Bool {
        text.contains(48) && text.allSatisfy { $0 == 48 || $0 == UInt8(ascii: ".") }
    }
}
