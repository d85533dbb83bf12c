import Foundation

/// Refuses a folder that exists and is not empty, before any work is done.
///
/// - Throws: ``RoundError/exists(path:)``.
public func refuseFullFolder(_ path: String) throws(RoundError) {
    let contents = try? FileManager.default.contentsOfDirectory(atPath: path)
    if FileManager.default.fileExists(atPath: path), contents?.isEmpty != true { throw .exists(path: path) }
}
