import Admissions
import Foundation

/// What the system said last.
func lastReason(_ code: Int32 = errno) -> Phrase { Phrase(systemError: code) }

/// The bytes of a plain file; `nil` where it cannot be read or is anything else, which may have no end. `errno` says why.
func plainBytes(of url: URL) -> [UInt8]? {
    let descriptor = open(url.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { return nil }
    defer {
        let reason = errno
        close(descriptor)
        errno = reason
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    guard status.st_mode & S_IFMT == S_IFREG else {
        errno = EINVAL
        return nil
    }
    var bytes: [UInt8] = []
    var failed = false
    // A file that grows while it is read has no end either; what it held at first is read.
    let size = Int(status.st_size)
    bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
        while filled < size {
            let got = read(descriptor, buffer.baseAddress! + filled, size - filled)
            if got < 0, errno == EINTR { continue }
            failed = got < 0
            if got <= 0 { break }
            filled += got
        }
    }
    return failed ? nil : bytes
}

/// The path of a file without links, also where the file or folders above it do not exist yet.
func withoutLinks(_ url: URL) -> URL {
    var url = url.standardizedFileURL
    // A link that leads nowhere yet still says where the file will be.
    for _ in 0..<40 {
        guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: url.path) else { break }
        url = URL(fileURLWithPath: target, relativeTo: url.deletingLastPathComponent()).standardizedFileURL
    }
    var missing: [String] = []
    var known = url
    while true {
        if let pointer = realpath(known.path, nil) {
            defer { free(pointer) }
            return missing.reversed().reduce(URL(fileURLWithPath: String(cString: pointer))) {
                $0.appending(path: $1)
            }.standardizedFileURL
        }
        let parent = known.deletingLastPathComponent()
        if parent.path == known.path { return url }
        missing.append(known.lastPathComponent)
        known = parent
    }
}
