import Admissions
import Foundation

/// Why a backup was not made or not restored; nothing was left half-written.
public enum SavingFault: PhrasedError, Hashable, Sendable {
    /// There is no data of a service in the folder.
    case noData(path: String)
    /// Something is there already.
    case exists(path: String)
    /// Something cannot be read or written.
    case cannotWrite(path: String, reason: Phrase)
    /// What was read is not as it was written; every fault that was found.
    case damaged(path: String, faults: [Phrase])

    public var phrase: Phrase {
        switch self {
        case .noData(let path):
            Phrase(
                "\(path) に、このサービスのデータがありません。serve の --data か backup の --out と同じフォルダを指定してください。",
                "There is no data of the service in \(path). Give the folder of serve --data, or of backup --out.")
        case .exists(let path):
            Phrase(
                "\(path) はすでにあります。まだないフォルダか、空のフォルダを指定してください。何も書いていません。",
                "\(path) is there already. Give a folder that is not there or is empty. Nothing was written.")
        case .cannotWrite(let path, let reason):
            Phrase(
                "\(path) に書けません（\(reason.japanese)）。権限とディスクの空きを確かめてください。書きかけのものは残していません。",
                "Cannot write \(path) (\(reason.english)). Look at the permissions and the room on the disk. Nothing was left half-written."
            )
        case .damaged(let path, let faults):
            Phrase(
                "\(path) は書かれたときのままではありません: \(faults.map(\.japanese).joined(separator: " "))",
                "\(path) is not as it was written: \(faults.map(\.english).joined(separator: " "))")
        }
    }
}
