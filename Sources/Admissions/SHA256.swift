internal import Crypto

/// The hash that orders the draw and identifies a case: SHA-256 as swift-crypto computes it, with a digest that has an order.
///
/// Anyone can reproduce it with a standard tool.
public struct SHA256: Sendable {
    private var hash = Crypto.SHA256()

    public init() {}

    /// The digest of all of `bytes`. O(bytes).
    public static func digest(of bytes: some Sequence<UInt8>) -> Digest {
        bytes.withContiguousStorageIfAvailable { digest(of: $0) }
            ?? Array(bytes).withUnsafeBufferPointer { digest(of: $0) }
    }

    /// The digest of all bytes of a buffer, without a copy of it. O(bytes).
    public static func digest(of bytes: UnsafeBufferPointer<UInt8>) -> Digest {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finalize()
    }

    /// Adds bytes to the message.
    public mutating func update(_ bytes: some Sequence<UInt8>) {
        if bytes.withContiguousStorageIfAvailable({ update($0) }) == nil {
            Array(bytes).withUnsafeBufferPointer { update($0) }
        }
    }

    private mutating func update(_ bytes: UnsafeBufferPointer<UInt8>) {
        hash.update(bufferPointer: UnsafeRawBufferPointer(bytes))
    }

    /// Ends the message and returns its digest. The value must not be updated afterwards.
    public func finalize() -> Digest {
        hash.finalize().withUnsafeBytes { bytes in
            func word(_ index: Int) -> UInt64 {
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self))
            }
            return Digest(words: (word(0), word(1), word(2), word(3)))
        }
    }

    /// 256 bits, ordered as a big-endian number (the same order as its hexadecimal text).
    public struct Digest: Hashable, Comparable, Sendable, CustomStringConvertible {
        private let w0, w1, w2, w3: UInt64

        init(words: (UInt64, UInt64, UInt64, UInt64)) { (w0, w1, w2, w3) = words }

        /// The smallest and the greatest digest.
        static let first = Digest(words: (0, 0, 0, 0))
        static let last = Digest(words: (.max, .max, .max, .max))

        /// The first eight bytes. Digests that differ in them are in their order.
        public var firstWord: UInt64 { w0 }

        public static func < (left: Self, right: Self) -> Bool {
            (left.w0, left.w1, left.w2, left.w3) < (right.w0, right.w1, right.w2, right.w3)
        }

        /// 64 lower-case hexadecimal digits.
        public var description: String {
            [w0, w1, w2, w3].map { word in
                let digits = String(word, radix: 16)
                return String(repeating: "0", count: 16 - digits.count) + digits
            }.joined()
        }
    }
}
