import Admissions
import Foundation

/// The right to write to a ledger, held by one program at a time, by whatever name it calls the ledger.
///
/// It is a lock of the system on a file beside the ledger, so it ends with the program, whatever ends it. The file is taken
/// away when the lock is given back; one left by a program that was killed does no harm. Where the ledger has several names
/// (hard links), which no file beside it can know, the ledger itself is locked too.
public final class LedgerLock {
    private let path: String
    private let descriptor: Int32
    /// Of the ledger itself; -1 where it has one name.
    private let own: Int32

    /// Takes the lock.
    ///
    /// - Parameters:
    ///   - url: The ledger, which need not exist.
    ///   - waits: Whether to wait for as long as another program has it.
    ///   - isShared: See ``LedgerFile/isShared``.
    ///   - isStopped: Asked every tenth of a second while it waits; with true the ledger stays the other's.
    /// - Throws: ``LedgerFault/busy(path:)``, or ``LedgerFault/inaccessible(path:reason:)``.
    public init(
        _ url: URL, waits: Bool = false, isShared: Bool = false, isStopped: () -> Bool = { false }
    ) throws(LedgerFault) {
        let url = withoutLinks(url)
        var ledger = stat()
        if stat(url.path, &ledger) == 0, ledger.st_mode & S_IFMT != S_IFREG {
            throw LedgerFault.inaccessible(path: url.path, reason: Phrase("通常のファイルではありません", "it is no plain file"))
        }
        path = url.path + ".lock"
        while true {
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, isShared ? 0o666 : 0o600)
            guard descriptor >= 0 else { throw LedgerFault.inaccessible(path: url.path, reason: lastReason()) }
            do throws(LedgerFault) { try Self.take(descriptor, url, waits: waits, isStopped) } catch {
                close(descriptor)
                throw error
            }
            // The previous holder may have removed the file in the meantime; then the lock is another file.
            var held = stat()
            var named = stat()
            if fstat(descriptor, &held) == 0, stat(path, &named) == 0, held.st_ino == named.st_ino,
                held.st_dev == named.st_dev
            {
                do throws(LedgerFault) { own = try Self.lockItself(url, waits: waits, isStopped) } catch {
                    unlink(path)
                    close(descriptor)
                    throw error
                }
                self.descriptor = descriptor
                return
            }
            close(descriptor)
        }
    }

    deinit {
        if own >= 0 { close(own) }
        unlink(path)
        close(descriptor)
    }

    private static func lockItself(
        _ url: URL, waits: Bool, _ isStopped: () -> Bool
    ) throws(LedgerFault) -> Int32 {
        var status = stat()
        guard stat(url.path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_nlink > 1 else { return -1 }
        let descriptor = open(url.path, O_RDWR | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw LedgerFault.inaccessible(path: url.path, reason: lastReason()) }
        do throws(LedgerFault) { try take(descriptor, url, waits: waits, isStopped) } catch {
            close(descriptor)
            throw error
        }
        return descriptor
    }

    private static func take(
        _ descriptor: Int32, _ url: URL, waits: Bool, _ isStopped: () -> Bool
    ) throws(LedgerFault) {
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            if errno == EINTR { continue }
            guard errno == EWOULDBLOCK else { throw LedgerFault.inaccessible(path: url.path, reason: lastReason()) }
            if !waits || isStopped() { throw LedgerFault.busy(path: url.path) }
            usleep(100_000)
        }
    }
}
