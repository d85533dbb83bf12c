import Admissions
import CaseFiles
import Foundation
import Logging
import Testing

@testable import Service

@Suite("Check")
struct CheckTests {
    /// An office in a folder of its own, with a round of these files.
    private func office(_ files: [String: String]) async throws -> (office: Office, round: Int64, person: Person) {
        let home = FileManager.default.temporaryDirectory.appending(path: "enmusubi-\(UUID().uuidString)")
        let office = try Office(ServiceOptions(data: home, program: home), logger: Logger(label: "test"))
        let person = Person(id: 1, login: "suzuki", name: "鈴木", roles: [.operating])
        let all = Self.sound.merging(files) { $1 }
        let round = try await office.rounds.make(
            municipality: "縁結市", month: try #require(PlacementMonth("2027-04")), name: "一次",
            files: all.mapValues { Array($0.utf8) }, by: person, what: Phrase(same: "made"))
        return (office, round, person)
    }

    private static let sound = [
        "case.yaml": """
        municipality: 縁結市
        round: 一次
        month: 2027-04
        priority: [{key: points, order: descending}]
        drawSeed: x

        """,
        "children.csv": """
        child_id,household_id,birth_date,氏名,wish_1,wish_2,wish_3,points
        c1,h1,2025-04-10,山田 花,A,B,C,40
        c2,h2,R7.4.10,山田花,A,C,B,40
        c3,h3,2025-05-01,,A,B,C,38
        c4,h4,2025/5/1,,A,B,C,38
        c5,h5,2025-06-01,,A,B,C,30
        c6,h5,2025-06-01,,A,B,C,30

        """,
        "facilities.csv": "facility_id,name,seats_1\nA,a,2\nB,b,1\nC,c,1\n",
    ]

    @Test("A fingerprint does not depend on the order of problems, and does on each of them")
    func fingerprints() {
        let one = OpenedCase.fingerprint(of: ["a", "b"])
        #expect(one == OpenedCase.fingerprint(of: ["b", "a"]))
        #expect(one != OpenedCase.fingerprint(of: ["a"]))
        #expect(one != OpenedCase.fingerprint(of: ["a", "c"]))
    }

    @Test(
        "Children alike are found by name or wishes in two households, whatever the date is written like; twins are not"
    )
    func alike() async throws {
        let (office, round, _) = try await office([:])
        defer { try? FileManager.default.removeItem(at: office.store.home) }
        let alike = try await office.cases.opened(round, 1).alike
        #expect(alike.map(\.reason) == [.sameName, .sameWishes])
        #expect(alike.map(\.rows) == [[0, 1], [2, 3]])
    }

    @Test("An accepted doubt stays accepted while its children stay in their rows, and is asked again of others")
    func doubts() async throws {
        let (office, round, person) = try await office([:])
        defer { try? FileManager.default.removeItem(at: office.store.home) }
        var readiness = try await office.readiness(of: round, version: 1)
        #expect(readiness.openCodes == ["CHILDREN_ALIKE"] && !readiness.isReady && readiness.acceptedCodes == [])
        try await office.acceptances.accept(
            "CHILDREN_ALIKE", fingerprint: readiness.doubts[0].fingerprint, of: round, by: person, reason: "別の児童")
        readiness = try await office.readiness(of: round, version: 1)
        #expect(readiness.isReady && readiness.acceptedCodes == ["CHILDREN_ALIKE"])
        func change(_ old: String, _ new: String, expecting: Int) async throws -> Readiness {
            let bytes = try #require(
                try await office.rounds.content(of: "children.csv", round: round, version: expecting))
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(text.contains(old))
            let version = try await office.rounds.change(
                round, expecting: expecting, ["children.csv": Array(text.replacing(old, with: new).utf8)], by: person,
                what: Phrase(same: "changed"))
            return try await office.readiness(of: round, version: version)
        }
        #expect(try await change("c1,h1,2025-04-10", "c1,h1,2025-04-11", expecting: 1).isReady)
        let other = try await change("c4,h4", "c9,h9", expecting: 2)
        #expect(!other.isReady && other.doubts.map(\.wasAccepted) == [true])
    }

    @Test("Papers that are missing keep a round from being ready, and are no code of the library")
    func papers() async throws {
        let (office, round, person) = try await office([
            "children.csv": "child_id,household_id,birth_date,wish_1,points\nc1,h1,2025-04-10,A,1\n"
        ])
        defer { try? FileManager.default.removeItem(at: office.store.home) }
        #expect(try await office.readiness(of: round, version: 1).isReady)
        try await office.papers.add("c1", missing: "就労証明書", of: round, by: person)
        var readiness = try await office.readiness(of: round, version: 1)
        #expect(readiness.openCodes == [Papers.code] && readiness.waitingForPapers == 1)
        try await office.acceptances.accept(
            Papers.code, fingerprint: readiness.doubts[0].fingerprint, of: round, by: person, reason: "後日提出")
        readiness = try await office.readiness(of: round, version: 1)
        #expect(readiness.isReady && readiness.acceptedCodes == [])
        try await office.papers.add("c1", missing: "診断書", of: round, by: person)
        #expect(try await !office.readiness(of: round, version: 1).isReady)
    }

    @Test("Every field of the rules names a setting that the reference lists, and every value of its list is read")
    func fields() async throws {
        let reference = try String(
            contentsOf: URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/reference.md"),
            encoding: .utf8)
        let (office, round, _) = try await office([:])
        defer { try? FileManager.default.removeItem(at: office.store.home) }
        for field in RuleField.plain {
            #expect(reference.contains("| `\(field.name)` |"), "\(field.name)")
            guard case .choice(let choices) = field.control else { continue }
            for choice in choices {
                var document = try SettingsDocument(Array(Self.sound["case.yaml"]!.utf8))
                if choice.value == "near" {
                    try document.set(.text("1.5"), at: [.key("siblings"), .key("nearKilometres")])
                }
                try document.set(.text(choice.value), at: field.path)
                let reading = try await office.cases.reading(
                    round, 1, with: "case.yaml", saying: try document.bytes())
                #expect(reading.errors == [], "\(field.name): \(choice.value)")
            }
        }
    }

    @Test("Differences name what a setting, a row and a part said before, and what is gone")
    func differences() async throws {
        let table = """
            pointsTable:
              base: {cap: 30, rows: [{attribute: a, points: 20}, {attribute: b, points: 3}]}
              points: {of: [base]}

            """
        let (office, round, person) = try await office(["case.yaml": Self.sound["case.yaml"]! + table])
        defer { try? FileManager.default.removeItem(at: office.store.home) }
        let text =
            (Self.sound["case.yaml"]! + table).replacing("cap: 30", with: "cap: 25").replacing(
                "points: 20", with: "points: 21"
            ).replacing("{attribute: b, points: 3}", with: "{attribute: c, points: 3}") + "objective: ranks\n"
        let version = try await office.rounds.change(
            round, expecting: 1, ["case.yaml": Array(text.utf8)], by: person, what: Phrase(same: "changed"))
        let (before, now) = (
            try await RuleSheet(office, round: round, version: 1),
            try await RuleSheet(office, round: round, version: version)
        )
        let found = RuleDifferences(now, since: before)
        #expect(found.was.keys.sorted() == ["objective", "pointsTable.base", "pointsTable.base.rows[0]"])
        #expect(found.was["pointsTable.base.rows[0]"]?.english == "20")
        #expect(found.added == ["pointsTable.base.rows[1]"])
        #expect(found.gone["pointsTable.base"]?.map(\.words.english) == ["b"])
        #expect(RuleDifferences(now, since: now).count == 0)
    }
}
