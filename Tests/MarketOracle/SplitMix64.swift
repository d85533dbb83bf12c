/// Random numbers that are the same on every machine and in every release.
///
/// Source: Steele, Lea and Flood 2014, doi:10.1145/2714064.2660195.
struct SplitMix64 {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number of the range; the bias of the remainder is far below what a small market could show.
    mutating func int(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.upperBound - range.lowerBound + 1))
    }

    /// True in `percent` of 100 draws.
    mutating func chance(_ percent: Int) -> Bool { int(0...99) < percent }

    /// One of the elements; there must be one.
    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[int(0...elements.count - 1)] }

    /// An index, drawn in proportion to its weight.
    mutating func weighted(_ weights: [Int]) -> Int {
        var ticket = int(0...weights.reduce(0, +) - 1)
        for (index, weight) in weights.enumerated() {
            if ticket < weight { return index }
            ticket -= weight
        }
        preconditionFailure("weights \(weights) ended before the ticket")
    }

    /// The elements in a random order (Fisher and Yates).
    mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
        var elements = elements
        for last in elements.indices.dropFirst().reversed() { elements.swapAt(last, int(0...last)) }
        return elements
    }
}
