import Admissions
import CaseFiles
import Foundation
import Ledger
import Reports
import Rounds

/// A run of the ledger.
public struct LedgerRunMessage: Message {
    public let message = "run"
    public let number: Int
    public let state: String
    public let supersededBy: Int?
    /// Number of the entry that says that the result folder does not count any more; `nil`: it counts.
    public let setAside: Int?
    public let run: RecordedRun
    private let shown: LedgerRun

    private enum CodingKeys: CodingKey { case message, number, state, supersededBy, setAside, run }

    public init(_ run: LedgerRun) {
        shown = run
        number = run.number
        state = run.state.rawValue
        supersededBy = run.supersededBy
        setAside = run.setAside?.number
        self.run = run.run
    }

    public func lines(in language: Language) -> [String] {
        switch language {
        case .english:
            [
                "\(number)  \(run.key)  revision \(run.revision)  \(state)"
                    + (supersededBy.map { ", superseded by \($0)" } ?? "")
                    + (setAside == nil ? "" : ", set aside")
                    + "  placed \(run.placed), staying \(run.stays), held \(run.held)"
            ]
        case .japanese:
            [
                "\(number)  \(run.key)  第 \(run.revision) 版  \(shown.state.japanese)"
                    + (supersededBy.map { "（\($0) 番に置換え）" } ?? "") + (setAside == nil ? "" : "（不使用）")
                    + "  内定 \(run.placed) 人、転園保留 \(run.stays) 人、保留 \(run.held) 人"
            ]
        }
    }

    /// Everything that is recorded of the run, in lines for people; times are those of a place.
    public func facts(in language: Language, timeZone: TimeZone = .current) -> [String] {
        let facts = shown.run
        let limit = facts.limit?.phrase
        var said = [
            Phrase(
                "\(shown.number) 番: \(facts.key)、第 \(facts.revision) 版",
                "run \(shown.number): \(facts.key), revision \(facts.revision)")
        ]
        if let before = facts.supersedes { said.append(Phrase("  \(before) 番を置き換えました", "  supersedes run \(before)")) }
        if let after = shown.supersededBy {
            said.append(Phrase("  \(after) 番に置き換えられました", "  superseded by run \(after)"))
        }
        said += [
            Phrase(
                "  児童 \(facts.children) 人、内定 \(facts.placed) 人、転園保留 \(facts.stays) 人、保留 \(facts.held) 人",
                "  children \(facts.children), placed \(facts.placed), staying \(facts.stays), held \(facts.held)"),
            Phrase(
                "  優先順位の逆転・空き枠の残りがある世帯 \(facts.claims)、\(facts.status.japanese)\(limit.map { "（\($0.japanese)）" } ?? "")",
                "  households with a claim \(facts.claims); \(facts.status.rawValue)\(limit.map { ": \($0.english)" } ?? "")"
            ),
        ]
        if !facts.accepted.isEmpty {
            let codes = facts.accepted.joined(separator: ", ")
            said.append(Phrase("  承認した警告: \(codes)", "  warnings accepted: \(codes)"))
        }
        said += [
            (Phrase("プログラム    ", "program"), facts.program), (Phrase("フォルダ      ", "folder "), facts.folder),
            (Phrase("入力ファイル  ", "inputs "), facts.inputs), (Phrase("規則          ", "rules  "), facts.rules),
            (Phrase("案件          ", "case   "), facts.caseDigest), (Phrase("結果          ", "result "), facts.result),
        ].map { Phrase("  \($0.japanese)\($1)", "  \($0.english) \($1)") }
        for entry in shown.history {
            let body = entry.body
            let time = LocalTime.text(of: body.at, in: timeZone)
            said.append(
                Phrase(
                    "  \(time)  記録 \(entry.number): \(body.eventJapanese)、担当 \(body.by): \(reason(body.why).japanese)",
                    "  \(time)  entry \(entry.number): \(body.event) by \(body.by): \(body.why)"))
            said.append(Phrase(same: "    \(entry.hash)"))
        }
        return said.map { $0[language] }
    }

    /// Why something was done; what the batch itself recorded is said in both languages.
    private func reason(_ why: String) -> Phrase {
        let last = why.split(separator: " ").compactMap { Int($0) }.last.map(String.init) ?? ""
        let forms = [
            Phrase("新しい案件", "new case"), Phrase("第 {n} 版の後に案件が変わった", "the case changed since revision {n}"),
            Phrase("第 {n} 版のフォルダがなくなった", "the folder of revision {n} is gone"),
            Phrase("第 {n} 版を使わないことにした", "revision {n} was set aside"),
        ]
        return forms.map { $0.filled(["n": last]) }.first { $0.english == why } ?? Phrase(same: why)
    }
}

/// What checking a ledger found.
public struct LedgerCheckMessage: Message {
    public let message = "ledger"
    public let faults, notes: [String]
    public let entries, files: Int
    /// ``faults`` and ``notes`` in both languages.
    public let faultPhrases, notePhrases: [Phrase]
    private let name: String

    private enum CodingKeys: CodingKey { case message, faults, notes, entries, files }

    /// What was found in the ledger that is called `name`.
    public init(_ found: LedgerVerification, of name: String) {
        (faultPhrases, notePhrases) = (found.faults, found.notes)
        (faults, notes) = (found.faults.map(\.english), found.notes.map(\.english))
        (entries, files) = (found.entries, found.files)
        self.name = name
    }

    /// The lines for a ledger in which nothing was altered; no lines for any other.
    public func lines(in language: Language) -> [String] {
        guard faults.isEmpty else { return [] }
        return [
            Phrase(
                "\(name): 検証しました。記録 \(entries) 件、結果のファイル \(files) 個。書き換えはありません。",
                "\(name): verified. \(counted(entries, "entry", plural: "entries")), \(counted(files, "file")) of results; "
                    + "nothing was altered.")[language]
        ]
    }
}
