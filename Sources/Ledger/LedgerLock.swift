import Foundation

/// The right to write to a ledger, held by one program at a time.
///
/// It is a lock of the system on a file beside the ledger, so it ends with the program however that ends. The file is taken
/// away when the lock is given back; one left by a program that was killed does no harm.
public final class LedgerLock {
    private let path: String
    private let descriptor: Int32

    /// Takes the lock.
    ///
    /// - Parameters:
    ///   - url: The ledger, which need not exist.
    ///   - waits: Whether to wait for as long as another program has it.
    /// - Throws: ``LedgerFault/busy(path:)``, or ``LedgerFault/inaccessible(path:reason:)``.
    public init(_ url: URL, waits: Bool = false) throws(LedgerFault) {
        path = url.path + ".lock"
        while true {
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
            guard descriptor >= 0 else { throw LedgerFault.inaccessible(path: url.path, reason: lastReason()) }
            while flock(descriptor, LOCK_EX | (waits ? 0 : LOCK_NB)) != 0 {
                if errno == EINTR { continue }
                let reason = errno
                close(descriptor)
                if reason == EWOULDBLOCK { throw LedgerFault.busy(path: url.path) }
                throw LedgerFault.inaccessible(path: url.path, reason: lastReason(reason))
            }
            // Whoever had the lock may have taken the file away meanwhile; then another one is the lock.
            var held = stat()
            var named = stat()
            if fstat(descriptor, &held) == 0, stat(path, &named) == 0, held.st_ino == named.st_ino,
                held.st_dev == named.st_dev
            {
                self.descriptor = descriptor
                return
            }
            close(descriptor)
        }
    }

    deinit {
        unlink(path)
        close(descriptor)
    }
}

/// What the system said last.
func lastReason(_ code: Int32 = errno) -> String { String(cString: strerror(code)).lowercased() }
