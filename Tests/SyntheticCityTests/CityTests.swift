import Admissions
import SyntheticCity
import Testing

struct CityTests {
    @Test("A city of 8,000 has the figures it was asked for", arguments: [1, 2, 2_027] as [UInt64])
    func figures(seed: UInt64) throws {
        let figures = try City(CityOptions(seed: seed)).figures
        for row in figures.rows { #expect(row.isMet, "seed \(seed): \(row)") }
        #expect(try #require(figures["share of wishes not eligible"]).actual < 0.01)
        #expect(try #require(figures["class 1 among the held"]).actual > 0.5)
        #expect(try #require(figures["wishes shared with the eldest sibling"]).actual > 0.7)
        #expect(try #require(figures["kilometres to the first wish"]).actual < 1.5)
    }

    @Test("The figures follow the options, in a large city and under hard ones", arguments: 0..<5)
    func otherFigures(variant: Int) throws {
        var options = CityOptions(children: 2_000, facilities: 75, seed: 11)
        var names = ["wishes on average", "held share of new applicants"]
        switch variant {
        case 0: options.wishes = .varied(average: 3.4, maximum: 20)
        case 1: options.wishes = .varied(average: 6, maximum: 20)
        case 2: (options.heldShare, options.pooledEverywhere) = (0.1, true)
        case 3:
            options.wishes = .fixed(20)
            names += ["longest list"]
        default:
            (options.siblingShare, options.householdSizeShares) = (1, [0, 0, 1])
            names = ["share applying with siblings", "households of 4 among those"]
        }
        let figures = try City(options).figures
        for name in names {
            let row = try #require(figures[name])
            // A quarter of the children of the city the tolerances are for.
            #expect(abs(row.actual - (row.target ?? 20)) <= 2 * row.tolerance, "\(row)")
        }
    }

    @Test("The table has a line for each figure and marks those off their target")
    func table() {
        let figures = CityFigures(rows: [
            .init(name: "a share", target: 0.25, actual: 0.2501, tolerance: 0.01),
            .init(name: "off", target: 0.5, actual: 0.05, tolerance: 0.01),
            .init(name: "a count", target: nil, actual: 1_234, tolerance: 0),
        ])
        #expect(
            figures.description == """
                figure     target      actual
                a share    0.2500      0.2501
                off        0.5000      0.0500 !
                a count         -        1234
                ! marks what misses its target (1 figure): in a small city chance does that.
                """)
    }
}
