import Admissions
import Testing

struct ExactNumberTests {
    @Test(
        "Decimals are read exactly and written in lowest terms",
        arguments: [
            ("0", "0"), ("-0", "0"), ("0.0", "0"), ("12.50", "12.5"), ("-12.50", "-12.5"), ("+3", "3"), ("007", "7"),
            ("0.125", "0.125"), ("-0.001", "-0.001"), ("999999999999999999", "999999999999999999"),
            ("99999999999999999.9", "99999999999999999.9"), ("0.00000000000000001", "0.00000000000000001"),
            ("1.00000000000000000", "1"),
        ])
    func reading(text: String, written: String) {
        #expect(ExactNumber(text)?.description == written)
    }

    @Test(
        "Everything else is refused, never guessed",
        arguments: [
            "", "-", "+", ".", "1.", ".5", "1.2.3", "1,000", "1e3", " 1", "1 ", "--1", "1-", "0x10", "１２", "½",
            "1000000000000000000", "0.000000000000000001", "NaN", "100/3",
        ])
    func refusing(text: String) {
        #expect(ExactNumber(text) == nil)
    }

    @Test("What is written is read back as the same number")
    func roundTrip() {
        var random = SplitMix64(seed: 1)
        for _ in 0..<20_000 {
            let places = Int.random(in: 0...17, using: &random)
            let digits = Int.random(in: max(1, places)...18, using: &random)
            let bound = (0..<digits).reduce(Int64(1)) { power, _ in power * 10 }
            let scale = (0..<places).reduce(Int64(1)) { power, _ in power * 10 }
            let number = ExactNumber(Int64.random(in: -bound + 1..<bound, using: &random), over: scale)
            guard let number else {
                Issue.record("no number with \(digits) digits, \(places) of them after the point")
                continue
            }
            if ExactNumber(number.description) != number { Issue.record("\(number) is read otherwise") }
        }
    }

    @Test("A fraction that ends in no decimal is written as one")
    func fractions() {
        #expect(ExactNumber(100, over: 3)?.description == "100/3")
        #expect(ExactNumber(-100, over: 6)?.description == "-50/3")
        #expect(ExactNumber(100, over: -8)?.description == "-12.5")
        #expect(ExactNumber(1, over: 0) == nil)
        #expect(ExactNumber(.min, over: 1) == nil)
        #expect(ExactNumber(1, over: .min) == nil)
        #expect(ExactNumber(0, over: 7) == 0)
    }

    /// Small, large and extreme numbers, and neighbours of them.
    private func randomNumber(_ random: inout SplitMix64) -> ExactNumber {
        while true {
            func part(_ range: ClosedRange<Int64>) -> Int64 {
                let wide = Int64.random(in: range, using: &random)
                return wide >> Int64.random(in: 0...62, using: &random)
            }
            if let number = ExactNumber(part(-Int64.max...Int64.max), over: part(1...Int64.max)) { return number }
        }
    }

    @Test("Numbers compare as their cross products do in wide arithmetic")
    func comparing() {
        var random = SplitMix64(seed: 2)
        for round in 0..<50_000 {
            let left = randomNumber(&random)
            var right = randomNumber(&random)
            if round % 4 == 0, let neighbour = ExactNumber(left.numerator, over: max(1, left.denominator - 1)) {
                right = neighbour
            }
            let leftProduct = Int128(left.numerator) * Int128(right.denominator)
            let rightProduct = Int128(right.numerator) * Int128(left.denominator)
            if (left < right) != (leftProduct < rightProduct) || (left == right) != (leftProduct == rightProduct)
                || (right < left) != (rightProduct < leftProduct)
            {
                Issue.record("\(left) and \(right) compare wrongly")
            }
        }
    }

    @Test("Sums and differences are exact, or nil where they do not fit")
    func adding() {
        var random = SplitMix64(seed: 3)
        var fitting = 0
        for _ in 0..<50_000 {
            let (left, right) = (randomNumber(&random), randomNumber(&random))
            guard let sum = left.adding(right) else { continue }
            fitting += 1
            // Over the common denominator, which fits wherever the sum does: (sum - left) == right, crosswise.
            if sum.subtracting(left).map({ $0 != right }) ?? false { Issue.record("\(left) + \(right) is not \(sum)") }
            if right.adding(left) != sum { Issue.record("\(left) + \(right) depends on their order") }
        }
        #expect(fitting > 1_000)
        #expect(ExactNumber("0.1")!.adding(ExactNumber("0.2")!) == ExactNumber("0.3"))
        #expect(ExactNumber(Int.max).adding(1) == nil)
        #expect(ExactNumber(-Int.max).adding(-1) == nil)
        #expect(ExactNumber("0.5")!.adding(ExactNumber(Int.max)) == nil)
        #expect(ExactNumber(0).subtracting(ExactNumber(Int.min)) == nil)
        #expect(ExactNumber("0.5")!.subtracting(ExactNumber("0.75")!) == ExactNumber("-0.25"))
    }

    @Test("Means are exact fractions that compare with decimals on either side")
    func means() throws {
        func mean(_ texts: [String]) throws -> ExactNumber {
            let numbers = try texts.map { try #require(ExactNumber($0)) }
            let sum = try numbers.reduce(ExactNumber(0)) { sum, number in try #require(sum.adding(number)) }
            return try #require(sum.divided(by: numbers.count))
        }
        #expect(try mean(["10", "20", "70"]).description == "100/3")
        #expect(try mean(["10", "20", "70"]) > #require(ExactNumber("33.33333333333333")))
        #expect(try mean(["10", "20", "70"]) < #require(ExactNumber("33.33333333333334")))
        #expect(try mean(["12.5", "12.75"]) == #require(ExactNumber("12.625")))
        #expect(try mean(["-1", "-2", "-2"]) < #require(ExactNumber("-1.6666666666666666")))
        #expect(ExactNumber(1).divided(by: 0) == nil)
        #expect(ExactNumber(1, over: 3)?.divided(by: .max) == nil)
        #expect(ExactNumber(1).divided(by: .min) == nil)
    }
}
