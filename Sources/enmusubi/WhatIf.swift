import Admissions
import Allocating
import ArgumentParser
import Asking
import CaseFiles
import Foundation
import Reports
import Rounds

struct WhatIf: TellingCommand {
    static let configuration = CommandConfiguration(
        commandName: "what-if",
        abstract: "Try changes of a case: who gains and who loses, by group.",
        discussion: """
            A change is \(Change.forms.joined(separator: "; ")). The case is not touched. With --draws the draw is repeated
            with so many seeds, for the case and the changed one alike, and each number is a median with the interval of 90 %
            of the draws. With --out are written groups.csv, and changes.csv for the draw as it stands.

            EXAMPLES:
              enmusubi what-if city --change seats:F012:1:+2
              enmusubi what-if city --change objective:placements --draws 100 --out more-places
              enmusubi what-if city --change siblings.aggregate:product --change answer:H00021:timing:any --lang ja
            """)

    @OptionGroup var input: CaseArgument

    @Option(help: "A change to try; may be repeated.", transform: change)
    var change: [Change]

    @Option(help: "With how many seeds the draw is repeated.")
    var draws = 1

    @Option(help: "The folder to write; it must not exist, or be empty.", completion: .directory)
    var out: String?

    @OptionGroup var writing: WritingOptions

    @Option(help: "Seconds after which to stop, with nothing written.")
    var timeLimit: Double?

    static func change(_ text: String) throws -> Change {
        do { return try Change(text) } catch { throw ValidationError("\(error)") }
    }

    func validate() throws {
        try OptionRanges.check("draws", draws, in: 1...100_000)
        if change.isEmpty { throw ValidationError("Give a --change.") }
        try OptionRanges.check(timeLimit: timeLimit)
    }

    var console: Console { Console(isJSON: input.json, language: input.lang ?? .english) }

    func perform(_ console: Console) throws {
        let start = ContinuousClock.now
        let interruption = Interruption()
        let language = input.lang ?? .english
        if let out { try refuseFullFolder(out) }
        let (subject, reading) = try input.read(console, in: language)
        guard let draft = reading.draft else { preconditionFailure("a case that was read has a draft") }
        let trial: PolicyTrial
        do { trial = try PolicyTrial(draft, change) } catch {
            console.complain("enmusubi: \(error)")
            throw ExitStatus.wrongUsage
        }
        var options = Allocator.Options()
        options.deadline = .init(at: timeLimit.map { start + .seconds($0) }, signal: interruption.signal)
        let seeds = trial.canRepeatDraw ? draws : 1
        let progress = ProgressLine(isJSON: input.json)
        progress.show("enmusubi: allocating \(2 * seeds) cases")
        let comparisons: [RunComparison]
        do {
            defer { progress.clear() }
            comparisons = try trial.comparisons(draws: seeds, threads: input.threads, options: options) {
                progress.show("enmusubi: allocated \($0) of \(2 * seeds) cases")
            }
        } catch let ended as TrialEnded {
            console.complain(
                "enmusubi: \(ended.limit.phrase.english) before the cases were allocated; nothing was written.")
            throw ended.limit == .interrupted ? ExitStatus.interrupted : ExitStatus.notProved
        } catch let error as InvalidCase {
            console.complain("enmusubi: the changed case is wrong: \(error)")
            throw ExitStatus.badInput
        } catch {
            console.complain("enmusubi: \(error)")
            throw ExitStatus.programFault
        }
        var report =
            seeds > 1
            ? PolicyReport("what-if", ofDraws: comparisons, in: subject)
            : PolicyReport("what-if", comparisons[0], in: subject)
        report.changes = change.map(\.description)
        if seeds > 1 { report.drawMatters = comparisons.contains { $0.entries != comparisons[0].entries } }
        if let out {
            do {
                try writeFolder(
                    [try report.file(), try PolicyReport.changesFile(comparisons[0])], to: URL(fileURLWithPath: out),
                    access: writing.access)
            } catch {
                console.complain("enmusubi: \(error)")
                throw ExitStatus.cannotWrite
            }
        }
        console.emit(report)
        console.say(report.changes.joined(separator: ", "))
        for line in report.text(in: language) { console.say(line) }
        if draws > 1 { console.say(Self.draws(seeds, report.drawMatters, in: language)) }
    }

    /// What is said of the draw.
    private static func draws(_ seeds: Int, _ matters: Bool?, in language: Problem.Language) -> String {
        switch (language, matters) {
        case (.japanese, nil): "抽選の番号は children.csv にあるため、抽選は繰り返していません。"
        case (.japanese, false?): "抽選を \(seeds) 回繰り返しても、結果は同じです。"
        case (.japanese, true?): "抽選を \(seeds) 回繰り返した中央値と、90 % が入る範囲です。"
        case (_, nil): "The numbers of the draw stand in children.csv, so it was not repeated."
        case (_, false?): "The draw does not matter: \(seeds) draws gave the same."
        case (_, true?): "Medians of \(seeds) draws, with the interval of 90 % of them."
        }
    }
}

/// Refuses a folder that is there and not empty, before any work is done.
func refuseFullFolder(_ out: String) throws(RoundError) {
    let contents = try? FileManager.default.contentsOfDirectory(atPath: out)
    if FileManager.default.fileExists(atPath: out), contents?.isEmpty != true { throw .exists(path: out) }
}
