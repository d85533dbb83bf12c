import Admissions
import Foundation

/// A file to be written, with all its bytes.
public struct OutputFile: Sendable {
    /// Within its folder; may name a folder in it, such as `case/children.csv`.
    public var name: String
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
}

/// A folder or file could not be written; nothing of it is there.
public struct CannotWrite: Error, Hashable, Sendable, CustomStringConvertible {
    public let path: String
    public let reason: String

    public var description: String { "cannot write \(path): \(reason)" }

    /// With what the system said last.
    fileprivate init(_ path: String) {
        self.path = path
        reason = String(cString: strerror(errno)).lowercased()
    }

    fileprivate init(_ path: String, _ reason: String) {
        self.path = path
        self.reason = reason
    }
}

/// Writes a folder whole or not at all.
///
/// The files are written and synced into a new folder beside it, which then takes its name in one step; a reader, or a
/// power cut, meets all files or none.
///
/// - Parameters:
///   - url: The folder; it must not exist, or be empty. Folders above it are made.
///   - threads: Files that are written at the same time, at most.
/// - Throws: ``CannotWrite``; then nothing was changed but folders above that may have been made.
public func writeFolder(_ files: [OutputFile], to url: URL, threads: Int = 1) throws(CannotWrite) {
    let target = url.standardizedFileURL
    let parent = target.deletingLastPathComponent()
    try makeFolder(parent)
    guard let contents = emptyOrMissing(target) else {
        throw CannotWrite(target.path, "it exists and is not an empty folder")
    }
    var template = Array(parent.appending(path: ".\(target.lastPathComponent).partial-XXXXXX").path.utf8CString)
    guard mkdtemp(&template) != nil else { throw CannotWrite(target.path) }
    let partial = URL(
        fileURLWithPath: String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self))
    do throws(CannotWrite) {
        // mkdtemp lets only the owner in; a result is as open as the user's other folders.
        let mask = umask(0)
        umask(mask)
        if chmod(partial.path, 0o777 & ~mask) != 0 { throw CannotWrite(target.path) }
        try write(files, into: partial, threads: threads)
        if contents == .empty, rmdir(target.path) != 0 { throw CannotWrite(target.path) }
        if rename(partial.path, target.path) != 0 { throw CannotWrite(target.path) }
    } catch {
        try? FileManager.default.removeItem(at: partial)
        throw error
    }
    try sync(folder: parent.path)
}

/// Writes one file whole or not at all; a file of that name is replaced.
///
/// - Throws: ``CannotWrite``; then nothing was changed.
public func writeFile(_ bytes: [UInt8], to url: URL) throws(CannotWrite) {
    let target = url.standardizedFileURL
    let partial = target.deletingLastPathComponent()
        .appending(path: ".\(target.lastPathComponent).partial-\(getpid())").path
    do throws(CannotWrite) {
        try write([bytes], to: partial)
        if rename(partial, target.path) != 0 { throw CannotWrite(target.path) }
    } catch {
        unlink(partial)
        throw CannotWrite(target.path, error.reason)
    }
    try sync(folder: target.deletingLastPathComponent().path)
}

/// Makes a folder and those above it, each on the disk before something is put into it.
private func makeFolder(_ url: URL) throws(CannotWrite) {
    var status = stat()
    if stat(url.path, &status) == 0 { return }
    let parent = url.deletingLastPathComponent()
    if parent.path != url.path { try makeFolder(parent) }
    if mkdir(url.path, 0o777) != 0, errno != EEXIST { throw CannotWrite(url.path) }
    try sync(folder: parent.path)
}

private enum Contents { case missing, empty }

/// `nil` where something is there that is no empty folder.
private func emptyOrMissing(_ url: URL) -> Contents? {
    guard FileManager.default.fileExists(atPath: url.path) else { return .missing }
    return (try? FileManager.default.contentsOfDirectory(atPath: url.path))?.isEmpty == true ? .empty : nil
}

/// Writes and syncs files and the folders that they name.
private func write(_ files: [OutputFile], into folder: URL, threads: Int) throws(CannotWrite) {
    var inner: [String] = []
    for file in files {
        let parts = file.name.split(separator: "/").dropLast()
        for depth in parts.indices {
            let name = parts[...depth].joined(separator: "/")
            if inner.contains(name) { continue }
            let path = folder.appending(path: name).path
            if mkdir(path, 0o777) != 0 { throw CannotWrite(path) }
            inner.append(name)
        }
    }
    let written = inRanges(of: files.count, threads: threads, smallest: 1) { range in
        Result { () throws(CannotWrite) in
            for file in files[range] { try write(file.parts, to: folder.appending(path: file.name).path) }
        }
    }
    for result in written { try result.get() }
    for name in inner { try sync(folder: folder.appending(path: name).path) }
    try sync(folder: folder.path)
}

private func write(_ parts: [[UInt8]], to path: String) throws(CannotWrite) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw CannotWrite(path) }
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
