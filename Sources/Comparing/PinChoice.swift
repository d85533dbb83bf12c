import Admissions
import Programs

/// The fewest households that meet all claim cuts, component by component.
///
/// A component that the solver does not finish within its work has a choice that may not be the smallest, and a bound.
struct PinChoice {
    /// Households whose pins meet every cut.
    private(set) var chosen: Set<Int> = []
    /// No choice has fewer.
    private(set) var bound = 0

    /// Steps of work for one component: a fraction of a second, and the same answer on every machine.
    private static let mostWork = 20_000_000

    /// - Parameters:
    ///   - rank: For each household its position in the household order.
    ///   - prefersFirst: Whether of choices equally good the one higher in the household order is taken, or the lower.
    ///   - deadline: After which what was found so far means nothing.
    init(_ cuts: [ClaimCut], rank: [Int], prefersFirst: Bool, until deadline: Deadline = .none) throws(SolverError) {
        func ordered(_ cuts: [ClaimCut]) -> [Int] {
            Set(cuts.flatMap { $0.weights.map(\.household) })
                .sorted { prefersFirst ? rank[$0] < rank[$1] : rank[$0] > rank[$1] }
        }
        let reduced = CutReduction(cuts, preferring: ordered(cuts))
        chosen = reduced.pinned
        bound = chosen.count
        for component in Self.components(reduced.cuts) {
            if deadline.hasPassed { return }
            let (picked, least) = try Self.solve(component, ordered(component), until: deadline)
            chosen.formUnion(picked)
            bound += least
        }
        Self.polish(&chosen, cuts, ordered(cuts))
    }

    private static func components(_ cuts: [ClaimCut]) -> [[ClaimCut]] {
        var sets = DisjointSets(count: cuts.count)
        var first: [Int: Int] = [:]
        for (index, cut) in cuts.enumerated() {
            for weight in cut.weights {
                if let other = first[weight.household] {
                    sets.join([index, other])
                } else {
                    first[weight.household] = index
                }
            }
        }
        var members: [Int: [ClaimCut]] = [:]
        for (index, cut) in cuts.enumerated() { members[sets.root(index), default: []].append(cut) }
        return members.sorted { $0.key < $1.key }.map(\.value)
    }

    private static func solve(
        _ cuts: [ClaimCut], _ households: [Int], until deadline: Deadline
    ) throws(SolverError) -> (picked: Set<Int>, bound: Int) {
        var program = Program()
        var variables: [Int: Program.Variable] = [:]
        for household in households { variables[household] = program.addVariable() }
        for cut in cuts {
            program.addRow(
                "",
                cut.weights.map { Program.Term($0.weight, variables[$0.household]!) }, lower: cut.need, upper: nil)
        }
        program.setObjective(households.map { Program.Term(1, variables[$0]!) })
        let first = greedy(cuts, households)
        var options = NativeSolver.Options()
        options.workLimit = mostWork
        let outcome = try NativeSolver(options: options).solve(
            program, until: deadline, startingFrom: households.map { first.contains($0) ? 1 : 0 })
        let bound = max(outcome.bound ?? 0, disjoint(cuts))
        guard let solution = outcome.incumbent, solution.objective < first.count else { return (first, bound) }
        return (Set(households.filter { solution[variables[$0]!] == 1 }), bound)
    }

    private static func greedy(_ cuts: [ClaimCut], _ households: [Int]) -> Set<Int> {
        var picked: Set<Int> = []
        var open = cuts
        while !open.isEmpty {
            var gain: [Int: Double] = [:]
            for cut in open {
                for weight in cut.weights where !picked.contains(weight.household) {
                    gain[weight.household, default: 0] += Double(weight.weight) / Double(cut.need)
                }
            }
            var best = households.first { gain[$0] != nil }!
            for household in households where gain[household, default: 0] > gain[best]! { best = household }
            picked.insert(best)
            open.removeAll { $0.isMet(by: picked) }
        }
        for household in households.reversed() where picked.contains(household) {
            if cuts.allSatisfy({ $0.isMet(by: picked.subtracting([household])) }) { picked.remove(household) }
        }
        return picked
    }

    private static func disjoint(_ cuts: [ClaimCut]) -> Int {
        var used: Set<Int> = []
        var count = 0
        for cut in cuts.sorted(by: { $0.weights.count < $1.weights.count })
        where !cut.weights.contains(where: { used.contains($0.household) }) {
            used.formUnion(cut.weights.map(\.household))
            count += 1
        }
        return count
    }

    /// Puts preferred households in the place of others where that meets the cuts as well.
    private static func polish(_ picked: inout Set<Int>, _ cuts: [ClaimCut], _ households: [Int]) {
        var cutsOf: [Int: [ClaimCut]] = [:]
        for cut in cuts { for weight in cut.weights { cutsOf[weight.household, default: []].append(cut) } }
        let place = Dictionary(uniqueKeysWithValues: households.enumerated().map { ($1, $0) })
        for household in households.reversed() where picked.contains(household) {
            let rest = picked.subtracting([household])
            let unmet = cutsOf[household]!.filter { !$0.isMet(by: rest) }
            let candidates = unmet.first.map { $0.weights.map(\.household) } ?? []
            let better = candidates.filter { !picked.contains($0) && place[$0]! < place[household]! }
                .sorted { place[$0]! < place[$1]! }
                .first { candidate in unmet.allSatisfy { $0.isMet(by: rest.union([candidate])) } }
            if let better { picked = rest.union([better]) }
        }
    }
}
