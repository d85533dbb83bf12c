import Admissions
import CaseFiles
import Foundation
import Rounds

/// Two results of a round, child by child.
struct TwoResults: Sendable {
    let before, after: RunRow
    /// The children whose place differs, ascending by id.
    let changes: [Change]
    let gains, loses, elsewhere, newlyPlaced, noLongerPlaced, children: Int
    /// The files that differ between the two versions.
    let files: [String]
    /// Pins that only one of the two has, or has otherwise.
    let pins: [PinChange]

    struct Change: Encodable, Sendable {
        let child, household: String
        let ageClass: Int
        /// `gains`, `loses` or `elsewhere`.
        let change: String
        let before, after: Place
        /// Whether staff decided about the child in one of the two results.
        let isPinned: Bool
    }

    struct Place: Encodable, Hashable, Sendable {
        let outcome: String
        let facility: String?
        let wishRank: Int?
    }

    struct PinChange: Encodable, Sendable {
        let child: String
        /// `added`, `removed` or `changed`.
        let change: String
        let facility: String?
        let by, reason: String
    }

    /// Compares two runs that are done, of the same round.
    init(_ before: RunRow, _ after: RunRow, in office: Office) async throws {
        (self.before, self.after) = (before, after)
        let (one, other) = (
            try await office.rounds.files(of: before.round, version: before.version),
            try await office.rounds.files(of: after.round, version: after.version)
        )
        files = Set(one).symmetricDifference(other).map(\.name).reduce(into: Set<String>()) { $0.insert($1) }.sorted()
        let (first, second) = (office.runs.folder(of: before.id), office.runs.folder(of: after.id))
        let found = try await ResultDesk.apart {
            let saved = try SavedResult(ResultFolder(first), named: "trials/\(before.id)")
            let next = try SavedResult(ResultFolder(second), named: "trials/\(after.id)")
            return (
                try ResultComparison(saved, next).findings().comparison, saved.record.pins ?? [], next.record.pins ?? []
            )
        }
        pins = Self.pins(found.1, found.2)
        let pinned = Set((found.1 + found.2).map(\.child))
        changes = found.0.changed.map { entry in
            Change(
                child: entry.child.spelling, household: entry.household.spelling, ageClass: entry.ageClass,
                change: entry.change.rawValue,
                before: Place(
                    outcome: entry.before.outcome.rawValue, facility: entry.before.facility?.spelling,
                    wishRank: entry.before.wishRank),
                after: Place(
                    outcome: entry.after.outcome.rawValue, facility: entry.after.facility?.spelling,
                    wishRank: entry.after.wishRank), isPinned: pinned.contains(entry.child.spelling))
        }
        let all = found.0.counts(in: nil).first?.count
        children = found.0.entries.count
        gains = all?.gains ?? 0
        loses = all?.loses ?? 0
        elsewhere = all?.elsewhere ?? 0
        newlyPlaced = all?.newlyPlaced ?? 0
        noLongerPlaced = all?.noLongerPlaced ?? 0
    }

    private static func pins(_ before: [RunRecord.Pin], _ after: [RunRecord.Pin]) -> [PinChange] {
        let old = Dictionary(before.map { ($0.child, $0) }, uniquingKeysWith: { first, _ in first })
        let new = Dictionary(after.map { ($0.child, $0) }, uniquingKeysWith: { first, _ in first })
        return Set(old.keys).union(new.keys).sorted().compactMap { child in
            guard old[child] != new[child], let pin = new[child] ?? old[child] else { return nil }
            let change = old[child] == nil ? "added" : new[child] == nil ? "removed" : "changed"
            return PinChange(child: child, change: change, facility: pin.facility, by: pin.by, reason: pin.reason)
        }
    }
}

/// Two results side by side, as programs get them.
struct TwoResultsValue: Encodable, Sendable {
    let before, after: Int64
    let children, gains, loses, elsewhere, newlyPlaced, noLongerPlaced: Int
    let files: [String]
    let pins: [TwoResults.PinChange]
    let changes: PageValue<TwoResults.Change>

    init(_ two: TwoResults, page: String?) {
        (before, after, children) = (two.before.id, two.after.id, two.children)
        (gains, loses, elsewhere) = (two.gains, two.loses, two.elsewhere)
        (newlyPlaced, noLongerPlaced) = (two.newlyPlaced, two.noLongerPlaced)
        (files, pins) = (two.files, two.pins)
        changes = PageValue(Part(two.changes, page: page)) { $0 }
    }
}
