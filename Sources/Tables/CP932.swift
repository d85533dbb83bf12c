/// CP932 (Windows-31J), the encoding of Japanese spreadsheets, without its user-defined area.
///
/// Source: Microsoft's table of code page 932, as the codec `cp932` of Python decodes it.
enum CP932 {
    static let leads: [UInt8] = Array(0x81...0x9F) + Array(0xE0...0xEF) + Array(0xFA...0xFC)
    /// 0x40 to 0xFC without 0x7F.
    static let trailCount = 188

    /// Scalars of the double-byte plane: `decoding[leadIndex * trailCount + trailIndex]`, 0 where there is none.
    static let decoding: [UInt32] = {
        var scalars: [UInt32] = []
        scalars.reserveCapacity(leads.count * trailCount)
        for scalar in plane.description.unicodeScalars where scalar != "\n" {
            scalars.append(scalar == "\u{FFFD}" ? 0 : scalar.value)
        }
        precondition(scalars.count == leads.count * trailCount, "the generated table has \(scalars.count) characters")
        return scalars
    }()

    /// Index into `leads` of each byte, -1 where it is no lead byte.
    static let leadIndex: [Int] = {
        var indices = [Int](repeating: -1, count: 256)
        for (index, lead) in leads.enumerated() { indices[Int(lead)] = index }
        return indices
    }()

    /// The code of each scalar. Of several codes the first counts, those of the leads ED and EE last, as Windows has it.
    static let encoding: [UInt32: UInt16] = {
        var codes: [UInt32: UInt16] = [:]
        for isLast in [false, true] {
            for (index, lead) in leads.enumerated() where (lead == 0xED || lead == 0xEE) == isLast {
                for trail in 0..<trailCount {
                    let scalar = decoding[index * trailCount + trail]
                    let code = UInt16(lead) << 8 | UInt16(trail < 63 ? 0x40 + trail : 0x41 + trail)
                    if scalar != 0, codes[scalar] == nil { codes[scalar] = code }
                }
            }
        }
        return codes
    }()

    /// The bytes as UTF-8, or the offset of the first byte that is no CP932. O(bytes).
    static func decode(_ bytes: [UInt8]) -> Result<[UInt8], InvalidByte> {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count + bytes.count / 2)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case 0..<0x80: text.append(byte)
            case 0xA1...0xDF: append(0xFF61 + UInt32(byte - 0xA1), to: &text)
            default:
                let lead = leadIndex[Int(byte)]
                guard lead >= 0, index + 1 < bytes.count, let trail = trailIndex(bytes[index + 1]) else {
                    return .failure(InvalidByte(offset: index))
                }
                let scalar = decoding[lead * trailCount + trail]
                if scalar == 0 { return .failure(InvalidByte(offset: index)) }
                append(scalar, to: &text)
                index += 1
            }
            index += 1
        }
        return .success(text)
    }

    /// The code of a scalar: one byte below 256, else two; `nil` where CP932 lacks it.
    static func code(of scalar: Unicode.Scalar) -> UInt16? {
        switch scalar.value {
        case 0..<0x80: UInt16(scalar.value)
        case 0xFF61...0xFF9F: UInt16(scalar.value - 0xFF61 + 0xA1)
        default: encoding[scalar.value] ?? otherTables[scalar.value]
        }
    }

    /// The codes of scalars as which other tables than Microsoft's decode them: JIS X 0208's and Apple's. A file that a Mac wrote
    /// has them.
    private static let otherTables: [UInt32: UInt16] = [
        // em dash, double vertical line, wave dash, minus; Microsoft: U+2015, U+2225, U+FF5E, U+FF0D.
        0x2014: 0x815C, 0x2016: 0x8161, 0x301C: 0x8160, 0x2212: 0x817C,
        // cent, pound, yen, not sign, broken bar; Microsoft: those of full width.
        0x00A2: 0x8191, 0x00A3: 0x8192, 0x00A5: 0x818F, 0x00AC: 0x81CA, 0x00A6: 0xFA55,
    ]

    private static func trailIndex(_ byte: UInt8) -> Int? {
        switch byte {
        case 0x40...0x7E: Int(byte) - 0x40
        case 0x80...0xFC: Int(byte) - 0x41
        default: nil
        }
    }

    private static func append(_ value: UInt32, to text: inout [UInt8]) {
        if let scalar = Unicode.Scalar(value) { text.append(contentsOf: UTF8.encode(scalar)!) }
    }

    /// Where decoding failed.
    struct InvalidByte: Error { let offset: Int }
}
