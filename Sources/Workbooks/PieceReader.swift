import Dispatch
import Synchronization

/// Reads pieces of bytes on a thread of its own, a few ahead of those who use them.
///
/// Unpacking a large sheet takes about as long as reading its cells, so both at once take half the time.
final class PieceReader: @unchecked Sendable {
    private let read: (UnsafeMutableRawBufferPointer) -> Int
    private let buffers: [UnsafeMutableRawBufferPointer]
    /// The number of bytes in each buffer. A buffer and its number are used by one thread at a time, as the semaphores say.
    private let counts: UnsafeMutablePointer<Int>
    private let free = DispatchSemaphore(value: 0)
    private let filled = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    private let isStopped = Atomic(false)

    private static let pieceBytes = 1 << 18
    private static let piecesAhead = 4

    private init(_ read: @escaping (UnsafeMutableRawBufferPointer) -> Int) {
        self.read = read
        buffers = (0..<Self.piecesAhead).map { _ in .allocate(byteCount: Self.pieceBytes, alignment: 16) }
        counts = .allocate(capacity: Self.piecesAhead)
        counts.initialize(repeating: 0, count: Self.piecesAhead)
        // A semaphore must not end below the value that it began with.
        for _ in buffers { free.signal() }
    }

    deinit {
        for buffer in buffers { buffer.deallocate() }
        counts.deallocate()
    }

    /// Hands on what is read piece by piece, and returns when nothing is read any more.
    ///
    /// - Parameters:
    ///   - ahead: Whether a second thread reads; otherwise this one does.
    ///   - read: Fills a buffer from its beginning and returns the number of bytes: 0 at the end, less where there is no
    ///     more because something is wrong. It is not called any more when this returns.
    ///   - body: Called with each piece; false ends the reading.
    /// - Returns: The last number that `read` returned, or 1 where `body` ended the reading.
    static func forEach(
        ahead: Bool, read: @escaping (UnsafeMutableRawBufferPointer) -> Int, _ body: (UnsafeRawBufferPointer) -> Bool
    ) -> Int {
        let pieces = PieceReader(read)
        return ahead ? pieces.readAhead(body) : pieces.readInTurn(body)
    }

    private func readInTurn(_ body: (UnsafeRawBufferPointer) -> Bool) -> Int {
        while true {
            let count = read(buffers[0])
            guard count > 0 else { return count }
            guard body(UnsafeRawBufferPointer(rebasing: buffers[0][..<count])) else { return 1 }
        }
    }

    private func readAhead(_ body: (UnsafeRawBufferPointer) -> Bool) -> Int {
        // A queue of its own gets a thread even where all others are busy.
        DispatchQueue(label: "PieceReader").async { self.fill() }
        defer {
            isStopped.store(true, ordering: .relaxed)
            free.signal()
            ended.wait()
        }
        var slot = 0
        while true {
            filled.wait()
            let count = counts[slot]
            guard count > 0 else { return count }
            guard body(UnsafeRawBufferPointer(rebasing: buffers[slot][..<count])) else { return 1 }
            free.signal()
            slot = (slot + 1) % buffers.count
        }
    }

    private func fill() {
        var slot = 0
        var count = 1
        while count > 0 {
            free.wait()
            if isStopped.load(ordering: .relaxed) { break }
            count = read(buffers[slot])
            counts[slot] = count
            filled.signal()
            slot = (slot + 1) % buffers.count
        }
        ended.signal()
    }
}
