/// A stream of numbers that is the same on every machine: SplitMix64.
///
/// Every household and facility has a stream of its own, so that a change in one does not change the others. Fractions are made
/// by one exact division, and all other arithmetic on them uses only `+ - * /` and square roots, which IEEE 754 rounds in the
/// same way everywhere.
///
/// Source: Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014, doi:10.1145/2660193.2660195.
struct SeededRandom {
    private var state: UInt64

    /// The purpose of a stream. Its raw value is a part of the seed, so a value that was used once is never given to another
    /// purpose.
    enum Purpose: UInt64 {
        case stations = 1
        case wards, facilities, sizes, ages, answers, enrolment, homes, people, wishes, vacancies, order, mistakes,
            circumstances, buildings, closing,
            overfull
    }

    init(seed: UInt64, _ purpose: Purpose, _ index: Int = 0) {
        let purposeSeed = Self.mix(seed &+ purpose.rawValue &* 0x9E37_79B9_7F4A_7C15)
        state = Self.mix(purposeSeed ^ Self.mix(UInt64(index) &+ 0xD1B5_4A32_D192_ED03))
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mix(state)
    }

    /// A number from 0 to `count - 1`. The bias is below `count / 2^64` and does not matter here.
    mutating func below(_ count: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(count)).high) }

    /// A number from 0 (inclusive) to 1 (exclusive), in steps of 2^-53.
    mutating func fraction() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }

    mutating func chance(_ share: Double) -> Bool { fraction() < share }

    /// A number with a bell-shaped distribution around 0, with standard deviation 1 and no value beyond 3.47. It is made from the
    /// sum of four fractions.
    mutating func bell() -> Double { (fraction() + fraction() + fraction() + fraction() - 2) * 1.732_050_807_568_877_2 }

    /// An index, with a probability in proportion to its weight. No weight may be negative, and not all may be 0.
    mutating func pick(_ weights: [Double]) -> Int {
        var total = 0.0
        for weight in weights { total += weight }
        var rest = fraction() * total
        var last = 0
        for (index, weight) in weights.enumerated() where weight > 0 {
            last = index
            rest -= weight
            if rest < 0 { break }
        }
        return last
    }

    mutating func shuffle<Element>(_ items: inout [Element]) {
        guard items.count > 1 else { return }
        for index in stride(from: items.count - 1, to: 0, by: -1) { items.swapAt(index, below(index + 1)) }
    }

    /// `count` indices of `weights` in shuffled order, each as often as its weight says, to the nearest whole number.
    ///
    /// With this a city has exactly the shares that were asked for, instead of shares that vary with the seed. What rounding
    /// leaves goes to the largest remainders, and among equal ones to the smaller index.
    mutating func apportion(_ count: Int, _ weights: [Double]) -> [Int] {
        var total = 0.0
        for weight in weights { total += weight }
        guard count > 0, total > 0 else { return [] }
        let exact = weights.map { $0 / total * Double(count) }
        var counts = exact.map { Int($0) }
        let byRemainder = weights.indices.sorted {
            let (left, right) = (exact[$0] - Double(counts[$0]), exact[$1] - Double(counts[$1]))
            return left != right ? left > right : $0 < $1
        }
        var missing = count
        for share in counts { missing -= share }
        var next = 0
        while missing > 0 {
            counts[byRemainder[next % byRemainder.count]] += 1
            next += 1
            missing -= 1
        }
        var items: [Int] = []
        items.reserveCapacity(count)
        for (index, share) in counts.enumerated() { items.append(contentsOf: repeatElement(index, count: share)) }
        shuffle(&items)
        return items
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
