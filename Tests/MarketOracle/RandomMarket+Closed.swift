import Admissions

extension RandomMarket {
    /// The draft with some classes of which a seat that a transfer leaves stays closed: by the setting for the whole city, and
    /// by facilities that say otherwise.
    ///
    /// - Parameter seed: Decides which classes.
    public static func keepingClosed(_ draft: CaseDraft, seed: UInt64) -> CaseDraft {
        var draft = draft
        var random = SplitMix64(seed: seed &+ 0xC105ED)
        draft.rules.keepsClosed = AgeSet((0...5).filter { _ in random.chance(40) })
        for row in draft.facilities.indices.sorted(by: { draft.facilities[$0].id < draft.facilities[$1].id })
        where random.chance(60) {
            draft.facilities[row].keepsClosed = (0...5).map { _ in random.pick([true, true, false, nil]) }
        }
        return draft
    }
}
