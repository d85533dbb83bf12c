import Admissions
import Foundation

/// What is being written under a name of its own until it is whole.
///
/// Its name is `.NAME.partial-` and letters at random, so that no two programs choose the same. A lock of the system marks it as
/// somebody's work and ends with the program, whatever ends it; so what a killed program left is known, and the next one
/// that writes NAME takes it away.
public final class Unfinished {
    let path: String
    private let descriptor: Int32

    /// Those of this program, so that it can take them away when it must end.
    private static let all = Guarded<Set<String>>([])

    /// Makes something new beside the target.
    ///
    /// - Parameter make: Makes a folder or file of the given path, as `mkdir` does; 0 where it did.
    init(besides target: URL, _ make: (String) -> Int32) throws(CannotWrite) {
        let parent = target.deletingLastPathComponent()
        // A long name must not become too long by it.
        let name = String(String.UnicodeScalarView(target.lastPathComponent.unicodeScalars.prefix(50)))
        let prefix = ".\(name).partial-"
        Self.removeAbandoned(prefix, in: parent)
        let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789")
        for _ in 0..<Self.attempts {
            let path = parent.appending(path: prefix + String((0..<12).map { _ in letters.randomElement()! })).path
            guard make(path) == 0 else {
                if errno == EEXIST { continue }
                throw CannotWrite(target.path)
            }
            let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
            guard descriptor >= 0 else {
                // Another thread or program took it for abandoned before it could be locked.
                if errno == ENOENT { continue }
                throw CannotWrite(target.path)
            }
            // Where the file system has no locks, nothing of it can be taken away either.
            _ = flock(descriptor, LOCK_EX)
            var (held, named) = (stat(), stat())
            // Before the lock another program could take it for abandoned.
            if fstat(descriptor, &held) == 0, lstat(path, &named) == 0, held.st_ino == named.st_ino {
                self.path = path
                self.descriptor = descriptor
                Self.all.withLock { _ = $0.insert(path) }
                return
            }
            close(descriptor)
        }
        throw CannotWrite(target.path, Phrase("その横に使える名前がありません", "no free name was found beside it"))
    }

    /// Gives it its name in one step, once it is whole.
    func finish(as target: String) throws(CannotWrite) {
        let failure: Int32 = Self.all.withLock { all in
            guard rename(path, target) == 0 else { return errno }
            all.remove(path)
            return 0
        }
        if failure != 0 { throw CannotWrite(target, Phrase(systemError: failure)) }
    }

    deinit {
        if Self.all.withLock({ $0.remove(path) }) != nil { Self.remove(path) }
        close(descriptor)
    }

    /// Takes away everything that this program has not finished, for a program that must end now.
    ///
    /// - Parameter end: Ends the program; until then nothing can be finished.
    public static func abandonAll(_ end: () -> Never) -> Never {
        all.withLock { all -> Never in
            for path in all { remove(path) }
            end()
        }
    }

    /// Takes away what a program has left that was killed while it wrote something of this name.
    private static func removeAbandoned(_ prefix: String, in folder: URL) {
        // What cannot be looked into cannot be tidied up; writing into it says why.
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path) else { return }
        for name in names where name.hasPrefix(prefix) {
            let path = folder.appending(path: name).path
            let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
            if descriptor < 0 { continue }
            defer { close(descriptor) }
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { remove(path) }
        }
    }

    private static func remove(_ path: String) {
        // A thread that still writes may put a file into the folder meanwhile.
        for _ in 0..<attempts {
            var status = stat()
            if lstat(path, &status) != 0 { return }
            try? FileManager.default.removeItem(atPath: path)
        }
    }

    private static let attempts = 100
}
