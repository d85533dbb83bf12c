import Admissions
import Allocating
import CaseFiles
import Explaining
import Foundation
import Programs
import Verifying

/// What is read once and used for many inputs.
private let shared = Guarded<[String: CaseReading]>([:])

extension Seeds {
    /// The example, read.
    func reading(_ name: String) throws -> CaseReading {
        if let known = shared.withLock({ $0[name] }) { return known }
        let folder = FileManager.default.temporaryDirectory.appending(path: "seed-\(UUID())")
        try subject(name).write(to: folder)
        defer { try? FileManager.default.removeItem(at: folder) }
        let reading = CaseFolder(folder).read()
        try demand(reading.subject != nil, "the example \(name) has errors: \(reading.problems)")
        shared.withLock { $0[name] = reading }
        return reading
    }

    /// `case.yaml` alone, all tables as they are.
    var settings: Reader {
        Reader { chance in
            var input = pick(&chance)
            let name = chance.pick(input.names.filter { $0.hasSuffix(".yaml") })
            for _ in 0..<chance.few() { mutate(&input.files[name]!, named: name, &chance) }
            return input
        } run: { input, scratch in
            _ = try read(input, scratch, again: false)
        }
    }

    /// A whole case: read, resolved, doubted; what stands is written and read back the same, and with `withAllocating` it is
    /// allocated, verified, explained.
    func cases(withAllocating isAllocated: Bool) -> Reader {
        Reader { chance in
            var input = pick(&chance)
            mutate(&input, &chance)
            return input
        } run: { input, scratch in
            guard let reading = try read(input, scratch, again: true), let subject = reading.subject else { return }
            if !isAllocated {
                try readBackwards(reading.draft!, subject)
                try writeAndRead(reading.draft!, subject, scratch)
                return
            }
            guard subject.children.count <= 60 else { return }
            try allocate(subject)
        }
    }

    /// Reads the case and checks what is said of it.
    private func read(_ input: Input, _ scratch: URL, again: Bool) throws -> CaseReading? {
        let folder = scratch.appending(path: "case")
        try input.write(to: folder)
        let reading = CaseFolder(folder).read(doubts: .sought(previous: nil))
        try demand(
            (reading.subject == nil) == !reading.errors.isEmpty,
            "a case with errors, or none without: \(reading.errors)")
        for problem in reading.problems {
            try demand(!problem.code.isEmpty && !problem.message.isEmpty, "a problem says nothing: \(problem)")
            try demand((problem.line ?? 1) >= 1 && (problem.column ?? 1) >= 1, "no place: \(problem)")
        }
        if again {
            let other = CaseFolder(folder).read(doubts: .sought(previous: reading.subject), threads: 3)
            try demand(other.errors == reading.errors, "other errors when read again with more threads")
            try demand(
                other.subject?.digest().description == reading.subject?.digest().description,
                "another case when read again with more threads")
        }
        return reading
    }

    /// The order of rows says nothing.
    private func readBackwards(_ draft: CaseDraft, _ subject: Case) throws {
        var backwards = draft
        backwards.children.reverse()
        backwards.facilities.reverse()
        backwards.households.reverse()
        backwards.jointWishes.reverse()
        backwards.seatLimits.reverse()
        backwards.pins.reverse()
        let (resolved, findings) = backwards.resolve()
        try demand(
            resolved?.digest().description == subject.digest().description,
            "another case with the rows backwards: \(findings.filter { $0.severity == .error }.prefix(3))")
    }

    /// A case without children is none to write.
    private func writeAndRead(_ draft: CaseDraft, _ subject: Case, _ scratch: URL) throws {
        if draft.children.isEmpty { return }
        let folder = scratch.appending(path: "written")
        try? FileManager.default.removeItem(at: folder)
        try CaseFolder(folder).write(draft)
        let written = try Input(folder: folder)
        // A cell that a spreadsheet would run is marked by an apostrophe, which belongs to it from then on.
        if written.names.contains(where: { written.text($0).contains("\"'") }) { return }
        let again = CaseFolder(folder).read()
        try demand(again.errors.isEmpty, "what was written is refused: \(again.errors.prefix(3))")
        try demand(
            again.subject?.digest().description == subject.digest().description,
            "what was written is another case")
    }

    /// Whatever resolves is allocated in the time given, and the result holds.
    private func allocate(_ subject: Case) throws {
        var results: [AllocationResult] = []
        var options = Allocator.Options()
        for way in ["", "more threads", "the native solver", "no reduction"] {
            options.deadline = .after(.milliseconds(500))
            if way == "more threads" { options.threads = 3 }
            if way == "the native solver" { options.solver = .native }
            if way == "no reduction" { options.usesReduction = false }
            results.append(try Allocator(subject, options: options).allocate())
            if !results[0].isProved { break }
            if results.last!.isProved {
                try demand(results.last!.allocation == results[0].allocation, "another result with \(way)")
            }
        }
        let verified = Verifier(subject).verify(results[0].allocation)
        try demand(verified.faults.isEmpty, "the verifier refuses the result: \(verified.faults.prefix(3))")
        if results[0].isProved {
            try demand(
                verified.claims.count == results[0].claimants.count,
                "\(verified.claims.count) claims, not \(results[0].claimants.count)")
            if subject.isPlain {
                let replay = ProofReplay(of: subject).replay(
                    results[0].record.proof, of: results[0].allocation, claimants: results[0].claimants,
                    bound: results[0].claimBound)
                try demand(replay.faults.isEmpty, "the proof does not hold: \(replay.faults.prefix(3))")
            }
        }
        _ = try Explanations(of: subject, results[0].allocation, verified)
    }

    /// What is told between rounds, and the case of the next month made of it.
    func months() throws -> Reader {
        let names = ["two-nurseries", "transfer-cycle", "pins", "reserved-places"]
        var results: [String: Allocation] = [:]
        for name in names { results[name] = try Allocator(try reading(name).subject!).allocate().allocation }
        return Reader { chance in
            let name = chance.pick(names)
            let example = subject(name)
            let children = String(decoding: example["children.csv"], as: UTF8.self).split(separator: "\n").map(
                String.init)
            let ids = children.dropFirst().map { String($0.prefix { $0 != "," }) }
            var input = Input(example.files.filter { $0.key.hasSuffix(".yaml") })
            input.files["name.txt"] = Array(name.utf8)
            for file in ["declines.csv", "withdrawals.csv"] where chance.percent(60) {
                let rows = (0..<chance.below(4)).map { _ in "\(chance.pick(ids)),2027-04-1\(chance.below(10)),x" }
                input.files[file] = Array((["child_id,date,reason"] + rows).joined(separator: "\n").utf8)
            }
            if chance.percent(60) {
                let rows = children.dropFirst().prefix(chance.below(4)).map { "n" + $0 }
                input.files["new_children.csv"] = Array((children.prefix(1) + rows).joined(separator: "\n").utf8)
            }
            let changeable = input.names.filter { $0.hasSuffix(".csv") }
            guard !changeable.isEmpty else { return input }
            for _ in 0..<chance.below(4) {
                let file = chance.pick(changeable)
                mutate(&input.files[file]!, named: file, &chance)
            }
            return input
        } run: { input, scratch in
            let name = input.text("name.txt")
            guard let result = results[name] else { return }
            let folder = scratch.appending(path: "month")
            try input.write(to: folder)
            let month = CaseFolder(folder).readBetweenRounds()
            try demand((month.rows == nil) == month.problems.contains { $0.severity == .error }, "rows beside errors")
            guard let rows = month.rows else { return }
            let before = try reading(name)
            let carried: CarriedOver
            do {
                carried = try before.draft!.carriedOver(
                    before.subject!, result, rows, to: PlacementMonth("2027-05")!, round: "next"
                ).next
            } catch { return }
            let (resolved, findings) = carried.draft.resolve()
            if findings.contains(where: { $0.severity == .error }) { return }
            try demand(resolved != nil, "no case and no error")
            try writeAndRead(carried.draft, resolved!, scratch)
        }
    }
}
