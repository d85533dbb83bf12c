/// Claim cuts made fewer and shorter, without changing how few pins meet them all.
///
/// * A household without which the others of a cut do not weigh enough is pinned.
/// * A cut that is met whenever another one is met, is left out.
/// * A household is left out where another one alone meets every cut that it is in: the second can be pinned in place of the
///   first, and then pinning the first has no effect.
struct CutReduction {
    /// Households that are in some smallest choice together, whatever the rest.
    private(set) var pinned: Set<Int> = []
    /// What the others must still meet.
    private(set) var cuts: [ClaimCut]
    /// For each household its place; of two that do the same the earlier is kept.
    private let place: [Int: Int]

    /// - Parameter households: All that are in the cuts, those first that are preferred.
    /// - Complexity: A few rounds, each O(cuts · weights of a cut · cuts of a household).
    init(_ cuts: [ClaimCut], preferring households: [Int]) {
        self.cuts = cuts
        place = Dictionary(uniqueKeysWithValues: households.enumerated().map { ($1, $0) })
        var isChanged = true
        while isChanged {
            isChanged = pinNeeded()
            if leaveOutImplied() { isChanged = true }
            if leaveOutReplaceable() { isChanged = true }
        }
    }

    private mutating func pinNeeded() -> Bool {
        var found: Set<Int> = []
        for cut in cuts {
            let total = cut.weights.reduce(0) { $0 + $1.weight }
            for weight in cut.weights where total - weight.weight < cut.need { found.insert(weight.household) }
        }
        if found.isEmpty { return false }
        pinned.formUnion(found)
        cuts = cuts.compactMap { cut in
            let met = cut.weights.reduce(0) { $0 + (found.contains($1.household) ? $1.weight : 0) }
            if met >= cut.need { return nil }
            return cut.keeping(cut.need - met) { !found.contains($0) }
        }
        return true
    }

    private mutating func leaveOutImplied() -> Bool {
        let cutsOf = index()
        var isLeft = [Bool](repeating: true, count: cuts.count)
        for (number, cut) in cuts.enumerated() {
            // Only a cut with every household of this one can be implied by it.
            guard let rarest = cut.weights.min(by: { cutsOf[$0.household]!.count < cutsOf[$1.household]!.count })
            else { continue }
            for other in cutsOf[rarest.household]! where other != number && isLeft[other] && isLeft[number] {
                if cut.implies(cuts[other]) { isLeft[other] = false }
            }
        }
        let before = cuts.count
        cuts = cuts.indices.filter { isLeft[$0] }.map { cuts[$0] }
        return cuts.count < before
    }

    private mutating func leaveOutReplaceable() -> Bool {
        let cutsOf = index()
        var left: Set<Int> = []
        for household in cutsOf.keys.sorted(by: { place[$0]! > place[$1]! }) {
            let own = cutsOf[household]!
            guard let shortest = own.min(by: { cuts[$0].weights.count < cuts[$1].weights.count }) else { continue }
            let canBeReplaced = cuts[shortest].weights.contains { other in
                other.household != household && !left.contains(other.household)
                    && own.allSatisfy { cuts[$0].weight(of: other.household) == cuts[$0].need }
            }
            if canBeReplaced { left.insert(household) }
        }
        if left.isEmpty { return false }
        cuts = cuts.map { cut in cut.keeping(cut.need) { !left.contains($0) } }
        return true
    }

    /// For each household the cuts that it is in, ascending.
    private func index() -> [Int: [Int]] {
        var cutsOf: [Int: [Int]] = [:]
        for (number, cut) in cuts.enumerated() {
            for weight in cut.weights { cutsOf[weight.household, default: []].append(number) }
        }
        return cutsOf
    }
}

extension ClaimCut {
    /// 0 where the household is not in the cut. O(log weights).
    func weight(of household: Int) -> Int {
        var (low, high) = (0, weights.count)
        while low < high {
            let middle = (low + high) / 2
            if weights[middle].household < household { low = middle + 1 } else { high = middle }
        }
        return low < weights.count && weights[low].household == household ? weights[low].weight : 0
    }

    /// Whether the other cut is met whenever this one is: there each household weighs as much or more, in parts of the need.
    fileprivate func implies(_ other: ClaimCut) -> Bool {
        weights.allSatisfy { other.weight(of: $0.household) * need >= $0.weight * other.need }
    }

    fileprivate func keeping(_ need: Int, _ isKept: (Int) -> Bool) -> ClaimCut {
        ClaimCut(
            claimant: claimant, need: need,
            weights: weights.filter { isKept($0.household) }
                .map { Weight(household: $0.household, weight: min($0.weight, need)) })
    }
}
