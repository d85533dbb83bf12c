import Foundation

/// Files of a folder, by name: what a reader gets.
struct Input: Equatable {
    var files: [String: [UInt8]] = [:]

    /// The names in an order that is the same everywhere.
    var names: [String] { files.keys.sorted() }

    init(_ files: [String: [UInt8]] = [:]) { self.files = files }

    /// An input of one file.
    init(_ bytes: [UInt8], as name: String) { files = [name: bytes] }
    init(_ text: String, as name: String) { files = [name: Array(text.utf8)] }

    /// The bytes of a file; empty where there is none.
    subscript(_ name: String) -> [UInt8] { files[name] ?? [] }

    func text(_ name: String) -> String { String(decoding: self[name], as: UTF8.self) }

    /// Reads the files of a folder that `wanted` takes.
    init(folder: URL, where wanted: (String) -> Bool = { _ in true }) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where wanted(name) {
            let url = folder.appending(path: name)
            guard (try? url.resourceValues(forKeys: [.isRegularFileKey]))?.isRegularFile == true else { continue }
            files[name] = Array(try Data(contentsOf: url))
        }
    }

    /// Makes `folder` hold these files and nothing else.
    func write(to folder: URL) throws {
        let manager = FileManager.default
        try manager.createDirectory(at: folder, withIntermediateDirectories: true)
        for name in try manager.contentsOfDirectory(atPath: folder.path) where files[name] == nil {
            try manager.removeItem(at: folder.appending(path: name))
        }
        for name in names { try Data(files[name]!).write(to: folder.appending(path: name)) }
    }
}

/// What a reader did that it must never do.
struct Failure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// Fails with `what` where the condition does not hold.
func demand(_ condition: Bool, _ what: @autoclosure () -> String) throws(Failure) {
    if !condition { throw Failure(what()) }
}
