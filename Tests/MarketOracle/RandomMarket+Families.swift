import Admissions

extension MarketMaker {
    // MARK: Children

    mutating func makeChildren(count: Int) -> [ChildRow] {
        var children: [ChildRow] = []
        // Ids in an order of their own, so that neither rows nor ages follow them.
        let ids = random.shuffled(Array(1...count))
        var household = 0
        while children.count < count {
            household += 1
            let size = min(random.weighted(taste.householdSizes) + 1, count - children.count)
            let home = random.pick(facilityIDs)
            let tendsToJoin = random.chance(50)
            for member in 0..<size {
                var child = makeChild(id: ids[children.count], household: HouseholdID("h\(household)"))
                if member > 0, random.chance(25), let twin = children.last {
                    (child.birthDate, child.dueDate, child.ageClass) = (twin.birthDate, twin.dueDate, twin.ageClass)
                }
                if random.chance(taste.transfers) {
                    child.currentFacility = tendsToJoin ? home : random.pick(facilityIDs)
                }
                child.wishes = makeWishes(current: child.currentFacility, size: size)
                fillPoints(of: &child)
                children.append(child)
            }
        }
        return children
    }

    private mutating func makeChild(id: Int, household: HouseholdID) -> ChildRow {
        var child = ChildRow(id: ChildID("c\(id)"), household: household, wishes: [])
        giveAge(to: &child, random.pick(ages))
        child.groups = groups.filter { _ in random.chance(35) }
        if random.chance(10) { child.siblingFacilities = [random.pick(facilityIDs)] }
        if usesDrawColumn { child.draw = ExactNumber(random.int(1...4)) }
        child.attributes = ["tier", "category", "applied"].map { name in
            if mayBeBlank(name) && random.chance(30) { return "" }
            switch name {
            case "applied": return random.pick(["2026-10-01", "2026/10/2", "2026-11-20"])
            case "category": return random.pick(["1", "1.5", "2"])
            default: return random.pick(["0", "1"])
            }
        }
        return child
    }

    private mutating func giveAge(to child: inout ChildRow, _ age: Int) {
        if random.chance(20) {
            child.ageClass = age
            return
        }
        // The class of `age` was born from 2 April of this year to 1 April of the next.
        let year = month.fiscalYear - 1 - age
        let day = random.pick([(0, 4, 2), (0, 7, 15), (0, 11, 30), (1, 2, 28), (1, 4, 1)])
        child.birthDate = CalendarDate(year: year + day.0, month: day.1, day: day.2)!
        if age == 0, random.chance(30) {
            let unborn = CalendarDate(year: month.fiscalYear, month: random.pick([4, 5, 12]), day: 20)!
            (child.birthDate, child.dueDate) = (nil, unborn)
        }
        if random.chance(20) { child.ageClass = age }
    }

    private mutating func makeWishes(current: FacilityID?, size: Int) -> [FacilityID?] {
        let others = random.shuffled(facilityIDs.filter { $0 != current })
        let longest = [4, 4, 3, 2][size - 1]
        let most = min(others.count, longest)
        let count = most == 0 ? 0 : max(1, min(most, random.weighted(taste.wishes)))
        var wishes: [FacilityID?] = Array(others.prefix(count))
        if random.chance(5) { wishes.removeAll() }
        if random.chance(10) { wishes.insert(nil, at: random.int(0...wishes.count)) }
        if let first = wishes.first, random.chance(4) { wishes.append(first) }
        if let current, random.chance(6) { wishes.insert(current, at: random.int(0...wishes.count)) }
        return wishes
    }

    /// Own points, points of single wishes, and blanks where the rules give them a meaning.
    private mutating func fillPoints(of child: inout ChildRow) {
        let values: [ExactNumber] = [1, 2, 2, 3, ExactNumber("2.5")!]
        child.points = random.pick(values)
        guard random.chance(taste.wishPoints) else {
            if mayBeBlank("points") && random.chance(20) { child.points = nil }
            return
        }
        let isFull = random.chance(60)
        let isContrary = random.chance(taste.contrary)
        child.wishPoints = child.wishes.enumerated().map { index, wish in
            guard wish != nil, isFull || random.chance(50) else { return nil }
            return isContrary ? ExactNumber(index + 1) : random.pick(values)
        }
        let counts = child.wishes.prefix { $0 != child.currentFacility || $0 == nil }.contains { $0 != nil }
        if mayBeBlank("points") ? random.chance(30) : isFull && counts && random.chance(40) { child.points = nil }
    }

    /// Two or three children of one class, each wishing the next one's present facility most.
    mutating func makeSwapCycle(_ children: inout [ChildRow]) {
        let length = min(random.int(2...3), children.count, facilityIDs.count)
        guard length > 1 else { return }
        let swapping = random.shuffled(Array(children.indices)).prefix(length)
        let places = random.shuffled(facilityIDs).prefix(length)
        for (position, index) in swapping.enumerated() {
            let next = places[(position + 1) % length]
            children[index].currentFacility = places[position]
            children[index].wishes = [next]
            children[index].wishPoints = []
            if children[index].points == nil { children[index].points = 2 }
            (children[index].birthDate, children[index].dueDate, children[index].ageClass) = (nil, nil, ages[0])
        }
    }

    /// A couple that wants the first place and the second together, and a single child that wants the first, then the
    /// second: it comes after the couple's child at the first and before the other at the second.
    ///
    /// Source: the couples market without a stable matching of Klaus and Klijn 2005, Journal of Economic Theory 121.
    mutating func makeKnot(_ children: inout [ChildRow], places: [FacilityID]) {
        guard let single = children.indices.first(where: { isPartOfKnot(children, $0, size: 1) }),
            let first = children.indices.first(where: { isPartOfKnot(children, $0, size: 2) }), places.count == 2,
            let second = children.indices.last(where: { children[$0].household == children[first].household })
        else { return }
        let isDescending = keys.first { $0.name == "points" }?.order == .descending
        let points: [ExactNumber] = isDescending ? [9, 8, 7] : [7, 8, 9]
        let parts = [(first, [places[0]]), (single, places), (second, [places[1]])]
        for ((index, wishes), value) in zip(parts, points) {
            (children[index].wishes, children[index].wishPoints) = (wishes, [])
            (children[index].points, children[index].currentFacility) = (value, nil)
        }
    }

    /// Two couples, one with the best and the worst points, the other in between, who both like the first place best:
    /// whichever pair gets in keeps the other out.
    ///
    /// Where a child of the second couple wishes one place only, the two outcomes hold different numbers of children.
    mutating func makeNest(_ children: inout [ChildRow], places: [FacilityID]) {
        let free = children.indices.filter { isPartOfKnot(children, $0, size: 2) }
        guard free.count > 3, places.count == 2 else { return }
        let outer = free.filter { children[$0].household == children[free[0]].household }
        let inner = Array(free.filter { !outer.contains($0) }.prefix(2))
        let isDescending = keys.first { $0.name == "points" }?.order == .descending
        let points: [ExactNumber] = isDescending ? [10, 7, 9, 8] : [7, 10, 8, 9]
        for (index, value) in zip(outer + inner, points) {
            (children[index].wishes, children[index].wishPoints) = (places, [])
            (children[index].points, children[index].currentFacility) = (value, nil)
        }
        if random.chance(60) { children[inner[1]].wishes.removeLast() }
    }

    /// Whether the child's household has so many children and is in no knot yet.
    private func isPartOfKnot(_ children: [ChildRow], _ index: Int, size: Int) -> Bool {
        let members = children.filter { $0.household == children[index].household }
        return members.count == size && members.allSatisfy { ($0.points ?? 0) < 7 }
    }

    // MARK: Sibling answers

    mutating func makeAnswers(
        _ children: [ChildRow], rules: SiblingRules
    ) -> (answers: [HouseholdRow], jointWishes: [JointWishRow]) {
        var answers: [HouseholdRow] = []
        var jointWishes: [JointWishRow] = []
        for id in Set(children.map(\.household)).sorted() {
            let members = children.filter { $0.household == id }
            if members.count == 1 {
                if random.chance(10) { answers.append(HouseholdRow(household: id, timing: .any)) }
                if random.chance(5) { jointWishes += makeTable(household: id, members) }
                continue
            }
            guard style != .singles else { continue }
            let hasTable = random.chance(taste.table)
            if random.chance(max(75, taste.complementary)) || hasTable {
                answers.append(makeAnswer(household: id, members, rules: rules, hasTable: hasTable))
            }
            if hasTable { jointWishes += makeTable(household: id, members) }
        }
        return (answers, jointWishes)
    }

    /// Blank fields now and then; `near` only where the round says what it means.
    private mutating func makeAnswer(
        household: HouseholdID, _ members: [ChildRow], rules: SiblingRules, hasTable: Bool
    ) -> HouseholdRow {
        var answer = HouseholdRow(household: household)
        let mayDefaultToIndependent = rules.timing == .independent || rules.twinsTiming == .independent
        if hasTable {
            answer.timing = random.pick([.together, .any, .lead])
        } else if random.chance(80) {
            let linked = random.pick([Timing.together, .together, .any, .lead, .elder, .younger])
            answer.timing = random.chance(taste.independent) ? .independent : linked
        }
        if !hasTable, random.chance(taste.complementary) {
            answer.timing = .together
            answer.facility = random.pick([.rankFirst, .sameFirst])
        }
        let isLinked = answer.timing.map { $0 != .independent } ?? !mayDefaultToIndependent
        if isLinked && answer.facility == nil && random.chance(80) { answer.facility = anyFacilityAnswer() }
        if answer.timing == .lead || random.chance(5) { answer.leadChild = random.pick(members).id }
        if random.chance(40) { answer.preferredChild = random.pick(members).id }
        return answer
    }

    /// Random outcomes, some of them repeated or ineligible, now and then with the baseline before the end.
    private mutating func makeTable(household: HouseholdID, _ members: [ChildRow]) -> [JointWishRow] {
        var rank = 0
        return (0..<random.int(1...6)).flatMap { _ -> [JointWishRow] in
            rank += random.pick([1, 1, 2, 5])
            let isBaseline = random.chance(4)
            return members.map { child in
                let wished = child.wishes.prefix { $0 == nil || $0 != child.currentFacility }.compactMap { $0 }
                let facility = isBaseline || wished.isEmpty || random.chance(20) ? nil : random.pick(wished)
                return JointWishRow(household: household, rank: rank, child: child.id, facility: facility)
            }
        }
    }
}
