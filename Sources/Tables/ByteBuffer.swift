/// Bytes that are added one after the other.
///
/// Adding to an array costs about 90 instructions however few the bytes are. Tables and pages are made of a million small
/// pieces, so here there is always room behind the bytes, and a piece is stored into it directly.
@frozen
@usableFromInline
package struct ByteBuffer: Sendable {
    /// The bytes, and zeros behind them.
    @usableFromInline var storage: [UInt8]
    /// The number of bytes.
    @usableFromInline package internal(set) var count = 0

    /// - Parameter capacity: The bytes that can be added before room must be made.
    package init(capacity: Int = 0) {
        storage = []
        if capacity > Self.largestStep { storage.reserveCapacity(capacity) }
        if capacity > 0 { makeRoom(for: min(capacity, Self.largestStep)) }
    }

    /// A copy of the bytes.
    package var bytes: [UInt8] { Array(storage[..<count]) }

    package var isEmpty: Bool { count == 0 }

    /// Adds one byte.
    @inlinable
    package mutating func append(_ byte: UInt8) {
        if count == storage.count { makeRoom(for: 1) }
        storage[count] = byte
        count += 1
    }

    /// Adds bytes. O(number of bytes).
    @inlinable
    package mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let source = bytes.baseAddress else { return }
        if storage.count - count < bytes.count { makeRoom(for: bytes.count) }
        let start = count
        storage.withUnsafeMutableBufferPointer { storage in
            (storage.baseAddress.unsafelyUnwrapped + start).update(from: source, count: bytes.count)
        }
        count += bytes.count
    }

    /// Adds bytes. O(number of bytes).
    package mutating func append(contentsOf bytes: [UInt8]) { bytes.withUnsafeBufferPointer { append($0) } }

    /// Adds the bytes of another buffer. O(number of bytes).
    package mutating func append(_ other: ByteBuffer) {
        other.storage.withUnsafeBufferPointer { append(UnsafeBufferPointer(rebasing: $0[..<other.count])) }
    }

    /// Adds the digits of a number, and a sign if it is negative.
    package mutating func append(decimal number: Int) {
        // Most numbers of a table are of one digit.
        if 0..<10 ~= number { return append(UInt8(48 + number)) }
        if number < 0 { append(UInt8(ascii: "-")) }
        append(decimal: number.magnitude, isRest: false)
    }

    /// - Parameter isRest: Whether digits precede these three, so that zeros count.
    private mutating func append(decimal number: UInt, isRest: Bool) {
        if number >= 1000 { append(decimal: number / 1000, isRest: isRest) }
        let isRest = isRest || number >= 1000
        let three = number % 1000
        if storage.count - count < 3 { makeRoom(for: 3) }
        var end = count
        storage.withUnsafeMutableBufferPointer { storage in
            func put(_ digit: UInt) {
                storage[end] = UInt8(truncatingIfNeeded: 48 + digit)
                end += 1
            }
            if isRest || three >= 100 { put(three / 100) }
            if isRest || three >= 10 { put(three / 10 % 10) }
            put(three % 10)
        }
        count = end
    }

    /// Adds zeros behind the bytes. The array itself sees to it that few additions move it.
    @usableFromInline @inline(never)
    mutating func makeRoom(for missing: Int) {
        var left = max(missing, min(storage.count, Self.largestStep), 32)
        while left > 0 {
            let step = min(left, Self.largestStep)
            storage.append(contentsOf: Self.zeros[..<step])
            left -= step
        }
    }

    /// Memory that is never needed is not written either, so the zeros reach no further than this.
    private static let largestStep = 1 << 16

    private static let zeros = [UInt8](repeating: 0, count: largestStep)
}
