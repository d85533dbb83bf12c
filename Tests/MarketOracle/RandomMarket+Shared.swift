import Admissions

extension RandomMarket {
    /// The draft with one or two limits over several facilities; the same where it has fewer than two.
    ///
    /// - Parameter seed: Decides over which, for whom, and how many seats they have.
    public static func sharing(_ draft: CaseDraft, seed: UInt64) -> CaseDraft {
        var draft = draft
        var random = SplitMix64(seed: seed &+ 0x5AA5ED)
        let ids = draft.facilities.map(\.id).sorted()
        guard ids.count > 1 else { return draft }
        let groups = Set(draft.children.flatMap(\.groups)).sorted()
        let ages = Set(
            draft.children.compactMap { child in
                child.ageClass ?? (child.birthDate ?? child.dueDate).flatMap { draft.month.classAge(bornOn: $0) }
            }
        ).sorted()
        for _ in 0..<random.int(1...2) {
            let places = Array(random.shuffled(ids).prefix(random.int(2...min(3, ids.count))))
            let covered = ages.isEmpty || random.chance(60) ? AgeSet(0...5) : AgeSet([random.pick(ages)])
            var group = GroupCondition.everyone
            if !groups.isEmpty, random.chance(25) {
                let name = random.pick(groups)
                group = random.chance(50) ? .members(of: name) : .others(than: name)
            }
            let phases = draft.rules.phases.map(\.name)
            let phase = !phases.isEmpty && random.chance(35) ? random.pick(phases) : nil
            let row = SeatLimitRow(
                facility: places[0], sharedWith: Array(places.dropFirst()), ages: covered, group: group,
                seats: random.weighted([4, 6, 4, 1]), phase: phase,
                isReleased: phase != nil && phase != phases.last && random.chance(50))
            let isNew = !draft.seatLimits.contains {
                Set($0.facilities) == Set(places) && $0.ages == covered && $0.group == group && $0.phase == phase
            }
            if isNew { draft.seatLimits.append(row) }
        }
        return draft
    }
}
