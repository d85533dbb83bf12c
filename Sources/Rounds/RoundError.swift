import Admissions
import Allocating
import CaseFiles
import Comparing
import Programs
import Tables
import Verifying

/// Why a round, or a question about its result, has no answer. Where this error is thrown, nothing was written.
///
/// A front end chooses its exit status or HTTP status by the case of this enumeration and shows ``problems`` and ``phrases``.
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
    case invalidInput(sentence: Phrase, problems: [Problem] = [])
    /// Tables that cannot be used. The problems say everything; there is no further sentence.
    case invalidTables([Problem])
    /// A request that does not fit the case, such as a household that it does not have.
    case invalidRequest(Phrase)
    /// The folder is no result folder that this version can read.
    case unreadableResult(name: String, problems: [Problem])
    /// The folder holds the result of another case.
    case otherCase(name: String)
    /// The folder has the digest of its case in another version, so it cannot be known which case it belongs to.
    case otherDigest(name: String, version: Int)
    /// The result is not proved, and only a proved one is of use.
    case unprovedResult(name: String)
    /// The result folder holds no allocation of the case, or one that breaks a rule.
    case faultyResult(name: String, faults: [Phrase], problems: [Problem] = [])
    /// Two results that are compared give children other households.
    case otherHouseholds(sentence: Phrase)
    /// The work ended before there was a result.
    case ended(Termination.Limit, sentence: Phrase)
    /// A defect of the program, with what was noticed.
    case defect(String, faults: [Phrase] = [])
    /// A table has a character that its encoding lacks.
    case unwritable(UnwritableTable, place: Phrase)
    /// A file or folder could not be written.
    case cannotWrite(CannotWrite)
    /// The folder or file to write is there already.
    case exists(path: String)

}

extension RoundError: CustomStringConvertible {
    /// Problems with their places in files, which are shown before ``phrases``.
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

    /// What is wrong. The last sentence says what follows from it.
    public var phrases: [Phrase] {
        switch self {
        case .invalidCase(let name, let problems):
            let errors = problems.count { $0.severity == .error }
            return [
                problems.isEmpty
                    ? Phrase("\(name) を読めません。何も書いていません。", "\(name) cannot be read; nothing was written.")
                    : Phrase(
                        "\(name) にエラーが \(errors) 件あります。何も書いていません。",
                        "\(counted(errors, "error")) in \(name); nothing was written.")
            ]
        case .needsAcceptance(let codes):
            let list = codes.joined(separator: ", ")
            return [
                Phrase(
                    "承認が必要な警告があります。案件を直すか、そのままでよければ承認してください: \(list)",
                    "warnings must be accepted; correct the case, or say that it is meant: \(list)")
            ]
        case .invalidTables: return []
        case .missingSolver(let solver):
            let name = solver == .glpk ? "GLPK" : "\(solver)"
            return [Phrase("このプログラムには \(name) が組み込まれていません。", "this build has no \(name).")]
        case .notAllocated(let error): return [error.phrase]
        case .invalidInput(let sentence, _), .invalidRequest(let sentence), .otherHouseholds(let sentence),
            .ended(_, let sentence):
            return [sentence]
        case .unreadableResult(let name, _):
            return [
                Phrase(
                    "\(name) は、この版で読める結果フォルダではありません。",
                    "\(name) is no result folder that this version can read.")
            ]
        case .otherCase(let name):
            return [
                Phrase(
                    "\(name) は別の案件の結果です。run.json にある案件のダイジェストが、この案件のものと違います。",
                    "\(name) is the result of another case: the case digest in its run.json is not this case's.")
            ]
        case .otherDigest(let name, let version):
            return [
                Phrase(
                    "\(name) は別の版のダイジェストで作られています。run.json の digestVersion は \(version)、この版は "
                        + "\(Case.digestVersion) です。結果を作った版を使うか、もう一度計算してください。",
                    "\(name) was made with another version of the digest: its run.json has digestVersion \(version), this version "
                        + "of enmusubi makes \(Case.digestVersion); use the version that made the result, or run the case again."
                )
            ]
        case .unprovedResult(let name):
            return [
                Phrase(
                    "\(name) は証明されていないため、比べられません。もう一度計算してください。",
                    "\(name) is not proved, so there is nothing to compare with; run it again.")
            ]
        case .faultyResult(let name, let faults, _):
            return faults.isEmpty
                ? [Phrase("\(name) には、この案件の割当てがありません。", "\(name) holds no allocation of this case.")]
                : faults.map { Phrase("不一致: ", "fault: ") + $0 }
        case .defect(let what, let faults):
            return faults.map { Phrase("検証に合格しませんでした: ", "verification failed: ") + $0 } + [
                Phrase("プログラムの不具合です。この文を添えて開発元にお知らせください: \(what)", "defect in the program: \(what)")
            ]
        case .unwritable(let table, let place):
            let scalar = table.character.character
            let code = String(scalar.value, radix: 16, uppercase: true)
            let character = "\(scalar) (U+\(String(repeating: "0", count: max(0, 4 - code.count)))\(code))"
            return [
                Phrase(
                    "\(table.file) は CP932 で書けません。文字 \(character) が CP932 にありません。場所は\(place.japanese)です。",
                    "\(table.file) cannot be written in CP932, which has no character \(character); it stands \(place.english)."
                )
            ]
        case .cannotWrite(let error): return [error.phrase]
        case .exists(let path):
            return [Phrase("\(path) はすでにあり、空のフォルダではありません。", "\(path) exists and is not an empty folder.")]
        }
    }

    /// ``phrases`` in plain English.
    public var sentences: [String] { phrases.map(\.english) }

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
                .ended(
                    limit,
                    sentence: RootSearchError.stopped(by: limit).phrase + Phrase("何も書いていません。", " Nothing was written."))
            case let error as RoundError: error
            default: RoundError(solving: error)
            }
    }

    /// The error for a table that cannot be encoded, where there is no case to describe the place better.
    init(_ table: UnwritableTable) {
        self = .unwritable(table, place: Self.cell(of: table))
    }

    private static func cell(of table: UnwritableTable) -> Phrase {
        let (row, column) = (table.character.row, table.character.column)
        return Phrase("\(row) 行目の \(column) 列目", "in row \(row), column \(column)")
    }

    /// The error for a table that cannot be encoded. It says where the character is, without a child's data.
    public init(_ table: UnwritableTable, of subject: Case) {
        let scalar = table.character.character
        func has(_ text: String) -> Bool { text.unicodeScalars.contains(scalar) }
        let place: Phrase
        if let facility = subject.facilities.first(where: { has($0.id.spelling) || has($0.name) }) {
            place =
                has(facility.name)
                ? Phrase("施設 \(facility.id) の名称", "in the name of facility \(facility.id)")
                : Phrase("施設 \(facility.id) の番号", "in the id of facility \(facility.id)")
        } else if let facility = subject.facilities.first(where: { has($0.kind) || has($0.ward) }) {
            place =
                has(facility.kind)
                ? Phrase("施設 \(facility.id) の種別", "in the kind of facility \(facility.id)")
                : Phrase("施設 \(facility.id) の区", "in the ward of facility \(facility.id)")
        } else if subject.children.contains(where: { has($0.id.spelling) || has($0.householdID.spelling) }) {
            place = Phrase("児童番号または世帯番号", "in an id of a child or a household")
        } else {
            place = Self.cell(of: table)
        }
        self = .unwritable(table, place: place)
    }
}
