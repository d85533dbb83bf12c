import Admissions
import CaseFiles
import Foundation
import Testing

@testable import MarketOracle
@testable import Rounds

/// A JSON text that can be changed in one place.
private indirect enum Node: Codable, Equatable {
    case object([String: Node])
    case array([Node])
    case text(String)
    case integer(Int)
    case number(Double)
    case flag(Bool)
    case null

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let integer = try? container.decode(Int.self) {
            self = .integer(integer)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let array = try? container.decode([Node].self) {
            self = .array(array)
        } else {
            self = .object(try container.decode([String: Node].self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .object(let fields): try container.encode(fields)
        case .array(let elements): try container.encode(elements)
        case .text(let text): try container.encode(text)
        case .integer(let integer): try container.encode(integer)
        case .number(let number): try container.encode(number)
        case .flag(let flag): try container.encode(flag)
        case .null: try container.encodeNil()
        }
    }

    /// As `run` writes it.
    func bytes() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self)) + Array("\n".utf8)
    }

    /// Every text with one thing changed, and the field that changed, such as `levels[].bound`.
    func changed(at path: String = "") -> [(path: String, node: Node)] {
        var changes: [Node]
        var inner: [(path: String, node: Node)] = []
        switch self {
        case .object(let fields):
            changes = [.object(fields.merging(["extra": .integer(1)]) { $1 })]
            for key in fields.keys.sorted() {
                let name = path.isEmpty ? key : "\(path).\(key)"
                var without = fields
                without[key] = nil
                inner.append((name, .object(without)))
                for change in fields[key]!.changed(at: name) {
                    inner.append((change.path, .object(fields.merging([key: change.node]) { $1 })))
                }
            }
        case .array(let elements):
            changes = [.array(elements + [.text("x")]), .array(elements + [.integer(0)])]
            if let first = elements.first {
                changes += [.array([]), .array(Array(elements.dropFirst())), .array([first] + elements)]
                changes.append(.array(elements.reversed()))
            }
            for index in Set([0, 1, elements.count - 1]) where elements.indices.contains(index) {
                for change in elements[index].changed(at: "\(path)[]") {
                    var copy = elements
                    copy[index] = change.node
                    inner.append((change.path, .array(copy)))
                }
            }
        case .text(let text):
            changes = [.text(text + "x"), .text(""), .text(String(text.dropLast()))]
            let words = ["optimal", "feasible", "interrupted", "auto", "native", "logic", "search", "utf8", "cp932"]
            if words.contains(text) { changes += words.map(Node.text) }
        case .integer(let integer):
            changes = [integer &+ 1, integer &- 1, 0, .max, .min].map(Node.integer)
        case .number(let number): changes = [.number(number + 1), .number(-1), .number(1e300)]
        case .flag(let flag): changes = [.flag(!flag)]
        case .null: changes = []
        }
        return (changes + [.null]).filter { $0 != self }.map { (path, $0) } + inner
    }
}

/// Changes one field or one byte of a result at a time: `verify` finds each, but for the few fields that CaseFormat.md names.
@Suite("No field and no byte of a result can be changed unnoticed", .serialized)
struct MutationTests {
    /// Fields of `run.json` of which only the form and the range are checked: how the search went, and how long it took; and of the
    /// proof, which may have other steps that hold, or say less than it could.
    static let unchecked: Set<String> = [
        "timings.adviseSeconds", "timings.allocateSeconds", "timings.readSeconds", "timings.verifySeconds",
        "solver.program", "solver.chosen", "solver.calls", "solver.outcomes", "solver.strikes",
        "solver.undecidedHouseholds", "solver.components", "solver.largestComponent", "advice.candidates",
        // Results of earlier versions do not have them, so removing them is no fault; changing them is.
        "termination", "phases[].termination", "digestVersion", "files",
        "sufficient.solves", "solver.proof.claimOrder", "solver.proof.steps",
    ]

    /// The results that are changed: an example, one with phases, one with pins, one with claims and advice, and one with answers
    /// about what would have sufficed.
    enum Kind: String, CaseIterable {
        case plain, phases, pins, advice, sufficient

        func bench() throws -> Bench {
            switch self {
            case .plain: return try Bench(Bench.examples.appending(path: "two-nurseries"))
            case .phases: return try Bench(Bench.examples.appending(path: "support-first"))
            case .pins: return try Bench(Bench.examples.appending(path: "pins"))
            case .advice:
                return try Self.first { $0.finished.advice.advice.count > 1 && $0.finished.record.claimants.count > 0 }
            case .sufficient: return try Self.first { $0.finished.record.sufficient?.confirmed ?? 0 > 2 }
            }
        }

        private static func first(where isWanted: (Bench) -> Bool) throws -> Bench {
            for seed in 1...100 as ClosedRange<UInt64> {
                for style in [RandomMarket.Style.unstable, .mixed] {
                    let bench = try Bench(nil, RandomMarket.draft(seed: seed, style: style))
                    if isWanted(bench) { return bench }
                }
            }
            throw CocoaError(.fileNoSuchFile)
        }
    }

    /// Whether `verify` ends with a fault, or refuses the folder.
    private func isFound(_ bench: Bench, _ depth: ResultAudit.Options.Depth = .standard) -> Bool {
        guard let checked = try? bench.check("result", depth) else { return true }
        return !checked.faults.isEmpty || ![.steps, .solved].contains(checked.proof.optimality)
    }

    private func node(_ bytes: [UInt8]) throws -> Node { try JSONDecoder().decode(Node.self, from: Data(bytes)) }

    @Test("Every field of run.json, changed, removed or added", arguments: Kind.allCases)
    func fields(kind: Kind) throws {
        let bench = try kind.bench()
        let folder = try bench.write(bench.finished.files())
        #expect(!isFound(bench))
        let file = folder.appending(path: RunRecord.fileName)
        let right = Array(try Data(contentsOf: file))
        let original = try node(right)
        #expect(try original.bytes() == right)
        var unnoticed: Set<String> = []
        var count = 0
        for change in original.changed() where change.node != original {
            let bytes = try change.node.bytes()
            count += 1
            // What is no record any more is refused by every reader, in words.
            if (try? JSONDecoder().decode(RunRecord.self, from: Data(bytes))) == nil { continue }
            try Data(bytes).write(to: file)
            if !isFound(bench) { unnoticed.insert(change.path) }
        }
        #expect(count > 200, "\(count)")
        #expect(unnoticed.subtracting(Self.unchecked) == [])
        #expect(unnoticed.contains("timings.readSeconds"))
    }

    @Test("Every line of run.json, twice", arguments: [Kind.plain, .phases, .advice])
    func lines(kind: Kind) throws {
        let bench = try kind.bench()
        let file = try bench.write(bench.finished.files()).appending(path: RunRecord.fileName)
        let lines = String(decoding: try Data(contentsOf: file), as: UTF8.self).components(separatedBy: "\n")
        var tried = 0
        for index in lines.indices where lines[index].contains("\" : ") {
            var copy = lines
            copy.insert(lines[index].hasSuffix(",") ? lines[index] : lines[index] + ",", at: index)
            let bytes = Data(copy.joined(separator: "\n").utf8)
            guard (try? JSONDecoder().decode(RunRecord.self, from: bytes)) != nil else { continue }
            try bytes.write(to: file)
            tried += 1
            #expect(isFound(bench), "\(lines[index])")
        }
        #expect(tried > 20)
    }

    @Test("Every file, some bytes of each, one at a time", arguments: Kind.allCases)
    func bytes(kind: Kind) throws {
        let bench = try kind.bench()
        let folder = try bench.write(bench.finished.files())
        var (tried, deep) = (0, 0)
        for name in try ResultFolder(folder).names() {
            let file = folder.appending(path: name)
            let right = try Data(contentsOf: file)
            // What placements.csv says otherwise is told at length.
            let step = max(1, right.count / (name == "placements.csv" ? 8 : 40))
            for place in stride(from: 0, to: right.count, by: step) {
                var changed = right
                changed[place] ^= 1
                try changed.write(to: file)
                tried += 1
                if isFound(bench) { continue }
                if name == ResultFolder.sufficientName || name == ResultFolder.adviceName {
                    // What another case could answer only asking again tells from what this one does.
                    #expect(isFound(bench, .deep), "byte \(place) of \(name)")
                    deep += 1
                } else {
                    let isAllowed = try name == RunRecord.fileName && isUnchecked(Array(changed), Array(right))
                    #expect(isAllowed, "byte \(place) of \(name)")
                }
            }
            try (right + Data("x\n".utf8)).write(to: file)
            #expect(isFound(bench), "a line more in \(name)")
            try right.dropLast().write(to: file)
            #expect(isFound(bench), "a byte less in \(name)")
            try FileManager.default.removeItem(at: file)
            if name != RunRecord.fileName { #expect(isFound(bench), "without \(name)") }
            try right.write(to: file)
        }
        #expect(tried > 150 && deep * 20 < tried, "\(tried), \(deep)")
        #expect(!isFound(bench))
    }

    /// Whether two records differ in nothing but fields that are not checked.
    private func isUnchecked(_ first: [UInt8], _ second: [UInt8]) throws -> Bool {
        func value(_ bytes: [UInt8]) throws -> JSONValue {
            try JSONDecoder().decode(JSONValue.self, from: Data(bytes))
        }
        return try Self.unchecked.isSuperset(of: value(first).differences(from: value(second)))
    }

    @Test("CaseFormat.md names each field that is not checked")
    func documented() throws {
        let page = try String(
            contentsOf: Bench.examples.deletingLastPathComponent().appending(
                path: "Sources/CaseFiles/CaseFiles.docc/CaseFormat.md"), encoding: .utf8)
        let section = try #require(page.components(separatedBy: "\n## What `verify` checks\n").last)
        for field in Self.unchecked where !field.hasPrefix("timings.") {
            #expect(section.contains("`\(field)`"), "\(field)")
        }
        #expect(section.contains("`timings`"))
    }

    @Test("Files that were put into the folder, and a copy of the case that is not the one")
    func added() throws {
        let bench = try Bench(Bench.examples.appending(path: "two-nurseries"))
        let folder = try bench.write(bench.finished.files())
        for name in ["notes.txt", "placements (1).csv", "placements.csv.bak"] {
            let file = folder.appending(path: name)
            try Data().write(to: file)
            #expect(
                try bench.check().faults.map(\.english) == [
                    "\(name): run did not write this; it was put there afterwards"
                ], "\(name)")
            try FileManager.default.removeItem(at: file)
        }
        for name in [".hidden", "Thumbs.db"] { try Data().write(to: folder.appending(path: name)) }
        let copy = folder.appending(path: "case")
        try FileManager.default.createDirectory(at: copy, withIntermediateDirectories: false)
        for name in ["case.yaml", "children.csv", "facilities.csv", "households.csv"] {
            try FileManager.default.copyItem(
                at: bench.caseFolder.appending(path: name), to: copy.appending(path: name))
        }
        #expect(try bench.check().faults == [])
        try Data("child_id\n".utf8).write(to: copy.appending(path: "children.csv"))
        try Data().write(to: copy.appending(path: "pins.csv"))
        try FileManager.default.removeItem(at: copy.appending(path: "case.yaml"))
        try FileManager.default.createDirectory(at: copy.appending(path: "more"), withIntermediateDirectories: false)
        try Data().write(to: copy.appending(path: "more/children.csv"))
        #expect(
            try bench.check().faults.map(\.english) == [
                "case/case.yaml: the file is missing",
                "case/children.csv: the file is not the one that run.json names",
                "case/more/children.csv: run did not read this; it was put there afterwards",
                "case/pins.csv: run did not read this; it was put there afterwards",
            ])
    }

    @Test("What only a comparison with an earlier case raises may be recorded and accepted, and nothing else")
    func previous() throws {
        let bench = try Bench(Bench.examples.appending(path: "two-nurseries"))
        func faults(_ code: String, counted: Bool = true, accepted: Bool = true) throws -> [String] {
            let allocation = try #require(
                ResultFolder(bench.home.appending(path: "result")).readAllocation(of: bench.subject).allocation)
            var record = bench.finished.record
            record.sufficient = nil
            if counted { record.warnings[code] = 1 }
            if accepted { record.warningsAccepted = [code] }
            // The report and the tables agree with what the record may say; the record says this.
            let files = try bench.forged(allocation) { [record] in $0 = record }
            try bench.write(
                files.filter { $0.name != RunRecord.fileName } + [
                    OutputFile(name: RunRecord.fileName, bytes: try record.bytes())
                ], as: "forged")
            return try bench.check("forged").faults.map(\.english)
        }
        try bench.write(bench.finished.files())
        #expect(try faults("SEATS_CHANGED") == [])
        for code in Finding.Code.comparedWithPrevious { #expect(try faults(code.rawValue) == []) }
        #expect(
            try faults("SEATS_CHANGED", accepted: false) == [
                "run.json: warningsAccepted is not what the case and the placements allow"
            ])
        #expect(
            try faults("SEATS_CHANGED", counted: false) == [
                "run.json: warningsAccepted is not what the case and the placements allow"
            ])
        #expect(
            try faults("POINTS_ALL_EQUAL").contains(
                "run.json: warnings.POINTS_ALL_EQUAL is not what the case and the placements allow"))
    }
}
