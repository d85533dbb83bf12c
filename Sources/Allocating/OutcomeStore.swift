import Admissions
import Programs

/// The joint outcomes made so far, best first, for every household.
///
/// Lists grow on demand: most households are decided by their first few outcomes, and the rest of a long list is never
/// made. Growing never changes what is there, so several reductions can share one store.
final class OutcomeStore {
    let market: Market
    /// The lists that can still be made longer. A household without an entry has its whole list, or its list is not begun.
    private var lists: [Int: JointList] = [:]
    /// Option numbers of the market, one for each member of each outcome: those of outcome `i` of household `h` with `n`
    /// members begin at `start[h] + i * n`.
    private(set) var options: [Int32] = []
    private(set) var start: [Int32]
    private(set) var count: [Int32]
    private let nearness: Nearness
    private let deadline: Deadline
    /// What stopped the making of a list. The part that was made is right, but it does not grow any more.
    private(set) var limit: Termination.Limit?
    /// Whether the making of a list was stopped.
    var isStopped: Bool { limit != nil }

    /// The number of outcomes made at first for a household with siblings, and the factor by which each further batch makes the
    /// list longer.
    static let firstBatch = 64
    static let growth = 8
    private let firstBatch: Int
    /// A reduction does not lengthen lists of this many outcomes; they grow only if a solution needs more of them.
    private let reductionLimit: Int

    /// - Parameters:
    ///   - threads: How many threads may make lists at the same time; the lists are the same with any number.
    ///   - firstBatch: Only tests pass another value than the default, to show that the result does not depend on it.
    init(
        _ market: Market, threads: Int = 1, firstBatch: Int = OutcomeStore.firstBatch, until deadline: Deadline = .none
    ) {
        self.firstBatch = firstBatch
        self.deadline = deadline
        reductionLimit = firstBatch * Self.growth * Self.growth
        self.market = market
        let nearness = Nearness(in: market.subject)
        self.nearness = nearness
        start = []
        count = []
        let parts = inRanges(of: market.householdCount, threads: threads, smallest: 32) { households in
            var part = Beginnings()
            for household in households { part.add(household, market, nearness, firstBatch, deadline) }
            return part
        }
        start.reserveCapacity(market.householdCount)
        count.reserveCapacity(market.householdCount)
        options.reserveCapacity(parts.reduce(0) { $0 + $1.options.count })
        for part in parts {
            let offset = Int32(options.count)
            options += part.options
            for start in part.start { self.start.append(offset + start) }
            count += part.count
            lists.merge(part.lists) { _, list in list }
            if let stopped = part.limit { limit = stopped }
        }
    }

    /// The first batches of some households.
    private struct Beginnings {
        var options: [Int32] = []
        var start: [Int32] = []
        var count: [Int32] = []
        var lists: [Int: JointList] = [:]
        var limit: Termination.Limit?

        mutating func add(
            _ household: Int, _ market: Market, _ nearness: Nearness, _ firstBatch: Int, _ deadline: Deadline
        ) {
            start.append(Int32(options.count))
            let members = Int(market.memberStart[household])..<Int(market.memberStart[household + 1])
            if case .single = market.subject.households[household].wishes {
                // Its eligible wishes, and the baseline.
                for option in market.optionStart[members.lowerBound]..<market.optionStart[members.upperBound]
                where market.optionIsEligible[Int(option)] {
                    options.append(option)
                }
            } else {
                var list = JointList(household, in: market.subject)
                let batch = list.next(firstBatch, until: deadline) { nearness.areNear($0, $1) }
                if list.isStopped { limit = deadline.limitOfSolve }
                if !list.isExhausted { lists[household] = list }
                OutcomeStore.append(batch, of: household, in: market, to: &options)
            }
            count.append((Int32(options.count) - start.last!) / Int32(members.count))
        }
    }

    /// A copy with another number of seats.
    init(_ other: OutcomeStore, on market: Market) {
        self.market = market
        firstBatch = other.firstBatch
        deadline = other.deadline
        limit = other.limit
        reductionLimit = other.reductionLimit
        nearness = other.nearness
        lists = other.lists
        options = other.options
        start = other.start
        count = other.count
    }

    /// A copy in which one household has its list of a changed case; otherwise the changed case has the same market.
    convenience init(_ other: OutcomeStore, changing household: Int, as subject: Case) {
        self.init(other, on: other.market)
        count[household] = 0
        lists[household] = JointList(household, in: subject)
        extend(household)
    }

    /// Whether the list has been made up to its end, the baseline.
    func isComplete(_ household: Int) -> Bool { lists[household] == nil }

    /// Makes more of the household's list, see ``growth``.
    func extend(_ household: Int) {
        guard var list = lists.removeValue(forKey: household) else { return }
        let size = market.memberCount(household)
        let batch = list.next(max(firstBatch, (Self.growth - 1) * Int(count[household])), until: deadline) {
            nearness.areNear($0, $1)
        }
        if list.isStopped { limit = deadline.limitOfSolve }
        if !list.isExhausted { lists[household] = list }
        let old = Int(start[household])..<Int(start[household]) + Int(count[household]) * size
        if old.upperBound != options.count {
            start[household] = Int32(options.count)
            options += Array(options[old])
        }
        Self.append(batch, of: household, in: market, to: &options)
        count[household] += Int32(batch.count / size)
    }

    /// Appends a batch of a household's list, with its options translated to the option numbers of the market.
    private static func append(
        _ batch: [Int32], of household: Int, in market: Market, to options: inout [Int32]
    ) {
        let first = Int(market.memberStart[household])
        let size = market.memberCount(household)
        for (index, option) in batch.enumerated() {
            options.append(market.optionStart[first + index % size] + Int32(option))
        }
    }

    /// Whether a reduction may make the list longer.
    func canGrowHere(_ household: Int) -> Bool { !isComplete(household) && count[household] < reductionLimit }

    /// Makes the whole list, unless the deadline ends it.
    func complete(_ household: Int) {
        while !isComplete(household) && !isStopped { extend(household) }
    }

    /// The positions in ``Market/optionSlots`` of the slots of an outcome of a household with one child.
    ///
    /// - Parameters:
    ///   - start: The property ``start`` of the store.
    ///   - options: The property ``options`` of the store.
    @inline(__always)
    static func places(
        ofSingle household: Int, _ outcome: Int, _ start: [Int32], _ options: [Int32], _ market: Market
    ) -> Range<Int> {
        let option = Int(options[Int(start[household]) + outcome])
        return Int(market.optionSlotStart[option])..<Int(market.optionSlotStart[option + 1])
    }

    /// Replaces `touches` by what outcome `index` of the household does at each limit, in the order first touched.
    func collectTouches(_ household: Int, _ index: Int, into touches: inout [Touch]) {
        Self.collectTouches(household, index, start, options, market, into: &touches)
    }

    /// The same, from the ``start`` and the ``options`` of a store.
    ///
    /// It is inlined because a call would retain and release every array of the market.
    @inline(__always)
    static func collectTouches(
        _ household: Int, _ index: Int, _ start: [Int32], _ options: [Int32], _ market: Market,
        into touches: inout [Touch]
    ) {
        touches.removeAll(keepingCapacity: true)
        let size = market.memberCount(household)
        let base = Int(start[household]) + index * size
        for position in base..<base + size {
            let option = Int(options[position])
            for place in Int(market.optionSlotStart[option])..<Int(market.optionSlotStart[option + 1]) {
                let slot = market.optionSlots[place]
                let limit = market.slotLimit[Int(slot)]
                if size > 1, let known = touches.firstIndex(where: { $0.limit == limit }) {
                    touches[known].use += 1
                    touches[known].lowest = max(touches[known].lowest, slot)
                } else {
                    touches.append(Touch(limit: limit, use: 1, lowest: slot))
                }
            }
        }
    }

    /// Seats that the outcome uses at the limit of `slot` strictly before it.
    func use(_ household: Int, _ index: Int, before slot: Int32) -> Int32 {
        use(household, index, at: market.slotLimit[Int(slot)], before: slot)
    }

    /// Seats that the outcome uses at the limit in slots before `end`, by default in all slots.
    func use(_ household: Int, _ index: Int, at limit: Int32, before end: Int32 = .max) -> Int32 {
        let size = market.memberCount(household)
        let base = Int(start[household]) + index * size
        var use: Int32 = 0
        for position in base..<base + size {
            let option = Int(options[position])
            for place in Int(market.optionSlotStart[option])..<Int(market.optionSlotStart[option + 1]) {
                let slot = market.optionSlots[place]
                if slot < end, market.slotLimit[Int(slot)] == limit { use += 1 }
            }
        }
        return use
    }
}
