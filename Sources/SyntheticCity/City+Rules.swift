import Admissions

extension City {
    var rules: Rules {
        let digits = options.month.firstDay.description.filter { $0 != "-" }
        var rules = Rules(
            priority: priority, drawSeed: "\(digits)-\(options.seed)",
            siblings: SiblingRules(nearKilometres: ExactNumber("1.5")))
        if options.points != .steps { rules.pointsTable = Self.pointsTable(siblingBonus: options.siblingBonus) }
        rules.keepsClosed = places.closedEverywhere
        return rules
    }

    private var hasWishKeys: Bool { options.extraRules.contains(.wishKeys) }

    private var priority: [PriorityKey] {
        var keys = [
            PriorityKey("tier", .ascending, usesLetters: hasWishKeys), PriorityKey("points", .descending),
        ]
        if options.points != .steps { keys.append(PriorityKey("base", .descending)) }
        if !hasWishKeys { return keys + [PriorityKey("category", .ascending), PriorityKey("tax", .ascending)] }
        let isWorking = PointsCondition.attribute("category", .oneOf([Self.categories[0]]))
        return keys + [
            PriorityKey("met", .descending, onlyWhen: KeyRestriction([.wishRank(.oneOf([1])), .sameFacility])),
            PriorityKey("sibling_at_facility", .descending),
            PriorityKey("lives_in_area", .descending, column: "home_ward"),
            PriorityKey("category", .ascending, values: Self.categories),
            PriorityKey("wish_rank", .ascending),
            PriorityKey("tax", .ascending, onlyWhen: KeyRestriction([isWorking])),
            // A sibling whose wishes are all taken away stays in the next month without one.
            PriorityKey("distance", .ascending, blank: .last),
        ]
    }

    /// The categories 1 to 7 in words, where the key compares words.
    private static let categories = ["就労", "疾病・障害", "介護", "災害", "出産", "就学", "求職"]

    // MARK: Further columns

    /// Names of the columns in the order of ``attributes(of:_:)``; behind them, for a points table, the months of waiting.
    var attributeNames: [String] {
        let hasTable = options.points != .steps
        return ["tier", "category", "tax"] + (hasTable ? Circumstances.columns : [])
            + (hasTable || hasWishKeys ? ["home_ward"] : []) + (hasTable ? [CaseDraft.waitingMonths] : [])
    }

    func attributes(of household: Int, _ people: Residents.People) -> [String] {
        let hasTable = options.points != .steps
        var texts =
            hasWishKeys
            ? [["A", "B", "C"][people.tier - 1], Self.categories[people.category - 1]]
            : ["\(people.tier)", "\(people.category)"]
        texts.append("\(people.tax * 100)")
        if hasTable {
            var random = SeededRandom(seed: options.seed, .circumstances, household)
            texts += Circumstances(points: people.points, &random).texts(of: options.month)
        }
        if hasTable || hasWishKeys {
            let ward = geography.ward(x: wishes.homeX[household], y: wishes.homeY[household])
            texts.append(geography.wardNames[ward])
        }
        return texts
    }

    /// The months that the child has waited; blank for most.
    func monthsWaiting(of child: Int) -> String {
        var random = SeededRandom(seed: options.seed, .circumstances, residents.householdCount + child)
        let (waits, months) = (random.chance(0.12), 1 + random.below(residents.ages[child] == 0 ? 4 : 14))
        return waits && wishes.current[child] < 0 ? "\(months)" : ""
    }

    /// The way from home to each wish in kilometres, with one decimal.
    func distances(of child: Int, household: Int) -> [String] {
        wishes.wishes(of: child).map { facility in
            let east = places.x[Int(facility)] - wishes.homeX[household]
            let north = places.y[Int(facility)] - wishes.homeY[household]
            let tenths = Int(((east * east + north * north).squareRoot() * 10).rounded())
            return "\(tenths / 10).\(tenths % 10)"
        }
    }

    // MARK: Points

    /// Puts what the points table computes into columns, in place of the table and of what only it reads.
    func giveComputedPoints(_ draft: inout CaseDraft) {
        guard let subject = draft.resolve().case else { preconditionFailure("a city resolves without errors") }
        let base = draft.rules.priority.firstIndex { $0.name == "base" }!
        let unread = Set(Circumstances.columns + [CaseDraft.waitingMonths] + (hasWishKeys ? [] : ["home_ward"]))
        let kept = draft.attributeNames.indices.filter { !unread.contains(draft.attributeNames[$0]) }
        // Rows and children are both ascending by id, and no wish is dropped.
        for row in draft.children.indices {
            let child = subject.children[row]
            draft.children[row].attributes =
                kept.map { draft.children[row].attributes[$0] }
                + [subject.keyValue(child: row, key: base)?.description ?? ""]
            draft.children[row].points = child.points
            let byWish = child.wishes.map { $0.points == child.points ? nil : $0.points }
            let count = byWish.lastIndex { $0 != nil }.map { $0 + 1 } ?? 0
            draft.children[row].wishPoints = Array(byWish[..<count])
        }
        draft.attributeNames = kept.map { draft.attributeNames[$0] } + ["base"]
        draft.rules.pointsTable = []
    }
}
