import Admissions

/// Ranks a household's accepted, eligible joint outcomes, best first, a batch at a time.
///
/// A short list is ranked at once. Of a long one memory is that of one batch: each batch walks over the whole product of the
/// members' options and keeps the best outcomes after the last one given out (a household with four children of twenty
/// wishes has 194,481). Under `sameOnly` only the outcomes at one facility are walked over.
///
/// - Complexity: O(product of options + batch log batch) a batch; for a short list all together.
struct JointList: Sendable {
    private let ranking: JointRanking
    private var last: JointRanking.Key?
    /// The outcomes of a short list that are still to be given out, the last one first.
    private var ranked: [JointRanking.Key]?
    /// Combinations up to which a list is short.
    private static let shortList = 2_048
    private var nextTableRow = 0
    private(set) var isExhausted = false

    /// - Parameter kept: For each member the only option to be walked over, or `nil`; empty: all are free. A table ignores
    ///   it.
    init(_ household: Int, in subject: Case, keeping kept: [Int32?] = []) {
        ranking = JointRanking(household, in: subject, keeping: kept)
    }

    /// The next outcomes of the list, at most `limit`; when the list ends the baseline comes last.
    ///
    /// - Returns: For each outcome the members' options (index of the wish, or the number of wishes for the baseline).
    mutating func next(_ limit: Int, near: (Int, Int) -> Bool) -> [UInt16] {
        if isExhausted { return [] }
        if let table = ranking.table { return nextRows(of: table, limit) }
        guard let answer = ranking.answer else {
            isExhausted = true
            return ranking.members[0].isEligible.indices.filter { ranking.members[0].isEligible[$0] }.map(UInt16.init)
                + [UInt16(ranking.members[0].wishCount)]
        }
        return ranking.members.reduce(1, { $0 * ($1.wishCount + 1) }) <= Self.shortList
            ? nextRanked(limit, answer, near) : nextSelected(limit, answer, near)
    }

    private mutating func nextRanked(_ limit: Int, _ answer: SiblingAnswer, _ near: (Int, Int) -> Bool) -> [UInt16] {
        if ranked == nil {
            var keys: [JointRanking.Key] = []
            ranking.walk(answer) { options in
                if let key = ranking.key(of: options, answer, near: near) { keys.append(key) }
            }
            keys.sort { $1 < $0 }
            // Under `sameOnly` an outcome may be come by at several facilities.
            ranked = keys.isEmpty ? [] : [keys[0]] + zip(keys, keys.dropFirst()).filter { $1 < $0 }.map(\.1)
        }
        var batch: [UInt16] = []
        batch.reserveCapacity((min(limit, ranked!.count) + 1) * ranking.members.count)
        for _ in 0..<limit {
            guard let key = ranked!.popLast() else { break }
            ranking.append(key.code, to: &batch)
        }
        if ranked!.isEmpty { close(&batch) }
        return batch
    }

    private mutating func nextSelected(_ limit: Int, _ answer: SiblingAnswer, _ near: (Int, Int) -> Bool) -> [UInt16] {
        // Walking over a long list costs more than keeping more of it.
        var best = BoundedSelection<JointRanking.Key>(capacity: max(limit, Self.shortList / 4))
        let last = last
        ranking.walk(answer) { options in
            if let key = ranking.key(of: options, answer, near: near), last.map({ $0 < key }) ?? true {
                best.insert(key)
            }
        }
        let keys = best.sorted()
        self.last = keys.last ?? last
        var batch: [UInt16] = []
        batch.reserveCapacity((keys.count + 1) * ranking.members.count)
        for key in keys { ranking.append(key.code, to: &batch) }
        if !best.hasOverflown { close(&batch) }
        return batch
    }

    /// Ends the list with the baseline.
    private mutating func close(_ batch: inout [UInt16]) {
        isExhausted = true
        ranked = nil
        batch += ranking.members.map { UInt16($0.wishCount) }
    }

    private mutating func nextRows(of table: JointTable, _ limit: Int) -> [UInt16] {
        var batch: [UInt16] = []
        var taken = 0
        while nextTableRow < table.count && taken < limit {
            let row = table.choices[nextTableRow * ranking.members.count..<(nextTableRow + 1) * ranking.members.count]
            nextTableRow += 1
            let options = zip(ranking.members, row).map { $1 < 0 ? $0.wishCount : Int($1) }
            guard zip(ranking.members, options).allSatisfy({ $1 == $0.wishCount || $0.isEligible[$1] }) else {
                continue
            }
            batch += options.map(UInt16.init)
            taken += 1
        }
        if nextTableRow == table.count {
            isExhausted = true
            batch += ranking.members.map { UInt16($0.wishCount) }
        }
        return batch
    }
}

/// How a household's joint outcomes are ranked; made once, so that walking over them copies nothing. Nothing of it changes.
private final class JointRanking: @unchecked Sendable {
    let answer: SiblingAnswer?
    let table: JointTable?
    private let rules: SiblingRules
    let members: [Applicant]
    /// The same for the inner loop, which would spend more on counting who holds an array than on looking into it: how many
    /// wishes each member has, where they begin in `facilities`, and its present place or -1.
    private let wishCounts, wishStarts, currents, facilities: Numbers
    private let kept: [Int32?]
    /// Indices into `members`: the preferred child, then the rest eldest first.
    private let comparison: Numbers
    /// Indices into `members`: the lead child, then the rest eldest first; from the youngest that leads upward.
    private let following: Numbers

    /// Numbers that are given back with the ranking.
    private typealias Numbers = UnsafeMutableBufferPointer<Int>

    private static func numbers(_ values: [Int]) -> Numbers {
        let numbers = Numbers.allocate(capacity: values.count)
        _ = numbers.initialize(from: values)
        return numbers
    }

    deinit {
        for numbers in [wishCounts, wishStarts, currents, facilities, comparison, following] { numbers.deallocate() }
    }

    struct Applicant {
        let facilities: [Int]
        let isEligible: [Bool]
        let current: Int?
        var wishCount: Int { facilities.count }
    }

    /// The sort key of an outcome; no two outcomes of a household have the same.
    struct Key: Comparable {
        var before: UInt64
        var aggregate: UInt128
        var after: UInt64
        /// The single ranks in order of comparison, in a mixed base: the last criterion, and the outcome itself.
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
        members = entry.members.map { index in
            let child = subject.children[index]
            return Applicant(
                facilities: child.wishes.map(\.facility), isEligible: child.wishes.map(\.isEligible),
                current: child.currentFacility)
        }
        let counts = members.map(\.wishCount)
        wishCounts = Self.numbers(counts)
        wishStarts = Self.numbers(counts.indices.map { counts[..<$0].reduce(0, +) })
        facilities = Self.numbers(members.flatMap(\.facilities))
        currents = Self.numbers(members.map { $0.current ?? -1 })
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

    /// Calls `visit` with every combination of eligible options that the answer may accept, the baseline excepted.
    func walk(_ answer: SiblingAnswer, visit: (Options) -> Void) {
        let free = members.indices.map { member -> [Int] in
            let options = members[member].isEligible.indices.filter { members[member].isEligible[$0] }
            return options + [members[member].wishCount]
        }
        if answer.facility == .sameOnly {
            for facility in Set(members.flatMap(\.facilities)) {
                walkProduct(
                    free.indices.map { member in
                        free[member].filter {
                            $0 == members[member].wishCount || members[member].facilities[$0] == facility
                        }
                    }, visit)
            }
        } else {
            walkProduct(free, visit)
        }
    }

    private func walkProduct(_ free: [[Int]], _ visit: (Options) -> Void) {
        var choices = free
        for (member, option) in kept.enumerated() {
            guard let option else { continue }
            choices[member].removeAll { $0 != option }
            if choices[member].isEmpty { return }
        }
        let count = wishCounts.count
        let first = choices.indices.map { choices[..<$0].reduce(0) { $0 + $1.count } }
        let flat = Array(choices.joined())
        withUnsafeTemporaryAllocation(of: Int.self, capacity: 2 * count) { both in
            let options = Options(rebasing: both[..<count])
            let places = Options(rebasing: both[count...])
            var placed = 0
            for member in 0..<count {
                places[member] = first[member]
                options[member] = flat[first[member]]
                if options[member] < wishCounts[member] { placed += 1 }
            }
            while true {
                if placed > 0 { visit(options) }
                var position = count - 1
                while position >= 0 {
                    let wasPlaced = options[position] < wishCounts[position]
                    let end = position + 1 < count ? first[position + 1] : flat.count
                    let isLast = places[position] + 1 == end
                    places[position] = isLast ? first[position] : places[position] + 1
                    options[position] = flat[places[position]]
                    let isPlaced = options[position] < wishCounts[position]
                    placed += (isPlaced ? 1 : 0) - (wasPlaced ? 1 : 0)
                    if !isLast { break }
                    position -= 1
                }
                if position < 0 { return }
            }
        }
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

    /// The sort key, or `nil` where the household refuses the outcome.
    func key(of options: Options, _ answer: SiblingAnswer, near: (Int, Int) -> Bool) -> Key? {
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
                // One that stays without a placed sibling there ends up somewhere else than they do.
                if rules.keptSeat == .counts {
                    for member in 0..<count where seats[member] < 0 && currents[member] >= 0 { return nil }
                }
            case .near:
                for first in 0..<count where seats[first] >= 0 {
                    for second in first + 1..<max(count, first + 1)
                    where seats[second] >= 0 && !near(seats[first], seats[second]) {
                        return nil
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
            case .lead: break  // The single ranks say it all.
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
    func append(_ code: UInt128, to batch: inout [UInt16]) {
        var rest = code
        let start = batch.count
        batch.append(contentsOf: repeatElement(0, count: members.count))
        for member in comparison.reversed() {
            let base = UInt128(wishCounts[member] + 1)
            batch[start + member] = UInt16(rest % base)
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

    /// O(1) amortised, apart from sorting twice the capacity now and then.
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
