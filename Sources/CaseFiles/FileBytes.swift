import Foundation

/// The bytes of a file.
///
/// - Throws: What the system says, as a POSIX error.
func fileBytes(_ url: URL) throws(POSIXError) -> [UInt8] {
    func lastError() -> POSIXError { POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    let descriptor = open(url.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw lastError() }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw lastError() }
    var bytes: [UInt8] = []
    // What is no plain file tells no size; what grows meanwhile is read on.
    var room = max(Int(status.st_size) + 1, 1 << 16)
    while true {
        var failure: POSIXError?
        var count = 0
        let part = [UInt8](unsafeUninitializedCapacity: room) { buffer, filled in
            while filled < room {
                let got = read(descriptor, buffer.baseAddress! + filled, room - filled)
                if got < 0, errno == EINTR { continue }
                if got < 0 { failure = lastError() }
                if got <= 0 { break }
                filled += got
            }
            count = filled
        }
        if let failure { throw failure }
        if bytes.isEmpty { bytes = part } else { bytes += part }
        if count < room { return bytes }
        room = max(bytes.count, 1 << 16)
    }
}
