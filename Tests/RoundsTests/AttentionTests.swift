import Admissions
import CaseFiles
import Foundation
import Testing

@testable import Rounds

@Suite("Children to look at")
struct AttentionTests {
    /// The marks of an example's result, by child.
    private func marks(of bench: Bench, _ files: [OutputFile]? = nil) throws -> (Attention, [String: [Attention.Kind]])
    {
        let folder = try bench.write(try files ?? bench.finished.files())
        let checked = try SavedResult(ResultFolder(folder), named: "result").checked(with: bench.subject)
        let attention = Attention(of: checked)
        let named = attention.items.map { (bench.subject.children[$0.child].id.spelling, $0.marks.map(\.kind)) }
        return (attention, Dictionary(uniqueKeysWithValues: named))
    }

    /// A market in which each kind but claims and pins occurs once.
    private static let market = [
        "case.yaml": """
        municipality: Example
        round: first
        month: 2027-04
        priority:
          - {key: points, order: descending}
          - {key: tax, order: ascending}
        drawSeed: 1
        siblings: {timing: any, facility: rankFirst}

        """,
        "facilities.csv": """
        facility_id,name,seats_1,seats_2
        D,Draw,1,0
        L,Last,1,0
        P,Some,1,1
        Q,Together,1,1
        M,Own,0,0
        N,First,1,0
        O,Second,1,0

        """,
        "children.csv": """
        child_id,household_id,age_class,points,tax,wish_1,wish_2,current_facility_id
        d1,HD1,1,30,1,D,,
        d2,HD2,1,30,1,D,,
        l1,HL1,1,30,1,L,,
        l2,HL2,1,30,5,L,,
        l3,HL3,1,30,6,L,,
        p0,HP0,1,50,1,P,,
        s1,HS,2,30,1,P,,
        s2,HS,1,30,1,P,,
        q0,HQ0,2,50,1,Q,,
        t1,HT,1,30,1,Q,,
        t2,HT,2,30,1,Q,,
        m1,HM1,1,40,1,N,O,M
        m2,HM2,1,45,1,N,,M
        n1,HN1,1,20,1,M,,
        n2,HN2,1,19,1,M,,

        """,
        "households.csv": """
        household_id,timing,facility
        HT,together,sameOnly

        """,
    ]

    private func bench() throws -> Bench {
        let folder = FileManager.default.temporaryDirectory.appending(path: "enmusubi-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, text) in Self.market {
            try Data(text.utf8).write(to: folder.appending(path: name))
        }
        defer { try? FileManager.default.removeItem(at: folder) }
        return try Bench(folder)
    }

    @Test("Draws, the last key, siblings and own seats are found, and nobody else")
    func market() throws {
        let bench = try bench()
        let (attention, marks) = try marks(of: bench)
        let drawn = try #require(["d1", "d2"].first { marks[$0] != nil })
        #expect(
            marks == [
                drawn: [.draw], "l2": [.lastKey], "s2": [.someSiblings], "t1": [.siblingSeat], "m1": [.ownSeat],
            ])
        let order = attention.items.map { bench.subject.children[$0.child].id.spelling }
        #expect(order == ["s2", "t1", drawn, "l2", "m1"])
        #expect(Attention.Kind.allCases.map(attention.count) == [0, 0, 1, 1, 1, 1, 1])
        let last = try #require(attention.items.first { $0.marks[0].kind == .lastKey }).marks[0].sentence
        #expect(last.japanese.contains("L Last の境目") && last.japanese.contains("本人 5、l1 1"))
    }

    @Test("A justified claim comes before everything else")
    func claims() throws {
        let bench = try bench()
        var allocation = bench.finished.allocation.allocation
        for (child, row) in bench.subject.children.enumerated() where ["d1", "d2", "p0"].contains(row.id.spelling) {
            allocation.choices[child] = Allocation.baseline
        }
        let (attention, marks) = try marks(of: bench, try bench.forged(allocation))
        #expect(marks["d1"] == [.claim] && marks["d2"] == [.claim] && marks["p0"] == [.claim])
        #expect(marks["s2"] == [.claim, .someSiblings])
        #expect(bench.subject.children[attention.items[0].child].id.spelling == "s2")
        #expect(attention.count(of: .claim) == 4)
    }

    @Test("Pinned children are marked with who and why, and the first who would have the seat")
    func pins() throws {
        let bench = try Bench(Bench.examples.appending(path: "pins"))
        let (attention, marks) = try marks(of: bench)
        // e2 too would take a1's seat, after q1.
        #expect(marks == ["a1": [.pin], "a2": [.pin], "e1": [.pin], "q1": [.pin]])
        let first = try #require(attention.items.first).marks[0].sentence
        #expect(first.english == "Sato decided: A Aoba Nursery. Reason: child protection.")
        #expect(attention.marks(of: attention.items[3].child)[0].sentence.english.contains("but for a pin"))
        #expect(attention.items.contains { bench.subject.children[$0.child].id == "q1" && $0.weight == 60 })
    }

    @Test("A result in which all is plain has nobody to look at")
    func plain() throws {
        #expect(try marks(of: Bench(Bench.examples.appending(path: "two-nurseries"))).1.isEmpty)
    }
}
