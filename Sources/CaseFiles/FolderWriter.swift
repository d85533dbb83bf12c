import Admissions
import Foundation

/// A file to be written, with all its bytes.
public struct OutputFile: Sendable {
    /// Within its folder; may name a folder in it, such as `case/children.csv`.
    public var name: String
    /// Whether anybody may read it, as there is no child in it; it is written as the user's other files are.
    public var isOpen = false
    /// The bytes of the file one part after the other; where one ends says nothing.
    fileprivate let parts: [[UInt8]]

    public init(name: String, bytes: [UInt8]) { self.init(name: name, parts: [bytes]) }

    /// - Parameter parts: One after the other; a large file that was made in parts need not be copied together.
    init(name: String, parts: [[UInt8]]) {
        self.name = name
        self.parts = parts
    }

    /// The bytes of the whole file; copied, if it was made in parts.
    public var bytes: [UInt8] { parts.count == 1 ? parts[0] : Array(parts.joined()) }

    /// The SHA-256 of the whole file. O(bytes), without a copy of them.
    public var sha256: SHA256.Digest {
        var hash = SHA256()
        for part in parts { hash.update(part) }
        return hash.finalize()
    }
}

/// A folder or file could not be written; nothing of it is there.
public struct CannotWrite: PhrasedError, Hashable, Sendable {
    public let path: String
    public let reason: Phrase

    public var phrase: Phrase {
        Phrase("\(path) に書き込めません: \(reason.japanese)", "cannot write \(path): \(reason.english)")
    }

    /// With what the system said last.
    init(_ path: String) {
        self.path = path
        reason = Phrase(systemError: errno)
    }

    /// With a reason of its own.
    public init(_ path: String, _ reason: Phrase) {
        self.path = path
        self.reason = reason
    }
}

/// Who may read what is written.
public enum FileAccess: Hashable, Sendable {
    /// Its owner alone: for everything that tells of children.
    case owner
    /// Whom the user's other files let in: what the process's `umask` leaves.
    case shared

    var fileMode: mode_t { self == .owner ? 0o600 : 0o666 }
    var folderMode: mode_t { self == .owner ? 0o700 : 0o777 }
}

/// Writes a folder whole or not at all.
///
/// The files are written and synced into a new folder beside it, which then takes its name in one step; a reader, or a
/// power cut, meets all files or none. What a killed program left half written beside it is taken away.
///
/// - Parameters:
///   - files: The files with their bytes.
///   - url: The folder; it must not exist, or be empty. Folders above it are made.
///   - access: Who may read it, and the folders above that are made.
///   - threads: Files that are written at the same time, at most.
///   - isRight: Looks at the folder once it is written, before it takes its name; with false it never does.
/// - Returns: Whether the folder is there.
/// - Throws: ``CannotWrite``; then nothing was changed but folders above that may have been made.
@discardableResult
public func writeFolder(
    _ files: [OutputFile], to url: URL, access: FileAccess = .owner, threads: Int = 1,
    isRight: (URL) -> Bool = { _ in true }
) throws(CannotWrite) -> Bool {
    let target = url.standardizedFileURL
    let parent = target.deletingLastPathComponent()
    try makeFolder(parent, access)
    guard let contents = emptyOrMissing(target) else {
        throw CannotWrite(target.path, Phrase("すでにあり、空のフォルダではありません", "it exists and is not an empty folder"))
    }
    let partial = try Unfinished(besides: target) { mkdir($0, access.folderMode) }
    let folder = URL(fileURLWithPath: partial.path, isDirectory: true)
    do throws(CannotWrite) { try write(files, into: folder, access, threads: threads) } catch {
        throw CannotWrite(error.path.replacingOccurrences(of: partial.path, with: target.path), error.reason)
    }
    guard isRight(folder) else { return false }
    if contents == .empty, rmdir(target.path) != 0 { throw CannotWrite(target.path) }
    try partial.finish(as: target.path)
    try sync(folder: parent.path)
    return true
}

/// Writes one file whole or not at all; a file of that name is replaced.
///
/// - Throws: ``CannotWrite``; then nothing was changed.
public func writeFile(_ bytes: [UInt8], to url: URL, access: FileAccess = .owner) throws(CannotWrite) {
    let target = url.standardizedFileURL
    var status = stat()
    // A device must not become a file.
    if stat(target.path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
        throw CannotWrite(target.path, Phrase("通常のファイルではありません", "it is no plain file"))
    }
    var descriptor: Int32 = -1
    let partial = try Unfinished(besides: target) {
        if descriptor >= 0 { close(descriptor) }
        descriptor = open($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, access.fileMode)
        return descriptor < 0 ? -1 : 0
    }
    try write([bytes], to: descriptor, target.path)
    try partial.finish(as: target.path)
    try sync(folder: target.deletingLastPathComponent().path)
}

/// Makes a folder and those above it, each on the disk before something is put into it.
public func makeFolder(_ url: URL, _ access: FileAccess) throws(CannotWrite) {
    var status = stat()
    if stat(url.path, &status) == 0 { return }
    let parent = url.deletingLastPathComponent()
    if parent.path != url.path { try makeFolder(parent, access) }
    if mkdir(url.path, access.folderMode) != 0, errno != EEXIST { throw CannotWrite(url.path) }
    try sync(folder: parent.path)
}

private enum Contents { case missing, empty }

/// `nil` where something is there that is no empty folder.
private func emptyOrMissing(_ url: URL) -> Contents? {
    guard FileManager.default.fileExists(atPath: url.path) else { return .missing }
    return (try? FileManager.default.contentsOfDirectory(atPath: url.path))?.isEmpty == true ? .empty : nil
}

/// Writes and syncs files and the folders that they name.
private func write(
    _ files: [OutputFile], into folder: URL, _ access: FileAccess, threads: Int
) throws(CannotWrite) {
    var inner: [String] = []
    for file in files {
        let parts = file.name.split(separator: "/").dropLast()
        for depth in parts.indices {
            let name = parts[...depth].joined(separator: "/")
            if inner.contains(name) { continue }
            let path = folder.appending(path: name).path
            if mkdir(path, access.folderMode) != 0 { throw CannotWrite(path) }
            inner.append(name)
        }
    }
    let written = inRanges(of: files.count, threads: threads, smallest: 1) { range in
        Result { () throws(CannotWrite) in
            for file in files[range] {
                let path = folder.appending(path: file.name).path
                let mode = (file.isOpen ? FileAccess.shared : access).fileMode
                let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
                guard descriptor >= 0 else { throw CannotWrite(path) }
                try write(file.parts, to: descriptor, path)
            }
        }
    }
    for result in written { try result.get() }
    for name in inner { try sync(folder: folder.appending(path: name).path) }
    try sync(folder: folder.path)
}

/// Writes, syncs and closes a file.
private func write(_ parts: [[UInt8]], to descriptor: Int32, _ path: String) throws(CannotWrite) {
    var failure: CannotWrite?
    for part in parts {
        part.withUnsafeBytes { buffer in
            var offset = 0
            while offset < buffer.count, failure == nil {
                let written = Foundation.write(descriptor, buffer.baseAddress! + offset, buffer.count - offset)
                if written < 0, errno != EINTR { failure = CannotWrite(path) }
                offset += max(0, written)
            }
        }
    }
    if failure == nil, fsync(descriptor) != 0 { failure = CannotWrite(path) }
    if close(descriptor) != 0, failure == nil { failure = CannotWrite(path) }
    if let failure { throw failure }
}

private func sync(folder path: String) throws(CannotWrite) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw CannotWrite(path) }
    defer { close(descriptor) }
    // Some file systems cannot sync a folder and say EINVAL; the rename stands all the same.
    if fsync(descriptor) != 0, errno != EINVAL { throw CannotWrite(path) }
}
