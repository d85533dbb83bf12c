import Admissions
import Foundation
import Tables
import Testing

@testable import CaseFiles

@Suite("Problems in Japanese")
struct JapaneseTests {
    /// Every code that stands in the sources as a text.
    static func codesInSources() throws -> Set<String> {
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../Sources")
        var codes = Set<String>()
        for target in ["CaseFiles", "Tables", "Workbooks", "Rounds", "Batches", "enmusubi"] {
            let folder = sources.appending(path: target)
            for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where name.hasSuffix(".swift")
            {
                let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
                for match in text.matches(of: /"([A-Z]+(?:_[A-Z]+)+)"/) where match.1.utf8.count > 4 {
                    codes.insert(String(match.1))
                }
            }
        }
        // The names of variables of the environment.
        return codes.subtracting(["SWIFT_BACKTRACE", "ENMUSUBI_PLAIN_HEAP"])
    }

    @Test("Every code has a sentence in Japanese, and no sentence is of another code")
    func complete() throws {
        let codes = Set(Finding.Code.allCases.map(\.rawValue)).union(TableProblem.Code.allCases.map(\.rawValue))
            .union(try Self.codesInSources())
        let japanese = Dictionary(uniqueKeysWithValues: Problem.Code.allCases.map { ($0.rawValue, $0.japanese) })
        #expect(codes.subtracting(japanese.keys) == [])
        #expect(Set(japanese.keys).subtracting(codes) == [])
        for (code, sentence) in japanese {
            #expect(sentence.hasSuffix("。") || sentence.hasSuffix("）。"), "\(code)")
        }
    }

    @Test("The place and the code stay, the sentence changes")
    func text() {
        var problem = Problem(.finding(.keyBlank), file: "children.csv", line: 3, column: 5, "blank")
        #expect(
            problem.text(in: .japanese)
                == "children.csv:3:5: エラー KEY_BLANK: 優先順位に使う欄が空欄です。埋めるか、設定に blank: first か last を書いてください。")
        #expect(problem.text(in: .english) == problem.description)
        problem = Problem(.finding(.facilityGone), .warning, "gone")
        problem.needsAcceptance = true
        #expect(problem.text(in: .japanese) == "注意 FACILITY_GONE: 前回あった施設がありません。（承認が必要です）")
        #expect(
            problem.text(in: .japanese, acceptance: "--accept FACILITY_GONE")
                == "注意 FACILITY_GONE: 前回あった施設がありません。（承認するには --accept FACILITY_GONE）")
        #expect(problem.description == "warning FACILITY_GONE: gone (must be accepted)")
        #expect(
            problem.text(in: .english, acceptance: "--accept FACILITY_GONE")
                == "warning FACILITY_GONE: gone (accepted by --accept FACILITY_GONE)")
    }
}
