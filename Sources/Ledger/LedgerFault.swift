/// Why the ledger did not do what was asked; nothing was changed.
public enum LedgerFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is no ledger at this path.
    case missing(path: String)
    /// The file cannot be read or written.
    case inaccessible(path: String, reason: String)
    /// What is needed beside the ledger cannot be made in the folder for temporary files.
    case noRoom(folder: String, reason: String)
    /// The file is no ledger, or what is in it was altered; every fault that was found.
    case altered(path: String, faults: [String])
    /// The file is a ledger in another form.
    case otherFormat(path: String, format: Int)
    /// Another program works with the ledger.
    case busy(path: String)
    /// What was asked does not fit the state that things are in; a sentence that says what does.
    case refused(String)

    public var description: String {
        switch self {
        case .missing(let path): "there is no ledger \(path)"
        case .inaccessible(let path, let reason): "cannot read or write the ledger \(path): \(reason)"
        case .noRoom(let folder, let reason):
            "cannot write into the folder for temporary files, \(folder) (set TMPDIR to another): \(reason)"
        case .altered(let path, let faults):
            "the ledger \(path) was altered: \(faults.joined(separator: "; ")); nothing was changed"
        case .otherFormat(let path, let format):
            "the ledger \(path) has format \(format); this version reads \(LedgerFile.formatVersion): use the version of enmusubi "
                + "that wrote it; nothing was changed"
        case .busy(let path):
            "another batch or command works with the ledger \(path), or has written to it meanwhile; try again when it has ended"
        case .refused(let sentence): sentence
        }
    }
}
