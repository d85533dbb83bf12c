import ArgumentParser
import Batches
import CaseFiles
import Ledger
import Rounds
import Terminal

/// How a command ends; the numbers are a contract with the scripts that call it.
enum ExitStatus {
    static let acceptanceNeeded = ExitCode(2)
    static let notProved = ExitCode(3)
    static let faultFound = ExitCode(4)
    static let wrongUsage = ExitCode(64)
    static let badInput = ExitCode(65)
    static let programFault = ExitCode(70)
    static let cannotWrite = ExitCode(74)
    static let interrupted = ExitCode(130)
}

extension RoundError {
    /// The status that a command ends with.
    var status: ExitCode {
        switch self {
        case .needsAcceptance: ExitStatus.acceptanceNeeded
        case .ended(.interrupted, _): ExitStatus.interrupted
        case .ended: ExitStatus.notProved
        case .faultyResult: ExitStatus.faultFound
        case .invalidRequest, .missingSolver: ExitStatus.wrongUsage
        case .invalidCase, .invalidInput, .invalidTables, .unreadableResult, .otherCase, .otherDigest,
            .unprovedResult, .otherHouseholds, .unwritable:
            ExitStatus.badInput
        case .notAllocated, .defect: ExitStatus.programFault
        case .cannotWrite, .exists: ExitStatus.cannotWrite
        }
    }

    /// What is said on the console: the sentences of the library, and which option of the command line helps.
    var lines: [String] {
        func with(_ remedy: String) -> [String] { sentences.dropLast() + ["\(sentences.last ?? "") \(remedy)"] }
        return switch self {
        case .needsAcceptance(let codes):
            [
                "warnings must be accepted; correct the case, or say that it is meant: "
                    + codes.map { "--accept \($0)" }.joined(separator: " ")
            ]
        case .missingSolver: with("Use --solver native.")
        case .unwritable: with("Write the table with --encoding utf8.")
        case .otherHouseholds: with("If household numbers were changed on purpose, say --households-changed.")
        case .exists: with("Choose another --out.")
        case .faultyResult(_, let faults, _) where !faults.isEmpty: with("See enmusubi verify.")
        case .invalidCase, .invalidInput, .invalidTables, .invalidRequest, .unreadableResult, .otherCase,
            .otherDigest, .unprovedResult, .faultyResult, .ended, .notAllocated, .defect, .cannotWrite:
            sentences
        }
    }
}

extension LedgerFault {
    /// The status that a command ends with.
    var status: ExitCode {
        switch self {
        case .missing, .otherFormat: ExitStatus.badInput
        case .inaccessible, .noRoom, .busy: ExitStatus.cannotWrite
        case .altered, .alteredFolder: ExitStatus.faultFound
        case .refused: ExitStatus.wrongUsage
        }
    }
}

extension BatchError {
    /// The status that a command ends with.
    var status: ExitCode {
        switch self {
        case .round(let error): error.status
        case .ledger(let fault): fault.status
        case .cannotWrite: ExitStatus.cannotWrite
        case .unreadableInbox, .unfit, .cannotFollow: ExitStatus.badInput
        case .alteredRevision: ExitStatus.faultFound
        case .interrupted: ExitStatus.interrupted
        }
    }

    /// What is said on the console of an error that is not of the round: the sentence of the library, and which command or
    /// option helps.
    fileprivate var line: String {
        let remedy: String? =
            switch self {
            case .ledger(.missing): "enmusubi batch makes one"
            case .ledger(.busy): "--wait waits for that"
            case .cannotFollow(.sameRound): "give it one with --round"
            case .round, .ledger, .cannotWrite, .unreadableInbox, .unfit, .cannotFollow, .alteredRevision,
                .interrupted:
                nil
            }
        return description + (remedy.map { "; \($0)" } ?? "")
    }
}

extension Console {
    /// Tells what kept a round, or a question about it, from an answer.
    func tell(_ error: RoundError) {
        report(error.problems)
        for line in error.lines { complain("enmusubi: \(line)") }
    }

    /// Tells what kept a batch, or the work on a ledger, from its end.
    func tell(_ error: BatchError) {
        if case .round(let error) = error { tell(error) } else { complain("enmusubi: \(error.line)") }
    }
}

/// A command that tells what goes wrong on the console, and ends with its status.
protocol TellingCommand: ParsableCommand {
    var console: Console { get }
    func perform(_ console: Console) throws
}

extension TellingCommand {
    func run() throws {
        let console = console
        do { try perform(console) } catch let error as ExitCode {
            throw error
        } catch let error as ValidationError {
            throw error
        } catch {
            let error = BatchError(error)
            console.tell(error)
            throw error.status
        }
    }
}
