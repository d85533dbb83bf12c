import Admissions
import CaseFiles
import Comparing
import Foundation
import Reports

/// The settings that agree best with what staff decided, in lines for people and as a machine-readable message.
public struct CalibrationFindings: Message {
    public struct Entry: Encodable, Sendable {
        /// Differences from the settings as written; empty: as written.
        public let changes: [String]
        public let children: Int
        public let households: Int
        public let householdCount: Int
        /// The number of root decisions; `nil` where they were not counted.
        public internal(set) var roots: Int?
        /// At least this many root decisions are needed. Where it is below ``roots``, a smaller set is not ruled out.
        public internal(set) var rootsAtLeast: Int?
        /// How well the settings agree in the years that were not used to choose them.
        public internal(set) var heldBack: [Year] = []
        /// Other settings under which the rules give the same result.
        public internal(set) var sameWith: [[String]] = []
    }

    public struct Year: Encodable, Sendable {
        public let folder: String
        /// How many children agree; `nil` where the settings do not apply to the year's case.
        public let children: Int?
        public let count: Int
    }

    public let message = "calibrated"
    public let tried: Int
    public let count: Int
    public let entries: [Entry]
    public let best: Calibration.Candidate
    /// Why the search ended before it was complete; `nil` where it is complete.
    public internal(set) var cut: Cut?
    /// How many settings were passed over because they take too much work.
    public internal(set) var tooMuchWork = 0
    /// What was learnt about the points table; `nil` where its rows were not to be moved.
    public internal(set) var learnt: LearntRows?

    public enum Cut: String, Encodable, Sendable { case time, interrupted }

    private enum CodingKeys: CodingKey { case message, tried, count, entries, cut, tooMuchWork, learnt }

    /// The findings in lines for people.
    public func lines(in language: Language) -> [String] {
        let isJapanese = language == .japanese
        func text(_ changes: [String]) -> String {
            changes.isEmpty ? (isJapanese ? "現在の設定" : "as written") : changes.joined(separator: ", ")
        }
        func share(_ part: Int, _ whole: Int) -> String {
            "\(part) / \(whole) (\(whole == 0 ? "-" : String(format: "%.2f %%", 100 * Double(part) / Double(whole))))"
        }
        var first =
            isJapanese
            ? "\(tried) 通りの設定を試しました。設定を一つ、または二つ変えても、これ以上は一致しません。"
            : "\(tried) settings tried; no change of one setting, or of two together, agrees better."
        if learnt != nil {
            first =
                isJapanese
                ? "\(tried) 通りの設定と指数表を試しました。十分な世帯が裏付ける変更では、これ以上は一致しません。"
                : "\(tried) settings and tables tried; no change that enough households explain agrees better."
        }
        if let cut {
            let reason =
                cut == .time ? Phrase("時間切れ", "the time ended") : Phrase("中断", "interrupted")
            first =
                isJapanese
                ? "\(reason.japanese)のため途中までです。\(tried) 通りの設定を試しました。ほかの設定がもっと一致するかもしれません。"
                : "Cut short (\(reason.english)): \(tried) settings tried; others may agree better."
        }
        if tooMuchWork > 0 {
            first +=
                isJapanese
                ? "計算量の多い \(tooMuchWork) 通りは試していません。" : " \(tooMuchWork) were passed over: they take too much work."
        }
        var lines = [
            first,
            isJapanese
                ? "順位  児童の一致 / 世帯の一致 / 起点となる判断 / 設定"
                : "rank  children agreed, households agreed, root decisions, settings",
        ]
        for (index, entry) in entries.enumerated() {
            let roots = entry.roots.map(String.init) ?? "-"
            lines.append(
                "\(String(repeating: " ", count: index < 9 ? 3 : 2))\(index + 1)  \(share(entry.children, count))  "
                    + "\(share(entry.households, entry.householdCount))  \(roots)  \(text(entry.changes))")
            if let roots = entry.roots, let least = entry.rootsAtLeast, least < roots {
                lines.append(
                    isJapanese
                        ? "        起点となる判断 \(roots) 件は最少と証明されていません(少なくとも \(least) 件)"
                        : "        \(roots) root decisions are not proved to be the fewest; at least \(least) are needed"
                )
            }
            for year in entry.heldBack {
                let agreed = year.children.map { share($0, year.count) } ?? (isJapanese ? "適用できません" : "does not apply")
                lines.append("        \(isJapanese ? "選定に使わない年" : "held back"): \(year.folder)  \(agreed)")
            }
            if !entry.sameWith.isEmpty {
                let others = entry.sameWith.prefix(4).map(text).joined(separator: "; ")
                let more = entry.sameWith.count - 4
                lines.append(
                    (isJapanese ? "        同じ結果になる設定: " : "        the same result, so not told apart: ") + others
                        + (more > 0 ? (isJapanese ? "、ほか \(more) 通り" : "; and \(more) more") : ""))
            }
        }
        return lines + (learnt?.lines(isJapanese: isJapanese) ?? [])
    }
}
