import Testing

@testable import Tables

@Suite("Bytes that are added one after the other")
struct ByteBufferTests {
    @Test(
        "A number has the digits of its description",
        arguments: [
            0, 9, 10, 99, 100, 101, 999, 1000, 1001, 9999, 10_000, 12_345, 100_000, 999_999, 1_000_000, 1_000_100, -1,
            -10,
            -999, -1000, .max, .min,
        ])
    func decimal(number: Int) {
        var buffer = ByteBuffer()
        buffer.append(decimal: number)
        #expect(String(decoding: buffer.bytes, as: UTF8.self) == number.description)
    }

    @Test("Pieces of every length follow each other", arguments: [0, 1, 100, 1 << 16, 200_000])
    func pieces(capacity: Int) {
        var buffer = ByteBuffer(capacity: capacity)
        var expected: [UInt8] = []
        for length in [0, 1, 2, 31, 32, 33, 0, 1000, 70_000, 3, 150_000] {
            let piece = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ length) }
            expected += piece
            buffer.append(contentsOf: piece)
            expected.append(7)
            buffer.append(7)
            expected += "-12345".utf8
            buffer.append(decimal: -12_345)
            #expect(buffer.count == expected.count)
        }
        #expect(buffer.bytes == expected)
        var twice = buffer
        twice.append(buffer)
        #expect(twice.bytes == expected + expected)
        #expect(buffer.bytes == expected)
    }

    @Test("A copy keeps what it had")
    func copies() {
        var buffer = ByteBuffer()
        #expect(buffer.isEmpty)
        buffer.append(1)
        let copy = buffer
        buffer.append(2)
        #expect(copy.bytes == [1])
        #expect(buffer.bytes == [1, 2])
    }
}
