import Admissions
import Foundation
import Tables

/// Why a file was not read.
enum FileFault: Error, Hashable {
    /// What the system says.
    case system(Int32)
    /// A folder, a device, a pipe, a socket: it may have no end.
    case notPlain
    /// It has more bytes than any file of its kind.
    case tooLarge(limit: Int)
    /// It lies outside the folder that it is read for.
    case outside

    /// What the system says of an error, in both languages where it is a usual one.
    private static func reason(_ code: Int32) -> Phrase {
        let english = String(cString: strerror(code)).lowercased()
        return switch code {
        case EACCES: Phrase("権限がありません", english)
        case ENOENT: Phrase("ファイルがありません", english)
        case EISDIR: Phrase("フォルダです", english)
        case EIO: Phrase("読み取りに失敗しました", english)
        default: Phrase(english, english)
        }
    }

    /// The problem, for a file of this name.
    func problem(in name: String) -> Problem {
        switch self {
        case .system(let code):
            Problem(
                .file(.fileUnreadable), file: name,
                "The file cannot be read: \(Self.reason(code)).",
                "ファイルを読めません（\(Self.reason(code))）。権限と場所を確かめてください。")
        case .notPlain:
            Problem(
                .file(.fileUnreadable), file: name, "The file cannot be read: it is no plain file.",
                "ファイルを読めません。普通のファイルではありません。")
        case .tooLarge(let limit):
            Problem(
                .table(.fileTooLarge), file: name, "The file has more than \(limit >> 20) MiB; is it the right one?",
                "ファイルが \(limit >> 20) MiB を超えています。別のファイルではないか確かめてください。")
        case .outside:
            Problem(
                .file(.fileOutside), file: name, "The file lies outside the case folder; move it into the folder.",
                "案件のフォルダの外にあるファイルです。フォルダの中に置いてください。")
        }
    }
}

/// The bytes of a plain file.
///
/// - Throws: ``FileFault``; what is no plain file is not read from, and not waited for.
func fileBytes(_ url: URL, limit: Int = Table.byteLimit) throws(FileFault) -> [UInt8] {
    // Opened like this, a pipe that nobody writes to does not keep us.
    let descriptor = open(url.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { throw FileFault.system(errno) }
    defer { close(descriptor) }
    return try bytes(of: descriptor, limit: limit)
}

/// The bytes of a plain file that lies in a folder, also after every link was followed.
///
/// - Parameters:
///   - name: From the folder on, such as `children.csv`.
///   - folder: May be named by a link itself.
/// - Throws: ``FileFault``.
func fileBytes(_ name: String, in folder: URL, limit: Int = Table.byteLimit) throws(FileFault) -> [UInt8] {
    guard staysInside(name) else { throw FileFault.outside }
    guard let home = resolved(folder.path), let path = resolved(folder.appending(path: name).path) else {
        throw FileFault.system(errno)
    }
    let prefix = home == "/" ? home : home + "/"
    guard path.hasPrefix(prefix) else { throw FileFault.outside }
    // The resolved path has no link; one that turns up now was put there this moment, and is not followed.
    var descriptor = open(home, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileFault.system(errno) }
    defer { close(descriptor) }
    let parts = path.dropFirst(prefix.count).split(separator: "/").map(String.init)
    for (index, part) in parts.enumerated() {
        let kind = index + 1 < parts.count ? O_DIRECTORY : O_NONBLOCK | O_NOCTTY
        let next = openat(descriptor, part, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | kind)
        guard next >= 0 else { throw FileFault.system(errno) }
        close(descriptor)
        descriptor = next
    }
    return try bytes(of: descriptor, limit: limit)
}

/// Whether a name leads out of its folder by itself: it does not begin at the root, and goes up nowhere.
func staysInside(_ name: String) -> Bool {
    !name.hasPrefix("/") && !name.split(separator: "/").contains("..") && !name.utf8.contains(0)
}

/// Whether something of this name is in the folder, be it a link that leads nowhere; also where that cannot be found out,
/// so that reading it says why.
func isThere(_ name: String, in folder: URL) -> Bool {
    var status = stat()
    return lstat(folder.appending(path: name).path, &status) == 0 || errno != ENOENT
}

/// The path without links; `nil` where nothing is there, with the reason in `errno`.
private func resolved(_ path: String) -> String? {
    guard let pointer = realpath(path, nil) else { return nil }
    defer { free(pointer) }
    return String(cString: pointer)
}

private func bytes(of descriptor: Int32, limit: Int) throws(FileFault) -> [UInt8] {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileFault.system(errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw FileFault.notPlain }
    guard status.st_size <= limit else { throw FileFault.tooLarge(limit: limit) }
    var bytes: [UInt8] = []
    // What grows meanwhile is read on.
    var room = max(Int(status.st_size) + 1, 1 << 16)
    while true {
        var failure: FileFault?
        var count = 0
        let part = [UInt8](unsafeUninitializedCapacity: room) { buffer, filled in
            while filled < room {
                let got = read(descriptor, buffer.baseAddress! + filled, room - filled)
                if got < 0, errno == EINTR { continue }
                if got < 0 { failure = .system(errno) }
                if got <= 0 { break }
                filled += got
            }
            count = filled
        }
        if let failure { throw failure }
        if bytes.isEmpty { bytes = part } else { bytes += part }
        guard bytes.count <= limit else { throw FileFault.tooLarge(limit: limit) }
        if count < room { return bytes }
        room = max(bytes.count, 1 << 16)
    }
}

/// The text of a plain file in UTF-8, such as a template.
///
/// - Throws: ``Problem`` where it cannot be read, or is no UTF-8.
public func plainText(of url: URL, limit: Int = 1 << 24) throws(Problem) -> String {
    let name = url.lastPathComponent
    let bytes: [UInt8]
    do { bytes = try fileBytes(url, limit: limit) } catch { throw error.problem(in: name) }
    guard let text = String(validating: bytes, as: UTF8.self) else {
        throw Problem(
            .table(.invalidEncoding), file: name, "The file is no text in UTF-8; save it as UTF-8.",
            "UTF-8 の文字ではありません。UTF-8 で保存し直してください。")
    }
    return text
}
