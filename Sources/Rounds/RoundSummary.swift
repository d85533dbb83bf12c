import Admissions
import Allocating
import Asking
import CaseFiles
import Foundation
import Reports

/// What a person wants to know first of a round whose result was written.
public struct RoundSummary: Message {
    public let message = "done"
    public let out: String
    public let status: RunStatus
    public let termination: Termination?
    public let counts: RunRecord.Counts
    /// Why the work after the proof was not completed, as in ``RunRecord/Sufficiency/cut`` or ``RunRecord/Advice/cut``; left out
    /// where it was.
    public let cut: String?
    private let record: RunRecord
    private let advice: Adviser.Findings

    private enum CodingKeys: CodingKey { case message, out, status, termination, counts, cut }

    /// The summary of a result that was written to the folder `out`.
    public init(_ result: RoundResult, out: String) {
        record = result.record
        advice = result.advice
        self.out = out
        status = record.status
        termination = record.termination
        counts = record.counts
        cut = record.endedBy?.rawValue
    }

    public func lines(in language: Language) -> [String] { phrases.map { $0[language] } }

    private var phrases: [Phrase] {
        let counts = record.counts
        let seconds = String(format: "%.2f", record.timings.values.reduce(0, +))
        var phrases = [
            Phrase(
                "\(record.municipality)、\(record.round): 児童 \(counts.children) 人、\(counts.facilities) 施設",
                "\(record.municipality), \(record.round): \(counted(counts.children, "child", plural: "children")), "
                    + counted(counts.facilities, "facility", plural: "facilities")),
            Phrase(
                "  内定 \(counts.placed) 人、転園保留 \(counts.stays) 人、保留 \(counts.held) 人",
                "  placed \(counts.placed), staying \(counts.stays), held \(counts.held)"),
        ]
        if let phases = record.phases, let across = counts.phaseClaims {
            let names = phases.map(\.name)
            phrases.append(
                Phrase(
                    "  段階: \(names.joined(separator: "、"))。段階をまたぐ逆転・空き枠の残り（数に入れていません）: \(across)",
                    "  phases: \(names.joined(separator: ", ")); claims across phases, not counted: \(across)"))
        }
        if let pinned = counts.pinned, pinned > 0, let overridden = counts.overriddenClaims {
            phrases.append(
                Phrase(
                    "  固定配置 \(pinned) 人。固定配置だけが原因の逆転・空き枠の残り（数に入れていません）: \(overridden)",
                    "  pinned \(pinned); claims that only pins explain, not counted: \(overridden)"))
        }
        phrases.append(claims)
        if counts.claims > 0, record.isProved { phrases.append(adviceFound) }
        phrases += asked
        phrases.append(
            Phrase(
                "  独立した検証に合格。\(seconds) 秒。\(out) に書きました", "  verified independently; \(seconds) s; written to \(out)"))
        return phrases
    }

    /// How many households have a claim, and whether the result is proved.
    private var claims: Phrase {
        let count = record.counts.claims
        let claims =
            count == 0
            ? Phrase("  優先順位の逆転も空き枠の残りもない割当てです（安定）", "  no justified claims: the allocation is stable")
            : Phrase("  優先順位の逆転・空き枠の残りがある世帯: \(count)", "  households with a justified claim: \(count)")
        switch record.termination {
        case .proved?, nil:
            let fewest =
                count == 0 ? Phrase(same: "") : Phrase("（最少と証明済み）", ", proved fewest (no allocation has fewer)")
            return claims + fewest + Phrase("。結果は証明済み", "; result proved")
        case .stopped(let limit)?:
            let bound = record.levels[0].bound ?? 0
            return claims
                + Phrase(
                    "（どの割当てでも少なくとも \(bound)）。証明されていません: \(limit.phrase.japanese)",
                    " (at least \(bound) in any allocation); not proved: \(limit.phrase.english)")
        }
    }

    /// What was found of changes that lead to fewer claims.
    private var adviceFound: Phrase {
        let reason =
            switch advice.cut {
            case .time: Phrase("時間切れ", "the time ended")
            case .interrupted: Phrase("中断", "interrupted")
            case .work, nil: Phrase("計算量が多すぎるため", "too much work")
            }
        if advice.candidates == 0, advice.cut != nil {
            return Phrase("  改善案: 探していません（\(reason.japanese)）", "  advice: not looked for (\(reason.english))")
        }
        let left = advice.candidates - advice.tried
        let found = Phrase(
            "  改善案: 試した \(advice.tried) 通りのうち \(advice.advice.count) 通りで減ります",
            "  advice: \(advice.advice.count) of \(advice.tried) changes tried lead to fewer claims")
        if left == 0 { return found }
        return found
            + Phrase("。\(left) 通りは試していません（\(reason.japanese)）", "; \(left) not tried (\(reason.english))")
    }

    /// Why the search for what would have sufficed was cut short; empty where it was not.
    private var asked: [Phrase] {
        guard let asked = record.sufficient, let cut = asked.cut else { return [] }
        let reason =
            switch cut {
            case .time: Phrase("時間切れ", "cut short by the time limit")
            case .interrupted: Phrase("中断", "cut short: interrupted")
            case .work: Phrase("定められた計算量まで", "ended after as much work as is done for it")
            }
        return [
            Phrase(
                "  何があれば足りたか: 途中までです（\(reason.japanese)）。希望 \(asked.examined) 件を調べました",
                "  what would have sufficed: \(reason.english); \(counted(asked.examined, "wish", plural: "wishes")) looked at"
            )
        ]
    }
}
