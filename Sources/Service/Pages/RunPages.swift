import Admissions
import Foundation
import Reports

/// Trial runs of a round: begin, watch, stop.
enum RunPages {
    static let routes: [Route] = [
        .page("/rounds/:round/run", .with(.seeRounds)) { visit in .page(try await page(visit)) },
        .page("/rounds/:round/runs/:run/events", .with(.seeRounds)) { visit in
            let run = try await run(visit)
            return .events(events(visit, run.id))
        },
    ]

    /// Seconds after which a search ends where nobody says otherwise, and at most.
    static let (usualLimit, longestLimit) = (600, 86_400)

    static let operations: [Operation] = [
        .query("listRuns", "/rounds/:round/runs", .seeRounds, Phrase("試行の一覧", "The trial runs of a round")) { visit in
            try await visit.office.runs.runs(of: try await visit.round().id)
        },
        .query("showRun", "/rounds/:round/runs/:run", .seeRounds, Phrase("試行一件", "A trial run")) { visit in
            try await run(visit)
        },
        .query(
            "listHandIns", "/rounds/:round/hand-ins", .seeRounds,
            Phrase("提出の一覧", "What was handed in, and how it went")
        ) { visit in
            try await visit.office.handIns.all(of: try await visit.round().id).values.sorted { $0.run < $1.run }
        },
        .change(
            "startRun", "/rounds/:round/run", .run, Phrase("最新の版を試行する", "Run the newest version as a trial"),
            fields: [
                .init("timeLimit", "制限時間（秒）", "time limit in seconds; empty: none", isRequired: false),
                .init(
                    "after", "画面にあった最新の試行の番号",
                    "the newest run that was seen: one of the same settings after it is the answer",
                    isRequired: false),
            ]
        ) { visit in
            let round = try await visit.round()
            let run = try await visit.office.runs.ask(
                round: round.id, version: round.version,
                accepted: try await visit.office.readiness(of: round.id, version: round.version).acceptedCodes,
                timeLimit: try timeLimit(visit.fields["timeLimit"]), by: visit.actor,
                after: visit.fields["after"].flatMap(Int64.init))
            await visit.office.desk.look()
            return .init(run, next: RoundStep.run.path(of: round.id), status: .accepted)
        },
        .change(
            "stopRun", "/rounds/:round/runs/:run/stop", .run, Phrase("試行を止める", "Stop a trial run")
        ) { visit in
            let run = try await run(visit)
            try await visit.office.desk.stop(run.id)
            return .init(try await visit.office.runs.run(run.id), next: RoundStep.run.path(of: run.round))
        },
        .change(
            "handInRun", "/rounds/:round/runs/:run/hand-in", .run,
            Phrase("試行の結果を提出する", "Hand in the result of a trial"),
            fields: [.init("why", "メモ", "note", isRequired: false)]
        ) { visit in
            let run = try await run(visit)
            let accepted = try await visit.office.acceptances.accepted(of: run.round)
                .filter { run.accepted.contains($0.code) }.map { "\($0.code)（\($0.by)）" }
            let said = try note(visit, usual: "実行 \(run.id) の結果を提出")
            // Who accepted what stands in the ledger, beside the codes that the result itself names.
            let why = accepted.isEmpty ? said : said + "。承知した点: " + Set(accepted).sorted().joined(separator: "、")
            try await visit.office.handIns.ask(run, by: visit.actor, why: why)
            await visit.office.desk.look()
            return .init(
                try await visit.office.handIns.all(of: run.round)[run.id], next: RoundStep.run.path(of: run.round),
                status: .accepted)
        },
    ]

    /// The run of the path, which must be of its round.
    static func run(_ visit: Visit) async throws -> RunRow {
        guard let id = Int64(visit.parameter("run")), let run = try await visit.office.runs.run(id),
            "\(run.round)" == visit.parameter("round")
        else { throw ServiceFault.notFound }
        return run
    }

    static func timeLimit(_ text: String?) throws(ServiceFault) -> Int? {
        let text = (text ?? "").trimmingCharacters(in: .whitespaces)
        if text.isEmpty { return nil }
        guard let seconds = Int(text), (1...longestLimit).contains(seconds) else {
            throw .invalid(
                "制限時間は、1 から \(longestLimit) までの秒数で入力してください。実行は始めていません。",
                "The time limit is a number of seconds from 1 to \(longestLimit). No run was started.")
        }
        return seconds
    }

    // MARK: Progress

    /// What a page hears of a run, until it ends or the browser leaves.
    private struct Event: Encodable, Sendable {
        let state: RunRow.State
        /// The state in words, and what is being done.
        let tag, text: String
    }

    /// An event whenever something changed, at most twice a second, and now and then in any case, to notice a browser that left.
    private static func events(_ visit: Visit, _ id: Int64) -> AsyncStream<String> {
        let last = LastEvent()
        return AsyncStream {
            while !Task.isCancelled {
                if await last.isFinal { return nil }
                guard let standing = try? await visit.office.desk.standing(of: id) else { return nil }
                let event = Event(
                    state: standing.run.state, tag: visit.say(standing.run.state.phrase),
                    text: text(of: standing, visit))
                guard let bytes = try? Reception.json(event) else { return nil }
                let text = String(decoding: bytes, as: UTF8.self)
                if await last.isNews(text, isFinal: !standing.run.state.goesOn) { return text }
                guard (try? await Task.sleep(for: .milliseconds(500))) != nil else { return nil }
            }
            return nil
        }
    }

    private actor LastEvent {
        private(set) var isFinal = false
        private var text = ""
        private var at = ContinuousClock.now

        func isNews(_ text: String, isFinal: Bool) -> Bool {
            self.isFinal = isFinal
            if text == self.text, ContinuousClock.now < at + .seconds(10), !isFinal { return false }
            (self.text, at) = (text, .now)
            return true
        }
    }

    private static func text(of standing: RunDesk.Standing, _ visit: Visit) -> String {
        switch standing.run.state {
        case .waiting:
            visit.say("順番を待っています（前に \(standing.before) 件）", "waiting, \(standing.before) before it")
        case .running: visit.say(standing.progress ?? Phrase("始めています", "starting"))
        default: visit.say(standing.run.state.phrase)
        }
    }

    // MARK: The page

    /// How many runs a page shows; the last are the ones that matter.
    private static let shown = 100

    private static func page(_ visit: Visit) async throws -> Markup {
        let round = try await visit.round()
        let runs = try await visit.office.runs.runs(of: round.id)
        let handIns = try await visit.office.handIns.all(of: round.id)
        var live: [Markup] = []
        for run in runs.reversed() where run.state.goesOn {
            if let standing = try await visit.office.desk.standing(of: run.id) {
                live.append(card(visit, standing))
            }
        }
        let form = try await newRun(visit, round, newest: runs.first?.id ?? 0)
        return Frame.page(visit, title: RoundStep.run.phrase, round: (round, .run), scripts: [.run]) {
            """
            \(form)
            \(live.joined())
            \(list(visit, round, runs, handIns))
            """
        }
    }

    private static func newRun(_ visit: Visit, _ round: RoundRow, newest: Int64) async throws -> Markup {
        let heading: Markup = "<h2>\(visit.say("試行する", "Run as a trial"))</h2>"
        let version = try await visit.office.rounds.versions(of: round.id).first
        let readiness = try await visit.office.readiness(of: round.id, version: round.version)
        let codes = readiness.acceptedCodes
        let doubts = codes.isEmpty ? visit.say("なし", "none") : codes.joined(separator: visit.say("、", ", "))
        let facts: Markup = """
            <dl class="facts"><dt>\(visit.say("使うファイル", "Files"))</dt><dd>\(visit.say("第\(round.version)版（最新）", "version \(round.version), the newest"))\(version.map { visit.say("。\(LocalClock.text($0.at))、\($0.by)", ", \(LocalClock.text($0.at)), \($0.by)") } ?? "")</dd>
            <dt>\(visit.say("承知した点", "Accepted doubts"))</dt><dd>\(doubts) <a href="\(RoundStep.check.path(of: round.id))">\(visit.say("点検を見る", "See the check"))</a></dd></dl>
            """
        let stuck: Markup =
            readiness.isReady
            ? ""
            : """
            <p class="warn">\(visit.say("このファイルには、直すところか確認の必要な点が残っています（誤り \(readiness.errors) 件、未承知 \(readiness.openDoubts.count) 種類）。先に「点検」を済ませてください。", "The files have something to correct or to accept (\(counted(readiness.errors, "error")), \(readiness.openDoubts.count) open doubts). Finish the check first.")) <a href="\(RoundStep.check.path(of: round.id))">\(visit.say("点検を開く", "Open the check"))</a></p>
            """
        guard visit.actor.may(.run) else {
            return """
                <section>\(heading)\(stuck)\(facts)<p class="note">\(visit.say("試行を始められるのは、実行の役割をもつ人です。", "Somebody with the role of operator can run it."))</p></section>
                """
        }
        return """
            <section>\(heading)
            <p>\(visit.say("最新のファイルで割当てを計算します。試行の結果は、提出されて承認されるまで何も決めません。", "Allocates the newest files. A trial decides nothing until it is handed in and approved."))</p>
            \(stuck)\(facts)
            <form method="post" class="run-new">\(Frame.token(visit))<input type="hidden" name="after" value="\(Int(newest))">
            <label for="timeLimit">\(visit.say("制限時間（秒）", "Time limit (seconds)"))<small id="limit-note">\(visit.say("過ぎると、それまでの最もよい結果で終わります。空欄なら制限なし。", "Then it ends with the best so far. Empty: no limit."))</small></label>
            <div class="run-limit"><input id="timeLimit" name="timeLimit" type="number" min="1" max="\(longestLimit)" inputmode="numeric" value="\(usualLimit)" aria-describedby="limit-note">
            <button class="main">\(visit.say("試行を始める", "Begin the trial"))</button></div></form></section>
            """
    }

    private static func card(_ visit: Visit, _ standing: RunDesk.Standing) -> Markup {
        let run = standing.run
        let stop: Markup =
            visit.actor.may(.run)
            ? """
            <form method="post" action="\(path(of: run))/stop" class="plain">\(Frame.token(visit))<button class="danger">\(run.state == .waiting ? visit.say("取りやめる", "Give it up") : visit.say("止める", "Stop it"))</button></form>
            """ : ""
        return """
            <section class="run-live" data-events="\(path(of: run))/events"><h2>\(visit.say("実行 \(run.id)", "Run \(run.id)"))</h2>
            <p role="status"><span class="tag wait">\(visit.say(run.state.phrase))</span> <span class="run-text">\(text(of: standing, visit))</span></p>
            <progress aria-label="\(visit.say("進み具合", "Progress"))"></progress>
            <p class="note">\(visit.say("\(run.by)、\(LocalClock.text(run.at))。このページを閉じても計算は続きます。", "\(run.by), \(LocalClock.text(run.at)). It goes on when you leave this page."))</p>
            <div class="actions">\(stop)<a class="button" href="\(RoundStep.run.path(of: run.round))">\(visit.say("最新の状態を見る", "Look again"))</a></div></section>
            """
    }

    static func path(of run: RunRow) -> String { "/rounds/\(run.round)/runs/\(run.id)" }

    private static func list(
        _ visit: Visit, _ round: RoundRow, _ runs: [RunRow], _ handIns: [Int64: HandInRow]
    ) -> Markup {
        let heading: Markup = "<h2>\(visit.say("これまでの試行", "Trials so far"))</h2>"
        let ended = runs.filter { !$0.state.goesOn }
        if ended.isEmpty {
            let hint =
                visit.actor.may(.run)
                ? visit.say(
                    "まだありません。「試行を始める」を押すと、ここに結果が並びます。",
                    "None yet. Press “Begin the trial”, and results are listed here.")
                : visit.say("まだありません。", "None yet.")
            return "<section>\(heading)<p>\(hint)</p></section>"
        }
        let rows = ended.prefix(shown).map { row(visit, round, $0, handIns[$0.id]) }.joined()
        let columns = [
            Phrase("実行", "Run"), Phrase("ファイル", "Files"), Phrase("状態", "State"), Phrase("結果", "Result"),
            Phrase("提出", "Handing in"),
        ].map { "<th scope=\"col\">\(visit.say($0))</th>" as Markup }.joined()
        let more: Markup =
            ended.count > shown
            ? "<p class=\"note\">\(visit.say("新しいものから \(shown) 件です（全 \(ended.count) 件）。", "The newest \(shown) of \(ended.count)."))</p>"
            : ""
        return """
            <section>\(heading)<div class="scroll" tabindex="0" role="region" aria-label="\(visit.say("これまでの試行", "Trials so far"))"><table class="runs"><thead><tr>\(columns)</tr></thead><tbody>\(rows)</tbody></table></div>\(more)</section>
            """
    }

    private static func row(_ visit: Visit, _ round: RoundRow, _ run: RunRow, _ handIn: HandInRow?) -> Markup {
        let why = run.japanese.map { Phrase($0, run.english ?? $0) }
        let sentence: Markup = why.map { "<p class=\"run-why\">\(visit.say($0))</p>" } ?? ""
        let needsCheck = run.state == .failed && why != nil
        let help: Markup =
            needsCheck
            ? "<a href=\"\(RoundStep.check.path(of: round.id))\">\(visit.say("点検を開く", "Open the check"))</a>" : ""
        let isNewest = run.version == round.version
        let files = visit.say("第\(run.version)版", "version \(run.version)")
        var result: Markup = ""
        if run.state == .done {
            result =
                "<a href=\"\(RoundStep.review.path(of: round.id))?run=\(Int(run.id))\">\(visit.say("結果を見る", "See the result"))</a>"
            if visit.actor.may(.export) {
                result = """
                    \(result)<br><a href="\(path(of: run))/workbook" download>\(visit.say("試行のExcelブック", "Workbook of the trial"))</a><br><small>\(visit.say("ブックの中に「試行」の印はありません", "the book itself has no mark of a trial"))</small>
                    """
            }
        }
        return """
            <tr><th scope="row">\(Int(run.id))<br><small>\(LocalClock.text(run.at))</small><br><small>\(run.by)</small></th>
            <td>\(files)\(isNewest ? "" : "<br><small>\(visit.say("そのあと変更あり", "changed since"))</small>")</td>
            <td><span class="tag \(run.state.tone)">\(visit.say(run.state.phrase))</span>\(duration(visit, run))\(sentence)\(help)</td>
            <td>\(result)</td><td>\(handingIn(visit, run, handIn))</td></tr>
            """
    }

    private static func duration(_ visit: Visit, _ run: RunRow) -> Markup {
        guard let begin = run.startedAt.flatMap(Store.time), let end = run.endedAt.flatMap(Store.time) else {
            return ""
        }
        let seconds = max(0, Int(end.timeIntervalSince(begin)))
        let text =
            seconds < 60
            ? visit.say("\(seconds)秒", "\(seconds) s")
            : visit.say("\(seconds / 60)分\(seconds % 60)秒", "\(seconds / 60) min \(seconds % 60) s")
        return " <small>\(text)</small>"
    }

    private static func handingIn(_ visit: Visit, _ run: RunRow, _ handIn: HandInRow?) -> Markup {
        let approve = RoundStep.approve.path(of: run.round)
        if let number = run.handedIn {
            return """
                <span class="tag good">\(visit.say("提出済み", "handed in"))</span> <a href="\(approve)">\(visit.say("台帳 \(number) 番", "ledger \(number)"))</a>
                """
        }
        if let handIn, handIn.state.goesOn {
            return """
                <span class="tag wait" data-again>\(visit.say("提出中", "being handed in"))</span> <small>\(visit.say("試行の印のない結果を計算し、試行と同じことを確かめています。", "It is computed again without the mark of a trial and compared."))</small> <a href="\(RoundStep.run.path(of: run.round))">\(visit.say("最新の状態を見る", "Look again"))</a>
                """
        }
        guard run.state == .done else { return "" }
        let failure: Markup =
            handIn.flatMap { row in row.japanese.map { Phrase($0, row.english ?? $0) } }
            .map { "<p class=\"run-why\">\(visit.say($0))</p>" } ?? ""
        guard visit.actor.may(.run) else { return failure }
        return """
            \(failure)<form method="post" action="\(path(of: run))/hand-in">\(Frame.token(visit))<label>\(visit.say("メモ（任意）", "Note (optional)"))<input name="why" maxlength="\(longestNote)"></label><button>\(visit.say("この結果を提出する", "Hand this result in"))</button></form>
            """
    }

    /// A note has at most this many characters.
    static let longestNote = 500

    /// A note of the form, without line feeds; `usual` where there is none.
    static func note(_ visit: Visit, usual: String) throws(ServiceFault) -> String {
        let text = (visit.fields["why"] ?? "").split(whereSeparator: \.isNewline).joined(separator: " ")
            .trimmingCharacters(in: .whitespaces)
        guard text.count <= longestNote else {
            throw .invalid(
                "メモや理由は\(longestNote)字までです。何も変わっていません。",
                "A note has at most \(longestNote) characters. Nothing was changed.")
        }
        return text.isEmpty ? usual : text
    }
}

extension RunRow.State {
    /// Whether the run has not ended.
    var goesOn: Bool { self == .waiting || self == .running }

    var phrase: Phrase {
        switch self {
        case .waiting: Phrase("順番待ち", "waiting")
        case .running: Phrase("実行中", "running")
        case .done: Phrase("完了", "done")
        case .failed: Phrase("できませんでした", "failed")
        case .stopped: Phrase("中止", "stopped")
        }
    }

    /// The class of its tag.
    var tone: String {
        switch self {
        case .waiting, .running: "wait"
        case .done: "good"
        case .failed: "held"
        case .stopped: ""
        }
    }
}
