/// How the vacancies of one class of a facility are computed: capacity plus margin, minus the children enrolled.
public struct Vacancy: Hashable, Sendable {
    public let ageClass: Int
    public let capacity: Int
    public let enrolled: Int
    /// Places beyond the capacity (弾力化枠), negative if fewer places are filled; 0 if not given.
    public let margin: Int
    /// The vacancies in the facilities' table; `nil` if the class is not offered.
    public let seats: Int?

    /// The computed vacancies; 0 if the class is over-full.
    public var expected: Int { max(0, capacity + margin - enrolled) }
    /// Number of children enrolled beyond capacity and margin.
    public var excess: Int { max(0, enrolled - capacity - margin) }
    /// Whether the table says the same; a class without places and without children need not be offered, and of an over-full
    /// class the table may say how many are too many, as a negative number, or 0.
    public var agrees: Bool { seats.map { $0 == expected || $0 == -excess } ?? (expected == 0) }
    /// `20 + 2 - 17 = 5`.
    public var derivation: String {
        let extra = margin == 0 ? "" : margin > 0 ? " + \(margin)" : " - \(-margin)"
        return "\(capacity)\(extra) - \(enrolled) = \(capacity + margin - enrolled)"
    }
}

extension FacilityRow {
    /// The vacancies of every class for which capacity and enrolment are given, ascending by class.
    public var vacancies: [Vacancy] {
        (0...5).compactMap { age in
            guard let capacity = value(capacity, age), let enrolled = value(enrolled, age) else { return nil }
            return Vacancy(
                ageClass: age, capacity: capacity, enrolled: enrolled, margin: value(margin, age) ?? 0,
                seats: seats[age])
        }
    }

    /// Children who are too many in an over-full class: what a negative number of seats says, else, with 0 seats, those
    /// enrolled beyond capacity and margin, where these are given.
    func excess(ofClass age: Int) -> Int {
        guard let seats = seats[age], seats <= 0 else { return 0 }
        return seats < 0 ? -seats : vacancies.first { $0.ageClass == age }?.excess ?? 0
    }

    private func value(_ values: [Int?], _ age: Int) -> Int? { values.indices.contains(age) ? values[age] : nil }
}
