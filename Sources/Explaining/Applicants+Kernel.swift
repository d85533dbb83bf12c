import Admissions
import Verifying

/// Who wishes each facility in the order of the comparator, with the keys that were compared.
///
/// It depends on the case alone, so it can be made while the allocation is searched for.
public struct ApplicantQueues: Sendable {
    public let applicants: Applicants
    let sorted: [SortedFacility]
    let comparator: Comparator

    /// Sorts the wishes of all children.
    ///
    /// - Parameters:
    ///   - comparator: That of the case, where it was made before.
    ///   - threads: How many may sort at the same time; the order is the same with any number.
    /// - Complexity: O(w log w) in the eligible wishes, flat integers in the inner loop.
    public init(of subject: Case, comparator: Comparator? = nil, threads: Int = 1) {
        var counts = [Int](repeating: 0, count: subject.facilities.count + 1)
        for child in subject.children.indices {
            for wish in subject.children[child].wishes where wish.isEligible { counts[wish.facility + 1] += 1 }
        }
        for facility in subject.facilities.indices { counts[facility + 1] += counts[facility] }
        var next = counts
        var entries = [Applicants.Entry](repeating: Applicants.Entry(child: 0, wish: 0), count: counts.last!)
        for child in subject.children.indices {
            for position in subject.children[child].wishes.indices
            where subject.children[child].wishes[position].isEligible {
                let facility = subject.children[child].wishes[position].facility
                entries[next[facility]] = Applicants.Entry(child: Int32(child), wish: Int32(position))
                next[facility] += 1
            }
        }
        let comparator = comparator ?? Comparator(of: subject)
        let encoded = EncodedKeys(of: subject, comparator)
        let (starts, unsorted) = (counts, entries)
        sorted = inRanges(of: subject.facilities.count, threads: threads, smallest: 32) { facilities in
            facilities.map { encoded.sorted(unsorted[starts[$0]..<starts[$0 + 1]]) }
        }.flatMap { $0 }
        for (facility, queue) in sorted.enumerated() {
            for (offset, index) in queue.order.enumerated() {
                entries[starts[facility] + offset] = unsorted[starts[facility] + Int(index)]
            }
        }
        applicants = Applicants(entries: entries, starts: starts)
        self.comparator = comparator
    }
}

/// The entries of one facility with their keys as integers.
struct SortedFacility: Sendable {
    /// Offsets into the unsorted entries, first in the comparator first.
    let order: [Int32]
    /// For unsorted offset `i` its values at `i * width`; smaller comes before.
    let values: [Int64]
    let width: Int

    /// The first value in which the entries at two positions of the order differ, or `nil`.
    func firstDifference(_ one: Int, _ other: Int) -> Int? {
        let (left, right) = (Int(order[one]) * width, Int(order[other]) * width)
        return (0..<width).first { values[left + $0] != values[right + $0] }
    }
}

/// The priority keys of all children as integers, so that comparing priorities compares integers.
///
/// Values that are not whole stand for their rank among all values of the key. The values end with the first word of the
/// draw; where all are equal, the verifier's comparator decides.
struct EncodedKeys: Sendable {
    private let subject: Case
    private let comparator: Comparator
    /// Index of the key `points`, or -1.
    private let pointsKey: Int
    /// For child `c` its values at `c * width`; at `points` the place is filled from `points`.
    private let ofChild: [Int64]
    /// For each child where its wishes begin in `points`.
    private let starts: [Int]
    /// For each wish of each child the points that count.
    private let points: [Int64]
    let width: Int

    init(of subject: Case, _ comparator: Comparator) {
        self.subject = subject
        self.comparator = comparator
        let keys = subject.rules.priority
        pointsKey = keys.firstIndex { $0.name == "points" } ?? -1
        // Two digests may share a word, so nothing after the draw is compared here.
        let isSeeded = subject.children.contains { if case .seeded = $0.draw { true } else { false } }
        let explicitDraw = isSeeded ? keys.firstIndex { $0.name == "draw" } : nil
        let columnCount = explicitDraw ?? keys.count
        let width = columnCount + 1
        self.width = width
        let count = subject.children.count
        var ofChild = [Int64](repeating: 0, count: count * width)
        func fill(_ column: Int, _ values: [Int64]) {
            for child in 0..<count { ofChild[child * width + column] = values[child] }
        }
        for column in 0..<columnCount where column != pointsKey {
            if keys[column].name == "draw" {
                fill(column, Self.draws(subject, keys[column].order))
            } else {
                let values = (0..<count).map { subject.keyValue(child: $0, key: column) }
                fill(column, Self.encode(values, keys[column]))
            }
        }
        fill(columnCount, Self.draws(subject, explicitDraw.map { keys[$0].order } ?? .ascending))
        self.ofChild = ofChild
        var starts: [Int] = []
        var points: [KeyValue?] = []
        if pointsKey >= 0 {
            starts.reserveCapacity(count)
            points.reserveCapacity(subject.children.indices.reduce(0) { $0 + subject.children[$1].wishes.count })
            for child in subject.children.indices {
                starts.append(points.count)
                for wish in subject.children[child].wishes.indices {
                    points.append(comparator.points(of: child, at: wish).map(KeyValue.number))
                }
            }
        }
        self.starts = starts
        self.points = pointsKey >= 0 ? Self.encode(points, keys[pointsKey]) : []
    }

    private static func draws(_ subject: Case, _ order: PriorityKey.Order) -> [Int64] {
        let seeded = subject.children.indices.compactMap { child -> Int64? in
            guard case .seeded(let digest) = subject.children[child].draw else { return nil }
            let word = Int64(bitPattern: digest.firstWord ^ 1 << 63)
            return order == .ascending ? word : ~word
        }
        if seeded.count == subject.children.count { return seeded }
        let given = subject.children.map { child -> KeyValue? in
            guard case .given(let number) = child.draw else { return nil }
            return .number(number)
        }
        return encode(given, PriorityKey("draw", order))
    }

    /// Integers in the order of the values: smaller comes before.
    private static func encode(_ values: [KeyValue?], _ key: PriorityKey) -> [Int64] {
        let blank: Int64 = key.blank == .first ? .min : .max
        func directed(_ value: Int64) -> Int64 { key.order == .ascending ? value : ~value }
        var encoded = [Int64](repeating: blank, count: values.count)
        for (index, value) in values.enumerated() {
            switch value {
            case nil: break
            case .number(let number)?:
                guard number.isInteger else { return ranked() }
                encoded[index] = directed(number.numerator)
            case .date(let date)?: encoded[index] = directed(Int64(date.dayNumber))
            }
        }
        return encoded
        func ranked() -> [Int64] {
            let distinct = Set(values.compactMap { $0 }).sorted()
            let ranks = Dictionary(uniqueKeysWithValues: distinct.enumerated().map { ($1, Int64($0)) })
            return values.map { value in value.map { directed(ranks[$0]!) } ?? blank }
        }
    }

    /// Sorts entries of one facility.
    func sorted(_ entries: ArraySlice<Applicants.Entry>) -> SortedFacility {
        let base = entries.startIndex
        var values = [Int64](repeating: 0, count: entries.count * width)
        for (offset, entry) in entries.enumerated() {
            let (from, to) = (Int(entry.child) * width, offset * width)
            for column in 0..<width { values[to + column] = ofChild[from + column] }
            if pointsKey >= 0, pointsKey < width - 1 {
                values[to + pointsKey] = points[starts[Int(entry.child)] + Int(entry.wish)]
            }
        }
        var order = (0..<Int32(entries.count)).map { $0 }
        let width = width
        values.withUnsafeBufferPointer { values in
            order.sort { one, other in
                let (left, right) = (Int(one) * width, Int(other) * width)
                for column in 0..<width where values[left + column] != values[right + column] {
                    return values[left + column] < values[right + column]
                }
                let (first, second) = (entries[base + Int(one)], entries[base + Int(other)])
                return comparator.precedes(
                    Int(first.child), at: Int(first.wish), Int(second.child), at: Int(second.wish))
            }
        }
        return SortedFacility(order: order, values: values, width: width)
    }
}
