import Admissions
import Programs

/// Ranks a household's accepted, eligible joint outcomes, best first, a batch at a time.
///
/// A short list is ranked at once. A long list needs the memory of one batch only: each batch walks over the whole product of
/// the members' options and keeps the best outcomes after the last one given out (a household with four children of twenty
/// wishes each has 194,481 combinations). Under `sameOnly` only the outcomes at one facility are walked over. A deadline ends
/// a walk; the next batch then starts it again.
///
/// - Complexity: O(product of options + batch log batch) for each batch; for a short list this is the cost of all batches.
struct JointList: Sendable {
    private let ranking: JointRanking
    private var last: JointRanking.Key?
    /// The outcomes of a short list that are still to be given out, the last one first.
    private var ranked: [JointRanking.Key]?
    /// The most combinations that a short list has.
    private static let shortList = 2_048
    private var nextTableRow = 0
    private(set) var isExhausted = false
    /// Whether the deadline ended the last batch, which is then empty.
    private(set) var isStopped = false

    /// - Parameter kept: For each member the only option to be walked over, or `nil` for all; empty if all members are free. It
    ///   is ignored for a household with a table.
    init(_ household: Int, in subject: Case, keeping kept: [Int32?] = []) {
        ranking = JointRanking(household, in: subject, keeping: kept)
    }

    /// The next outcomes of the list, at most `limit`. At the end of the list the baseline is added as the last one.
    ///
    /// - Returns: For each outcome the members' options (index of the wish, or the number of wishes for the baseline).
    mutating func next(_ limit: Int, until deadline: Deadline = .none, near: (Int, Int) -> Bool) -> [Int32] {
        isStopped = false
        if isExhausted { return [] }
        if let table = ranking.table { return nextRows(of: table, limit) }
        guard let answer = ranking.answer else {
            isExhausted = true
            return ranking.eligible.indices.filter { ranking.eligible[$0] != 0 }.map(Int32.init) + ranking.baseline
        }
        return ranking.combinations <= Self.shortList
            ? nextRanked(limit, answer, deadline, near) : nextSelected(limit, answer, deadline, near)
    }

    private mutating func nextRanked(
        _ limit: Int, _ answer: SiblingAnswer, _ deadline: Deadline, _ near: (Int, Int) -> Bool
    ) -> [Int32] {
        if ranked == nil {
            var keys: [JointRanking.Key] = []
            isStopped = !ranking.forEachKey(answer, until: deadline, near: near) { keys.append($0) }
            if isStopped { return [] }
            keys.sort { $1 < $0 }
            ranked = keys
        }
        var batch: [Int32] = []
        batch.reserveCapacity((min(limit, ranked!.count) + 1) * ranking.memberCount)
        for _ in 0..<limit {
            guard let key = ranked!.popLast() else { break }
            ranking.append(key.code, to: &batch)
        }
        if ranked!.isEmpty { close(&batch) }
        return batch
    }

    private mutating func nextSelected(
        _ limit: Int, _ answer: SiblingAnswer, _ deadline: Deadline, _ near: (Int, Int) -> Bool
    ) -> [Int32] {
        // A walk over a long list is expensive, so each walk keeps a few more outcomes than a small `limit` asks for.
        var best = BoundedSelection<JointRanking.Key>(capacity: max(limit, Self.shortList / 4))
        let last = last
        isStopped = !ranking.forEachKey(answer, until: deadline, near: near) { key in
            if last.map({ $0 < key }) ?? true { best.insert(key) }
        }
        if isStopped { return [] }
        let keys = best.sorted()
        self.last = keys.last ?? last
        var batch: [Int32] = []
        batch.reserveCapacity((keys.count + 1) * ranking.memberCount)
        for key in keys { ranking.append(key.code, to: &batch) }
        if !best.hasOverflown { close(&batch) }
        return batch
    }

    /// Ends the list with the baseline.
    private mutating func close(_ batch: inout [Int32]) {
        isExhausted = true
        ranked = nil
        batch += ranking.baseline
    }

    private mutating func nextRows(of table: JointTable, _ limit: Int) -> [Int32] {
        var batch: [Int32] = []
        var taken = 0
        while nextTableRow < table.count && taken < limit {
            let row = table.choices[nextTableRow * ranking.memberCount..<(nextTableRow + 1) * ranking.memberCount]
            nextTableRow += 1
            let options = zip(ranking.wishCounts, row).map { $1 < 0 ? $0 : Int($1) }
            guard ranking.areEligible(options) else { continue }
            batch += options.map(Int32.init)
            taken += 1
        }
        if nextTableRow == table.count {
            isExhausted = true
            batch += ranking.baseline
        }
        return batch
    }
}

/// How a household's joint outcomes are ranked. It is immutable and shared, so that walking over the outcomes copies nothing.
private final class JointRanking: @unchecked Sendable {
    let answer: SiblingAnswer?
    let table: JointTable?
    private let rules: SiblingRules
    /// For each member the number of its wishes, where they begin in `facilities` and `eligible` (1 or 0), and its current
    /// facility or -1. These are plain buffers because the inner loop would spend more time on counting references to arrays
    /// than on reading them.
    let wishCounts, eligible: Numbers
    private let wishStarts, currents, facilities: Numbers
    private let kept: [Int32?]
    /// The members as they are compared: the preferred child, then the rest eldest first.
    private let comparison: Numbers
    /// The members as they must be placed: the lead child, then the rest eldest first; youngest first if the youngest leads.
    private let following: Numbers

    /// A buffer that is freed with the ranking.
    typealias Numbers = UnsafeMutableBufferPointer<Int>

    private static func numbers(_ values: [Int]) -> Numbers {
        let numbers = Numbers.allocate(capacity: values.count)
        _ = numbers.initialize(from: values)
        return numbers
    }

    deinit {
        for numbers in [wishCounts, wishStarts, currents, facilities, eligible, comparison, following] {
            numbers.deallocate()
        }
    }

    var memberCount: Int { wishCounts.count }
    /// The number of combinations of the members' options. It may overflow, and is then meaningless, for a household with a
    /// table.
    var combinations: Int { wishCounts.reduce(1) { $0.multipliedReportingOverflow(by: $1 + 1).partialValue } }
    /// The outcome in which nobody is placed.
    var baseline: [Int32] { wishCounts.map(Int32.init) }

    /// Whether every member may have its option of the outcome.
    func areEligible(_ options: [Int]) -> Bool {
        options.indices.allSatisfy {
            options[$0] == wishCounts[$0] || eligible[wishStarts[$0] + options[$0]] != 0
        }
    }

    /// The sort key of an outcome; no two outcomes of a household have the same.
    struct Key: Comparable {
        var before: UInt64
        var aggregate: UInt128
        var after: UInt64
        /// The single ranks in order of comparison, as one number in a mixed base. This is the last criterion, and it encodes
        /// the outcome.
        var code: UInt128

        static func < (left: Key, right: Key) -> Bool {
            if left.before != right.before { return left.before < right.before }
            if left.aggregate != right.aggregate { return left.aggregate < right.aggregate }
            if left.after != right.after { return left.after < right.after }
            return left.code < right.code
        }
    }

    init(_ household: Int, in subject: Case, keeping kept: [Int32?] = []) {
        self.kept = kept
        let entry = subject.households[household]
        rules = subject.rules.siblings
        let counts = entry.members.map { subject.children[$0].wishes.count }
        wishCounts = Self.numbers(counts)
        wishStarts = Self.numbers(counts.indices.map { counts[..<$0].reduce(0, +) })
        facilities = Self.numbers(entry.members.flatMap { subject.children[$0].wishes.map(\.facility) })
        eligible = Self.numbers(entry.members.flatMap { subject.children[$0].wishes.map { $0.isEligible ? 1 : 0 } })
        currents = Self.numbers(entry.members.map { subject.children[$0].currentFacility ?? -1 })
        switch entry.wishes {
        case .single: (answer, table) = (nil, nil)
        case .answer(let given): (answer, table) = (given, nil)
        case .table(let given): (answer, table) = (nil, given)
        }
        func first(_ child: Int?) -> [Int] {
            let head = child.flatMap { entry.members.firstIndex(of: $0) }
            return (head.map { [$0] } ?? []) + entry.members.indices.filter { $0 != head }
        }
        comparison = Self.numbers(first(answer?.preferred))
        following = Self.numbers(
            answer?.timing == .younger ? entry.members.indices.reversed() : first(answer?.lead))
    }

    /// One option of each member: the index of a wish, or the number of wishes for the baseline.
    typealias Options = UnsafeMutableBufferPointer<Int>

    /// Calls `visit` once with the sort key of every outcome that the household accepts, except the baseline.
    ///
    /// - Returns: Whether all were visited before the deadline.
    func forEachKey(
        _ answer: SiblingAnswer, until deadline: Deadline, near: (Int, Int) -> Bool, _ visit: (Key) -> Void
    ) -> Bool {
        guard answer.facility == .sameOnly else { return walk(at: nil, answer, deadline, near, visit) }
        // Every outcome places somebody, so the walks at two facilities never visit the same outcome.
        return Set(facilities).allSatisfy { walk(at: $0, answer, deadline, near, visit) }
    }

    /// Combinations after which a walk looks at the deadline; they take a few milliseconds.
    private static let stride = 1 << 14

    /// Walks over every combination of eligible options, or of those at the one facility; false if the deadline ended it.
    private func walk(
        at facility: Int?, _ answer: SiblingAnswer, _ deadline: Deadline, _ near: (Int, Int) -> Bool,
        _ visit: (Key) -> Void
    ) -> Bool {
        let count = wishCounts.count
        return withUnsafeTemporaryAllocation(of: Int.self, capacity: facilities.count + 4 * count + 1) { buffer in
            let options = Options(rebasing: buffer[..<count])
            let places = Options(rebasing: buffer[count..<2 * count])
            // The choices of member `m` are at `first[m]..<first[m + 1]` in `choices`.
            let first = Options(rebasing: buffer[2 * count...3 * count])
            let choices = Options(rebasing: buffer[(3 * count + 1)...])
            var end = 0
            for member in 0..<count {
                first[member] = end
                for option in 0...wishCounts[member] where isFree(member, option, at: facility) {
                    choices[end] = option
                    end += 1
                }
                if end == first[member] { return true }
            }
            first[count] = end
            var placed = 0
            for member in 0..<count {
                places[member] = first[member]
                options[member] = choices[first[member]]
                if options[member] < wishCounts[member] { placed += 1 }
            }
            var left = Self.stride
            while true {
                left -= 1
                if left == 0 {
                    if deadline.hasPassed { return false }
                    left = Self.stride
                }
                if placed > 0, let key = key(of: options, answer, near: near) { visit(key) }
                var position = count - 1
                while position >= 0 {
                    let wasPlaced = options[position] < wishCounts[position]
                    let isLast = places[position] + 1 == first[position + 1]
                    places[position] = isLast ? first[position] : places[position] + 1
                    options[position] = choices[places[position]]
                    let isPlaced = options[position] < wishCounts[position]
                    placed += (isPlaced ? 1 : 0) - (wasPlaced ? 1 : 0)
                    if !isLast { break }
                    position -= 1
                }
                if position < 0 { return true }
            }
        }
    }

    /// Whether the option is to be walked over: the baseline, or an eligible wish for the facility.
    @inline(__always)
    private func isFree(_ member: Int, _ option: Int, at facility: Int?) -> Bool {
        if !kept.isEmpty, let kept = kept[member], Int(kept) != option { return false }
        if option == wishCounts[member] { return true }
        let wish = wishStarts[member] + option
        return eligible[wish] != 0 && (facility == nil || facilities[wish] == facility)
    }

    /// Where a member counts as placed under the outcome, or -1.
    @inline(__always)
    private func seat(_ member: Int, _ options: Options) -> Int {
        let option = options[member]
        if option < wishCounts[member] { return facilities[wishStarts[member] + option] }
        let current = currents[member]
        if rules.keptSeat != .counts || current < 0 { return -1 }
        for other in 0..<options.count
        where options[other] < wishCounts[other] && facilities[wishStarts[other] + options[other]] == current {
            return current
        }
        return -1
    }

    /// Where a member ends up when nearness is judged, or -1. A child that stays at its current facility counts as being there
    /// whether or not a sibling joins it.
    @inline(__always)
    private func whereabouts(_ member: Int, _ options: Options) -> Int {
        let option = options[member]
        if option < wishCounts[member] { return facilities[wishStarts[member] + option] }
        return rules.keptSeat == .counts ? currents[member] : -1
    }

    /// The sort key, or `nil` if the household refuses the outcome.
    private func key(of options: Options, _ answer: SiblingAnswer, near: (Int, Int) -> Bool) -> Key? {
        let count = wishCounts.count
        return withUnsafeTemporaryAllocation(of: Int.self, capacity: count) { seats -> Key? in
            var placed = 0
            for member in 0..<count {
                let facility = seat(member, options)
                seats[member] = facility
                if facility >= 0 { placed += 1 }
            }
            switch answer.timing {
            case .together: if placed < count { return nil }
            case .lead, .elder, .younger: if seats[following[0]] < 0 { return nil }
            case .any, .independent: break
            }
            var largestGroup = 0
            for member in 0..<count where seats[member] >= 0 {
                var group = 0
                for other in 0..<count where seats[other] == seats[member] { group += 1 }
                largestGroup = max(largestGroup, group)
            }
            switch answer.facility {
            case .sameOnly:
                if largestGroup < placed { return nil }
                // A child that stays at a facility where no sibling is placed ends up elsewhere than the placed ones.
                if rules.keptSeat == .counts {
                    for member in 0..<count where seats[member] < 0 && currents[member] >= 0 { return nil }
                }
            case .near:
                for first in 0..<count {
                    let one = whereabouts(first, options)
                    if one < 0 { continue }
                    for second in first + 1..<max(count, first + 1) {
                        let other = whereabouts(second, options)
                        if other >= 0, !near(one, other) { return nil }
                    }
                }
            case .sameFirst, .rankFirst: break
            }
            var before: UInt64 = 0
            if rules.followLead, answer.lead != nil {
                for member in following { before = before << 1 | (seats[member] < 0 ? 1 : 0) }
            }
            if rules.countFirst { before = before << 8 | UInt64(count - placed) }
            if answer.facility == .sameFirst || answer.facility == .near {
                before = before << 8 | UInt64(count - largestGroup)
            }
            return Key(
                before: before, aggregate: aggregate(options),
                after: rules.countFirst ? 0 : UInt64(count - placed), code: code(options))
        }
    }

    private func aggregate(_ options: Options) -> UInt128 {
        var value: UInt128 = rules.aggregate == .product ? 1 : 0
        for member in wishCounts.indices {
            let isPlaced = options[member] < wishCounts[member]
            switch rules.aggregate {
            case .sum: value += UInt128(options[member] + 1)
            case .product: value *= UInt128(isPlaced ? options[member] + 1 : 99)
            case .worst: value = max(value, UInt128(options[member] + 1))
            case .lead: break  // The single ranks decide everything.
            }
        }
        return rules.aggregate == .lead ? code(options) : value
    }

    private func code(_ options: Options) -> UInt128 {
        var code: UInt128 = 0
        for member in comparison { code = code * UInt128(wishCounts[member] + 1) + UInt128(options[member]) }
        return code
    }

    /// Appends the options that the code stands for.
    func append(_ code: UInt128, to batch: inout [Int32]) {
        var rest = code
        let start = batch.count
        batch.append(contentsOf: repeatElement(0, count: memberCount))
        for member in comparison.reversed() {
            let base = UInt128(wishCounts[member] + 1)
            batch[start + member] = Int32(rest % base)
            rest /= base
        }
    }
}

/// The smallest elements of a stream, in bounded memory.
private struct BoundedSelection<Element: Comparable> {
    let capacity: Int
    private var elements: [Element] = []
    private var bound: Element?
    /// Whether more than `capacity` elements came.
    private(set) var hasOverflown = false

    init(capacity: Int) { self.capacity = capacity }

    /// - Complexity: O(1) amortised, apart from sorting twice the capacity now and then.
    mutating func insert(_ element: Element) {
        if let bound, !(element < bound) {
            hasOverflown = true
            return
        }
        elements.append(element)
        if elements.count >= 2 * capacity + 64 { shrink() }
    }

    private mutating func shrink() {
        elements.sort()
        if elements.count > capacity {
            hasOverflown = true
            elements.removeLast(elements.count - capacity)
            bound = elements.last
        }
    }

    mutating func sorted() -> [Element] {
        shrink()
        return elements
    }
}
