/// Random numbers that are the same on every machine and in every release.
///
/// Source: Steele, Lea and Flood 2014, doi:10.1145/2714064.2660195.
struct Chance {
    private var state: UInt64

    /// - Parameters:
    ///   - seed: Of the whole fuzzer.
    ///   - index: Of the input; each has numbers of its own, so that one can be made again without those before.
    init(seed: UInt64, index: UInt64) {
        state = seed
        state = next() ^ (index &* 0xD134_2543_DE82_EF95)
        state = next()
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number below `count`, which is at least 1.
    mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }

    /// A number of the range.
    mutating func int(_ range: ClosedRange<Int>) -> Int { range.lowerBound + below(range.count) }

    /// True in `percent` of 100 draws.
    mutating func percent(_ percent: Int) -> Bool { below(100) < percent }

    /// One of the elements; there must be one.
    mutating func pick<Elements: RandomAccessCollection>(_ elements: Elements) -> Elements.Element {
        elements[elements.index(elements.startIndex, offsetBy: below(elements.count))]
    }

    /// A small number, often 1.
    mutating func few() -> Int { percent(60) ? 1 : percent(70) ? int(2...4) : int(5...12) }
}
