/// The hash that orders the draw and identifies a case.
///
/// It is written here because this module imports only the standard library, and because anyone must be able to reproduce the
/// draw with a standard tool. The tests check it against published vectors.
///
/// Source: FIPS 180-4, Secure Hash Standard, doi:10.6028/NIST.FIPS.180-4.
public struct SHA256: Sendable {
    private var state = State()
    /// The last bytes, which do not fill a block yet.
    private var rest: [UInt8] = []
    private var byteCount: UInt64 = 0

    public init() {}

    /// The digest of all of `bytes`. O(bytes).
    public static func digest(of bytes: some Sequence<UInt8>) -> Digest {
        // A concrete buffer is used so that the loop is compiled for bytes and not for any sequence.
        bytes.withContiguousStorageIfAvailable { digest(of: $0) }
            ?? Array(bytes).withUnsafeBufferPointer { digest(of: $0) }
    }

    /// The digest of all bytes of a buffer, without a copy of it. O(bytes).
    public static func digest(of bytes: UnsafeBufferPointer<UInt8>) -> Digest {
        var state = State()
        let whole = bytes.count & ~63
        state.add(bytes.baseAddress, blocks: whole / 64)
        return state.finished(by: UnsafeBufferPointer(rebasing: bytes[whole...]), byteCount: UInt64(bytes.count))
    }

    /// Adds bytes to the message.
    public mutating func update(_ bytes: some Sequence<UInt8>) {
        if bytes.withContiguousStorageIfAvailable({ update($0) }) == nil {
            Array(bytes).withUnsafeBufferPointer { update($0) }
        }
    }

    private mutating func update(_ bytes: UnsafeBufferPointer<UInt8>) {
        byteCount += UInt64(bytes.count)
        var bytes = bytes
        if !rest.isEmpty {
            let missing = min(64 - rest.count, bytes.count)
            rest.append(contentsOf: bytes.prefix(missing))
            bytes = UnsafeBufferPointer(rebasing: bytes[missing...])
            guard rest.count == 64 else { return }
            rest.withUnsafeBufferPointer { state.add($0.baseAddress, blocks: 1) }
            rest.removeAll(keepingCapacity: true)
        }
        let whole = bytes.count & ~63
        state.add(bytes.baseAddress, blocks: whole / 64)
        rest.append(contentsOf: bytes[whole...])
    }

    /// Ends the message and returns its digest. The value must not be updated afterwards.
    public mutating func finalize() -> Digest {
        rest.withUnsafeBufferPointer { state.finished(by: $0, byteCount: byteCount) }
    }

    /// The eight working variables between blocks.
    private struct State {
        var a: UInt32 = 0x6a09_e667
        var b: UInt32 = 0xbb67_ae85
        var c: UInt32 = 0x3c6e_f372
        var d: UInt32 = 0xa54f_f53a
        var e: UInt32 = 0x510e_527f
        var f: UInt32 = 0x9b05_688c
        var g: UInt32 = 0x1f83_d9ab
        var h: UInt32 = 0x5be0_cd19

        /// Adds the last bytes, fewer than a block, and the padding behind them.
        func finished(by rest: UnsafeBufferPointer<UInt8>, byteCount: UInt64) -> Digest {
            var state = self
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 128) { block in
                block.initialize(repeating: 0)
                for index in rest.indices { block[index] = rest[index] }
                block[rest.count] = 0x80
                let length = rest.count < 56 ? 64 : 128
                let bitCount = byteCount * 8
                for index in 1...8 {
                    block[length - index] = UInt8(truncatingIfNeeded: bitCount >> UInt64(8 * (index - 1)))
                }
                state.add(UnsafePointer(block.baseAddress), blocks: length / 64)
            }
            func word(_ high: UInt32, _ low: UInt32) -> UInt64 { UInt64(high) << 32 | UInt64(low) }
            return Digest(
                words: (
                    word(state.a, state.b), word(state.c, state.d), word(state.e, state.f), word(state.g, state.h)
                ))
        }

        /// Adds whole blocks of 64 bytes.
        mutating func add(_ bytes: UnsafePointer<UInt8>?, blocks: Int) {
            guard let bytes, blocks > 0 else { return }
            withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { schedule in
                SHA256.constants.withUnsafeBufferPointer { constants in
                    let (w, k) = (schedule.baseAddress!, constants.baseAddress!)
                    for block in 0..<blocks {
                        Self.expand(bytes + 64 * block, into: w)
                        mix(w, k)
                    }
                }
            }
        }

        /// The message schedule of one block.
        @inline(__always)
        private static func expand(_ bytes: UnsafePointer<UInt8>, into w: UnsafeMutablePointer<UInt32>) {
            let raw = UnsafeRawPointer(bytes)
            for i in 0..<16 { w[i] = UInt32(bigEndian: raw.loadUnaligned(fromByteOffset: 4 * i, as: UInt32.self)) }
            for i in 16..<64 {
                let (w15, w2) = (w[i &- 15], w[i &- 2])
                let s0 = SHA256.rotated(SHA256.rotated(w15, 11) ^ w15, 7) ^ w15 &>> 3
                let s1 = SHA256.rotated(SHA256.rotated(w2, 2) ^ w2, 17) ^ w2 &>> 10
                w[i] = w[i &- 16] &+ s0 &+ w[i &- 7] &+ s1
            }
        }

        /// The 64 steps of one block. From step to step the variables change their roles, so that their values need not be moved.
        @inline(__always)
        private mutating func mix(_ w: UnsafeMutablePointer<UInt32>, _ k: UnsafePointer<UInt32>) {
            var (a, b, c, d, e, f, g, h) = (a, b, c, d, e, f, g, h)
            var change = b ^ c
            for i in stride(from: 0, to: 64, by: 8) {
                SHA256.step(a, b, &d, e, f, g, &h, &change, w[i] &+ k[i])
                SHA256.step(h, a, &c, d, e, f, &g, &change, w[i &+ 1] &+ k[i &+ 1])
                SHA256.step(g, h, &b, c, d, e, &f, &change, w[i &+ 2] &+ k[i &+ 2])
                SHA256.step(f, g, &a, b, c, d, &e, &change, w[i &+ 3] &+ k[i &+ 3])
                SHA256.step(e, f, &h, a, b, c, &d, &change, w[i &+ 4] &+ k[i &+ 4])
                SHA256.step(d, e, &g, h, a, b, &c, &change, w[i &+ 5] &+ k[i &+ 5])
                SHA256.step(c, d, &f, g, h, a, &b, &change, w[i &+ 6] &+ k[i &+ 6])
                SHA256.step(b, c, &e, f, g, h, &a, &change, w[i &+ 7] &+ k[i &+ 7])
            }
            self.a &+= a
            self.b &+= b
            self.c &+= c
            self.d &+= d
            self.e &+= e
            self.f &+= f
            self.g &+= g
            self.h &+= h
        }
    }

    @inline(__always)
    private static func rotated(_ value: UInt32, _ count: UInt32) -> UInt32 {
        value &>> count | value &<< (32 &- count)
    }

    /// One of the 64 steps of a block.
    ///
    /// The sums of three rotations are taken one in another, and the majority of `a`, `b` and `c` from what the step before
    /// computed: `a ^ b` there is `b ^ c` here. Both save instructions.
    @inline(__always)
    private static func step(
        _ a: UInt32, _ b: UInt32, _ d: inout UInt32, _ e: UInt32, _ f: UInt32, _ g: UInt32, _ h: inout UInt32,
        _ change: inout UInt32, _ word: UInt32
    ) {
        let s1 = rotated(rotated(rotated(e, 14) ^ e, 5) ^ e, 6)
        let first = h &+ s1 &+ (e & (f ^ g) ^ g) &+ word
        let s0 = rotated(rotated(rotated(a, 9) ^ a, 11) ^ a, 2)
        let next = a ^ b
        let majority = next & change ^ b
        change = next
        d = d &+ first
        h = first &+ s0 &+ majority
    }

    private static let constants: [UInt32] = [
        0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
        0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
        0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
        0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
        0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
        0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
        0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
        0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
    ]

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
