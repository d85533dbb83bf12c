import Admissions
import Foundation
import Synchronization

/// Short work of the program in a process of its own, such as letters or the next month: one after another, so that it takes
/// no more of the machine than one run does.
actor ProgramDesk {
    private let program: URL
    private var isBusy = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// Seconds after which it is ended.
    private static let longest = 300.0

    /// What the program answered.
    struct Answer: Sendable {
        let ending: ChildProcess.Ending
        /// Its messages, each a JSON object.
        let messages: [Data]
        /// What it told people, in the language that it was asked in.
        let told: String

        private struct Head: Decodable { let message: String }

        /// The messages of a kind.
        func messages<Value: Decodable>(_ kind: String, as type: Value.Type) -> [Value] {
            let decoder = JSONDecoder()
            return messages.compactMap { data in
                guard (try? decoder.decode(Head.self, from: data))?.message == kind else { return nil }
                return try? decoder.decode(type, from: data)
            }
        }

        /// The refusal of work that did not end well and told nothing better.
        var refusal: ServiceFault {
            if case .status(let status) = ending, [2, 3, 4, 64, 65, 74].contains(status), !told.isEmpty {
                return ServiceFault(.unprocessableContent, "refused", Phrase(same: told))
            }
            return ServiceFault(
                .internalServerError, "programFailed",
                Phrase(
                    "プログラムが途中で止まりました。何も変わっていません。もう一度して、続くときは管理者に知らせてください。",
                    "The program ended early. Nothing was changed. Try again, and tell the administrator if it happens again."
                ))
        }
    }

    init(_ program: URL) { self.program = program }

    /// Runs the program and waits for it.
    func answer(_ arguments: [String], in language: Language) async throws -> Answer {
        await takeTurn()
        defer { giveTurn() }
        let heard = Mutex<(messages: [Data], told: [String])>(([], []))
        let child = try ChildProcess(program, arguments + ["--json", "--lang", language.rawValue]) { line in
            heard.withLock { heard in
                if line.hasPrefix("{") {
                    heard.messages.append(Data(line.utf8))
                } else if heard.told.count < 50 {
                    heard.told.append(line.hasPrefix("enmusubi: ") ? String(line.dropFirst(10)) : line)
                }
            }
        }
        let clock = Task {
            try await Task.sleep(for: .seconds(Self.longest))
            child.stop()
        }
        defer { clock.cancel() }
        let ending = await child.ending()
        // People know the round, not the folders of the service.
        let folders = arguments.filter { $0.hasPrefix("/") }.sorted { $0.count > $1.count }
        let (messages, last) = heard.withLock { ($0.messages, $0.told.last ?? "") }
        let told = folders.reduce(last) { text, folder in
            text.replacing(folder, with: language == .japanese ? "この回" : "this round")
        }
        return Answer(ending: ending, messages: messages, told: told)
    }

    private func takeTurn() async {
        guard isBusy else {
            isBusy = true
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    private func giveTurn() {
        if waiting.isEmpty { isBusy = false } else { waiting.removeFirst().resume() }
    }
}
