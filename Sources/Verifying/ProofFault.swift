import Admissions

/// A step of a proof that does not hold.
public struct ProofFault: PhrasedError, Hashable {
    public var part: Part
    /// The number of the step in its part, from 1; `nil` if the part as a whole is meant.
    public var step: Int?
    public var reason: Reason

    /// A part of a proof.
    public enum Part: Hashable, Sendable {
        /// The core with this index.
        case core(Int)
        /// The households that claim in the result.
        case claimants
        /// The strikes that decide the households of the result.
        case deduction
    }

    /// What is wrong. Households, outcomes and limits are numbers as in `Proof`.
    public enum Reason: Hashable, Sendable {
        case noSuchHousehold(Int)
        case noSuchOutcome(household: Int, outcome: Int)
        case noSuchLimit(household: Int, outcome: Int, place: Int)
        /// The strike needs the household to have no claim, but it may have one here.
        case mayClaim(Int)
        /// Others could use so many seats of the limit that the household may get something worse.
        case notSure(household: Int, outcome: Int, limit: Int)
        /// The limit is not full before the outcome: `missing` more seats would have to be taken.
        case notFull(household: Int, outcome: Int, limit: Int, missing: Int32)
        /// Every household still has an outcome, so the supposition is not absurd.
        case notAbsurd
        /// Every household still has an outcome, so the core proves nothing; or a supposition was not ended.
        case noContradiction
        /// The households of a core or component are not ascending, or there are none, or a household is in two components. Or a
        /// core needs no claim, or more claims than it has households, or names a limit that does not exist.
        case malformed
        /// This core shares a household with another; cores must not.
        case overlaps(core: Int)
        /// Fewer of its households are claimants of the result than the core needs.
        case notMet
        /// The claimant of this core is not the lowest of its households.
        case notLowest
        /// The cores need another number of claims than the result has.
        case otherBound(cores: Int, claimants: Int)
        /// The strikes leave a household no outcome, although there is an allocation.
        case emptied(Int)
        /// The strikes exclude what the household got.
        case excludesResult(Int)
        /// More than one outcome is left to the household, and no component has it.
        case undecided(Int)
    }

    public init(_ part: Part, step: Int? = nil, _ reason: Reason) {
        self.part = part
        self.step = step
        self.reason = reason
    }

    public var phrase: Phrase {
        let place =
            switch part {
            case .core(let index): Phrase("両立しない組 \(index + 1)", "core \(index + 1)")
            case .claimants: Phrase("逆転・空き枠の残りのある世帯", "claimants")
            case .deduction: Phrase("除外", "strikes")
            }
        let step = step.map { Phrase("の手順 \($0)", ", step \($0)") } ?? Phrase(same: "")
        return place + step + Phrase(same: ": ") + reason.phrase
    }
}

extension ProofFault.Reason {
    /// What is wrong.
    public var phrase: Phrase {
        switch self {
        case .noSuchHousehold(let household):
            Phrase("世帯 \(household) はありません", "there is no household \(household)")
        case .noSuchOutcome(let household, let outcome):
            Phrase("世帯 \(household) に組み合わせ \(outcome) はありません", "household \(household) has no outcome \(outcome)")
        case .noSuchLimit(let household, let outcome, let place):
            Phrase(
                "世帯 \(household) の組み合わせ \(outcome) に、\(place) 番目の受入枠はありません",
                "outcome \(outcome) of household \(household) touches no limit of place \(place)")
        case .mayClaim(let household):
            Phrase("世帯 \(household) には逆転・空き枠の残りがありえます", "household \(household) may have a claim here")
        case .notSure(let household, let outcome, let limit):
            Phrase(
                "世帯 \(household) の組み合わせ \(outcome) は確かではありません。受入枠 \(limit) がその前に埋まることがありえます",
                "outcome \(outcome) of household \(household) is not sure: others could fill limit \(limit) before it")
        case .notFull(let household, let outcome, let limit, let missing):
            Phrase(
                "世帯 \(household) の組み合わせ \(outcome) はありえます。受入枠 \(limit) はその前に埋まらず、あと \(missing) 人入ります",
                "outcome \(outcome) of household \(household) can be had: limit \(limit) is not full before it, "
                    + "\(missing) more would have to be taken")
        case .notAbsurd:
            Phrase(
                "どの世帯にも組み合わせが残るため、仮定は否定されません",
                "every household keeps an outcome, so nothing that was supposed is absurd")
        case .noContradiction:
            Phrase("どの世帯にも組み合わせが残るため、何も否定されません", "every household keeps an outcome, so nothing is refuted")
        case .malformed:
            Phrase(
                "世帯と受入枠は、案件にあるものを小さい順に一度ずつ書かなければなりません",
                "its households and limits must be some of the case, ascending, each once")
        case .overlaps(let core):
            Phrase("両立しない組 \(core + 1) と同じ世帯を含みます", "it shares a household with core \(core + 1)")
        case .notMet:
            Phrase(
                "逆転・空き枠の残りのある世帯が、必要な数より少なくなっています", "fewer of its households are claimants of the result than it needs")
        case .notLowest:
            Phrase("逆転・空き枠の残りのある世帯が、組の中で最も下の世帯ではありません", "its claimant is not the lowest of its households")
        case .otherBound(let bound, let claimants):
            Phrase(
                "両立しない組からは \(bound) 世帯が必要ですが、結果では \(claimants) 世帯です",
                "the cores need \(bound) claims, and the result has \(claimants)")
        case .emptied(let household):
            Phrase(
                "世帯 \(household) には組み合わせがあるのに、何も残りません",
                "nothing is left to household \(household), although it has an outcome")
        case .excludesResult(let household):
            Phrase("世帯 \(household) の結果が除外されています", "what household \(household) got is struck")
        case .undecided(let household):
            Phrase(
                "世帯 \(household) は決まらず、残りの部分にも入っていません", "household \(household) is neither decided nor in a component")
        }
    }
}
