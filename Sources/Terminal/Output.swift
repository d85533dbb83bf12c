import Admissions
import Foundation

/// The one way to standard output and standard error.
///
/// Nothing here ends the program. A message that cannot be written is dropped. Data that cannot be written is remembered in
/// ``loss``, and the command ends with status 74.
public enum Output {
    private struct State {
        /// Bytes for standard output that are not written yet.
        var waiting: [UInt8] = []
        /// Whether there is data in `waiting`, not messages only.
        var holdsData = false
        var loss: Phrase?
        /// Whether standard output was closed when the program began.
        var isClosed = false
    }

    private static let state = Guarded(State())

    /// Why data for standard output was lost; `nil` where none was.
    public static var loss: Phrase? { state.withLock { $0.loss } }

    /// Opens standard streams that are closed, so that no file that is opened later takes their numbers and has messages
    /// written into it.
    public static func occupyStandardStreams() {
        for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(stream, F_GETFD) == -1 {
            // The lowest free number is the stream's own.
            guard open("/dev/null", O_RDWR) == stream else { _exit(74) }
            if stream == STDOUT_FILENO { state.withLock { $0.isClosed = true } }
        }
    }

    /// Writes bytes to standard output; with `isData`, the command has failed if they cannot be written.
    public static func write(_ bytes: some Collection<UInt8>, isData: Bool) {
        state.withLock { state in
            state.waiting += bytes
            state.holdsData = state.holdsData || isData
            if state.waiting.count >= largestWait || isTerminal { flush(&state) }
        }
    }

    /// Writes what waits.
    public static func flush() { state.withLock { flush(&$0) } }

    /// Writes what waits, at the end of the program.
    ///
    /// - Returns: The status to end with where data was lost, which is told; `nil` where none was.
    public static func end() -> ExitStatus? {
        flush()
        guard let loss else { return nil }
        let phrase = Phrase("標準出力に書き込めません: ", "cannot write to standard output: ") + loss
        complain("enmusubi: \(phrase[Speech.ofProcess])\n")
        return .cannotWrite
    }

    /// Writes a text to standard error, at once.
    public static func complain(_ text: String) { _ = write(Array(text.utf8), to: STDERR_FILENO) }

    private static func flush(_ state: inout State) {
        defer { (state.waiting, state.holdsData) = ([], false) }
        if state.waiting.isEmpty { return }
        let failure = state.isClosed ? EBADF : write(state.waiting, to: STDOUT_FILENO)
        if failure != 0, state.holdsData, state.loss == nil {
            state.loss = Phrase(systemError: failure)
        }
    }

    /// - Returns: 0, or the number of the error.
    private static func write(_ bytes: [UInt8], to stream: Int32) -> Int32 {
        bytes.withUnsafeBytes { buffer in
            var offset = 0
            while offset < buffer.count {
                let written = Foundation.write(stream, buffer.baseAddress! + offset, buffer.count - offset)
                if written >= 0 {
                    offset += written
                } else if errno == EAGAIN {
                    // Somebody else made the stream one that does not wait.
                    var place = pollfd(fd: stream, events: Int16(POLLOUT), revents: 0)
                    _ = poll(&place, 1, -1)
                } else if errno != EINTR {
                    return errno
                }
            }
            return 0
        }
    }

    private static let isTerminal = isatty(STDOUT_FILENO) == 1
    private static let largestWait = 1 << 16
}
