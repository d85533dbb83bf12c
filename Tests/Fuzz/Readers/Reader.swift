import Foundation

/// One reader of the program, with what goes into it and what must hold of what comes out.
struct Reader {
    /// Makes an input from nothing but the numbers.
    let make: (inout Chance) throws -> Input
    /// Reads an input; `scratch` is a folder of its own.
    let run: (_ input: Input, _ scratch: URL) throws -> Void
}

/// What inputs are made from.
struct Seeds {
    /// The example cases, by name.
    let cases: [(name: String, input: Input)]
    /// A ledger with some entries; empty where none was given.
    let ledger: [UInt8]
    /// Workbooks as programs write them.
    let workbookFiles: [[UInt8]]

    /// - Parameters:
    ///   - examples: The folder of example cases.
    ///   - ledger: A ledger file, or `nil`.
    init(examples: URL, ledger: URL?) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: examples.path).sorted()
        cases = try names.compactMap { name in
            let folder = examples.appending(path: name)
            guard FileManager.default.fileExists(atPath: folder.appending(path: "case.yaml").path) else { return nil }
            return (name, try Input(folder: folder) { $0.hasSuffix(".csv") || $0.hasSuffix(".yaml") })
        }
        // A bomb and the old form end before there is anything to read.
        let fixtures = examples.appending(path: "../Tests/WorkbooksTests/Fixtures")
        let written = try Input(folder: fixtures) {
            ($0.hasSuffix(".xlsx") || $0.hasSuffix(".ods")) && $0 != "bomb.xlsx"
        }
        workbookFiles = written.names.map { written[$0] }
        self.ledger = try ledger.map { Array(try Data(contentsOf: $0)) } ?? []
    }

    func subject(_ name: String) -> Input { cases.first { $0.name == name }!.input }

    /// An example; the large one seldom.
    func pick(_ chance: inout Chance) -> Input {
        let picked = chance.pick(cases)
        return picked.name == "small-town" && chance.percent(80) ? subject("two-nurseries") : picked.input
    }
}

extension Seeds {
    /// Every reader, in the order in which they are run; each is made when it is wanted.
    var readers: [(name: String, make: () throws -> Reader)] {
        let all: [(name: String, make: () throws -> Reader)] = [
            ("texts", { texts }), ("tables", { tables }), ("numbers", { numbers }), ("dates", { dates }),
            ("changes", changes), ("settings", { settings }), ("cases", { cases(withAllocating: false) }),
            ("allocations", { cases(withAllocating: true) }), ("months", months), ("manuals", manuals),
            ("placements", placements), ("proofs", proofs), ("templates", templates), ("ledgers", { ledgers }),
            ("workbooks", workbooks),
        ]
        return all
    }
}
