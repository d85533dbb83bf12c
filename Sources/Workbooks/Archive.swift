import CZip

/// The container of a workbook: a zip file in memory, whose parts are unpacked in pieces.
struct Archive: Sendable {
    private let bytes: [UInt8]
    private let parts: [String: Part]

    /// One entry of the container.
    struct Part: Sendable {
        fileprivate let index: UInt64
        /// Bytes when unpacked, as the container says.
        let size: Int
    }

    /// Bytes of the file.
    var fileBytes: Int { bytes.count }

    /// Reads the directory of the container.
    ///
    /// - Parameter bytes: The file.
    init(_ bytes: [UInt8]) throws(WorkbookProblem) {
        guard Self.largestCount(bytes) <= UInt64(Limits.entries) else { throw .tooLarge(.entries) }
        self.bytes = bytes
        var parts: [String: Part] = [:]
        let (problem, isEncrypted) =
            Self.open(bytes) { zip -> (WorkbookProblem?, Bool) in
                let count = zip_get_num_entries(zip, 0)
                guard count <= Limits.entries else { return (.tooLarge(.entries), false) }
                var isEncrypted = false
                var stat = zip_stat_t()
                for index in 0..<UInt64(max(0, count)) {
                    guard zip_stat_index(zip, index, 0, &stat) == 0,
                        let name = zip_get_name(zip, index, zip_flags_t(ZIP_FL_ENC_RAW)),
                        let size = Int(exactly: stat.size)
                    else { return (.damaged(.container), false) }
                    if stat.encryption_method != ZIP_EM_NONE { isEncrypted = true }
                    let known = parts.updateValue(
                        Part(index: index, size: size), forKey: Self.key(String(cString: name)))
                    if known != nil { return (.damaged(.partTwice), false) }
                }
                return (nil, isEncrypted)
            } ?? (.damaged(.container), false)
        if let problem { throw problem }
        if isEncrypted { throw .encrypted }
        self.parts = parts
    }

    /// The part of this name, or `nil`. Names are compared without regard to the case of ASCII letters, as OPC asks.
    func part(_ name: String) -> Part? { parts[Self.key(name)] }

    private static func key(_ name: String) -> String {
        let bytes = name.utf8.map { (65...90).contains($0) ? $0 + 32 : $0 }
        return String(decoding: bytes.first == UInt8(ascii: "/") ? bytes[1...] : bytes[...], as: UTF8.self)
    }

    /// Unpacks a part and hands it on piece by piece.
    ///
    /// - Parameters:
    ///   - part: A part of this container.
    ///   - body: Called with each piece; false ends the reading.
    func read(_ part: Part, _ body: (UnsafeRawBufferPointer) -> Bool) throws(WorkbookProblem) {
        guard part.size <= Limits.partBytes else { throw .tooLarge(.unpacked) }
        let problem =
            Self.open(bytes) { zip -> WorkbookProblem? in
                var stat = zip_stat_t()
                guard zip_stat_index(zip, part.index, 0, &stat) == 0,
                    stat.comp_method == ZIP_CM_DEFLATE || stat.comp_method == ZIP_CM_STORE
                else { return .damaged(.container) }
                if part.size > Limits.bytesBeforePacking, UInt64(part.size) / UInt64(Limits.packing) > stat.comp_size {
                    return .tooLarge(.packing)
                }
                guard let file = zip_fopen_index(zip, part.index, 0) else { return .damaged(.container) }
                defer { zip_fclose(file) }
                var total = 0
                var isTooLarge = false
                let last = PieceReader.forEach(ahead: part.size >= Self.bytesToReadAhead) { buffer in
                    Int(zip_fread(file, buffer.baseAddress!, UInt64(buffer.count)))
                } _: { piece in
                    total += piece.count
                    isTooLarge = total > part.size
                    return !isTooLarge && body(piece)
                }
                if last < 0 { return .damaged(.container) }
                return isTooLarge || (last == 0 && total < part.size) ? .damaged(.size) : nil
            } ?? .damaged(.container)
        if let problem { throw problem }
    }

    /// Parts smaller than this are unpacked before a second thread has begun.
    private static let bytesToReadAhead = 1 << 20

    /// Opens the container and closes it behind `body`; `nil` where it is none.
    private static func open<Result>(_ bytes: [UInt8], _ body: (OpaquePointer) -> Result) -> Result? {
        bytes.withUnsafeBytes { buffer in
            guard let source = zip_source_buffer_create(buffer.baseAddress, UInt64(buffer.count), 0, nil) else {
                return nil
            }
            guard let zip = zip_open_from_source(source, ZIP_RDONLY, nil) else {
                zip_source_free(source)
                return nil
            }
            defer { zip_discard(zip) }
            return body(zip)
        }
    }

    /// The largest number of entries that an end of the directory tells.
    ///
    /// libzip makes room for that number before it looks for the entries. Only the 64-bit form can tell a harmful one.
    private static func largestCount(_ bytes: [UInt8]) -> UInt64 {
        var largest: UInt64 = 0
        func number(_ offset: Int, _ count: Int) -> UInt64 {
            (0..<count).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
        }
        func begins(_ offset: Int, _ third: UInt8, _ fourth: UInt8) -> Bool {
            bytes[offset] == UInt8(ascii: "P") && bytes[offset + 1] == UInt8(ascii: "K")
                && bytes[offset + 2] == third && bytes[offset + 3] == fourth
        }
        // The end has 22 bytes and a comment of at most 65,535; 20 bytes before it tell where the 64-bit form is.
        let first = max(20, bytes.count - 22 - 65_535)
        guard first + 22 <= bytes.count else { return 0 }
        for end in first...bytes.count - 22 where begins(end, 5, 6) && begins(end - 20, 6, 7) {
            let place = number(end - 12, 8)
            guard bytes.count >= 56, place <= UInt64(bytes.count - 56), begins(Int(place), 6, 6) else { continue }
            largest = max(largest, number(Int(place) + 24, 8), number(Int(place) + 32, 8))
        }
        return largest
    }
}
