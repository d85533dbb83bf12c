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
    /// Whether the table has the computed number. A class without computed vacancies need not be offered.
    public var agrees: Bool { seats.map { $0 == expected } ?? (expected == 0) }
    /// The computation as text, such as `20 + 2 - 17 = 5`.
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

    /// Number of children enrolled in the class beyond capacity and margin; 0 if these are not given.
    func excess(ofClass age: Int) -> Int { vacancies.first { $0.ageClass == age }?.excess ?? 0 }

    private func value(_ values: [Int?], _ age: Int) -> Int? { values.indices.contains(age) ? values[age] : nil }
}
