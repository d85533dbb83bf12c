import Programs

/// Writes households, limits and claims as rows of an integer program.
///
/// Variables, for a household h and its outcomes in the program, best first:
///
/// * `x[h,i]`: h gets its i-th outcome; exactly one is 1.
/// * `better[h,i] = x[h,1] + ... + x[h,i]`: it gets this one or a better one.
/// * `full[l,k]`, a *cutoff*: the seats of limit l are used up before slot k. The cutoffs of a limit rise along its slots: if
///   one is 1, so are the later ones, and no slot from there on is used. Therefore a single row for each limit gives all its
///   cutoffs their meaning (all seats are used if the last cutoff is 1), and the size of the program is linear. A row for each
///   cutoff, about the seats before it, is equivalent and lets a search conclude more at once; these rows are used if the limit
///   is not too large. With cutoffs a claim is one clause.
///
/// A cutoff says "no seat is left", which is what excludes a claim of one seat. If an outcome uses several seats of a limit,
/// or if another child of the household has a slot before it there (the household's own seats are given back), the seats used
/// by others before the slot are counted in a row of their own.
///
/// Source: cutoffs and the polytope of stable admissions, Baiou and Balinski 2000, doi:10.1287/moor.25.4.588.12115.
struct ProgramBuilder {
    private let market: Market
    private let store: OutcomeStore
    /// For each slot, above 0 if a household outside the program uses it.
    private let leastHere: [UInt8]
    private let options: Options
    private(set) var formulation = Formulation()
    private var strikeSwitch: [Int: Program.Variable] = [:]
    private var claimSwitch: [Int: Program.Variable] = [:]
    /// For each household of the program the variables `better`, from its first outcome on, as far as needed.
    private var better: [[Program.Variable]] = []
    private let desk: Desk
    /// Slots with a cutoff.
    private var cutoffSlots: [Int32] = []
    private var counted: [CountKey: Program.Variable] = [:]

    struct Options {
        /// Every household has a variable that says whether it has a claim.
        var hasClaimVariables = false
        /// Households outside the program may use any of their slots, or none. If false, they are decided.
        var outsideIsOpen = false
        /// Every premise can be switched off; see ``Refutation``. There are no cutoffs then.
        var hasSwitches = false
        /// Writes a single row for all cutoffs of a limit.
        var isCompact = false
        /// Whether variables and rows get names, for an export.
        var isNamed = false
    }

    /// Tables by slot and household. Many builders use them one after the other, so that each builder costs only what it uses.
    final class Desk {
        /// For each slot the last of its choices in `choices`, or -1. Each choice refers to the one before it at the same slot.
        fileprivate var lastChoice: [Int32]
        fileprivate var choices: [(variable: Program.Variable, previous: Int32)] = []
        /// For each slot the variable of its cutoff, or -1.
        fileprivate var cutoff: [Int32]
        /// For each household its place in the program, or -1.
        fileprivate var place: [Int32]
        fileprivate var usedSlots: [Int32] = []

        init(_ market: Market) {
            lastChoice = [Int32](repeating: -1, count: market.slotLimit.count)
            cutoff = lastChoice
            place = [Int32](repeating: -1, count: market.householdCount)
        }

        fileprivate func add(_ variable: Program.Variable, at slot: Int32) {
            if lastChoice[Int(slot)] < 0 { usedSlots.append(slot) }
            choices.append((variable, lastChoice[Int(slot)]))
            lastChoice[Int(slot)] = Int32(choices.count - 1)
        }

        fileprivate func clear(_ households: [Int]) {
            for household in households { place[household] = -1 }
            for slot in usedSlots { lastChoice[Int(slot)] = -1 }
            usedSlots.removeAll(keepingCapacity: true)
            choices.removeAll(keepingCapacity: true)
        }
    }

    /// The largest product of cutoffs and slots of a limit for which each cutoff has a row of its own.
    private static let mostPrefixEntries = 40_000

    private struct CountKey: Hashable {
        let household: Int
        let slot: Int32
        let use: Int32
    }

    /// - Parameter leastHere: For each slot the `leastHere` of the reduction that decided the households outside the program. It
    ///   is not used if those are open.
    init(_ store: OutcomeStore, leastHere: [UInt8], options: Options, desk: Desk) {
        self.store = store
        self.leastHere = leastHere
        self.desk = desk
        self.options = options
        market = store.market
    }

    private func name(_ text: @autoclosure () -> String) -> String { options.isNamed ? text() : "" }

    // MARK: Households

    /// Adds a household with some of its outcomes, best first.
    ///
    /// - Parameters:
    ///   - isOpenEnded: Whether it may also get something worse than these outcomes, using any of its slots.
    ///   - canClaim: Whether it gets a claim variable if the program has them. Households without one must be added last.
    mutating func add(_ household: Int, _ outcomes: [Int], isOpenEnded: Bool = false, canClaim: Bool = true) {
        desk.place[household] = Int32(formulation.households.count)
        formulation.households.append(household)
        formulation.outcomes.append(outcomes)
        let variables = outcomes.map { formulation.program.addVariable(name("x_\(household)_\($0)")) }
        formulation.choices.append(variables)
        better.append([])
        var all = variables
        let worse = isOpenEnded ? addWorse(household) : nil
        formulation.worse.append(worse)
        if let worse { all.append(worse) }
        // In a program with switches, choosing no outcome stands for getting a struck one.
        formulation.program.addRow(
            name("one_\(household)"), all.map { Program.Term(1, $0) }, lower: options.hasSwitches ? nil : 1, upper: 1)
        if options.hasClaimVariables, canClaim {
            formulation.claims.append(formulation.program.addVariable(name("claim_\(household)")))
        }
        let size = market.memberCount(household)
        for (variable, outcome) in zip(variables, outcomes) {
            let start = Int(store.start[household]) + outcome * size
            for position in start..<start + size {
                let option = Int(store.options[position])
                for index in Int(market.optionSlotStart[option])..<Int(market.optionSlotStart[option + 1]) {
                    desk.add(variable, at: market.optionSlots[index])
                }
            }
        }
    }

    /// Adds the variable that stands for everything worse than the outcomes made, and a variable for each slot that says
    /// whether it is used then.
    private mutating func addWorse(_ household: Int) -> Program.Variable {
        let worse = formulation.program.addVariable(name("worse_\(household)"))
        for place in market.slotRange(household) {
            let slot = market.householdSlots[place]
            let use = formulation.program.addVariable(name("worse_\(household)_\(slot)"))
            formulation.program.addRow("", [Program.Term(1, use), Program.Term(-1, worse)], lower: nil, upper: 0)
            desk.add(use, at: slot)
        }
        return worse
    }

    /// The variable that says that the household gets the outcome of this position, or a better one.
    private mutating func better(_ place: Int, through position: Int) -> Program.Variable {
        if better[place].isEmpty { better[place].append(formulation.choices[place][0]) }
        while better[place].count <= position {
            let next = better[place].count
            let household = formulation.households[place]
            let variable = formulation.program.addVariable(name("better_\(household)_\(next)"))
            formulation.program.addRow(
                name("chain_\(household)_\(next)"),
                [
                    Program.Term(1, better[place][next - 1]), Program.Term(1, formulation.choices[place][next]),
                    Program.Term(-1, variable),
                ], lower: 0, upper: 0)
            better[place].append(variable)
        }
        return better[place][position]
    }

    // MARK: Seats

    /// How a slot may be used by households outside the program.
    private enum Outside { case unused, used, open }

    private func outside(_ slot: Int32) -> Outside {
        if desk.place[Int(market.slotHousehold[Int(slot)])] >= 0 { return .unused }
        if options.outsideIsOpen {
            // A household with only one outcome gets it whatever happens.
            let household = Int(market.slotHousehold[Int(slot)])
            guard store.count[household] == 1, store.isComplete(household) else { return .open }
            return market.slotOption[Int(slot)] == store.options[Int(store.start[household])] ? .used : .unused
        }
        return leastHere[Int(slot)] > 0 ? .used : .unused
    }

    private func slots(of limit: Int32) -> Range<Int32> {
        market.limitSlotStart[Int(limit)]..<market.limitSlotStart[Int(limit) + 1]
    }

    /// Appends the choices that use the slot, one seat each.
    private func appendChoices(at slot: Int32, to terms: inout [Program.Term]) {
        var index = desk.lastChoice[Int(slot)]
        while index >= 0 {
            let choice = desk.choices[Int(index)]
            terms.append(Program.Term(1, choice.variable))
            index = choice.previous
        }
    }

    /// Adds the row that no more seats of the limit are used than there are.
    ///
    /// In an over-full class the children who stay may use more. Then a variable says whether anybody else comes in, and the
    /// number of seats is enforced only if it is 1.
    mutating func limitSeats(at limit: Int32) {
        var terms: [Program.Term] = []
        var used = 0
        let entry = market.limitEntry[Int(limit)]
        let excess = market.limitExcess[Int(limit)]
        for slot in slots(of: limit).prefix(while: { $0 < entry }) {
            if outside(slot) == .used { used += 1 }
            appendChoices(at: slot, to: &terms)
        }
        let staying = (terms.count, used)
        for slot in max(entry, slots(of: limit).lowerBound)..<slots(of: limit).upperBound {
            if outside(slot) == .used { used += 1 }
            appendChoices(at: slot, to: &terms)
        }
        if excess > 0, used == staying.1 {
            if terms.count == staying.0 { return }
            let enters = formulation.program.addVariable(name("enter_\(limit)"))
            for term in terms[staying.0...] {
                formulation.program.addRow(
                    name("enter_\(limit)_\(term.variable.index)"), [term, Program.Term(-1, enters)], lower: nil,
                    upper: 0)
            }
            terms.append(Program.Term(Int(excess), enters))
            used -= Int(excess)
        }
        formulation.program.addRow(
            name("seats_\(limit)"), terms, lower: nil, upper: Int(market.limitSeats[Int(limit)]) - used)
    }

    // MARK: Claims

    /// Adds that the household has no claim to the outcome, or that its claim variable is 1.
    ///
    /// - Parameter touches: The limits that may have no room left for the outcome; empty if all have room.
    mutating func forbidClaim(_ household: Int, _ outcome: Int, _ touches: [Touch]) {
        var enough = [claimSwitch[household], strikeSwitch[household]].compactMap { $0 }
        let place = Int(desk.place[household])
        if place >= 0 {
            let position = formulation.outcomes[place].prefix { $0 <= outcome }.count
            if position > 0 { enough.append(better(place, through: position - 1)) }
            if options.hasClaimVariables { enough.append(formulation.claims[place]) }
        }
        let name = name("stable_\(household)_\(outcome)")
        if touches.count == 1, !hasCutoff(touches[0], household) {
            let touch = touches[0]
            let before = used(before: touch, exceptBy: household)
            let needed = Int(market.seats(touch) - touch.use) + 1 - before.constant
            // The limit is full whatever happens, so there is nothing to forbid.
            if needed <= 0 { return }
            let free = enough + switches(before: touch, exceptBy: household)
            formulation.program.addRow(
                name, before.terms + free.map { Program.Term(needed, $0) }, lower: needed, upper: nil)
            return
        }
        var terms = enough.map { Program.Term(1, $0) }
        for touch in touches { terms.append(Program.Term(1, isFull(touch, household))) }
        formulation.program.addRow(name, terms, lower: 1, upper: nil)
    }

    /// Whether the claim is excluded at the touched limit exactly if no seat is left before the slot.
    private func hasCutoff(_ touch: Touch, _ household: Int) -> Bool {
        if options.hasSwitches || touch.use != 1 { return false }
        let place = Int(market.slotPlace[Int(touch.lowest)])
        return place == Int(market.householdSlotStart[household])
            || market.slotLimit[Int(market.householdSlots[place - 1])] != touch.limit
    }

    private mutating func isFull(_ touch: Touch, _ household: Int) -> Program.Variable {
        if hasCutoff(touch, household) {
            let known = desk.cutoff[Int(touch.lowest)]
            if known >= 0 { return Program.Variable(index: Int(known)) }
            let variable = formulation.program.addVariable(name("full_\(touch.lowest)"))
            desk.cutoff[Int(touch.lowest)] = Int32(variable.index)
            cutoffSlots.append(touch.lowest)
            return variable
        }
        let key = CountKey(household: household, slot: touch.lowest, use: touch.use)
        if let known = counted[key] { return known }
        let variable = formulation.program.addVariable(name("full_\(household)_\(touch.lowest)_\(touch.use)"))
        let before = used(before: touch, exceptBy: household)
        let needed = max(0, Int(market.seats(touch) - touch.use) + 1 - before.constant)
        let free = switches(before: touch, exceptBy: household).map { Program.Term(needed, $0) }
        formulation.program.addRow(
            name("means_\(household)_\(touch.lowest)_\(touch.use)"),
            before.terms + free + [Program.Term(-needed, variable)], lower: 0, upper: nil)
        counted[key] = variable
        return variable
    }

    /// The most seats that other households use before the touch: the terms of those in the program, and a constant for those
    /// outside it.
    private func used(before touch: Touch, exceptBy household: Int) -> (terms: [Program.Term], constant: Int) {
        var terms: [Program.Term] = []
        var constant = 0
        for slot in market.limitSlotStart[Int(touch.limit)]..<touch.lowest
        where Int(market.slotHousehold[Int(slot)]) != household {
            if outside(slot) != .unused { constant += 1 }
            appendChoices(at: slot, to: &terms)
        }
        return (terms, constant)
    }

    // MARK: Cutoffs

    /// The formulation, with the rows that give the cutoffs their meaning. The builder must not be used afterwards.
    mutating func finish() -> Formulation {
        cutoffSlots.sort()
        var first = 0
        while first < cutoffSlots.count {
            let limit = market.slotLimit[Int(cutoffSlots[first])]
            let end = cutoffSlots[first...].firstIndex { market.slotLimit[Int($0)] != limit } ?? cutoffSlots.count
            defineCutoffs(cutoffSlots[first..<end], at: limit)
            first = end
        }
        for slot in cutoffSlots { desk.cutoff[Int(slot)] = -1 }
        desk.clear(formulation.households)
        return formulation
    }

    private func cutoff(_ slot: Int32) -> Program.Variable { Program.Variable(index: Int(desk.cutoff[Int(slot)])) }

    private mutating func defineCutoffs(_ switches: ArraySlice<Int32>, at limit: Int32) {
        let seats = Int(market.limitSeats[Int(limit)])
        let end = slots(of: limit).upperBound
        let isCompact = options.isCompact || switches.count * Int(end - switches.first!) > Self.mostPrefixEntries
        var sum: [Program.Term] = []
        var constant = 0
        for slot in market.limitSlotStart[Int(limit)]..<switches.first! {
            if outside(slot) != .unused { constant += 1 }
            appendChoices(at: slot, to: &sum)
        }
        for index in switches.indices {
            let variable = cutoff(switches[index])
            let isLast = index == switches.endIndex - 1
            if index > switches.startIndex {
                formulation.program.addRow(
                    name("rise_\(switches[index])"),
                    [Program.Term(1, variable), Program.Term(-1, cutoff(switches[index - 1]))], lower: 0, upper: nil)
            }
            if !isCompact, constant < seats {
                formulation.program.addRow(
                    name("filled_\(switches[index])"), sum + [Program.Term(constant - seats, variable)], lower: 0,
                    upper: nil)
            }
            var open = 0
            for slot in switches[index]..<(isLast ? end : switches[index + 1]) {
                shut(slot, by: variable, &sum)
                switch outside(slot) {
                case .used:
                    formulation.program.fix(variable, to: 0)
                    constant += 1
                case .open: if !isLast { open += 1 }
                case .unused: break
                }
            }
            constant += open
            // Once this cutoff is 1, open slots from here on do not count.
            if isCompact { sum.append(Program.Term(-open, variable)) }
        }
        if !isCompact { return }
        sum.append(Program.Term(-seats, cutoff(switches.last!)))
        formulation.program.addRow(name("filled_\(limit)"), sum, lower: -constant, upper: nil)
    }

    /// Adds the row that nobody uses the slot if the cutoff before it is 1.
    private mutating func shut(_ slot: Int32, by cutoff: Program.Variable, _ sum: inout [Program.Term]) {
        let first = sum.count
        appendChoices(at: slot, to: &sum)
        if sum.count == first { return }
        formulation.program.addRow(
            name("shut_\(slot)"), sum[first...] + [Program.Term(1, cutoff)], lower: nil, upper: 1)
    }

    // MARK: Switches

    mutating func addStrikeSwitch(_ household: Int) {
        strikeSwitch[household] = formulation.program.addVariable()
    }

    mutating func addClaimSwitch(_ household: Int) {
        claimSwitch[household] = formulation.program.addVariable()
    }

    /// The program with its switches, in the household order. A household without struck outcomes must take one of its outcomes.
    /// The builder must not be used afterwards.
    mutating func finishRefutation() -> Refutation {
        let formulation = finish()
        var refutation = Refutation(program: formulation.program, households: formulation.households)
        for (place, household) in formulation.households.enumerated() {
            let choices = (formulation.choices[place] + [formulation.worse[place]].compactMap { $0 })
                .map { Program.Term(1, $0) }
            if let off = strikeSwitch[household] { refutation.strikes.append((household, off)) }
            refutation.program.addRow(
                "", choices + (strikeSwitch[household].map { [Program.Term(1, $0)] } ?? []), lower: 1, upper: nil)
            if let off = claimSwitch[household] { refutation.claims.append((household, off)) }
        }
        return refutation
    }

    /// The switches of other households whose struck outcomes might use seats before the touch.
    private func switches(before touch: Touch, exceptBy household: Int) -> [Program.Variable] {
        if strikeSwitch.isEmpty { return [] }
        var seen = Set([household])
        var found: [Program.Variable] = []
        for slot in market.limitSlotStart[Int(touch.limit)]..<touch.lowest {
            let other = Int(market.slotHousehold[Int(slot)])
            if seen.insert(other).inserted, let off = strikeSwitch[other] { found.append(off) }
        }
        return found
    }
}
