import Batches
import Ledger
import Rounds
import Service

/// How a command ends; the numbers are a contract with the scripts that call it.
public enum ExitStatus: Int32, Error {
    case acceptanceNeeded = 2
    case notProved = 3
    case faultFound = 4
    case wrongUsage = 64
    case badInput = 65
    case programFault = 70
    case cannotWrite = 74
    case interrupted = 130
}

extension RoundError {
    /// The status that a command ends with.
    public var status: ExitStatus {
        switch self {
        case .needsAcceptance: .acceptanceNeeded
        case .ended(.interrupted, _): .interrupted
        case .ended: .notProved
        case .faultyResult: .faultFound
        case .invalidRequest, .missingSolver: .wrongUsage
        case .invalidCase, .invalidInput, .invalidTables, .unreadableResult, .otherCase, .otherDigest,
            .unprovedResult, .otherHouseholds, .unwritable:
            .badInput
        case .notAllocated, .defect: .programFault
        case .cannotWrite, .exists: .cannotWrite
        }
    }
}

extension LedgerFault {
    /// The status that a command ends with.
    public var status: ExitStatus {
        switch self {
        case .missing, .otherFormat: .badInput
        case .inaccessible, .noRoom, .busy: .cannotWrite
        case .altered, .alteredFolder: .faultFound
        case .refused: .wrongUsage
        }
    }
}

extension BatchError {
    /// The status that a command ends with.
    public var status: ExitStatus {
        switch self {
        case .round(let error): error.status
        case .ledger(let fault): fault.status
        case .cannotWrite: .cannotWrite
        case .unreadableInbox, .unfit, .cannotFollow: .badInput
        case .alteredRevision: .faultFound
        case .interrupted: .interrupted
        }
    }
}

extension StartFault {
    /// The status that a command ends with.
    public var status: ExitStatus {
        switch self {
        case .unprotected, .openHeader: .wrongUsage
        case .badCertificate: .badInput
        case .inaccessible, .inUse, .cannotListen: .cannotWrite
        }
    }
}

extension SavingFault {
    /// The status that a command ends with.
    public var status: ExitStatus {
        switch self {
        case .noData: .badInput
        case .exists, .cannotWrite: .cannotWrite
        case .damaged: .faultFound
        }
    }
}
