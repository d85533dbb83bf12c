import Admissions
import Foundation
import Testing

@testable import Service

@Suite("A run ends in a state with a sentence, and a signature needs its person")
struct RunTests {
    private func ending(_ ending: ChildProcess.Ending, wasStopped: Bool = false, _ lines: [String] = []) -> RunEnding {
        let voice = RunVoice()
        for line in lines { voice.hear(line) }
        return RunEnding(ending, wasStopped: wasStopped, voice)
    }

    @Test("Every exit status is a state; only a proved result has nothing to say")
    func statuses() {
        #expect(ending(.status(0)) == RunEnding(.done, nil))
        #expect(ending(.status(3)).state == .done)
        for status: Int32 in [1, 2, 4, 64, 65, 70, 74, 130] { #expect(ending(.status(status)).state == .failed) }
        #expect(ending(.signal(9)).state == .failed)
        for status: Int32 in [2, 3, 4, 64, 65, 70, 74, 130] { #expect(ending(.status(status)).why != nil) }
        // A run that was stopped wrote what it had found; it counts for nothing all the same.
        #expect(ending(.status(0), wasStopped: true).state == .stopped)
        #expect(ending(.status(130), wasStopped: true).state == .stopped)
    }

    @Test("What a run found in the files is counted by code, and no cell is kept")
    func voice() {
        let problem = """
            {"message":"problem","problem":{"code":"ZERO_SEATS","severity":"warning","needsAcceptance":true,"japanese":"C1","message":"C1"}}
            """
        let error = """
            {"message":"problem","problem":{"code":"UNKNOWN_FACILITY","severity":"error","needsAcceptance":false,"japanese":"C2","message":"C2"}}
            """
        let doubts = ending(.status(2), [problem, problem, "no message", "{\"half\":"])
        #expect(doubts.why?.english.contains("ZERO_SEATS") == true)
        #expect(doubts.why?.japanese.contains("C1") == false)
        let errors = ending(.status(65), [error, error, error, problem])
        #expect(errors.why?.japanese.contains("3 件") == true)
        let voice = RunVoice()
        voice.hear(#"{"message":"progress","japanese":"検証しています","english":"verifying"}"#)
        #expect(voice.progress == Phrase("検証しています", "verifying"))
    }

    @Test("A signature gives its log-in name back, also for a name with brackets")
    func signatures() {
        let person = Person(id: 1, login: "sato", name: "佐藤 (花)", roles: [.operating])
        #expect(Signature.login(in: Signature.text(of: person)) == "sato")
        #expect(Signature.login(in: "k-012") == nil)
    }

    @Test("A stored time is told by the clock of Japan")
    func clock() {
        #expect(LocalClock.text("2027-02-01T15:30:00Z") == "2027-02-02 00:30")
        #expect(LocalClock.text("soon") == "soon")
    }

    @Test("The queue takes each run once, in order, and one click makes one run")
    func queue() async throws {
        let home = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: home) }
        let store = try Store(home)
        let person = Person(id: 1, login: "sato", name: "佐藤", roles: [.operating])
        let month = try #require(PlacementMonth("2027-04"))
        let round = try await RoundBook(store: store).make(
            municipality: "試験市", month: month, name: "一次", files: [:], by: person, what: Phrase("", ""))
        let runs = RunBook(store: store)
        func ask(_ limit: Int?, after: Int64? = nil) async throws -> Int64 {
            try await runs.ask(
                round: round, version: 1, accepted: ["B", "A", "A"], timeLimit: limit, by: person, after: after
            ).id
        }
        let first = try await ask(600)
        #expect(try await ask(600) == first)
        let second = try await ask(nil)
        #expect(try await ask(nil) == second)
        #expect(try await runs.runs(before: second) == 1)
        let taken = try #require(try await runs.takeNext())
        #expect(taken.id == first && taken.accepted == ["A", "B"])
        #expect(try await ask(600) == first)
        // A service that ends in between begins it again, before what waits.
        try await runs.queueAgain()
        #expect(try await runs.takeNext()?.id == first)
        try await runs.end(first, .done, nil)
        // The same click once more, after a run as short as that, is no new run; a click that saw its end is.
        #expect(try await ask(600, after: 0) == first)
        #expect(try await ask(600, after: second) > second)
        #expect(try await runs.giveUp(first, RunEnding.stopped) == false)
        #expect(try await runs.giveUp(second, RunEnding.stopped))
        #expect(try await runs.run(second)?.state == .stopped)
    }
}
