import Admissions
import CaseFiles
import Foundation
import Ledger
import Rounds

/// Why a batch, one of its cases, or the case of the next month failed.
public enum BatchError: PhrasedError {
    /// The round of the case failed.
    case round(RoundError)
    /// The ledger, or a result folder that it names, cannot be used.
    case ledger(LedgerFault)
    /// A file or folder could not be written.
    case cannotWrite(CannotWrite)
    /// The inbox cannot be read.
    case unreadableInbox(path: String, reason: Phrase)
    /// The case cannot be taken as it is; the reason is a sentence without its full stop.
    case unfit(Phrase)
    /// The case of the next month cannot follow this one; not for errors in the rows of the month.
    case cannotFollow(CarryOverFault)
    /// The folder of the round's last revision was altered.
    case alteredRevision(Int, run: Int, ledger: String)
    /// Somebody stopped the batch.
    case interrupted

    public var phrase: Phrase {
        switch self {
        case .round(let error):
            Phrase(
                error.phrases.map(\.japanese).joined(separator: "\n"),
                error.phrases.map(\.english).joined(separator: "\n"))
        case .ledger(let fault): fault.phrase
        case .cannotWrite(let error): error.phrase
        case .unreadableInbox(let path, let reason):
            Phrase("案件の置き場所 \(path) を読めません: ", "the inbox \(path) cannot be read: ") + reason
        case .unfit(let reason): reason
        case .cannotFollow(let fault): fault.phrase + Phrase("。何も書いていません", "; nothing was written")
        case .alteredRevision(let revision, let run, let ledger):
            Phrase(
                "第 \(revision) 版のフォルダが書き換えられています（enmusubi ledger verify で確かめられます）。元に戻すか、使わないことにしてください: ",
                "the folder of its revision \(revision) was altered; see enmusubi ledger verify. Put it back as it was, or set it "
                    + "aside: ") + LedgerFault.settingAside(path: ledger, run: run)
        case .interrupted: Phrase("中断しました。何も記録していません", "interrupted; nothing was recorded")
        }
    }

    /// Runs `body` and turns every error that it throws into this type.
    @discardableResult
    static func wrapping<Value>(_ body: () throws -> Value) throws(BatchError) -> Value {
        do { return try body() } catch { throw BatchError(error) }
    }

    /// The error of this type for any error that the library throws.
    public init(_ error: any Error) {
        switch error {
        case let error as BatchError: self = error
        case let error as RoundError: self = .round(error)
        case let fault as LedgerFault: self = .ledger(fault)
        case let error as CannotWrite: self = .cannotWrite(error)
        case let problem as Problem: self = .round(.invalidInput(sentence: .nothingWritten, problems: [problem]))
        case let error as CocoaError:
            let reason = (error.underlying as? POSIXError)?.code.rawValue ?? EIO
            self = .cannotWrite(CannotWrite(error.filePath ?? "?", Phrase(systemError: reason)))
        default: self = .round(.defect("\(error)"))
        }
    }
}

extension BatchError {
    /// Whether the case must change before another try makes sense.
    var isOfTheCase: Bool {
        switch self {
        case .unfit, .cannotFollow: true
        case .round(.invalidCase), .round(.needsAcceptance), .round(.invalidInput), .round(.unwritable): true
        case .round, .ledger, .cannotWrite, .unreadableInbox, .alteredRevision, .interrupted: false
        }
    }

    /// Whether it may be gone at the next look: another program has the ledger, or the disk is full for now.
    var mayPass: Bool {
        switch self {
        case .cannotWrite, .ledger(.inaccessible), .ledger(.noRoom), .ledger(.busy): true
        case .round(.cannotWrite), .round(.exists): true
        case .round, .ledger, .unreadableInbox, .unfit, .cannotFollow, .alteredRevision, .interrupted: false
        }
    }

    /// What the line of a failed case says.
    var note: Phrase {
        switch self {
        case .round(.needsAcceptance(let codes)):
            Phrase("承認が必要な警告があります: ", "warnings must be accepted: ")
                + Phrase(same: codes.map { "--accept \($0)" }.joined(separator: " "))
        case .round(.invalidCase(_, let problems)):
            Phrase("エラー \(problems.count) 件", counted(problems.count, "error"))
        // The other sentences may name children.
        case .round(let error): error.phrases.last ?? Phrase(same: "")
        case .ledger, .cannotWrite, .unreadableInbox, .unfit, .cannotFollow, .alteredRevision, .interrupted: phrase
        }
    }
}
