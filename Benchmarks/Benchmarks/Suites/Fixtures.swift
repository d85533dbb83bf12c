import Admissions
import Allocating
import CaseFiles
import Foundation
import SyntheticCity

/// Cities to measure with, each made once a process.
enum Fixtures {
    /// Sizes of the realistic cities, from `ENMUSUBI_SIZES`; 1,000,000 takes minutes and must be asked for.
    static let sizes: [Int] = {
        guard let text = ProcessInfo.processInfo.environment["ENMUSUBI_SIZES"] else {
            return [1_000, 8_000, 20_000, 100_000]
        }
        return text.split(separator: ",").map { word in
            guard let size = Int(word) else { fatalError("ENMUSUBI_SIZES must be numbers, not \(word).") }
            return size
        }
    }()

    /// Rows of the tables that the driver made in the folder `ENMUSUBI_TABLES`; none where it did not.
    static let tableSizes: [Int] = {
        let names = try? FileManager.default.contentsOfDirectory(atPath: tables)
        return (names ?? []).compactMap { $0.hasSuffix(".xlsx") ? Int($0.dropLast(5)) : nil }.sorted()
    }()
    private static let tables = ProcessInfo.processInfo.environment["ENMUSUBI_TABLES"] ?? "/nowhere"

    /// The bytes of one of these tables.
    static func table(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: tables).appending(path: name)))
    }

    /// A realistic city with as many children a facility as the default.
    static func city(children: Int, seed: UInt64 = 1) -> CityOptions {
        CityOptions(children: children, facilities: max(1, children * 3 / 80), seed: seed)
    }

    /// Cities of 8,000 children that are far worse than a real one, by name.
    static let hard: [(name: String, options: CityOptions)] = {
        func city(_ change: (inout CityOptions) -> Void) -> CityOptions {
            var options = CityOptions()
            change(&options)
            return options
        }
        var cities: [(String, CityOptions)] = [
            ("random priorities, half siblings", city { ($0.priorities, $0.siblingShare) = (.randomPerFacility, 0.5) })
        ]
        for percent in [18, 30, 50] {
            cities.append(("siblings \(percent) %", city { $0.siblingShare = Double(percent) / 100 }))
        }
        cities.append(("many bonuses", city { ($0.enrolledSiblingShare, $0.siblingBonus) = (0.6, 10) }))
        cities.append(("pooled everywhere", city { $0.pooledEverywhere = true }))
        for seed in [22, 45, 72, 111] as [UInt64] {
            cities.append(("nothing stable, seed \(seed)", city { $0.seed = seed }))
        }
        return cities
    }()

    /// Every household has four children with 20 wishes each, and every facility an order of its own.
    static func adversary(children: Int) -> CityOptions {
        var options = city(children: children)
        // Enough facilities for 20 wishes, however few the children.
        options.facilities = max(60, options.facilities)
        options.siblingShare = 1
        options.householdSizeShares = [0, 0, 1]
        options.wishes = .fixed(20)
        options.priorities = .randomPerFacility
        return options
    }

    private nonisolated(unsafe) static var cases: [CityOptions: Case] = [:]
    private nonisolated(unsafe) static var folders: [CityOptions: URL] = [:]

    /// The case of a city; a benchmark is a process with one thread that asks.
    static func subject(_ options: CityOptions) -> Case {
        if let known = cases[options] { return known }
        guard let subject = draft(options).resolve().case else { fatalError("a city without a case: \(options)") }
        cases[options] = subject
        return subject
    }

    private nonisolated(unsafe) static var allocations: [CityOptions: Allocation] = [:]

    /// The result for a city; `nil` where the allocator throws.
    static func allocation(_ options: CityOptions) -> Allocation? {
        if let known = allocations[options] { return known }
        allocations[options] = try? Allocator(subject(options)).allocate().allocation
        return allocations[options]
    }

    /// The folder of a city, under the temporary folder; ``removeFolders()`` removes it.
    static func folder(_ options: CityOptions) throws -> URL {
        if let known = folders[options] { return known }
        let url = FileManager.default.temporaryDirectory.appending(path: "enmusubi-suites-\(UUID().uuidString)")
        try CaseFolder(url).write(draft(options))
        folders[options] = url
        return url
    }

    static func removeFolders() throws {
        for url in folders.values { try FileManager.default.removeItem(at: url) }
        folders = [:]
    }

    private static func draft(_ options: CityOptions) -> CaseDraft {
        do { return try City(options).makeDraft() } catch { fatalError("\(error)") }
    }
}
