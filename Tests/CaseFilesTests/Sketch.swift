import CaseFiles
import Foundation

/// A small sound case as text, for tests to spoil; written to a folder of its own that goes with it.
final class Sketch {
    let url = FileManager.default.temporaryDirectory.appending(path: "enmusubi-\(UUID().uuidString)")

    /// A case without a single problem.
    static let sound = [
        "case.yaml": """
        municipality: さいたま市
        round: 2027-04 first
        month: 2027-04
        priority:
          - {key: points, order: descending}
          - {key: tax, order: ascending, blank: last}
        drawSeed: 20270401
        siblings: {timing: together, facility: sameFirst}

        """,
        "children.csv": """
        child_id,household_id,birth_date,wish_1,wish_2,points,points_2,tax
        c1,h1,2025-04-10,A,B,40,,3
        c2,h1,2026-03-25,A,B,34,,
        c3,h2,2025-04-01,B,A,38,41.5,2

        """,
        "facilities.csv": """
        facility_id,name,seats_1,seats_2
        A,青葉保育園,2,1
        B,ばら保育園,2,0

        """,
        "households.csv": """
        household_id,timing,facility,lead_child_id
        h1,lead,rankFirst,c1

        """,
        "seat_limits.csv": """
        facility_id,ages,group,seats,opens
        A,1-2,,3,
        B,3;4,support,1,yes

        """,
        "joint_wishes.csv": """
        household_id,rank,child_id,facility_id

        """,
    ]

    init(_ changes: [String: String?] = [:]) throws {
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        for (name, text) in Self.sound.merging(changes.compactMapValues { $0 }, uniquingKeysWith: { $1 }) {
            if changes[name] == .some(nil) { continue }
            try Data(text.utf8).write(to: url.appending(path: name))
        }
    }

    /// With one text replaced by another in one file; the text must stand there.
    convenience init(_ file: String, _ old: String, _ new: String) throws {
        let text = Self.sound[file]!
        precondition(text.contains(old), "\(file) has no \(old)")
        try self.init([file: text.replacing(old, with: new, maxReplacements: 1)])
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func read() -> CaseReading { CaseFolder(url).read() }

    func write(_ name: String, _ bytes: [UInt8]) throws { try Data(bytes).write(to: url.appending(path: name)) }
}
