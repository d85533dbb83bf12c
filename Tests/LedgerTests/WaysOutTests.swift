import Admissions
import Foundation
import Ledger
import Testing

@Suite("Ways out of what went wrong")
struct WaysOutTests {
    private let at = "2027-02-02T09:00:00Z"

    private func sign(_ books: Bookkeeper, _ state: RunState, _ run: Int, by: String = "k-012") throws {
        _ = try books.ledger.advance(to: state, run: run, by: by, at: at, why: "in order")
    }

    private func version(_ books: Bookkeeper) throws -> UInt8 { try Data(contentsOf: books.ledger.url)[63] }

    @Test("An altered folder is set aside with name and reason, stays as it is, and the next result is a new revision")
    func setAside() throws {
        let books = try Bookkeeper()
        let key = Bookkeeper.key(4)
        let kept = try books.keep(key)
        let file = kept.folder.appending(path: "placements.csv")
        // As a spreadsheet saves it.
        try (Data([0xEF, 0xBB, 0xBF]) + Data("placed".utf8)).write(to: file)
        let found = try books.ledger.verify()
        #expect(found.alteredRuns == [1])
        #expect(found.faults.count == 1 && found.faults[0].english.contains("only its form"), "\(found.faults)")
        #expect(try version(books) == 1)
        _ = try books.ledger.setAside(run: 1, by: "k-012", at: at, why: "saved in Excel")
        #expect(try version(books) == 2, "an older program must not read what it does not know")
        guard case .setAside = try books.store.standing(of: key, inputs: "a") else { return #expect(Bool(false)) }
        let altered = try Data(contentsOf: file)
        let second = try books.keep(key)
        #expect(second.folder.lastPathComponent == "revision-2" && second.setAside == nil)
        #expect(try Data(contentsOf: file) == altered)
        let after = try books.ledger.verify()
        #expect(after.faults == [] && after.alteredRuns == [])
        #expect(
            after.notes.contains { $0.english.contains("set aside by k-012") && $0.english.contains("saved in Excel") })
        #expect(after.notes.contains { $0.english.contains("placements.csv was altered") })
        #expect(throws: LedgerFault.self) { try books.ledger.setAside(run: 1, by: "k-012", at: at, why: "again") }
        #expect(throws: LedgerFault.self, "what was set aside is not signed") { try sign(books, .reviewed, 1) }
        try sign(books, .reviewed, 3)
        #expect(try books.ledger.entries().runs.map(\.state) == [.computed, .reviewed])
    }

    @Test(
        "An approval and a review are taken back one after the other; nothing else is, and nothing that was published")
    func withdraw() throws {
        let books = try Bookkeeper()
        try books.keep(Bookkeeper.key(4))
        func withdraw() throws { _ = try books.ledger.withdraw(run: 1, by: "k-001", at: at, why: "the wrong run") }
        #expect(throws: LedgerFault.self) { try withdraw() }
        try sign(books, .reviewed, 1)
        try sign(books, .approved, 1)
        try withdraw()
        #expect(try books.ledger.entries().runs.map(\.state) == [.reviewed])
        try withdraw()
        #expect(try books.ledger.entries().runs.map(\.state) == [.computed])
        #expect(throws: LedgerFault.self) { try withdraw() }
        for state in [RunState.reviewed, .approved, .published] { try sign(books, state, 1) }
        #expect(throws: LedgerFault.self) { try withdraw() }
        let entries = try books.ledger.entries()
        #expect(entries.map(\.body.event).filter { $0 == "withdrawn" }.count == 2 && entries.count == 8)
        // A program that knows no acts must not take one for a state.
        #expect(entries[3].text.contains(#""state":"withdrawn""#) && entries[3].text.contains(#""then":"reviewed""#))
        #expect(try books.ledger.verify().faults == [])
    }

    @Test("A ledger that asks for two people takes no approval from who reviewed, however the id is written")
    func twoPeople() throws {
        let books = try Bookkeeper()
        try books.keep(Bookkeeper.key(4), people: 2)
        #expect(try version(books) == 2)
        try sign(books, .reviewed, 1)
        for by in ["k-012", "Ｋ－０１２ "] {
            #expect(throws: LedgerFault.self, "\(by)") { try sign(books, .approved, 1, by: by) }
        }
        try sign(books, .approved, 1, by: "k-001")
        // It holds for every later run; no later entry changes it.
        try books.keep(Bookkeeper.key(5), people: 1)
        try sign(books, .reviewed, 4)
        #expect(throws: LedgerFault.self) { try sign(books, .approved, 4) }
        #expect(try books.ledger.verify().faults == [])
    }
}
