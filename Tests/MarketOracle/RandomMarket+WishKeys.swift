import Admissions

extension RandomMarket {
    /// The draft with one to five keys whose value depends on the wish, at random places among its own; some compare a part of
    /// a points table, some are for some children or wishes only.
    ///
    /// - Parameter seed: Decides which keys, where they stand, and what the children have at them.
    public static func keyingByWish(_ draft: CaseDraft, seed: UInt64) -> CaseDraft {
        var draft = draft
        var random = SplitMix64(seed: seed &+ 0x3157)
        var keys = random.shuffled([0, 1, 2, 3]).prefix(random.int(1...3)).map { kind -> PriorityKey in
            switch kind {
            case 0: PriorityKey("wish_rank", random.chance(85) ? .ascending : .descending)
            case 1: PriorityKey("sibling_at_facility", random.chance(85) ? .descending : .ascending)
            case 2: PriorityKey("lives_in_area", random.chance(85) ? .descending : .ascending, column: "home")
            default:
                PriorityKey(
                    "distance", random.pick(PriorityKey.Order.allCases), blank: random.pick([.isError, .first, .last]))
            }
        }
        draft.attributeNames += ["home", "distance", "rating"]
        draft.wishAttributeNames = keys.contains { $0.name == "distance" } ? ["distance"] : []
        let blankDistance = keys.first { $0.name == "distance" }?.blank ?? .last
        let facilities = draft.facilities.map(\.id).sorted()
        for row in draft.children.indices.sorted(by: { draft.children[$0].id < draft.children[$1].id }) {
            let home = random.pick(["north", "south", ""])
            let isBlank = blankDistance != .isError && random.chance(40)
            draft.children[row].attributes += [
                home, isBlank ? "" : random.pick(["1", "2", "2.5"]), random.pick(["1", "2", "3"]),
            ]
            if random.chance(40) { draft.children[row].siblingFacilities = [random.pick(facilities)] }
            guard !draft.wishAttributeNames.isEmpty else { continue }
            draft.children[row].wishAttributes = [
                draft.children[row].wishes.map { $0 == nil || random.chance(40) ? "" : random.pick(["1", "2", "3"]) }
            ]
        }
        // Without a ward the key would tell nobody apart, which is an error.
        if let first = draft.facilities.indices.min(by: { draft.facilities[$0].id < draft.facilities[$1].id }) {
            draft.facilities[first].ward = "north"
        }
        if random.chance(40) { keys.append(makeTable(of: &draft, &random)) }
        if random.chance(40) { keys.append(makeRestricted(in: draft, &random)) }
        while let key = keys.popLast() {
            draft.rules.priority.insert(key, at: random.int(0...draft.rules.priority.count))
        }
        return draft
    }

    /// Computes the points by a table of two parts, and makes a key of one of them.
    private static func makeTable(of draft: inout CaseDraft, _ random: inout SplitMix64) -> PriorityKey {
        func points(_ number: Int) -> PointsRow.Amount { .points(ExactNumber(number)) }
        draft.rules.pointsTable = PointsTable(parts: [
            PointsPart(
                "base",
                rows: [
                    PointsRow("tier", .oneOf(["1"]), earns: points(2)), PointsRow("category", earns: .value),
                ]),
            PointsPart(
                "extra",
                rows: [
                    PointsRow(when: [.wishRank(.oneOf([1]))], earns: points(1)),
                    PointsRow(when: [.sameFacility], earns: points(2)),
                    PointsRow(when: [.siblingApplies], earns: points(1)),
                ], cap: 2),
            PointsPart("points", of: ["base", "extra"]),
        ])
        for row in draft.children.indices {
            draft.children[row].points = nil
            draft.children[row].wishPoints = []
        }
        return PriorityKey(random.pick(["base", "extra", "extra"]), random.pick(PriorityKey.Order.allCases))
    }

    /// A key that is for some children or some wishes only.
    private static func makeRestricted(in draft: CaseDraft, _ random: inout SplitMix64) -> PriorityKey {
        var restriction = KeyRestriction([random.pick([.wishRank(.oneOf([1])), .sameFacility])])
        if random.chance(50) { restriction.conditions.append(.attribute("tier", .oneOf(["0"]))) }
        if !draft.rules.pointsTable.isEmpty, random.chance(60) {
            restriction.parts = [KeyRestriction.PartRange("points", from: 2)]
        }
        if random.chance(60) { return PriorityKey("met", .descending, onlyWhen: restriction) }
        return PriorityKey(
            "rating", random.pick(PriorityKey.Order.allCases), blank: random.pick([.isError, .first, .last]),
            onlyWhen: restriction)
    }
}
