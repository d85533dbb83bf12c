import Admissions

extension RandomMarket {
    /// The draft with some classes of transfer applicants over-full: no vacancies, and one to three more enrolled than places; of some
    /// a negative number of seats says so.
    ///
    /// - Parameter seed: Decides which classes, and by how many.
    public static func overfilling(_ draft: CaseDraft, seed: UInt64) -> CaseDraft {
        var draft = draft
        var random = SplitMix64(seed: seed &+ 0x0FF1CE)
        for row in draft.facilities.indices.sorted(by: { draft.facilities[$0].id < draft.facilities[$1].id }) {
            let id = draft.facilities[row].id
            let applicants = draft.children.filter { $0.currentFacility == id }
            for age in 0...5 where draft.facilities[row].seats[age] != nil {
                let leavers = applicants.count { child in
                    ((child.birthDate ?? child.dueDate).flatMap { draft.month.classAge(bornOn: $0) } ?? child.ageClass)
                        == age
                }
                guard leavers > 0, random.chance(70) else { continue }
                let excess = random.chance(70) ? 1 : random.int(1...3)
                if random.chance(25) {
                    draft.facilities[row].seats[age] = -excess
                    continue
                }
                if draft.facilities[row].capacity.isEmpty {
                    draft.facilities[row].capacity = [Int?](repeating: nil, count: 6)
                    draft.facilities[row].enrolled = [Int?](repeating: nil, count: 6)
                    draft.facilities[row].margin = [Int?](repeating: nil, count: 6)
                }
                let margin = random.int(0...1)
                draft.facilities[row].seats[age] = 0
                draft.facilities[row].capacity[age] = 10
                draft.facilities[row].margin[age] = margin
                draft.facilities[row].enrolled[age] = 10 + margin + excess
            }
        }
        return draft
    }
}
