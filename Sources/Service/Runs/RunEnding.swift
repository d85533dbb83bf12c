import Admissions
import Foundation
import Synchronization

/// What a run tells while it goes on: where it is, and what it found in the files. Only codes and counts are kept.
final class RunVoice: Sendable {
    private struct State {
        var progress = Phrase("始めています", "starting")
        /// Errors of the files, by code.
        var errors: [String: Int] = [:]
        /// Doubts that must be accepted, by code.
        var doubts: [String: Int] = [:]
    }

    private let state = Mutex(State())

    var progress: Phrase { state.withLock { $0.progress } }
    var errors: [String: Int] { state.withLock { $0.errors } }
    var doubts: [String: Int] { state.withLock { $0.doubts } }

    private struct Line: Decodable {
        struct Problem: Decodable {
            let code, severity: String
            let needsAcceptance: Bool?
        }
        let message: String
        let problem: Problem?
        let japanese, english: String?
    }

    /// Takes a line that the program wrote; what is no message of it is passed over.
    func hear(_ line: String) {
        guard line.hasPrefix("{"), let line = try? JSONDecoder().decode(Line.self, from: Data(line.utf8)) else {
            return
        }
        state.withLock { state in
            if line.message == "progress", let japanese = line.japanese, let english = line.english {
                state.progress = Phrase(japanese, english)
            }
            guard line.message == "problem", let problem = line.problem else { return }
            if problem.severity == "error" { state.errors[problem.code, default: 0] += 1 }
            if problem.needsAcceptance == true { state.doubts[problem.code, default: 0] += 1 }
        }
    }
}

/// How a run ended, in a state and a sentence.
struct RunEnding: Hashable, Sendable {
    var state: RunRow.State
    /// What somebody should know; `nil`: the result is whole and proved.
    var why: Phrase?

    /// - Parameters:
    ///   - ending: How its process ended.
    ///   - wasStopped: Whether somebody asked for it.
    ///   - voice: What it told.
    init(_ ending: ChildProcess.Ending, wasStopped: Bool, _ voice: RunVoice) {
        if wasStopped {
            self.init(.stopped, Self.stopped)
            return
        }
        switch ending {
        case .status(0): self.init(.done, nil)
        case .status(3):
            self.init(
                .done,
                Phrase(
                    "制限時間のため、途中までの結果です（検証済み、証明なし、または追加の調べが途中まで）。証明が必要なときは、制限時間を長くしてもう一度実行してください。",
                    "The time limit ended it: the result was checked, but not everything is proved or answered. Run again with a longer limit if a proof is needed."
                ))
        case .status(2):
            let codes = voice.doubts.keys.sorted().joined(separator: "、")
            self.init(
                .failed,
                Phrase(
                    "確認の必要な点が残っています（\(codes)）。「点検」で内容を確かめ、直すか承知してから、もう一度実行してください。",
                    "Doubts are open (\(voice.doubts.keys.sorted().joined(separator: ", "))). Look at them under Check, correct or accept them, and run again."
                ))
        case .status(65):
            let count = voice.errors.values.reduce(0, +)
            self.init(
                .failed,
                count == 0
                    ? Phrase(
                        "ファイルを案件として読めません。「点検」で確かめ、直してからもう一度実行してください。",
                        "The files cannot be read as a case. Look under Check, correct them and run again.")
                    : Phrase(
                        "ファイルに誤りが \(count) 件あります。「点検」で場所を確かめ、直してからもう一度実行してください。",
                        "The files have \(counted(count, "error")). See where under Check, correct them and run again.")
            )
        case .status(74):
            self.init(
                .failed,
                Phrase(
                    "結果を保存できません。ディスクの空きを管理者に確かめてもらい、もう一度実行してください。途中の結果は残していません。",
                    "The result cannot be written. Ask the administrator to look at the disk and run again. Nothing half done was kept."
                ))
        case .status(4):
            self.init(
                .failed,
                Phrase(
                    "独立した検証が結果を認めなかったため、結果は残していません。プログラムの不具合です。管理者に知らせてください。",
                    "The independent verifier did not agree with the result, so nothing was kept. It is a fault of the program; tell the administrator."
                ))
        case .status(130), .signal:
            self.init(
                .failed,
                Phrase(
                    "計算が外から止められました（メモリ不足や、機械の停止など）。ほかの回やファイルに影響はありません。もう一度実行し、続くときは管理者に知らせてください。",
                    "The run was ended from outside, such as for lack of memory. Nothing else is affected. Run again, and tell the administrator if it happens again."
                ))
        case .status(let status):
            self.init(
                .failed,
                Phrase(
                    "計算のプログラムに不具合が起きて止まりました（\(status)）。ほかの回やファイルに影響はありません。もう一度実行し、続くときは管理者に知らせてください。",
                    "The program failed (\(status)). Nothing else is affected. Run again, and tell the administrator if it happens again."
                ))
        }
    }

    init(_ state: RunRow.State, _ why: Phrase?) { (self.state, self.why) = (state, why) }

    static let stopped = Phrase("止めました。結果は残していません。", "It was stopped. No result was kept.")
}
