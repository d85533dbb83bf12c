import Admissions
import Foundation

/// The folder that a batch takes its cases from.
struct Inbox {
    let url: URL

    init(path: String) { url = URL(fileURLWithPath: path, isDirectory: true) }

    /// Something in the inbox that is, or may be, the folder of a case.
    struct Entry {
        /// The name of the folder. Where it is no UTF-8, the numbers of the bytes outside ASCII are shown in their place.
        let name: String
        let url: URL
        /// Why it cannot be taken, as a sentence without its full stop; `nil` where it can.
        let refusal: Phrase?
    }

    /// The folders of the inbox, and entries that may be folders, by name; hidden names are passed over.
    ///
    /// - Throws: The reason why the inbox cannot be read.
    func entries() throws(Unreadable) -> [Entry] {
        guard let folder = opendir(url.path) else { throw Unreadable(reason: lastReason()) }
        defer { closedir(folder) }
        var entries: [Entry] = []
        while true {
            errno = 0
            guard let found = readdir(folder) else {
                if errno != 0 { throw Unreadable(reason: lastReason()) }
                break
            }
            let bytes = withUnsafeBytes(of: found.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if bytes.first == UInt8(ascii: ".") { continue }
            if let entry = entry(bytes, in: dirfd(folder)) { entries.append(entry) }
        }
        return entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    struct Unreadable: Error {
        let reason: Phrase
    }

    private func lastReason() -> Phrase { Phrase(systemError: errno) }

    /// `nil` for what is no folder, such as a note beside the cases.
    private func entry(_ bytes: [UInt8], in folder: Int32) -> Entry? {
        var (status, ofLink) = (stat(), stat())
        let path = bytes.map { CChar(bitPattern: $0) } + [0]
        let isThere = fstatat(folder, path, &status, 0) == 0
        let reason = lastReason()
        if isThere, status.st_mode & S_IFMT != S_IFDIR { return nil }
        guard let name = String(validating: bytes, as: UTF8.self) else {
            let shown = bytes.map { byte in
                (0x20..<0x7F).contains(byte)
                    ? String(UnicodeScalar(byte)) : "\\x" + String(byte, radix: 16, uppercase: true)
            }.joined()
            return Entry(
                name: shown, url: url,
                refusal: Phrase(
                    "フォルダの名前が UTF-8 ではありません。別の名前を付けてください",
                    "the name of its folder is no UTF-8; give it another name"))
        }
        let place = url.appending(path: name)
        guard isThere else {
            return Entry(
                name: name, url: place, refusal: Phrase("フォルダを読めません: ", "its folder cannot be read: ") + reason)
        }
        if fstatat(folder, path, &ofLink, AT_SYMLINK_NOFOLLOW) == 0, ofLink.st_mode & S_IFMT == S_IFLNK,
            !isInside(place)
        {
            return Entry(
                name: name, url: place,

                refusal: Phrase(
                    "置き場所の外のフォルダへのリンクです。そのフォルダを置き場所にコピーしてください",
                    "it is a link to a folder outside the inbox; copy that folder into the inbox"))
        }
        return Entry(name: name, url: place, refusal: nil)
    }

    private func isInside(_ place: URL) -> Bool {
        guard let home = realpath(url.path, nil) else { return false }
        defer { free(home) }
        guard let target = realpath(place.path, nil) else { return false }
        defer { free(target) }
        let prefix = String(cString: home)
        return String(cString: target).hasPrefix(prefix == "/" ? prefix : prefix + "/")
    }
}

/// The names, sizes and times of everything in a folder. Two stamps differ if something changed in between.
struct FolderStamp: Equatable {
    /// The latest change of anything in the folder, of its content or of itself, in seconds since 1970.
    private(set) var latest = 0.0
    private var entries: [String] = []

    init(_ folder: URL) {
        add(folder.path, as: "")
        // What cannot be listed cannot be read either, which the reading tells.
        let names = (try? FileManager.default.subpathsOfDirectory(atPath: folder.path)) ?? []
        for name in names.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            add(folder.appending(path: name).path, as: name)
        }
    }

    private mutating func add(_ path: String, as name: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            entries.append("\(name) gone")
            return
        }
        #if canImport(Darwin)
            let times = [status.st_mtimespec, status.st_ctimespec]
        #else
            let times = [status.st_mtim, status.st_ctim]
        #endif
        entries.append("\(name) \(status.st_size) \(times.map { "\($0.tv_sec).\($0.tv_nsec)" })")
        for time in times { latest = max(latest, Double(time.tv_sec) + Double(time.tv_nsec) / 1e9) }
    }
}

/// Which folders have not changed for a while, so that nobody is copying into them.
struct QuietFolders {
    /// Seconds without a change; 0: every folder is quiet.
    let quietTime: Double
    /// What was found at the last look that found something new, and when that was.
    private var looks: [String: (stamp: FolderStamp, since: ContinuousClock.Instant)] = [:]

    init(quietTime: Double) { self.quietTime = quietTime }

    /// Looks at a folder.
    ///
    /// A folder is quiet if its latest change is old enough. The clock of a network share may be ahead of ours, so it is also
    /// quiet if it has not changed since an earlier look that is old enough.
    mutating func look(at folder: URL) -> (stamp: FolderStamp, isQuiet: Bool) {
        let stamp = FolderStamp(folder)
        if quietTime == 0 || Date().timeIntervalSince1970 - stamp.latest >= quietTime { return (stamp, true) }
        if let known = looks[folder.path], known.stamp == stamp {
            return (stamp, ContinuousClock.now - known.since >= .seconds(quietTime))
        }
        looks[folder.path] = (stamp, .now)
        return (stamp, false)
    }
}
