/// The texts that cells of an Excel workbook refer to by number, as fields of CSV in one piece of memory.
struct SharedStrings: Sendable {
    private var bytes: [UInt8] = []
    /// Text `i` stands at `ends[i - 1]..<ends[i]`, the first from 0 on.
    private var ends: [UInt32] = []

    init() {}

    /// Reads the texts.
    ///
    /// - Parameters:
    ///   - part: The part that has them.
    ///   - archive: The container.
    init(_ part: Archive.Part, of archive: Archive) throws(WorkbookProblem) {
        var problem: WorkbookProblem?
        var ends: [UInt32] = []
        // Memory that is never written costs nothing, so there is room for the most that is allowed.
        bytes = Array(unsafeUninitializedCapacity: Limits.stringBytes) { buffer, count in
            let receiver = SharedStringReceiver(buffer)
            do throws(WorkbookProblem) { try receiver.read(part, of: archive) } catch { problem = error }
            ends = receiver.ends
            count = Int(ends.last ?? 0)
        }
        if let problem { throw problem }
        self.ends = ends
    }

    /// Calls `body` with the texts as fields of CSV, quoted where they must be.
    func withFields<Result>(_ body: (Fields) throws(WorkbookProblem) -> Result) throws(WorkbookProblem) -> Result {
        try bytes.withUnsafeBufferPointer { bytes throws(WorkbookProblem) in
            try ends.withUnsafeBufferPointer { ends throws(WorkbookProblem) in
                try body(Fields(bytes: bytes, ends: ends))
            }
        }
    }

    /// The texts where they stand in memory.
    struct Fields {
        fileprivate let bytes: UnsafeBufferPointer<UInt8>
        fileprivate let ends: UnsafeBufferPointer<UInt32>

        var count: Int { ends.count }

        /// The field of a text, which must be there.
        subscript(index: Int) -> UnsafeBufferPointer<UInt8> {
            precondition(index >= 0 && index < ends.count, "no text: \(index)")
            return UnsafeBufferPointer(rebasing: bytes[(index == 0 ? 0 : Int(ends[index - 1]))..<Int(ends[index])])
        }
    }
}

/// Reads the part with the shared texts.
private final class SharedStringReceiver: XMLReceiver {
    private enum Place {
        static let table: UInt8 = 1, item: UInt8 = 2, run: UInt8 = 3, text: UInt8 = 4
    }

    private(set) var ends: [UInt32] = []
    private let buffer: UnsafeMutableBufferPointer<UInt8>
    private var runs = TextRuns()
    private var count = 0

    init(_ buffer: UnsafeMutableBufferPointer<UInt8>) {
        self.buffer = buffer
        super.init(OfficeNames.main)
    }

    override func begin(_ name: XMLText, _ attributes: XMLAttributes, in parent: UInt8) throws(WorkbookProblem) -> UInt8
    {
        switch (parent, name) {
        case (Self.document, "sst"): return Place.table
        case (Place.table, "si"):
            runs.removeAll()
            return Place.item
        // Beside runs there are the readings of words, furigana.
        case (Place.item, "r"): return Place.run
        case (Place.item, "t"), (Place.run, "t"):
            runs.beginRun(keepsBlanks: attributes.keepBlanks)
            return Place.text
        default: return 0
        }
    }

    override func text(_ piece: UnsafeBufferPointer<UInt8>, in place: UInt8) throws(WorkbookProblem) {
        if place == Place.text { try runs.append(piece) }
    }

    override func end(_ place: UInt8) throws(WorkbookProblem) {
        if place == Place.text { runs.endRun() }
        guard place == Place.item else { return }
        runs.joinLineEnds()
        let written = runs.bytes.withUnsafeBufferPointer { text in
            writeField(text, to: UnsafeMutableBufferPointer(rebasing: buffer[count...]))
        }
        guard let written, count + written + 4 * ends.count <= buffer.count else { throw .tooLarge(.strings) }
        count += written
        ends.append(UInt32(count))
    }
}

/// Writes a text as a field of CSV, in quotes where it needs them.
///
/// - Parameters:
///   - text: The text.
///   - buffer: Where the field is written.
/// - Returns: The number of bytes; `nil` where there is too little room.
func writeField(_ text: UnsafeBufferPointer<UInt8>, to buffer: UnsafeMutableBufferPointer<UInt8>) -> Int? {
    guard let source = text.baseAddress, !text.isEmpty else { return 0 }
    guard let target = buffer.baseAddress, text.count <= buffer.count else { return nil }
    let needsQuotes = text.contains {
        $0 <= UInt8(ascii: ",") && ($0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 == 10 || $0 == 13)
    }
    guard needsQuotes else {
        target.update(from: source, count: text.count)
        return text.count
    }
    guard text.count * 2 + 2 <= buffer.count else { return nil }
    var count = 0
    func put(_ byte: UInt8) {
        target[count] = byte
        count += 1
    }
    put(UInt8(ascii: "\""))
    for byte in text {
        if byte == UInt8(ascii: "\"") { put(byte) }
        put(byte)
    }
    put(UInt8(ascii: "\""))
    return count
}
