import Admissions
import CaseFiles
import Dispatch
import Foundation
import Tables
import Testing

@Suite("Writing results")
struct WritingTests {
    @Test("Placements are written in order and read back")
    func placements() throws {
        let subject = try #require(try Sketch().read().subject)
        let sketch = try Sketch()
        let folder = sketch.url.appending(path: "result")
        let placements = [
            Placement(
                child: 0, outcome: .placed, facility: 1, wishRank: 2, jointRank: 3, points: 40, isConditional: false),
            Placement(
                child: 1, outcome: .held, facility: nil, wishRank: nil, jointRank: 3, points: 34, isConditional: false),
            Placement(
                child: 2, outcome: .placed, facility: 1, wishRank: 1, jointRank: 1, points: 38, isConditional: true),
        ]
        for encoding in TextEncoding.allCases {
            let file = try ResultTables(of: subject, encoding: encoding).placements(placements)
            let newLine = encoding == .utf8 ? "\n" : "\r\n"
            #expect(
                String(decoding: file.bytes, as: UTF8.self)
                    == [
                        "child_id,household_id,age_class,outcome,facility_id,wish_rank,joint_rank,points,conditional",
                        "c1,h1,1,placed,B,2,3,40,no", "c2,h1,1,held,,,3,34,no", "c3,h2,2,placed,B,1,1,38,yes", "",
                    ].joined(separator: newLine))
            try? FileManager.default.removeItem(at: folder)
            try writeFolder([file], to: folder)
            let read = ResultFolder(folder).readAllocation(of: subject)
            #expect(read.problems == [])
            #expect(read.allocation == Allocation(choices: [1, -1, 0]))
        }
    }

    @Test("Claims name every member and who would have to leave; borders may be blank")
    func claimsAndBorders() throws {
        let subject = try #require(try Sketch().read().subject)
        let tables = ResultTables(of: subject)
        let claim = Claim(
            household: 0, kind: .priority, jointRank: 1,
            members: [.init(child: 0, facility: 0, displaced: [1, 2]), .init(child: 1, facility: nil, displaced: [])])
        #expect(
            String(decoding: try tables.claims([claim]).bytes, as: UTF8.self) == """
                household_id,child_id,facility_id,joint_rank,kind,displaced_child_ids
                h1,c1,A,1,priority,c2;c3
                h1,c2,,1,priority,

                """)
        let border = Border(
            facility: 1, ageClass: 2, seats: nil, applicants: 3, placed: 0, left: 1, lowestKey: nil)
        #expect(
            String(decoding: try tables.borders([border]).bytes, as: UTF8.self) == """
                facility_id,age_class,seats,applicants,placed,left,lowest_key
                B,2,,3,0,1,

                """)
    }

    @Test("What is public of a key, and what stays unpublished, is written and read back")
    func publication() throws {
        let sketch = try Sketch([
            "case.yaml": Sketch.sound["case.yaml"]!.replacing(
                "order: ascending, blank: last", with: "order: ascending, blank: last, public: band, bands: [1.5, 3]"
            ).replacing("order: descending", with: "order: descending, public: no"),
            "facilities.csv": "facility_id,name,seats_1,seats_2,unpublished\nA,青葉保育園,2,1,1-2\nB,ばら保育園,2,0,\n",
        ])
        let reading = sketch.read()
        #expect(reading.problems == [])
        let draft = try #require(reading.draft)
        #expect(draft.rules.priority.map(\.publication) == [.no, .band])
        #expect(draft.rules.priority[1].bands == [ExactNumber("1.5"), 3])
        #expect(draft.facilities.map(\.unpublished) == [AgeSet([1, 2]), []])
        let folder = sketch.url.appending(path: "again")
        try CaseFolder(folder).write(draft)
        let again = CaseFolder(folder).read()
        #expect(again.draft?.rules.priority == draft.rules.priority)
        #expect(again.draft?.facilities.map(\.unpublished) == draft.facilities.map(\.unpublished))
        #expect(again.subject?.digest() == reading.subject?.digest())
    }

    @Test("An id that looks like a formula is made harmless and still read back")
    func formulas() throws {
        let subject = try #require(
            try Sketch(
                "children.csv", "c3,h2", "=c3,h2"
            ).read().subject)
        let placements = subject.children.indices.map {
            Placement(
                child: $0, outcome: .held, facility: nil, wishRank: nil, jointRank: 3, points: nil, isConditional: false
            )
        }
        let file = try ResultTables(of: subject).placements(placements)
        #expect(String(decoding: file.bytes, as: UTF8.self).contains("\"'=c3\","))
        let sketch = try Sketch()
        let folder = sketch.url.appending(path: "result")
        try writeFolder([file], to: folder)
        #expect(ResultFolder(folder).readAllocation(of: subject).problems == [])
    }

    @Test("Ids with and without an apostrophe before a sign are told apart again", arguments: ["=c3", "'=c3", "''=c3"])
    func apostrophes(_ id: String) throws {
        let other = id == "=c3" ? "'=c3" : "=c3"
        let sketch = try Sketch("children.csv", "c3,h2", "\(id),h2")
        let text = try String(contentsOf: sketch.url.appending(path: "children.csv"), encoding: .utf8)
        try sketch.write("children.csv", Array((text + "\(other),h3,2025-04-01,B,A,37,41.5,2\n").utf8))
        let subject = try #require(sketch.read().subject)
        let placements = subject.children.indices.map {
            Placement(
                child: $0, outcome: .held, facility: nil, wishRank: nil, jointRank: 3, points: nil, isConditional: false
            )
        }
        try writeFolder(
            [try ResultTables(of: subject).placements(placements), try ManualTable.file([0, 0, 0, 1], of: subject)],
            to: sketch.url.appending(path: "result"))
        #expect(ResultFolder(sketch.url.appending(path: "result")).readAllocation(of: subject).problems == [])
        let manual = ManualTable.read(sketch.url.appending(path: "result/manual.csv"), of: subject)
        #expect(manual.places == [0, 0, 0, 1] && manual.problems == [])
        // Somebody else's table, with the ids as the case has them.
        let byHand = "child_id,facility_id\nc1,A\nc2,A\n\(id),A\n\(other),B\n"
        try sketch.write("manual.csv", Array(byHand.utf8))
        let places = ManualTable.read(sketch.url.appending(path: "manual.csv"), of: subject)
        let expected = subject.children.map { $0.id.folded == other ? 1 : 0 }
        #expect(places.places == expected && places.problems == [])
    }

    @Test("A case is written so that the same draft is read, apostrophes and all")
    func rewritten() throws {
        let sketch = try Sketch("children.csv", "c3,h2", "=c3,h2")
        let draft = try #require(sketch.read().draft)
        let folder = sketch.url.appending(path: "again")
        try CaseFolder(folder).write(draft)
        #expect(CaseFolder(folder).read().draft?.children == draft.children)
    }

    @Test("A case without a child is a case")
    func nobody() throws {
        let sketch = try Sketch()
        var draft = try #require(sketch.read().draft)
        draft.children = []
        draft.households = []
        let folder = sketch.url.appending(path: "empty")
        try CaseFolder(folder).write(draft)
        let reading = CaseFolder(folder).read()
        #expect(reading.errors == [])
        #expect(reading.subject?.children.isEmpty == true)
        let header = try String(contentsOf: folder.appending(path: "children.csv"), encoding: .utf8)
        #expect(header.hasPrefix("child_id,household_id,birth_date,due_date,age_class,"))
    }

    @Test("A character that CP932 lacks is an error with its place")
    func unencodable() throws {
        let subject = try #require(try Sketch("children.csv", "c3,h2", "c3,h😀").read().subject)
        let placement = Placement(
            child: 2, outcome: .held, facility: nil, wishRank: nil, jointRank: 3, points: nil, isConditional: false)
        let error = #expect(throws: UnwritableTable.self) {
            try ResultTables(of: subject, encoding: .cp932).placements([placement])
        }
        #expect(error?.file == "placements.csv")
        #expect(error?.character.row == 2)
        #expect(error?.character.column == 2)
    }

    @Test("Results that do not fit the case are refused with their place")
    func misfits() throws {
        let subject = try #require(try Sketch().read().subject)
        let sketch = try Sketch()
        let header = "child_id,outcome,facility_id\n"
        for (text, expected) in [
            ("child_id,outcome\nc1,held\n", "placements.csv:1:1: error MISSING_COLUMN"),
            (header + "c1,held,\nc2,held,\n", "placements.csv: error CHILD_MISSING"),
            (header + "c1,held,\nc2,held,\nc3,held,\nc9,held,\n", "placements.csv:5:1: error CHILD_UNKNOWN"),
            (header + "c1,held,\nc1,held,\nc3,held,\n", "placements.csv:3:1: error CHILD_TWICE"),
            (header + "c1,placed,Q\nc2,held,\nc3,held,\n", "placements.csv:2:11: error FACILITY_NOT_WISHED"),
            (header + "c1,kept,\nc2,held,\nc3,held,\n", "placements.csv:2:4: error NOT_A_CHOICE"),
            ("", "placements.csv:1:1: error EMPTY_FILE"),
        ] {
            try sketch.write("placements.csv", Array(text.utf8))
            let read = ResultFolder(sketch.url).readAllocation(of: subject)
            #expect(read.allocation == nil)
            #expect(read.problems.first?.description.hasPrefix(expected) == true, "\(read.problems)")
        }
    }

    @Test("A folder appears whole, takes an empty one's place, and spares a full one")
    func folders() throws {
        let sketch = try Sketch()
        let files = [OutputFile(name: "a", bytes: [1, 2]), OutputFile(name: "b", bytes: [])]
        let new = sketch.url.appending(path: "above/new")
        try writeFolder(files, to: new)
        #expect(try Data(contentsOf: new.appending(path: "a")) == Data([1, 2]))
        let empty = sketch.url.appending(path: "empty")
        try FileManager.default.createDirectory(at: empty, withIntermediateDirectories: true)
        try writeFolder(files, to: empty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: empty.path).sorted() == ["a", "b"])
        #expect(throws: CannotWrite.self) { try writeFolder([OutputFile(name: "c", bytes: [])], to: empty) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: empty.path).sorted() == ["a", "b"])
        #expect(throws: CannotWrite.self) { try writeFolder(files, to: sketch.url.appending(path: "case.yaml/below")) }
    }

    private func mode(_ url: URL) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: url.path)
        return try #require(attributes[.posixPermissions] as? Int)
    }

    @Test("Only the owner may read what is written, but for what is open and where it is shared")
    func access() throws {
        let sketch = try Sketch()
        var open = OutputFile(name: "open", bytes: [])
        open.isOpen = true
        let files = [OutputFile(name: "case/a", bytes: [1]), open]
        let own = sketch.url.appending(path: "above/own")
        try writeFolder(files, to: own)
        for (name, expected) in [("..", 0o700), ("", 0o700), ("case", 0o700), ("case/a", 0o600)] {
            #expect(try mode(own.appending(path: name)) == expected, "\(name)")
        }
        #expect(try mode(own.appending(path: "open")) & 0o600 == 0o600)
        let shared = sketch.url.appending(path: "shared")
        try writeFolder(files, to: shared, access: .shared)
        // As open as a file that anything else makes.
        let plain = sketch.url.appending(path: "plain")
        try FileManager.default.createDirectory(at: plain, withIntermediateDirectories: true)
        #expect(try mode(shared) == mode(plain))
        #expect(try mode(shared.appending(path: "case/a")) == mode(plain) & 0o666)
        #expect(try mode(own.appending(path: "open")) == mode(plain) & 0o666)
        try writeFile([1], to: plain.appending(path: "x"))
        #expect(try mode(plain.appending(path: "x")) == 0o600)
    }

    @Test("A folder that is not right never takes its name")
    func refused() throws {
        let sketch = try Sketch()
        let before = try FileManager.default.contentsOfDirectory(atPath: sketch.url.path).sorted()
        var seen: [String] = []
        let isThere = try writeFolder([OutputFile(name: "a", bytes: [1])], to: sketch.url.appending(path: "new")) {
            seen = (try? FileManager.default.contentsOfDirectory(atPath: $0.path)) ?? []
            return false
        }
        #expect(!isThere && seen == ["a"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: sketch.url.path).sorted() == before)
    }

    @Test("What a killed program left goes, what another one still writes stays")
    func leftOvers() throws {
        let sketch = try Sketch()
        let names = [".new.partial-dead", ".new.partial-busy", ".other.partial-dead"]
        for name in names {
            try FileManager.default.createDirectory(
                at: sketch.url.appending(path: "\(name)/case"), withIntermediateDirectories: true)
        }
        let busy = open(sketch.url.appending(path: names[1]).path, O_RDONLY)
        defer { close(busy) }
        #expect(flock(busy, LOCK_EX) == 0)
        try writeFolder([OutputFile(name: "a", bytes: [1])], to: sketch.url.appending(path: "new"))
        let left = names.filter { FileManager.default.fileExists(atPath: sketch.url.appending(path: $0).path) }
        #expect(left == [names[1], names[2]])
    }

    @Test("A failure half-way leaves nothing behind")
    func halfWay() throws {
        let sketch = try Sketch()
        let before = try FileManager.default.contentsOfDirectory(atPath: sketch.url.path).sorted()
        let files = [OutputFile(name: "a", bytes: [1]), OutputFile(name: "a/b", bytes: [1])]
        #expect(throws: CannotWrite.self) { try writeFolder(files, to: sketch.url.appending(path: "result")) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: sketch.url.path).sorted() == before)
    }

    @Test("Threads that write at once give every folder and file its bytes and its mode, and leave nothing else")
    func manyThreads() throws {
        let sketch = try Sketch()
        let root = sketch.url.appending(path: "many")
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        let open = try mode(root)
        let failures = Guarded<[String]>([])
        let folders = 200
        @Sendable func bytes(_ number: Int) -> [UInt8] { Array("written by \(number)".utf8) }
        DispatchQueue.concurrentPerform(iterations: 8) { thread in
            for number in stride(from: thread, to: folders, by: 8) {
                let access: FileAccess = number % 2 == 0 ? .owner : .shared
                do throws(CannotWrite) {
                    var files = [OutputFile(name: "case/a", bytes: bytes(number)), OutputFile(name: "b", bytes: [1])]
                    files[1].isOpen = true
                    try writeFolder(files, to: root.appending(path: "folder \(number)"), access: access, threads: 2)
                    try writeFile(bytes(number), to: root.appending(path: "file \(number)"), access: access)
                    // All write this one.
                    try writeFile(bytes(number), to: root.appending(path: "common"), access: .shared)
                } catch { failures.withLock { $0.append("\(number): \(error)") } }
                // One of those who write this folder makes it, the others are refused.
                do throws(CannotWrite) {
                    try writeFolder([OutputFile(name: "x", bytes: [7])], to: root.appending(path: "once \(number / 8)"))
                } catch {
                    if !error.reason.english.contains("exist"), !error.reason.english.contains("not empty") {
                        failures.withLock { $0.append("\(number): \(error)") }
                    }
                }
            }
        }
        #expect(failures.withLock { $0 } == [])
        for number in 0..<folders {
            let isOpen = number % 2 == 1
            let folder = root.appending(path: "folder \(number)")
            #expect(try mode(folder) == (isOpen ? open : 0o700))
            #expect(try mode(folder.appending(path: "case")) == (isOpen ? open : 0o700))
            #expect(try mode(folder.appending(path: "case/a")) == (isOpen ? open & 0o666 : 0o600))
            #expect(try mode(folder.appending(path: "b")) == open & 0o666)
            #expect(try Array(Data(contentsOf: folder.appending(path: "case/a"))) == bytes(number))
            let file = root.appending(path: "file \(number)")
            #expect(try mode(file) == (isOpen ? open & 0o666 : 0o600))
            #expect(try Array(Data(contentsOf: file)) == bytes(number))
            let once = root.appending(path: "once \(number / 8)/x")
            #expect(try Array(Data(contentsOf: once)) == [7])
        }
        let common = try Array(Data(contentsOf: root.appending(path: "common")))
        #expect((0..<folders).contains { bytes($0) == common })
        // Two for each number, one for each eight, and the common file: nothing half written is left over.
        let names = try FileManager.default.contentsOfDirectory(atPath: root.path)
        #expect(names.count == 2 * folders + folders / 8 + 1)
        #expect(!names.contains { $0.hasPrefix(".") })
    }

    @Test("A file is replaced whole")
    func file() throws {
        let sketch = try Sketch()
        let url = sketch.url.appending(path: "x.lp")
        try writeFile([1], to: url)
        try writeFile([2, 3], to: url)
        #expect(try Data(contentsOf: url) == Data([2, 3]))
        #expect(throws: CannotWrite.self) { try writeFile([1], to: sketch.url.appending(path: "no/x.lp")) }
    }
}
