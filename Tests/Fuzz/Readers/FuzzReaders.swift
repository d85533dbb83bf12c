import Foundation

/// Feeds one reader with mutated inputs, all in one process. Started by Tests/Fuzz/fuzz.py, which watches it.
///
///     fuzz-readers READER --examples DIR --scratch DIR --seed S [--ledger FILE] [--from I] [--count N] [--seconds T]
///     fuzz-readers READER ... --keep I FOLDER       writes input I and does nothing with it
///     fuzz-readers READER ... --repeat FOLDER       runs an input that was kept
///     fuzz-readers --list ...                       the names of all readers
@main
struct FuzzReaders {
    static func main() throws {
        let arguments = Arguments(CommandLine.arguments.dropFirst())
        let isList = arguments.words.first == "--list"
        let scratch = URL(fileURLWithPath: arguments.value("--scratch"))
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        let seeds = try Seeds(
            examples: URL(fileURLWithPath: arguments.value("--examples")),
            ledger: arguments.optional("--ledger").map { URL(fileURLWithPath: $0) })
        if isList {
            for reader in seeds.readers { print(reader.name) }
            return
        }
        guard let reader = try seeds.readers.first(where: { $0.name == arguments.words.first })?.make() else {
            throw Failure("there is no reader \(arguments.words.first ?? "")")
        }
        if let folder = arguments.optional("--repeat") {
            try attempt(reader, try Input(folder: URL(fileURLWithPath: folder)), scratch, index: 0)
            print("held")
            return
        }
        let seed = UInt64(arguments.value("--seed"))!
        func input(_ index: UInt64) throws -> Input {
            var chance = Chance(seed: seed, index: index)
            return try reader.make(&chance)
        }
        let first = UInt64(arguments.optional("--from") ?? "0")!
        if let keep = arguments.optional("--keep") {
            try input(UInt64(keep)!).write(to: URL(fileURLWithPath: arguments.words[1]))
            return
        }
        let count = UInt64(arguments.optional("--count") ?? "\(UInt64.max)")!
        let seconds = Double(arguments.optional("--seconds") ?? "1e9")!
        // The index of the input at hand stands in a file, so that it is known when the process dies.
        let place = open(scratch.appending(path: "at").path, O_RDWR | O_CREAT, 0o600)
        guard place >= 0 else { throw Failure("cannot write into \(scratch.path)") }
        let end = Date(timeIntervalSinceNow: seconds)
        var index = first
        while index - first < count, Date() < end {
            var stored = index
            guard pwrite(place, &stored, 8, 0) == 8 else { throw Failure("cannot write into \(scratch.path)") }
            try attempt(reader, try input(index), scratch, index: index)
            index += 1
        }
        print("done \(index - first)")
    }

    /// Ends the process with 1 where the reader fails.
    private static func attempt(_ reader: Reader, _ input: Input, _ scratch: URL, index: UInt64) throws {
        do { try reader.run(input, scratch) } catch {
            print("failure \(index) \(error)")
            exit(1)
        }
    }
}

/// Options with one value each, and what is no option.
private struct Arguments {
    private(set) var words: [String] = []
    private var values: [String: String] = [:]

    init(_ arguments: ArraySlice<String>) {
        var rest = arguments
        while let word = rest.popFirst() {
            if word.hasPrefix("--"), word != "--list" {
                values[word] = rest.popFirst()
            } else {
                words.append(word)
            }
        }
    }

    func optional(_ name: String) -> String? { values[name] }

    func value(_ name: String) -> String {
        guard let value = values[name] else { preconditionFailure("the option \(name) is missing") }
        return value
    }
}
