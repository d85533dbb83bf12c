import Admissions
import Allocating
import CaseFiles
import Programs

/// The whole integer program of a case, or of one phase of its round, without any reduction.
public struct WholeProgram: Sendable {
    public let program: Program
    private let phase: String?

    /// The program of the phase of this name; `nil` where the round has at most one phase.
    ///
    /// The phases before it are allocated first, because the program depends on their result.
    ///
    /// - Throws: The errors of ``phaseIndex(_:in:)``, and ``RoundError/notAllocated(_:)`` or ``RoundError/defect(_:faults:)``.
    public init(of subject: Case, phase: String? = nil) throws(RoundError) {
        let index = try Self.phaseIndex(phase, in: subject)
        do { program = Allocator.wholeProgram(of: try Allocator.problem(of: index, in: subject)) } catch {
            throw RoundError(solving: error)
        }
        self.phase = phase
    }

    /// The index of a phase of the round.
    ///
    /// - Throws: ``RoundError/invalidRequest(_:)`` where the round has no phase of this name, or several and none is named.
    public static func phaseIndex(_ phase: String?, in subject: Case) throws(RoundError) -> Int {
        let names = subject.rules.phases.map(\.name)
        if phase == nil, names.count < 2 { return 0 }
        guard let index = phase.flatMap(names.firstIndex(of:)) else {
            throw .invalidRequest(
                names.isEmpty
                    ? Phrase("この利用調整に段階はありません。", "the round has no phases.")
                    : Phrase(
                        "計画問題は段階ごとに別です。次のどれかを指定してください: \(names.joined(separator: "、"))",
                        "each phase is a program of its own; name one of: \(names.joined(separator: ", "))."))
        }
        return index
    }

    /// The program in LP format.
    public func lpFormat() -> [UInt8] { Array(program.lpFormat().utf8) }

    /// What was written.
    public struct Summary: Message {
        public let message = "exported"
        public let file: String
        public let phase: String?
        public let variables: Int
        public let rows: Int

        public func lines(in language: Language) -> [String] {
            [
                Phrase(
                    "\(file)\(phase.map { "、段階「\($0)」" } ?? ""): 変数 \(variables) 個、式 \(rows) 本。",
                    "\(file)\(phase.map { ", phase \($0)" } ?? ""): \(variables) variables, \(rows) rows.")[language]
            ]
        }
    }

    /// The summary of the program once it is written to a file.
    public func summary(file: String) -> Summary {
        Summary(file: file, phase: phase, variables: program.variableCount, rows: program.rowCount)
    }
}
