import Admissions

/// How the points of the children, or a part of them, are distributed.
struct PointsDistribution {
    /// Highest first, with the empty ones between; none where no child has a number.
    let bins: [Bin]
    /// The children with a number, and those without.
    let children: Int
    let missing: Int
    /// The least and the largest number; `nil` where no child has one.
    let least: ExactNumber?
    let most: ExactNumber?
    /// The number in the middle, or the two in the middle where their mean does not fit; empty where no child has one.
    let median: [ExactNumber]
    /// The children whose number another child has too.
    let tied: Int

    struct Bin {
        let name: Phrase
        var count = ReportFigures.Count()
    }

    /// - Parameters:
    ///   - values: The number of each child.
    ///   - outcomes: The outcome of each child; a child without one is left out.
    /// - Complexity: O(children), and O(n log n) in the different numbers.
    init(of values: ChildNumbers, _ outcomes: [Outcome?]) {
        var counts = [ReportFigures.Count](repeating: .init(), count: values.numbers.count)
        var missing = 0
        for (code, outcome) in zip(values.codes, outcomes) {
            guard let outcome else { continue }
            if code < 0 { missing += 1 } else { counts[Int(code)].add(outcome) }
        }
        let codes = counts.indices.filter { counts[$0].total > 0 }
            .sorted { values.numbers[$0] < values.numbers[$1] }
        let (numbers, totals) = (codes.map { values.numbers[$0] }, codes.map { counts[$0].total })
        self.missing = missing
        children = totals.reduce(0, +)
        tied = totals.filter { $0 > 1 }.reduce(0, +)
        (least, most) = (numbers.first, numbers.last)
        guard !numbers.isEmpty else {
            (bins, median) = ([], [])
            return
        }
        median = Self.median(numbers, totals)
        let scale = PointsBins(numbers)
        var bins = (0..<scale.count).map { Bin(name: scale.name(of: $0)) }
        for (code, number) in zip(codes, numbers) { bins[scale.index(of: number)].count.add(counts[code]) }
        self.bins = bins.reversed()
    }

    /// - Parameters:
    ///   - numbers: Ascending, at least one.
    ///   - totals: How many children have each; at least one.
    private static func median(_ numbers: [ExactNumber], _ totals: [Int]) -> [ExactNumber] {
        func number(at place: Int) -> ExactNumber {
            var rest = place
            for (number, total) in zip(numbers, totals) {
                if rest < total { return number }
                rest -= total
            }
            preconditionFailure("\(place) is beyond the children who have a number")
        }
        let count = totals.reduce(0, +)
        let (lower, upper) = (number(at: (count - 1) / 2), number(at: count / 2))
        if lower == upper { return [lower] }
        return lower.adding(upper)?.divided(by: 2).map { [$0] } ?? [lower, upper]
    }
}
