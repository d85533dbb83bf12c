import Admissions

/// What entries must be like, one after the other.
struct Book {
    private var runs: [Int: Standing] = [:]
    private var latest: [RoundKey: Int] = [:]
    /// How many people must have signed an approved run.
    private var people = 1

    private struct Standing {
        var run: RecordedRun
        var state = RunState.computed
        /// Who reviewed it.
        var reviewer: String?
        var isSetAside = false
    }

    /// Takes an entry in; `nil` where it fits those before.
    mutating func fault(of body: LedgerEntry.Body, number: Int) -> Phrase? {
        let version = body.version ?? 1
        guard version <= LedgerFile.formatVersion else {
            return Phrase(
                "記録の形式が新しい版（\(version)）のものです。書いた版の enmusubi を使ってください",
                "it has version \(version), and this version of enmusubi reads up to \(LedgerFile.formatVersion)")
        }
        if body.act != nil || body.people != nil, version < LedgerFile.versionOfActs {
            return Phrase("記録の形式の版が内容に合いません", "its version knows no such entry")
        }
        if let run = body.run { return fault(of: run, body, number) }
        guard let subject = body.subject, let standing = runs[subject] else {
            let subject = body.subject ?? 0
            return Phrase("\(subject) 番の結果は記録されていません", "no run was recorded as \(subject)")
        }
        guard body.people == nil else { return Self.misplacedPeople }
        let fault =
            switch body.act {
            case nil: self.fault(ofStep: body, standing)
            case .withdrawn: self.fault(ofWithdrawal: body, standing)
            case .setAside: self.fault(ofSettingAside: body, standing)
            }
        if let fault { return fault }
        if body.by.isEmpty || body.why.isEmpty {
            return Phrase("担当者と理由が必要です", "who did it and why must be said")
        }
        runs[subject]!.state = body.state
        if body.act == .setAside { runs[subject]!.isSetAside = true }
        if body.act == nil, body.state == .reviewed { runs[subject]!.reviewer = body.by }
        return nil
    }

    private static let misplacedPeople = Phrase(
        "署名の人数は台帳の最初の記録だけが決めます", "only the first entry says how many people must sign")

    private mutating func fault(of run: RecordedRun, _ body: LedgerEntry.Body, _ number: Int) -> Phrase? {
        guard body.state == .computed, body.subject == nil, body.act == nil else {
            return Phrase("計算の記録が先に必要です", "a run must be computed first")
        }
        if let people = body.people {
            guard number == 1, (1...2).contains(people) else { return Self.misplacedPeople }
            self.people = people
        }
        let before = latest[run.key]
        // An altered revision may be the largest number there is.
        let revision = before.map { runs[$0]!.run.revision &+ 1 } ?? 1
        runs[number] = Standing(run: run)
        latest[run.key] = number
        guard run.supersedes == before, run.revision == revision else {
            return Phrase(
                "\(run.key) の版の番号は \(revision) でなければなりません", "the revision of \(run.key) must be \(revision)")
        }
        return run.files.digest == run.result
            ? nil : Phrase("結果のハッシュがファイルのものと違います", "the hash of the result is not that of its files")
    }

    private func fault(ofStep body: LedgerEntry.Body, _ standing: Standing) -> Phrase? {
        let (subject, state) = (body.subject!, standing.state)
        if standing.isSetAside {
            return Phrase(
                "\(subject) 番 は使わないことにしたものです。署名できるのは新しい版だけです",
                "run \(subject) was set aside; only a new revision can be \(body.state.rawValue)")
        }
        guard body.state > .computed, body.state == state.next else {
            return Phrase(
                "\(subject) 番 は「\(state.japanese)」です。"
                    + (state.next.map { "次にできるのは「\($0.japanese)」だけです" } ?? "これより先はありません"),
                "run \(subject) is \(state.rawValue); "
                    + (state.next.map { "only \($0.rawValue) can follow" } ?? "nothing can follow"))
        }
        if let fault = superseded(standing, body) { return fault }
        if people > 1, body.state == .approved, let reviewer = standing.reviewer,
            Self.isSame(reviewer, body.by)
        {
            return Phrase(
                "\(subject) 番の確認者は \(reviewer) です。この台帳では、確認と承認は別の人が行います。別の職員の番号を --by に書いてください",
                "run \(subject) was reviewed by \(reviewer), and this ledger asks for two people: somebody else must approve it"
            )
        }
        return nil
    }

    private func superseded(_ standing: Standing, _ body: LedgerEntry.Body) -> Phrase? {
        let (subject, last) = (body.subject!, latest[standing.run.key]!)
        if last == subject { return nil }
        return Phrase(
            "\(subject) 番は \(last) 番に置き換えられています。できるのは最新の版だけです",
            "run \(subject) is superseded by run \(last); only the latest revision can be \(body.event)")
    }

    private func fault(ofWithdrawal body: LedgerEntry.Body, _ standing: Standing) -> Phrase? {
        let (subject, state) = (body.subject!, standing.state)
        if let fault = superseded(standing, body) { return fault }
        switch state {
        case .computed:
            return Phrase(
                "\(subject) 番 にはまだ確認も承認もないため、取り消すものがありません",
                "run \(subject) is computed only; there is nothing to take back")
        case .published:
            return Phrase(
                "\(subject) 番 は公表済みで、取り消せません。案件を直して（個別の決定は pins.csv に書いて）batch を実行し、"
                    + "新しい版を確認、承認、公表してください",
                "run \(subject) is published, which cannot be taken back; correct the case, or write the decision into pins.csv, run "
                    + "the batch again, and review, approve and publish the new revision")
        case .reviewed, .approved: return body.state == state.before ? nil : Self.wrongState
        }
    }

    private func fault(ofSettingAside body: LedgerEntry.Body, _ standing: Standing) -> Phrase? {
        if standing.isSetAside {
            return Phrase(
                "\(body.subject!) 番 はすでに使わないことになっています",
                "run \(body.subject!) was set aside before; nothing more is needed")
        }
        return body.state == standing.state ? nil : Self.wrongState
    }

    private static let wrongState = Phrase(
        "記録にある状態が、その前の記録から続きません", "the state that it leaves does not follow from the entries before")

    /// Whether two ids of staff are one, however wide or large their letters are.
    private static func isSame(_ one: String, _ other: String) -> Bool {
        func compared(_ id: String) -> String { folded(id).filter { !$0.isWhitespace }.lowercased() }
        return compared(one) == compared(other)
    }
}
