import Admissions
import Programs

/// Proves for most changes that some claim remains, without solving the changed case from the beginning: it continues from
/// where the reduction of the case ended.
///
/// The store and the reduction never change once they are made. Each question works on copies of both, so several threads may
/// ask at the same time.
package struct ChangeFilter: @unchecked Sendable {
    private let store: OutcomeStore
    private let reduction: Reduction
    private let deadline: Deadline
    private let mostSteps: Int

    /// - Parameters:
    ///   - subject: A plain case.
    ///   - deadline: When every question ends.
    ///   - mostSteps: The most steps of the solver that one question may take.
    package init(_ subject: Case, until deadline: Deadline, mostSteps: Int) {
        self.deadline = deadline
        self.mostSteps = mostSteps
        store = OutcomeStore(Market(subject))
        var reduction = Reduction(
            store, isExempt: [Bool](repeating: false, count: subject.households.count), until: deadline)
        reduction.run()
        self.reduction = reduction
    }

    /// Whether it is proved that every allocation of the changed case leaves a claim.
    ///
    /// - Parameter changed: The case with the change.
    /// - Returns: False if this is not known yet.
    package func refutes(_ change: Change, as changed: Case) throws(AllocationError) -> Bool {
        var reduction = reduction
        switch change {
        case .timing(let id, _), .facility(let id, _):
            guard let household = changed.answer(of: id)?.household else { return false }
            reduction.replaceList(of: household, by: OutcomeStore(store, changing: household, as: changed))
        case .usableSeat:
            reduction.raiseSeats(by: OutcomeStore(store, on: store.market.raisingSeats(as: changed)))
        case .seats, .drawSeed, .setting, .attribute, .limitSeats, .answer, .list, .draw, .value, .points: return false
        }
        reduction.run()
        if !reduction.emptied.isEmpty { return true }
        if reduction.isStopped { return false }
        do {
            var deadline = deadline
            deadline.work = WorkBudget(limit: mostSteps)
            var search = try LevelSearch(solver: .native, deadline: deadline)
            for component in try Formulator(reduction).components(until: deadline) {
                if try search.minimise(component.program, []) == nil { return true }
            }
            return false
        } catch .stopped { return false }
    }
}

/// Tells which limits are full according to the steps of a proof, and for which children.
package struct FullLimits {
    private let store: OutcomeStore

    package init(of subject: Case) { store = OutcomeStore(Market(subject)) }

    /// For each outcome that the step strikes because a limit is full, the lowest child that needs a seat of it, and where.
    ///
    /// - Returns: Nothing for a step of another kind.
    package func named(by step: Deduction.Step) -> [(facility: Int, child: Int)] {
        guard case .full(let household, let outcomes, let place) = step else { return [] }
        let market = store.market
        var touches: [Touch] = []
        return outcomes.map { outcome in
            while store.count[Int(household)] <= outcome { store.extend(Int(household)) }
            store.collectTouches(Int(household), Int(outcome), into: &touches)
            let touch = touches.sorted { $0.limit < $1.limit }[Int(place)]
            let member = Int(market.slotMember[Int(touch.lowest)])
            let child = market.subject.children[Int(market.memberChild[member])]
            let wish = Int(market.slotOption[Int(touch.lowest)] - market.optionStart[member])
            let facility = wish < child.wishes.count ? child.wishes[wish].facility : child.currentFacility!
            return (facility, Int(market.memberChild[member]))
        }
    }
}
