import Admissions

extension RandomMarket {
    /// What makes a round more than one phase of everybody.
    public enum RoundStyle: String, CaseIterable, Sendable {
        /// Two or three phases for anybody, with limits of their own.
        case phases
        /// Children who need support first, with places of their own, then everybody.
        case supportFirst
        /// Places reserved for graduates in the first phase, released or not.
        case reserved
        /// Pins, some of which exceed limits.
        case pins
        /// Pins in several phases.
        case pinsInPhases
        /// Swap cycles and vacated seats in phases, with pins now and then.
        case transfers
    }

    /// The most joint allocations that a round may have, as ``ExhaustiveSearch/size(of:)`` counts them.
    public static let largestRound = 3_000

    /// A draft with phases, pins or both, without errors.
    public static func round(seed: UInt64, style: RoundStyle) -> CaseDraft {
        var random = SplitMix64(seed: seed &+ 0xC0FFEE)
        while true {
            let base: Style =
                switch style {
                case .transfers: .transfers
                case .supportFirst, .reserved: random.pick([.mixed, .plural, .singles])
                default: random.pick([.mixed, .plural, .transfers, .unstable, .unstable, .paired])
                }
            var draft = draft(seed: random.next() % 1_000_000, style: base)
            var maker = RoundMaker(style: style, random: random)
            maker.change(&draft)
            random = maker.random
            do {
                if ExhaustiveSearch.size(of: try draft.resolved()) <= largestRound { return draft }
            } catch {
                preconditionFailure("seed \(seed) of style \(style) made an invalid draft: \(error)")
            }
        }
    }
}

/// Adds phases and pins to a draft.
private struct RoundMaker {
    let style: RandomMarket.RoundStyle
    var random: SplitMix64
    private let groups = ["support", "partner"]

    init(style: RandomMarket.RoundStyle, random: SplitMix64) {
        self.style = style
        self.random = random
    }

    mutating func change(_ draft: inout CaseDraft) {
        for row in draft.children.indices {
            let own = random.weighted([5, 3, 2])
            draft.children[row].groups = Array(random.shuffled(groups).prefix(own == 2 ? 2 : own))
        }
        switch style {
        case .phases, .pinsInPhases: makePhases(&draft)
        case .supportFirst: makeSupportFirst(&draft)
        case .reserved: makeReserved(&draft)
        case .pins: break
        case .transfers: if random.chance(70) { makePhases(&draft) }
        }
        if style == .pins || style == .pinsInPhases || (style == .transfers && random.chance(40)) { makePins(&draft) }
    }

    // MARK: Phases

    private mutating func makePhases(_ draft: inout CaseDraft) {
        let count = random.pick([2, 2, 2, 3])
        draft.rules.phases = (0..<count).map { index in
            let isLast = index == count - 1
            let who: GroupCondition =
                random.chance(isLast ? 70 : 20)
                ? .everyone
                : random.chance(60) ? .members(of: random.pick(groups)) : .others(than: random.pick(groups))
            return Phase("phase \(index + 1)", who: who)
        }
        for facility in draft.facilities.indices where random.chance(60) {
            for _ in 0..<random.int(1...2) { addLimit(&draft, facility, ages: anyAges(draft), group: anyGroup()) }
        }
    }

    private mutating func makeSupportFirst(_ draft: inout CaseDraft) {
        draft.rules.phases = [
            Phase("support first", who: .members(of: "support")),
            Phase("general", who: random.chance(80) ? .everyone : .others(than: "support")),
        ]
        for facility in draft.facilities.indices where random.chance(70) {
            let name = draft.facilities[facility].id
            // A carer's place beside the class limits, in all phases or in the first alone.
            add(
                &draft,
                SeatLimitRow(
                    facility: name, ages: AgeSet(0...5), group: .members(of: "support"), seats: random.int(0...2),
                    phase: random.chance(60) ? nil : "support first", isReleased: false))
        }
    }

    private mutating func makeReserved(_ draft: inout CaseDraft) {
        draft.rules.phases = [
            Phase("graduates", who: random.chance(60) ? .members(of: "partner") : .everyone),
            Phase("general", who: .everyone),
        ]
        for facility in draft.facilities.indices where random.chance(75) {
            let name = draft.facilities[facility].id
            let ages = anyAges(draft)
            let isReleased = random.chance(50)
            add(
                &draft,
                SeatLimitRow(
                    facility: name, ages: ages, group: .members(of: "partner"), seats: random.int(1...2),
                    phase: "graduates", isReleased: isReleased))
            if random.chance(40) {
                add(
                    &draft,
                    SeatLimitRow(
                        facility: name, ages: ages, group: .others(than: "partner"), seats: random.int(0...2),
                        phase: random.chance(50) ? "graduates" : nil,
                        isReleased: false))
            }
        }
    }

    private mutating func anyAges(_ draft: CaseDraft) -> AgeSet {
        let ages = Set(
            draft.children.compactMap { row in
                (row.birthDate ?? row.dueDate).flatMap(draft.month.classAge(bornOn:)) ?? row.ageClass
            })
        return random.chance(30) ? AgeSet(0...5) : AgeSet([random.pick(ages.sorted())])
    }

    private mutating func anyGroup() -> GroupCondition {
        switch random.weighted([3, 4, 3]) {
        case 0: .everyone
        case 1: .members(of: random.pick(groups))
        default: .others(than: random.pick(groups))
        }
    }

    private mutating func addLimit(_ draft: inout CaseDraft, _ facility: Int, ages: AgeSet, group: GroupCondition) {
        let phase = random.pick(draft.rules.phases).name
        var row = SeatLimitRow(
            facility: draft.facilities[facility].id, ages: ages, group: group, seats: random.weighted([2, 5, 2]),
            phase: phase, isReleased: random.chance(45))
        if random.chance(20) {
            // Offered in this phase only.
            for age in ages.ages { draft.facilities[facility].seats[age] = nil }
            row.opens = true
        }
        add(&draft, row)
    }

    private mutating func add(_ draft: inout CaseDraft, _ row: SeatLimitRow) {
        let isKnown = draft.seatLimits.contains {
            $0.facility == row.facility && $0.ages == row.ages && $0.group == row.group && $0.phase == row.phase
        }
        if !isKnown { draft.seatLimits.append(row) }
    }

    // MARK: Pins

    /// Children with one wish more than others are pinned to one place, so that limits are exceeded.
    private mutating func makePins(_ draft: inout CaseDraft) {
        guard !draft.children.isEmpty else { return }
        let crowded = random.pick(draft.facilities).id
        for row in random.shuffled(Array(draft.children.indices)).prefix(random.int(1...3)) {
            let child = draft.children[row]
            let facility: FacilityID? =
                switch random.weighted([4, 4, 2, 2]) {
                case 0: crowded
                case 1: child.wishes.compactMap { $0 }.first ?? crowded
                case 2: random.pick(draft.facilities).id
                default: nil
                }
            draft.pins.append(PinRow(child: child.id, facility: facility, by: "staff", reason: "decided"))
        }
        draft.pins = random.shuffled(draft.pins)
    }
}
