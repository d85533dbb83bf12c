import Admissions
import Allocating
import CaseFiles
import Comparing
import Programs
import Tables
import Verifying

/// Why a round, or a question about its result, has no answer. Where this error is thrown, nothing was written.
///
/// A front end chooses its exit status or HTTP status by the case of this enumeration and shows ``problems`` and ``sentences``.
/// It needs to know nothing else. No sentence names an option of the command line.
public enum RoundError: Error, Sendable {
    /// The case has errors; `problems` is empty where they were reported before.
    case invalidCase(name: String, problems: [Problem])
    /// Warnings with these codes must be accepted first.
    case needsAcceptance(codes: [String])
    /// The build lacks the solver.
    case missingSolver(SolverChoice)
    /// The solver failed, or the allocator found a defect in itself.
    case notAllocated(AllocationError)
    /// A file beside the case, such as what staff decided, cannot be used.
    case invalidInput(sentence: String, problems: [Problem] = [])
    /// Tables that cannot be used. The problems say everything; there is no further sentence.
    case invalidTables([Problem])
    /// A request that does not fit the case, such as a household that it does not have.
    case invalidRequest(String)
    /// The folder is no result folder that this version can read.
    case unreadableResult(name: String, problems: [Problem])
    /// The folder holds the result of another case.
    case otherCase(name: String)
    /// The folder has the digest of its case in another version, so it cannot be known which case it belongs to.
    case otherDigest(name: String, version: Int)
    /// The result is not proved, and only a proved one is of use.
    case unprovedResult(name: String)
    /// The result folder holds no allocation of the case, or one that breaks a rule.
    case faultyResult(name: String, faults: [String], problems: [Problem] = [])
    /// Two results that are compared give children other households.
    case otherHouseholds(sentence: String)
    /// The work ended before there was a result.
    case ended(Termination.Limit, sentence: String)
    /// A defect of the program, with what was noticed.
    case defect(String, faults: [String] = [])
    /// A table has a character that its encoding lacks.
    case unwritable(UnwritableTable, place: String)
    /// A file or folder could not be written.
    case cannotWrite(CannotWrite)
    /// The folder or file to write is there already.
    case exists(path: String)

}

extension RoundError: CustomStringConvertible {
    /// Problems with their places in files, which are shown before ``sentences``.
    public var problems: [Problem] {
        switch self {
        case .invalidCase(_, let problems), .invalidInput(_, let problems), .invalidTables(let problems),
            .unreadableResult(_, let problems),
            .faultyResult(_, _, let problems):
            problems
        case .needsAcceptance, .missingSolver, .notAllocated, .invalidRequest, .otherCase, .otherDigest,
            .unprovedResult, .otherHouseholds, .ended, .defect,
            .unwritable, .cannotWrite, .exists:
            []
        }
    }

    /// What is wrong, in plain English. The last sentence says what follows from it.
    public var sentences: [String] {
        switch self {
        case .invalidCase(let name, let problems):
            return [problems.isEmpty ? "\(name) cannot be read; nothing was written." : Self.count(problems, in: name)]
        case .needsAcceptance(let codes):
            return [
                "warnings must be accepted; correct the case, or say that it is meant: \(codes.joined(separator: ", "))"
            ]
        case .invalidTables: return []
        case .missingSolver(let solver): return ["this build has no \(solver == .glpk ? "GLPK" : "\(solver)")."]
        case .notAllocated(let error): return [error.description]
        case .invalidInput(let sentence, _), .invalidRequest(let sentence), .otherHouseholds(let sentence),
            .ended(_, let sentence):
            return [sentence]
        case .unreadableResult(let name, _): return ["\(name) is no result folder that this version can read."]
        case .otherCase(let name):
            return ["\(name) is the result of another case: the case digest in its run.json is not this case's."]
        case .otherDigest(let name, let version):
            return [
                "\(name) was made with another version of the digest: its run.json has digestVersion \(version), this version of "
                    + "enmusubi makes \(Case.digestVersion); use the version that made the result, or run the case again."
            ]
        case .unprovedResult(let name):
            return ["\(name) is not proved, so there is nothing to compare with; run it again."]
        case .faultyResult(let name, let faults, _):
            return faults.isEmpty ? ["\(name) holds no allocation of this case."] : faults.map { "fault: \($0)" }
        case .defect(let what, let faults):
            return faults.map { "verification failed: \($0)" } + ["defect in the program: \(what)"]
        case .unwritable(let table, let place):
            let scalar = table.character.character
            let code = String(scalar.value, radix: 16, uppercase: true)
            return [
                "\(table.file) cannot be written in CP932, which has no character \(scalar) "
                    + "(U+\(String(repeating: "0", count: max(0, 4 - code.count)))\(code)); it stands \(place)."
            ]
        case .cannotWrite(let error): return [error.description]
        case .exists(let path): return ["\(path) exists and is not an empty folder."]
        }
    }

    private static func count(_ problems: [Problem], in name: String) -> String {
        let count = problems.count { $0.severity == .error }
        return "\(count) error\(count == 1 ? "" : "s") in \(name); nothing was written."
    }

    public var description: String { sentences.joined(separator: "\n") }
}

extension RoundError {
    /// The error for one that solving the case or a changed case threw.
    public init(solving error: any Error) {
        self = (error as? AllocationError).map(RoundError.notAllocated) ?? .defect("\(error)")
    }

    /// The error for one that a search for roots or settings threw.
    init(searching error: any Error) {
        self =
            switch error {
            case RootSearchError.stopped(let limit):
                .ended(limit, sentence: "\(RootSearchError.stopped(by: limit)) Nothing was written.")
            case let error as RoundError: error
            default: RoundError(solving: error)
            }
    }

    /// The error for a table that cannot be encoded, where there is no case to describe the place better.
    init(_ table: UnwritableTable) {
        self = .unwritable(table, place: "in row \(table.character.row), column \(table.character.column)")
    }

    /// The error for a table that cannot be encoded. It says where the character is, without a child's data.
    public init(_ table: UnwritableTable, of subject: Case) {
        let scalar = table.character.character
        func has(_ text: String) -> Bool { text.unicodeScalars.contains(scalar) }
        let place: String
        if let facility = subject.facilities.first(where: { has($0.id.spelling) || has($0.name) }) {
            place = "in the \(has(facility.name) ? "name" : "id") of facility \(facility.id)"
        } else if let facility = subject.facilities.first(where: { has($0.kind) || has($0.ward) }) {
            place = "in the \(has(facility.kind) ? "kind" : "ward") of facility \(facility.id)"
        } else if subject.children.contains(where: { has($0.id.spelling) || has($0.householdID.spelling) }) {
            place = "in an id of a child or a household"
        } else {
            place = "in row \(table.character.row), column \(table.character.column)"
        }
        self = .unwritable(table, place: place)
    }
}
