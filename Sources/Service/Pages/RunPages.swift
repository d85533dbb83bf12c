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
                round: round.id, version: round.version, accepted: try await accepted(visit, round),
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
    ]

    /// The run of the path, which must be of its round.
    static func run(_ visit: Visit) async throws -> RunRow {
        guard let id = Int64(visit.parameter("run")), let run = try await visit.office.runs.run(id),
            "\(run.round)" == visit.parameter("round")
        else { throw ServiceFault.notFound }
        return run
    }

    /// The codes of the doubts that are accepted for the newest version.
    private static func accepted(_ visit: Visit, _ round: RoundRow) async throws -> [String] {
        try await visit.office.acceptances.accepted(of: round.id).map(\.code)
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
        let text: String
    }

    /// An event whenever something changed, at most twice a second, and now and then in any case, to notice a browser that left.
    private static func events(_ visit: Visit, _ id: Int64) -> AsyncStream<String> {
        let last = LastEvent()
        return AsyncStream {
            while !Task.isCancelled {
                if await last.isFinal { return nil }
                guard let standing = try? await visit.office.desk.standing(of: id) else { return nil }
                let event = Event(state: standing.run.state, text: text(of: standing, visit))
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

    private static func page(_ visit: Visit) async throws -> Markup {
        let round = try await visit.round()
        let runs = try await visit.office.runs.runs(of: round.id)
        let rows = runs.map { run -> Markup in
            "<tr><th scope=\"row\">\(Int(run.id))</th><td>\(visit.say(run.state.phrase))</td></tr>"
        }.joined()
        return Frame.page(visit, title: RoundStep.run.phrase, round: (round, .run)) {
            """
            <section><form method="post">\(Frame.token(visit))<input name="timeLimit" value="\(usualLimit)"><button class="main">\(visit.say("試行する", "Run"))</button></form>
            <table>\(rows)</table></section>
            """
        }
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
}
