import Admissions
import Batches
import Rounds
import Service

extension RoundError {
    /// What is said on the console: the sentences of the library, and which option of the command line helps.
    fileprivate var told: [Phrase] {
        func with(_ japanese: String, _ english: String) -> [Phrase] {
            phrases.dropLast() + [(phrases.last ?? Phrase(same: "")) + Phrase(japanese, " " + english)]
        }
        switch self {
        case .needsAcceptance(let codes):
            let options = codes.map { "--accept \($0)" }.joined(separator: " ")
            return [
                Phrase(
                    "承認が必要な警告があります。案件を直すか、そのままでよければ次を付けてください: \(options)",
                    "warnings must be accepted; correct the case, or say that it is meant: \(options)")
            ]
        case .missingSolver: return with("--solver native を使ってください。", "Use --solver native.")
        case .unwritable: return with("--encoding utf8 で書いてください。", "Write the table with --encoding utf8.")
        case .otherHouseholds:
            return with(
                "世帯番号をわざと直したのであれば、--households-changed を付けてください。",
                "If household numbers were changed on purpose, say --households-changed.")
        case .exists: return with("--out に別の名前を指定してください。", "Choose another --out.")
        case .faultyResult(_, let faults, _) where !faults.isEmpty:
            return with("。くわしくは enmusubi verify で確かめてください。", "See enmusubi verify.")
        case .invalidCase, .invalidInput, .invalidTables, .invalidRequest, .unreadableResult, .otherCase,
            .otherDigest, .unprovedResult, .faultyResult, .ended, .notAllocated, .defect, .cannotWrite:
            return phrases
        }
    }
}

extension BatchError {
    /// What is said on the console of an error that is not of the round: the sentence of the library, and which command or
    /// option helps.
    fileprivate var told: Phrase {
        switch self {
        case .ledger(.missing): phrase + Phrase("。台帳は enmusubi batch が作ります", "; enmusubi batch makes one")
        case .ledger(.busy):
            phrase + Phrase("。--wait を付けると待ちます", "; --wait waits for that")
        case .cannotFollow(.sameRound): phrase + Phrase("。--round で名前を付けてください", "; give it one with --round")
        case .round, .ledger, .cannotWrite, .unreadableInbox, .unfit, .cannotFollow, .alteredRevision, .interrupted:
            phrase
        }
    }
}

extension Console {
    /// Tells what kept a round, or a question about it, from an answer.
    public func tell(_ error: RoundError) {
        report(error.problems)
        for phrase in error.told { tell(phrase) }
    }

    /// Tells what kept a batch, or the work on a ledger, from its end.
    public func tell(_ error: BatchError) {
        if case .round(let error) = error { tell(error) } else { tell(error.told) }
    }

    /// Tells any error that the libraries throw, and says with which status a command ends then.
    public func status(telling error: any Error) -> ExitStatus {
        if let fault = error as? StartFault {
            tell(fault.phrase)
            return fault.status
        }
        if let fault = error as? SavingFault {
            tell(fault.phrase)
            return fault.status
        }
        let error = BatchError(error)
        tell(error)
        return error.status
    }
}
