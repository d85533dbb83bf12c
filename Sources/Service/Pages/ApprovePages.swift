import Admissions
import Batches
import Foundation
import Ledger
import Reports

/// From the result that was handed in to the one that is published, by signatures in the ledger.
enum ApprovePages {
    static let routes: [Route] = [
        .page("/rounds/:round/approve", .with(.seeRounds)) { visit in .page(try await page(visit)) }
    ]

    static let operations: [Operation] = [
        .query(
            "listResults", "/rounds/:round/results", .seeRounds,
            Phrase("提出された結果の一覧", "The results of a round that were handed in")
        ) { visit in
            try await visit.office.ledger.runs(of: try await visit.round().id).map(Result.init)
        },
        .query(
            "verifyLedger", "/ledger/verification", .review,
            Phrase("台帳と結果のフォルダを検証する", "Verify the ledger and the folders of results")
        ) { visit in Verified(try await visit.office.ledger.verification()) },
        sign("reviewResult", "review", .review, .advance(.reviewed), Phrase("結果を確認済みにする", "Review a result"), "確認"),
        sign("approveResult", "approve", .approve, .advance(.approved), Phrase("結果を承認する", "Approve a result"), "承認"),
        sign(
            "publishResult", "publish", .publish, .advance(.published), Phrase("結果を公表済みにする", "Publish a result"), "公表"),
        sign("withdrawSignature", "withdraw", .review, .withdraw, Phrase("直前の確認や承認を取り消す", "Take the last step back")),
        sign(
            "setResultAside", "set-aside", .review, .setAside,
            Phrase("結果を使わないことにする", "Set a result aside")),
    ]

    /// A step that somebody signs.
    ///
    /// - Parameter usual: What is recorded where nobody says why; `nil`: the reason must be given.
    private static func sign(
        _ id: String, _ path: String, _ permission: Permission, _ step: LedgerStep, _ summary: Phrase,
        _ usual: String? = nil
    ) -> Operation {
        .change(
            id, "/rounds/:round/results/:number/\(path)", permission, summary,
            fields: [.init("why", "理由・メモ", "reason or note", isRequired: usual == nil)]
        ) { visit in
            let round = try await visit.round()
            guard let number = Int(visit.parameter("number")),
                let run = try await visit.office.ledger.runs(of: round.id).first(where: { $0.number == number })
            else { throw ServiceFault.notFound }
            if usual == nil { _ = try visit.needed("why", Phrase("理由", "the reason")) }
            // What was approved is taken back by somebody who might approve.
            if usual == nil, run.state >= .approved, !visit.actor.may(.approve) { throw ServiceFault.forbidden }
            try await visit.office.ledger.sign(
                run, step, by: visit.actor, why: try RunPages.note(visit, usual: usual ?? ""))
            let signed = try await visit.office.ledger.runs(of: round.id).first { $0.number == number }
            return .init(signed.map(Result.init), next: RoundStep.approve.path(of: round.id))
        }
    }

    /// A result as programs get it.
    struct Result: Encodable, Sendable {
        struct Event: Encodable, Sendable { let event, state, by, at, why, hash: String }
        let number, revision: Int
        let state, status, caseDigest: String
        let isSetAside: Bool
        let supersededBy: Int?
        let children, placed, stays, held, claims: Int
        let accepted: [String]
        let history: [Event]

        init(_ run: LedgerRun) {
            (number, revision, state) = (run.number, run.run.revision, run.state.rawValue)
            (status, caseDigest) = (run.run.status.rawValue, run.run.caseDigest)
            (isSetAside, supersededBy) = (run.setAside != nil, run.supersededBy)
            (children, placed, stays) = (run.run.children, run.run.placed, run.run.stays)
            (held, claims, accepted) = (run.run.held, run.run.claims, run.run.accepted)
            history = run.history.map {
                Event(
                    event: $0.body.event, state: $0.body.state.rawValue, by: $0.body.by, at: $0.body.at,
                    why: $0.body.why, hash: $0.hash)
            }
        }
    }

    /// What a verification found, as programs get it.
    private struct Verified: Encodable, Sendable {
        let entries, files: Int
        let faults, notes: [String]

        init(_ found: LedgerVerification?) {
            (entries, files) = (found?.entries ?? 0, found?.files ?? 0)
            (faults, notes) = (found?.faults.map(\.english) ?? [], found?.notes.map(\.english) ?? [])
        }
    }

    // MARK: The page

    private static func page(_ visit: Visit) async throws -> Markup {
        let round = try await visit.round()
        let results = try await visit.office.ledger.runs(of: round.id)
        let trials = try await visit.office.runs.runs(of: round.id).filter { $0.handedIn != nil }
        let verification: Markup
        if visit.query["verify"] != nil, visit.actor.may(.review) {
            verification = found(visit, try await visit.office.ledger.verification())
        } else {
            verification = ""
        }
        let two = try await visit.office.settings.values().needsTwoPeople
        return Frame.page(visit, title: RoundStep.approve.phrase, round: (round, .approve)) {
            guard let latest = results.first else {
                return """
                    <div class="card empty"><p>\(visit.say("提出された結果はまだありません。", "No result was handed in yet."))</p>
                    <p>\(visit.say("「実行」で試行し、「確認」で内容を見てから、「この結果を提出する」を押すと、ここで確認・承認・公表ができます。", "Run a trial, look at it under Review, then press “Hand this result in” under Run. It is reviewed, approved and published here."))</p>
                    <p><a class="button main" href="\(RoundStep.run.path(of: round.id))">\(visit.say("実行へ", "To the run"))</a></p></div>
                    """
            }
            let earlier = results.dropFirst()
            return """
                \(card(visit, round, latest, trials.last { $0.handedIn == latest.number }, needsTwoPeople: two))
                \(earlier.isEmpty ? "" : list(visit, earlier))
                \(ledger(visit, round, verification))
                """
        }
    }

    private static func title(_ visit: Visit, _ result: LedgerRun) -> String {
        visit.say(
            "台帳 \(result.number) 番（第\(result.run.revision)版の結果）",
            "Ledger \(result.number), revision \(result.run.revision) of the result")
    }

    private static func card(
        _ visit: Visit, _ round: RoundRow, _ result: LedgerRun, _ trial: RunRow?, needsTwoPeople: Bool
    ) -> Markup {
        let run = result.run
        let tiles = [
            (run.children, Phrase("申込児童", "children"), ""), (run.placed, Phrase("内定", "placed"), "good"),
            (run.stays, Phrase("在園継続", "staying"), "wait"), (run.held, Phrase("保留", "held"), "held"),
            (run.claims, Phrase("優先順位の逆転・空き枠の残りのある世帯", "households with a justified claim"), ""),
        ].map { count, name, tone -> Markup in
            "<li class=\"\(tone)\"><strong>\(count)</strong> \(visit.say(name))</li>"
        }.joined()
        var warnings: [Markup] = []
        if let aside = result.setAside {
            warnings.append(
                """
                <p class="fault">\(visit.say("この結果は使わないことになっています（\(aside.body.by)、\(LocalClock.text(aside.body.at))）: \(aside.body.why)。「実行」からもう一度提出すると、新しい版になります。", "This result was set aside by \(aside.body.by), \(LocalClock.text(aside.body.at)): \(aside.body.why). Hand a result in again to make a new revision."))</p>
                """)
        } else if let trial, trial.version != round.version {
            warnings.append(
                """
                <p class="warn">\(visit.say("提出のあとでファイルが変わっています（提出: 第\(trial.version)版、最新: 第\(round.version)版）。この結果に変更は入っていません。", "The files changed since it was handed in (version \(trial.version), now \(round.version)). The result does not have the changes."))</p>
                """)
        }
        if !run.status.isWhole {
            warnings.append(
                """
                <p class="warn">\(visit.say("この結果は「\(run.status.japanese)」です。", "This result is \(run.status.phrase.english)."))</p>
                """)
        }
        let look: Markup =
            trial.map {
                "<a class=\"button\" href=\"\(RoundStep.review.path(of: round.id))?run=\(Int($0.id))\">\(visit.say("結果の内容を見る", "See the result"))</a>"
            } ?? ""
        let accepted = run.accepted.isEmpty ? visit.say("なし", "none") : run.accepted.joined(separator: "、")
        return """
            <section><h2>\(title(visit, result))</h2>
            \(warnings.joined())
            \(stages(visit, result))
            <ul class="tiles">\(tiles)</ul>
            <dl class="facts"><dt>\(visit.say("証明", "Proof"))</dt><dd>\(visit.say(run.status.phrase))</dd>
            <dt>\(visit.say("承知した点", "Accepted doubts"))</dt><dd>\(accepted)</dd>
            <dt>\(visit.say("提出した人", "Handed in by"))</dt><dd>\(result.history[0].body.by)</dd>
            <dt>\(visit.say("結果の照合値", "Hash of the result"))</dt><dd class="hash">\(run.result)</dd></dl>
            <div class="actions">\(look)</div>
            \(result.setAside == nil ? forms(visit, round, result, needsTwoPeople) : "")
            <h3>\(visit.say("記録", "Record"))</h3>
            \(history(visit, result))
            </section>
            """
    }

    /// The four stages, with who came to each and when.
    private static func stages(_ visit: Visit, _ result: LedgerRun) -> Markup {
        let stages = RunState.allCases.map { state -> Markup in
            let entry =
                state <= result.state
                ? result.history.last { $0.body.act == nil && $0.body.state == state } : nil
            let name = state == .computed ? Phrase("提出", "handed in") : Phrase(state.japanese, state.rawValue)
            let current: Markup = state == result.state ? " aria-current=\"step\"" : ""
            let signed: Markup =
                entry.map { "<small>\($0.body.by)<br>\(LocalClock.text($0.body.at))</small>" }
                ?? "<small>\(visit.say("まだ", "not yet"))</small>"
            return "<li class=\"\(entry == nil ? "" : "done")\"\(current)>\(visit.say(name))\(signed)</li>"
        }.joined()
        return "<ol class=\"stages\">\(stages)</ol>"
    }

    private static func history(_ visit: Visit, _ result: LedgerRun) -> Markup {
        let events = result.history.map { entry -> Markup in
            let body = entry.body
            let name: Phrase =
                switch body.act {
                case .withdrawn:
                    Phrase("取消し（「\(body.state.japanese)」に戻しました）", "taken back; \(body.state.rawValue) again")
                case .setAside: Phrase("使わないことにしました", "set aside")
                case nil:
                    body.state == .computed
                        ? Phrase("提出", "handed in") : Phrase(body.state.japanese, body.state.rawValue)
                }
            return """
                <li class="\(body.act == nil ? "good" : "held")"><b>\(visit.say(name))</b> \(body.by) <small>\(LocalClock.text(body.at))・\(visit.say("記録 \(entry.number)", "entry \(entry.number)"))\(body.why.isEmpty ? "" : "・\(body.why)")</small></li>
                """
        }.joined()
        return "<ol class=\"signed\">\(events)</ol>"
    }

    /// What can be done next, by who sees the page, and what keeps it from being done.
    private static func forms(
        _ visit: Visit, _ round: RoundRow, _ result: LedgerRun, _ needsTwoPeople: Bool
    ) -> Markup {
        var forms: [Markup] = []
        var notes: [String] = []
        let person = visit.actor
        func offer(
            _ path: String, _ permission: Permission, _ step: LedgerStep, _ name: Phrase, _ what: Phrase,
            needsReason: Bool = false, style: String = "main"
        ) {
            let fault = LedgerDesk.fault(
                of: step, result, by: person, needsTwoPeople: needsTwoPeople)
            guard person.may(permission) else { return }
            if let fault {
                notes.append(visit.say(fault.phrase))
                return
            }
            let label = needsReason ? visit.say("理由（必須）", "Reason (needed)") : visit.say("メモ（任意）", "Note (optional)")
            let required: Markup = needsReason ? " required" : ""
            forms.append(
                """
                <form method="post" action="/rounds/\(Int(round.id))/results/\(result.number)/\(path)">\(Frame.token(visit))<h3>\(visit.say(name))</h3><p class="note">\(visit.say(what))</p>
                <label>\(label)<input name="why" maxlength="\(RunPages.longestNote)"\(required)></label><button class="\(style)">\(visit.say(name))</button></form>
                """)
        }
        switch result.state {
        case .computed:
            offer(
                "review", .review, .advance(.reviewed), Phrase("確認済みにする", "Mark as reviewed"),
                needsTwoPeople
                    ? Phrase(
                        "内容を見たことを記録します。確認した人は承認できません。", "Records that you looked at it. Whoever reviews cannot approve."
                    )
                    : Phrase("内容を見たことを記録します。", "Records that you looked at it."))
            if !person.may(.review) {
                notes.append(visit.say("次は「確認済み」です。実行または承認の役割をもつ人が行います。", "Next: an operator or approver reviews it."))
            }
        case .reviewed:
            offer(
                "approve", .approve, .advance(.approved), Phrase("承認する", "Approve"),
                Phrase("市の決定とします。通知書を作れるようになります。", "Makes it the city's decision; notices can be made."))
            if !person.may(.approve) {
                notes.append(
                    visit.say("次は「承認済み」です。承認の役割をもつ別の人が行います。", "Next: somebody else, an approver, approves it."))
            }
        case .approved:
            offer(
                "publish", .publish, .advance(.published), Phrase("公表済みにする", "Mark as published"),
                Phrase("公表したことを記録します。公表後は取り消せません。", "Records that it was published. It cannot be taken back."))
            if !person.may(.publish) {
                notes.append(
                    visit.say("次は「公表済み」です。実行または承認の役割をもつ人が行います。", "Next: an operator or approver publishes it."))
            }
        case .published:
            notes.append(visit.say("公表まで済んでいます。次は「通知」と「翌月」です。", "It is published. Next: notices and the next month."))
        }
        if result.state == .reviewed || result.state == .approved {
            offer(
                "withdraw", result.state == .approved ? .approve : .review, .withdraw,
                result.state == .approved
                    ? Phrase("承認を取り消す", "Take the approval back") : Phrase("確認を取り消す", "Take the review back"),
                Phrase("一つ前の状態に戻します。記録は残ります。", "Goes back one step. The record stays."), needsReason: true,
                style: "danger")
        }
        offer(
            "set-aside", result.state >= .approved ? .approve : .review, .setAside,
            Phrase("使わないことにする", "Set aside"),
            Phrase(
                "この結果を使わないことを記録します。次に提出する結果は新しい版になります。",
                "Records that this result is not used. The next one is a new revision."),
            needsReason: true, style: "danger")
        let said: Markup = notes.map { "<p class=\"info\">\($0)</p>" as Markup }.joined()
        return "\(said)<div class=\"signs screen\">\(forms.joined())</div>"
    }

    private static func list(_ visit: Visit, _ results: ArraySlice<LedgerRun>) -> Markup {
        let rows = results.prefix(100).map { result -> Markup in
            let state =
                result.setAside == nil
                ? Phrase(result.state.japanese, result.state.rawValue) : Phrase("不使用", "set aside")
            return """
                <tr><th scope="row">\(title(visit, result))</th><td>\(visit.say(state))</td><td class="n">\(result.run.placed)</td><td class="n">\(result.run.held)</td><td>\(result.history[0].body.by)<br><small>\(LocalClock.text(result.history[0].body.at))</small></td></tr>
                """
        }.joined()
        let heading = visit.say("前の版の結果", "Earlier revisions")
        return """
            <section><h2>\(heading)</h2><div class="scroll" tabindex="0" role="region" aria-label="\(heading)"><table><thead><tr><th scope="col">\(visit.say("結果", "Result"))</th><th scope="col">\(visit.say("状態", "State"))</th><th scope="col" class="n">\(visit.say("内定", "Placed"))</th><th scope="col" class="n">\(visit.say("保留", "Held"))</th><th scope="col">\(visit.say("提出した人", "Handed in by"))</th></tr></thead><tbody>\(rows)</tbody></table></div></section>
            """
    }

    private static func ledger(_ visit: Visit, _ round: RoundRow, _ found: Markup) -> Markup {
        guard visit.actor.may(.review) else { return "" }
        return """
            <section id="ledger"><h2>\(visit.say("台帳の検証", "Verification of the ledger"))</h2>
            <p>\(visit.say("記録の鎖と、結果のフォルダのすべてのファイルを、記録されたときのままか一つずつ確かめます。", "Checks the chain of entries and every file of the recorded results, byte by byte."))</p>
            \(found)
            <form action="\(RoundStep.approve.path(of: round.id))#ledger"><input type="hidden" name="verify" value="1"><button>\(visit.say("いま検証する", "Verify now"))</button></form></section>
            """
    }

    private static func found(_ visit: Visit, _ found: LedgerVerification?) -> Markup {
        guard let found else { return "" }
        let notes = found.notes.map { "<li>\(visit.say($0))</li>" as Markup }.joined()
        let more: Markup = found.notes.isEmpty ? "" : "<ul class=\"note\">\(notes)</ul>"
        if found.faults.isEmpty {
            return """
                <p class="fine" role="status">\(visit.say("異状はありません。記録 \(found.entries) 件、ファイル \(found.files) 個が、記録されたときのままです。", "Nothing was altered: \(counted(found.entries, "entry", plural: "entries")) and \(counted(found.files, "file")) are as they were recorded."))</p>\(more)
                """
        }
        let faults = found.faults.prefix(50).map { "<li>\(visit.say($0))</li>" as Markup }.joined()
        return """
            <div class="fault" role="alert"><p>\(visit.say("記録されたときと違うところがあります。管理者に知らせてください。承認や通知は、原因が分かるまで待ってください。", "Something is not as it was recorded. Tell the administrator, and wait with approvals and notices until the cause is known."))</p><ul>\(faults)</ul></div>\(more)
            """
    }
}

extension RecordedRun.Status {
    fileprivate var phrase: Phrase {
        switch self {
        case .optimal: Phrase(japanese, "proved")
        case .feasible: Phrase(japanese, "not proved")
        case .interrupted: Phrase(japanese, "not proved, interrupted")
        case .cutShort: Phrase(japanese, "proved; further answers were cut short")
        }
    }
}
