extension CaseDraft {
    /// Spells every id as the table of its own does, whatever spelling names it elsewhere: a child and a household as in the
    /// first of its rows of the children's table, a facility as in the facilities' table. What no table has keeps its spelling.
    ///
    /// - Complexity: O(children + facilities) where those are spelled as they are compared, else O(size of the draft).
    package mutating func unifySpellings() {
        let isUsual =
            facilities.indices.allSatisfy { !facilities[$0].id.isSpelledOtherwise }
            && children.indices.allSatisfy {
                !children[$0].id.isSpelledOtherwise && !children[$0].household.isSpelledOtherwise
            }
        if isUsual { return }
        let child = Spellings(children.lazy.map(\.id))
        let household = Spellings(children.lazy.map(\.household))
        let facility = Spellings(facilities.lazy.map(\.id))
        for row in children.indices {
            child.spell(&children[row].id)
            household.spell(&children[row].household)
            facility.spell(&children[row].currentFacility)
            for index in children[row].siblingFacilities.indices {
                facility.spell(&children[row].siblingFacilities[index])
            }
            for index in children[row].wishes.indices { facility.spell(&children[row].wishes[index]) }
        }
        for row in households.indices {
            household.spell(&households[row].household)
            child.spell(&households[row].leadChild)
            child.spell(&households[row].preferredChild)
        }
        for row in jointWishes.indices {
            household.spell(&jointWishes[row].household)
            child.spell(&jointWishes[row].child)
            facility.spell(&jointWishes[row].facility)
        }
        for row in seatLimits.indices {
            facility.spell(&seatLimits[row].facility)
            for index in seatLimits[row].sharedWith.indices { facility.spell(&seatLimits[row].sharedWith[index]) }
        }
        for row in pins.indices {
            child.spell(&pins[row].child)
            facility.spell(&pins[row].facility)
        }
    }
}

/// Ids as they are spelled in a table.
private struct Spellings<Subject> {
    private let spelled: [Identifier<Subject>: Identifier<Subject>]

    /// - Parameter ids: The ids in the order of the rows; of several spellings the first counts.
    init(_ ids: some Sequence<Identifier<Subject>>) {
        spelled = Dictionary(ids.map { ($0, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func spell(_ id: inout Identifier<Subject>) {
        if let known = spelled[id] { id = known }
    }

    func spell(_ id: inout Identifier<Subject>?) {
        if let known = id.flatMap({ spelled[$0] }) { id = known }
    }
}
