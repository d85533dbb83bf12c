/// The text of a cell, put together from its runs.
struct TextRuns {
    private(set) var bytes: [UInt8] = []
    private var runStart = 0
    private var keepsBlanks = false

    mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    mutating func append(_ piece: UnsafeBufferPointer<UInt8>) throws(WorkbookProblem) {
        guard bytes.count + piece.count <= Limits.cellBytes else { throw .tooLarge(.cell) }
        bytes.append(contentsOf: piece)
    }

    /// Begins a run of an Excel text.
    ///
    /// - Parameter keepsBlanks: Whether blanks at its ends belong to it, `xml:space="preserve"`.
    mutating func beginRun(keepsBlanks: Bool) {
        runStart = bytes.count
        self.keepsBlanks = keepsBlanks
    }

    /// Ends a run of an Excel text: drops blanks at its ends where they do not belong to it, and resolves `_x000D_`.
    mutating func endRun() {
        if !keepsBlanks {
            while bytes.count > runStart, Self.isBlank(bytes[bytes.count - 1]) { bytes.removeLast() }
            let blanks = bytes[runStart...].prefix(while: Self.isBlank).count
            bytes.removeSubrange(runStart..<runStart + blanks)
        }
        resolveEscapes(from: runStart)
    }

    /// Adds a character.
    mutating func append(_ byte: UInt8) throws(WorkbookProblem) {
        guard bytes.count < Limits.cellBytes else { throw .tooLarge(.cell) }
        bytes.append(byte)
    }

    /// Makes every line end of the text a line feed.
    mutating func joinLineEnds() {
        guard bytes.contains(13) else { return }
        var target = 0
        for (offset, byte) in bytes.enumerated() {
            if byte == 13, offset + 1 < bytes.count, bytes[offset + 1] == 10 { continue }
            bytes[target] = byte == 13 ? 10 : byte
            target += 1
        }
        bytes.removeSubrange(target...)
    }

    /// Whether a run of an Excel text is the text as it stands: no blanks to drop, no escapes, no line ends to join.
    static func isFinal(_ run: UnsafeBufferPointer<UInt8>, keepsBlanks: Bool) -> Bool {
        guard let first = run.first, let last = run.last else { return true }
        if !keepsBlanks, isBlank(first) || isBlank(last) { return false }
        for (offset, byte) in run.enumerated() where byte == UInt8(ascii: "_") || byte == 13 {
            if byte == 13 || offset + 6 < run.count { return false }
        }
        return true
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || (9...10).contains(byte) || byte == 13 }

    /// Replaces `_xHHHH_`, by which Excel writes UTF-16 code units that XML cannot have.
    private mutating func resolveEscapes(from start: Int) {
        guard let first = bytes[start...].firstIndex(of: UInt8(ascii: "_")) else { return }
        var target = first
        var source = first
        while source < bytes.count {
            guard let unit = escape(at: source) else {
                bytes[target] = bytes[source]
                target += 1
                source += 1
                continue
            }
            source += 7
            var scalar = Unicode.Scalar(UInt32(unit)) ?? "\u{FFFD}"
            if UTF16.isLeadSurrogate(unit), let next = escape(at: source), UTF16.isTrailSurrogate(next) {
                source += 7
                scalar = UTF16.decode(UTF16.EncodedScalar([unit, next]))
            }
            // At most four bytes in place of seven or fourteen.
            for byte in UTF8.encode(scalar).unsafelyUnwrapped {
                bytes[target] = byte
                target += 1
            }
        }
        bytes.removeSubrange(target...)
    }

    private func escape(at offset: Int) -> UInt16? {
        guard offset + 7 <= bytes.count, bytes[offset] == UInt8(ascii: "_"), bytes[offset + 1] == UInt8(ascii: "x"),
            bytes[offset + 6] == UInt8(ascii: "_")
        else { return nil }
        var unit: UInt16 = 0
        for digit in bytes[offset + 2..<offset + 6] {
            guard let value = Character(Unicode.Scalar(digit)).hexDigitValue else { return nil }
            unit = unit << 4 | UInt16(value)
        }
        return unit
    }
}
