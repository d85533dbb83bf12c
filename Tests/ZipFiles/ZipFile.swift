/// Writes zip files for tests, with everything as it should be or with lies.
public struct ZipFile {
    /// One file in it.
    public struct Entry {
        public var name: [UInt8]
        public var content: [UInt8]
        /// The size that is told; the right one if `nil`.
        public var toldSize: UInt32?
        public var isEncrypted = false
        /// How the content is packed: 0 for not at all.
        public var method: UInt16 = 0
    }

    public var entries: [Entry] = []

    public init(_ parts: KeyValuePairs<String, String> = [:]) {
        for (name, text) in parts { add(name, Array(text.utf8)) }
    }

    public mutating func add(_ name: String, _ content: [UInt8]) {
        entries.append(Entry(name: Array(name.utf8), content: content))
    }

    /// The file; the content of the entries is stored as it is.
    public var bytes: [UInt8] {
        var file: [UInt8] = []
        var directory: [UInt8] = []
        for entry in entries {
            let size = UInt32(entry.content.count)
            var common: [UInt8] = []
            common.add(UInt16(20), UInt16(entry.isEncrypted ? 0x801 : 0x800), entry.method, UInt16(0), UInt16(0x21))
            common.add(crc32(entry.content), size, entry.toldSize ?? size)
            common.add(UInt16(entry.name.count), UInt16(0))
            directory.add(0x0201_4B50 as UInt32, UInt16(20))
            directory += common
            directory.add(UInt16(0), UInt16(0), UInt16(0), UInt32(0), UInt32(file.count))
            directory += entry.name
            file.add(0x0403_4B50 as UInt32)
            file += common
            file += entry.name
            file += entry.content
        }
        let start = UInt32(file.count)
        file += directory
        file.add(0x0605_4B50 as UInt32, UInt16(0), UInt16(0), UInt16(entries.count), UInt16(entries.count))
        file.add(UInt32(directory.count), start, UInt16(0))
        return file
    }
}

extension [UInt8] {
    /// Adds numbers, their lowest byte first.
    fileprivate mutating func add<each Number: FixedWidthInteger>(_ numbers: repeat each Number) {
        for number in repeat each numbers {
            Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
        }
    }
}

private let crcTable: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
}

private func crc32(_ bytes: [UInt8]) -> UInt32 {
    bytes.withUnsafeBufferPointer { bytes in
        crcTable.withUnsafeBufferPointer { table in
            var crc: UInt32 = ~0
            for byte in bytes { crc = crc >> 8 ^ table[Int((crc ^ UInt32(byte)) & 255)] }
            return ~crc
        }
    }
}
