import Admissions
import CaseFiles
import Foundation
import Tables
import Testing
import Verifying

@testable import Rounds

/// Ids come out as they went in, and what is written is read back as the same ids.
@Suite("Ids are compared folded and written as spelled", .serialized)
struct SpellingTests {
    /// Ids of which no two are the same folded, by what they begin with.
    private static let nasty: [String] = {
        let whole = [
            "'", "'=1+1", "''=1+1", "=1+1", "'＝2", "＝2", "@", "-", "+1", "-5", "'-5", "'−7", "－7", "\"", "\"\"",
            "a b", "a,b", "００１", "ｶﾞｸ園", "〜園", "1.5",
        ]
        let beginnings = [
            "'", "''", "=", "'=", "''=", "＝", "'＝", "@", "'@", "＠", "+", "＋", "'＋", "-", "－", "−", "'−", "''−", "\"",
            "'\"",
            "=\"", ",", "'=,", "=;", "ｶﾞ", "'ｶﾞ", "〜", "=〜", "①", "㈱", "￥", "‖", "―", "(", "=1+", "\u{FF07}=",
        ]
        return whole + beginnings.enumerated().map { "\($1)k\($0)" }
    }()

    /// A case whose children, households and facilities have nasty ids: everybody wishes the same places, so that some are held.
    private func draft() -> CaseDraft {
        let ids = Self.nasty
        let facilities = ids.map { FacilityRow(id: FacilityID(spelled: $0), seats: [nil, 1, nil, nil, nil, nil]) }
        let children = ids.enumerated().map { index, id in
            ChildRow(
                id: ChildID(spelled: id), household: HouseholdID(spelled: index == 1 ? ids[0] : id), ageClass: 1,
                // In the folded spelling, as another hand may write it.
                wishes: [
                    FacilityID(FacilityID(spelled: ids[index / 2]).folded), FacilityID(spelled: ids[index / 2 + 1]),
                ],
                points: ExactNumber(100 - index))
        }
        return CaseDraft(
            municipality: "市", round: "1", month: PlacementMonth("2027-04")!,
            rules: Rules(priority: [PriorityKey("points", .descending)], drawSeed: "1"), children: children,
            facilities: facilities)
    }

    private func texts(_ bytes: [UInt8], _ column: String) throws -> [String] {
        let table = try #require(Table.read(try DecodedText(bytes).utf8).table)
        let index = try #require(table.column(column))
        return (0..<table.rowCount).map { table.trimmedText(row: $0, column: index) }
    }

    @Test("Whatever an id begins with, every table is read back as the same", arguments: TextEncoding.allCases)
    func nasty(_ encoding: TextEncoding) throws {
        let bench = try Bench(nil, draft()) { $0.encoding = encoding }
        let subject = bench.subject
        let ids = Set(Self.nasty)
        #expect(Set(subject.children.map(\.id.spelling)) == ids && Set(subject.facilities.map(\.id.spelling)) == ids)
        #expect(subject.children.count == ids.count && subject.hasSpellings)
        // The tables of a result.
        let folder = try bench.write(bench.finished.files())
        let read = ResultFolder(folder).readAllocation(of: subject)
        #expect(read.problems == [] && read.encoding == encoding)
        let allocation = try #require(read.allocation)
        #expect(Verifier(subject).verify(allocation).placements == bench.finished.verified.placements)
        #expect(bench.finished.verified.heldCount > 3)
        let found = try bench.check()
        #expect(found.faults == [])
        #expect(found.proof.optimality == .steps)
        #expect(try bench.check(otherCopy: true).faults == [])
        let saved = try SavedResult(ResultFolder(folder), named: "result")
        let placements = try saved.placements()
        #expect(placements.map(\.child) == subject.children.map(\.id))
        #expect(placements.map(\.household) == subject.children.map(\.householdID))
        #expect(placements.compactMap(\.place.facility).count > 3)
        #expect(saved.facilities() == Set(subject.facilities.map(\.id)))
        #expect(try ResultComparison(saved, saved).findings(with: subject).comparison.entries.count == ids.count)
        if encoding == .utf8 {
            #expect(placements.map(\.child.spelling) == subject.children.map(\.id.spelling))
            #expect(Set(try texts(folder, "placements.csv", "child_id")) == ids)
            #expect(Set(try texts(folder, "borders.csv", "facility_id")) == ids)
        }
        // manual.csv.
        let places = subject.children.indices.map { allocation.facility(of: $0, in: subject) }
        let manual = bench.home.appending(path: "manual.csv")
        try Data(try ManualTable.file(places, of: subject, encoding: encoding).bytes).write(to: manual)
        let again = ManualTable.read(manual, of: subject)
        #expect(again.problems == [])
        #expect(again.places == places)
        try copiedRows(bench, allocation, folder)
    }

    private func texts(_ folder: URL, _ name: String, _ column: String) throws -> [String] {
        try texts(ResultFolder(folder).bytes(of: name), column).map(TableWriter.withoutGuard)
    }

    /// Rows that somebody copied from `placements.csv`, apostrophes and all, and the next case.
    private func copiedRows(_ bench: Bench, _ allocation: Allocation, _ folder: URL) throws {
        let subject = bench.subject
        let placements = bench.finished.verified.placements
        let cells = try texts(ResultFolder(folder).bytes(of: "placements.csv"), "child_id")
        // Half of those who were placed decline, so that the others are carried over.
        let leaving = placements.filter { $0.outcome == .placed && $0.child % 2 == 0 }.map(\.child)
        #expect(leaving.count > 10)
        var writer = TableWriter(guardsFormulas: false)
        try writer.append(["child_id", "date"])
        for child in leaving { try writer.append([cells[child], "2027-04-02"]) }
        try Data(writer.bytes).write(to: bench.caseFolder.appending(path: "declines.csv"))
        let month = CaseFolder(bench.caseFolder).readBetweenRounds()
        let rows = try #require(month.rows, "\(month.problems)")
        #expect(rows.declines.map(\.child) == leaving.map { subject.children[$0].id })
        let draft = try #require(bench.reading.draft)
        let next = try draft.carriedOver(subject, allocation, rows, to: PlacementMonth("2027-05")!, round: "2").next
            .draft
        let url = bench.home.appending(path: "next-\(UUID().uuidString)")
        try CaseFolder(url).write(next)
        let reading = CaseFolder(url).read()
        #expect(reading.errors == [])
        let read = try #require(reading.draft)
        #expect(read.children == next.children && read.facilities == next.facilities && !read.children.isEmpty)
        #expect(read.children.map(\.id.spelling) == next.children.map(\.id.spelling))
        #expect(read.children.map(\.household.spelling) == next.children.map(\.household.spelling))
        #expect(read.facilities.map(\.id.spelling) == draft.facilities.map(\.id.spelling))
        let wishes = try texts(ResultFolder(url).bytes(of: "children.csv"), "wish_1")
        #expect(Set(wishes).isSubset(of: Set(Self.nasty)))
    }

    // MARK: Results of earlier versions and of other copies

    /// The case with its ids as they are compared.
    private func folded(_ subject: Case) -> Case {
        subject.spelled(
            Set(subject.children.map { ChildID($0.id.folded) }),
            Set(subject.households.map { HouseholdID($0.id.folded) }),
            Set(subject.facilities.map { FacilityID($0.id.folded) }))
    }

    @Test(
        "A result of an earlier version, which wrote ids folded, verifies; one id spelled otherwise within it does not")
    func earlier() throws {
        let bench = try Bench(nil, draft())
        let old = try bench.forged(bench.finished.allocation.allocation, of: folded(bench.subject)) {
            $0.solver.program = "enmusubi 0.2.0"
        }
        let folder = try bench.write(old)
        #expect(Set(try texts(folder, "placements.csv", "child_id")) == Set(bench.subject.children.map(\.id.folded)))
        let found = try bench.check()
        #expect(found.faults == [])
        #expect(found.notes.count == 1)
        // Without the hashes of its files, as the first version wrote it.
        var record = try SavedResult(ResultFolder(folder), named: "old").record
        record.files = nil
        try bench.write(
            old.filter { $0.name != RunRecord.fileName }
                + [OutputFile(name: RunRecord.fileName, bytes: try record.bytes())])
        #expect(try bench.check().faults == [])
        // What reads a result gives the ids as the case spells them.
        let saved = try SavedResult(ResultFolder(folder), named: "old")
        let names = try saved.checked(with: bench.subject).subject.children.map { $0.id.spelling }
        #expect(names.contains("００１"))
        // Two spellings in one result.
        for name in ["claims.csv", "waiting.csv", "reasons.csv", "borders_public.csv"] {
            let files = old.map { file -> OutputFile in
                guard file.name == name else { return file }
                let text = String(decoding: file.bytes, as: UTF8.self)
                return OutputFile(name: name, bytes: Array(text.replacing("ガク園", with: "ｶﾞｸ園").utf8))
            }
            let isChanged = zip(files, old).contains { $0.bytes != $1.bytes }
            #expect(isChanged || name == "claims.csv", "\(name)")
            guard isChanged else { continue }
            let others = files.filter { $0.name != RunRecord.fileName }
            record = bench.finished.record
            record.solver.program = "enmusubi 0.2.0"
            try bench.write(
                others + [OutputFile(name: RunRecord.fileName, bytes: try record.naming(others).bytes())])
            #expect(try bench.check().faults.first?.english.hasPrefix("\(name):") == true, "\(name)")
        }
    }

    @Test("A result of a copy of the case that spells its ids otherwise is of the same case")
    func otherCopy() throws {
        let spelled = try Bench(nil, draft())
        var plain = draft()
        for row in plain.children.indices {
            plain.children[row].id = ChildID(plain.children[row].id.folded)
            plain.children[row].household = HouseholdID(plain.children[row].household.folded)
        }
        for row in plain.facilities.indices { plain.facilities[row].id = FacilityID(plain.facilities[row].id.folded) }
        let other = try Bench(nil, plain)
        #expect(spelled.subject.digest() == other.subject.digest() && !other.subject.hasSpellings)
        try spelled.write(other.finished.files())
        #expect(try spelled.check(otherCopy: true).faults == [])
        try other.write(spelled.finished.files())
        #expect(try other.check(otherCopy: true).faults == [])
        #expect(try !other.check().faults.isEmpty)
    }
}
