import Admissions
import MarketOracle

/// Short ways to write small cases down; class 1 unless said otherwise, more points first.
func sketch(
    _ children: [ChildRow], _ facilities: [FacilityRow], households: [HouseholdRow] = [],
    jointWishes: [JointWishRow] = [], seatLimits: [SeatLimitRow] = [], priority: [PriorityKey] = [byPoints],
    objective: Objective = .priority, householdPriority: HouseholdPriority = .each,
    siblings: SiblingRules = SiblingRules(), attributeNames: [String] = []
) throws -> Case {
    try CaseDraft(
        municipality: "test", round: "first", month: PlacementMonth(year: 2027, month: 4)!,
        rules: Rules(
            priority: priority, drawSeed: "1", objective: objective, householdPriority: householdPriority,
            siblings: siblings),
        attributeNames: attributeNames, children: children, facilities: facilities, households: households,
        jointWishes: jointWishes, seatLimits: seatLimits
    ).resolved()
}

let byPoints = PriorityKey("points", .descending)

/// A child of a household, wishing the facilities named by the letters of `wishes`.
func child(
    _ id: ChildID, of household: HouseholdID, _ wishes: String, points: ExactNumber? = 1, at current: FacilityID? = nil,
    age: Int = 1, groups: [String] = [], wishPoints: [ExactNumber?] = [], attributes: [String] = []
) -> ChildRow {
    ChildRow(
        id: id, household: household, ageClass: age, currentFacility: current, groups: groups,
        wishes: wishes.map { FacilityID(String($0)) }, points: points, wishPoints: wishPoints, attributes: attributes)
}

/// A facility with these seats by class age.
func facility(_ id: FacilityID, _ seats: [Int: Int], ward: String = "", latitude: Double? = nil) -> FacilityRow {
    FacilityRow(
        id: id, seats: (0...5).map { seats[$0] }, ward: ward, latitude: latitude,
        longitude: latitude.map { _ in 139.6 })
}

/// One household's table: in each word a letter for each child, in their order here; `-` is the baseline.
func jointTable(_ household: HouseholdID, _ children: [ChildID], _ words: [String]) -> [JointWishRow] {
    words.enumerated().flatMap { rank, word in
        zip(children, word).map { child, letter in
            JointWishRow(
                household: household, rank: rank + 1, child: child,
                facility: letter == "-" ? nil : FacilityID(String(letter)))
        }
    }
}

extension Case {
    /// Where each child is moved to, in the order of ids; `-` at the baseline.
    func word(_ allocation: Allocation) -> String {
        zip(children, allocation.choices).map { child, choice in
            choice < 0 ? "-" : facilities[child.wishes[Int(choice)].facility].id.folded
        }.joined()
    }

    /// The list of the household, a word an outcome, eldest child first.
    func words(ofHousehold household: Int) -> [String] {
        let members = households[household].members
        return JointList(of: households[household], in: self).outcomes.map { outcome in
            zip(members, outcome.choices).map { child, choice in
                choice < 0 ? "-" : facilities[children[child].wishes[Int(choice)].facility].id.folded
            }.joined()
        }
    }
}
