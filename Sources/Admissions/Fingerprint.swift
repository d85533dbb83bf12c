/// A number that is the same for equal sequences, and hardly ever for unequal ones.
///
/// It is the same on every machine. Source of the constants: Steele, Lea and Flood 2014, doi:10.1145/2660193.2660195.
package struct Fingerprint {
    package private(set) var value: UInt64 = 0

    package init() {}

    package mutating func mix(_ number: Int) { mix(UInt64(bitPattern: Int64(number))) }

    package mutating func mix(_ value: KeyValue?) {
        switch value {
        case nil: mix(1)
        case .number(let number):
            mix(UInt64(bitPattern: number.numerator))
            mix(UInt64(bitPattern: number.denominator))
        case .date(let date): mix(date.dayNumber)
        }
    }

    private mutating func mix(_ bits: UInt64) {
        var z = value &+ bits &+ 0x9e37_79b9_7f4a_7c15
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        value = z ^ z >> 31
    }
}
