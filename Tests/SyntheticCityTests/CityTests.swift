import Admissions
import SyntheticCity
import Testing

struct CityTests {
    @Test("A city of 8,000 has the figures it was asked for", arguments: [1, 2, 3, 2_027] as [UInt64])
    func figures(seed: UInt64) throws {
        let figures = try City(CityOptions(seed: seed)).figures
        for row in figures.rows { #expect(row.isMet, "seed \(seed): \(row)") }
        #expect(try #require(figures["share of wishes not eligible"]).actual < 0.01)
        #expect(try #require(figures["class 1 among the held"]).actual > 0.5)
    }
}
