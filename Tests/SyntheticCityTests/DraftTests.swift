import Admissions
import SyntheticCity
import Testing

struct DraftTests {
    // A change of the module that changes cities changes this, and is said so in the changelog.
    @Test("A small city is the same bytes everywhere, always")
    func goldenDigest() throws {
        let digest = try City(CityOptions(children: 300, facilities: 90, seed: 42)).makeDraft().resolved().digest()
        #expect(digest.description == "9995ffb527e6342974c61d3d2f1310d5b2c698931af0c702dba5865f83e4bc3b")
    }

    @Test("So is a small city with a points table and every further rule")
    func goldenDigestOfFurtherRules() throws {
        var options = CityOptions(children: 300, facilities: 90, seed: 42)
        (options.points, options.extraRules) = (.table, Set(CityOptions.ExtraRule.allCases))
        let digest = try City(options).makeDraft().resolved().digest()
        #expect(digest.description == "30b1e7e497f36ba7b9cd1f45f3934b89b823b73f932f270fb60e0687eda44958")
    }

    @Test("Given points are what the table of the same city computes, wish by wish", arguments: [true, false])
    func givenPoints(hasWishKeys: Bool) throws {
        var options = CityOptions(children: 1_500, facilities: 60, seed: 3)
        if hasWishKeys { options.extraRules = [.wishKeys] }
        options.points = .table
        let table = try City(options).makeDraft()
        options.points = .column
        let column = try City(options).makeDraft()
        #expect(table.children.allSatisfy { $0.points == nil && $0.wishPoints.isEmpty })
        #expect(column.rules.pointsTable.isEmpty && column.children.allSatisfy { $0.points != nil })
        #expect((115...130).contains(table.rules.pointsTable.rows.count))
        let (computed, given) = (try table.resolved(), try column.resolved())
        #expect(computed.rules.priority.map(\.name) == given.rules.priority.map(\.name))
        var byWish = 0
        for child in computed.children.indices {
            let (one, other) = (computed.children[child], given.children[child])
            #expect(one.id == other.id && one.points == other.points && one.draw == other.draw)
            #expect(one.wishes.map { $0.points ?? one.points } == other.wishes.map { $0.points ?? other.points })
            byWish += one.wishes.count { ($0.points ?? one.points) != one.points }
            for key in computed.rules.priority.indices where computed.rules.priority[key].source != .points {
                #expect(computed.keyValue(child: child, key: key) == given.keyValue(child: child, key: key))
                for wish in one.wishes.indices {
                    #expect(
                        computed.keyValue(child: child, wish: wish, key: key)
                            == given.keyValue(child: child, wish: wish, key: key))
                }
            }
        }
        #expect(byWish > 1_500)
        #expect(Set(computed.children.compactMap(\.points)).count > 20)
    }

    @Test("Most rows of the table are met by somebody, and its bounds and the lower parent decide")
    func rowsAreMet() throws {
        var options = CityOptions(children: 4_000, facilities: 150, seed: 1)
        options.points = .table
        let draft = try City(options).makeDraft()
        var met: Set<[Int]> = []
        var (capped, floored, lower) = (0, 0, 0)
        for row in stride(from: 0, to: draft.children.count, by: 3) {
            let parts = try #require(draft.pointsComputation(ofRow: row)).parts
            for (index, part) in parts.enumerated() {
                for (row, found) in part.rows.enumerated() where found.isMetAnywhere { met.insert([index, row]) }
            }
            let adjustments = parts[3]
            if let own = adjustments.own, let combined = adjustments.combined {
                if own < combined { capped += 1 }
                if own > combined { floored += 1 }
            }
            if let father = parts[0].own, let mother = parts[1].own, father != mother { lower += 1 }
        }
        #expect(met.count >= 80, "\(met.count) of \(draft.rules.pointsTable.rows.count)")
        #expect(capped > 0 && floored > 0 && lower > 300, "\(capped), \(floored), \(lower)")
    }

    @Test("Each further rule is in the city, and in no other")
    func furtherRules() throws {
        func draft(_ rules: Set<CityOptions.ExtraRule>) throws -> CaseDraft {
            var options = CityOptions(children: 2_000, facilities: 75, seed: 4)
            options.extraRules = rules
            return try City(options).makeDraft()
        }
        func has(_ draft: CaseDraft) -> Set<CityOptions.ExtraRule> {
            var found: Set<CityOptions.ExtraRule> = []
            if draft.wishAttributeNames == ["distance"] { found.insert(.wishKeys) }
            if draft.seatLimits.contains(where: { !$0.sharedWith.isEmpty }) { found.insert(.sharedLimits) }
            if !draft.rules.keepsClosed.isEmpty || draft.facilities.contains(where: { !$0.keepsClosed.isEmpty }) {
                found.insert(.closedSeats)
            }
            if draft.facilities.contains(where: { $0.seats.contains { ($0 ?? 0) < 0 } }) { found.insert(.overFull) }
            return found
        }
        for rules in [[]] + CityOptions.ExtraRule.allCases.map({ [$0] as Set }) {
            let found = has(try draft(rules))
            #expect(found == rules)
        }
        let all = try draft(Set(CityOptions.ExtraRule.allCases))
        #expect(has(all) == Set(CityOptions.ExtraRule.allCases))
        let subject = try all.resolved()
        // Seats that would stay closed and over-full classes concern somebody.
        let leavers = subject.children.filter { $0.currentFacility != nil }
        #expect(leavers.contains { subject.facilities[$0.currentFacility!].keepsClosed.contains(age: $0.ageClass) })
        #expect(leavers.contains { (subject.facilities[$0.currentFacility!].seats[$0.ageClass] ?? 0) < 0 })
        let names = subject.rules.priority.map(\.name)
        for name in ["met", "sibling_at_facility", "lives_in_area", "wish_rank", "distance"] {
            #expect(names.contains(name))
        }
        #expect(subject.rules.priority.contains { $0.usesLetters })
        #expect(subject.rules.priority.contains { !$0.values.isEmpty })
    }

    @Test("The same seed gives the same draft, another seed another")
    func determinism() throws {
        func draft(_ seed: UInt64) throws -> CaseDraft {
            try City(CityOptions(children: 500, facilities: 25, seed: seed)).makeDraft()
        }
        #expect(try draft(1) == draft(1))
        #expect(try draft(1) != draft(2))
        var other = try draft(2)
        other.rules = try draft(1).rules
        #expect(try draft(1).resolved().digest() != other.resolved().digest())
    }

    @Test(
        "Cities of every size resolve without errors, rows ascend by id and every child has a wish",
        arguments: [(1, 1), (1, 9), (2, 1), (7, 2), (20, 3), (45, 1), (100, 7), (333, 40), (1_000, 5), (60, 400)],
        [0, 1, 2, 77, .max] as [UInt64])
    func resolves(size: (children: Int, facilities: Int), seed: UInt64) throws {
        let draft = try City(
            CityOptions(children: size.children, facilities: size.facilities, seed: seed)
        ).makeDraft()
        check(draft, "\(size), seed \(seed)")
        #expect(draft.children.count == size.children && draft.facilities.count == size.facilities)
    }

    @Test("Options at their edges resolve without errors", arguments: [1, 2, 3] as [UInt64], 0..<16)
    func edges(seed: UInt64, variant: Int) throws {
        var options = CityOptions(children: 400, facilities: 21, seed: seed)
        switch variant {
        case 0: (options.siblingShare, options.householdSizeShares) = (1, [0, 0, 1])
        case 1: options.priorities = .randomPerFacility
        case 2: options.pooledEverywhere = true
        case 3: options.wishes = .fixed(20)
        case 4: (options.transferShare, options.enrolledSiblingShare, options.supportShare) = (1, 1, 1)
        case 5: (options.siblingShare, options.twinShare, options.blankAnswerShare) = (1, 1, 1)
        case 6: (options.transferShare, options.enrolledSiblingShare, options.siblingShare) = (0, 0, 0)
        case 7: (options.ageShares, options.siblingShare) = ([0, 1, 0, 0, 0, 0], 0.5)
        case 10...13: options.extraRules = [CityOptions.ExtraRule.allCases[variant - 10]]
        case 14: (options.points, options.extraRules) = (.table, Set(CityOptions.ExtraRule.allCases))
        case 15:
            (options.points, options.month) = (.column, PlacementMonth("2027-10")!)
            (options.siblingShare, options.twinShare, options.transferShare) = (1, 0.5, 0.5)
        case 8: (options.heldShare, options.month) = (0, PlacementMonth("2028-03")!)
        default: (options.wishes, options.month) = (.varied(average: 1, maximum: 1), PlacementMonth("2027-10")!)
        }
        check(try City(options).makeDraft(), "variant \(variant), seed \(seed)")
    }

    private func check(_ draft: CaseDraft, _ comment: String, sourceLocation: SourceLocation = #_sourceLocation) {
        let (subject, findings) = draft.resolve()
        let first = findings.first { $0.severity == .error }
        #expect(first == nil, Comment(rawValue: comment), sourceLocation: sourceLocation)
        #expect(subject != nil, Comment(rawValue: comment), sourceLocation: sourceLocation)
        let surprising = findings.filter {
            ![
                .wishNotOffered, .wishTooYoung, .eldestByID, .answerFilled, .classOverfull, .keyOfWishRank, .keyByWish,
            ].contains($0.code)
        }
        #expect(surprising == [], Comment(rawValue: comment), sourceLocation: sourceLocation)
        #expect(draft.children.map(\.id) == draft.children.map(\.id).sorted(), sourceLocation: sourceLocation)
        #expect(draft.facilities.map(\.id) == draft.facilities.map(\.id).sorted(), sourceLocation: sourceLocation)
        #expect(Set(draft.facilities.map(\.name)).count == draft.facilities.count, sourceLocation: sourceLocation)
        for child in draft.children {
            #expect(!child.wishes.isEmpty && child.wishes.count <= 20, sourceLocation: sourceLocation)
            #expect(Set(child.wishes).count == child.wishes.count, sourceLocation: sourceLocation)
        }
    }

    @Test("The usual city has every kind of row, answer and limit, and few warnings")
    func everythingOccurs() throws {
        let draft = try City(CityOptions()).makeDraft()
        let (subject, findings) = draft.resolve()
        _ = try #require(subject)
        let wishes = draft.children.reduce(0) { $0 + $1.wishes.count }
        #expect(findings.count { [.wishNotOffered, .wishTooYoung].contains($0.code) } * 100 < wishes)
        #expect(findings.contains { $0.code == .wishNotOffered } && findings.contains { $0.code == .wishTooYoung })
        #expect(findings.count { $0.code == .answerFilled } < 30 && findings.count { $0.code == .eldestByID } < 30)
        #expect(Set(draft.households.map(\.timing)) == Set(Timing.allCases.map(Optional.some) + [nil]))
        #expect(Set(draft.households.map(\.facility)) == Set(FacilityAnswer.allCases.map(Optional.some) + [nil]))
        #expect(draft.rules.siblings.nearKilometres != nil)
        #expect(Set(draft.facilities.map(\.kind)).count == 3 && Set(draft.facilities.map(\.ward)).count == 10)
        #expect(draft.children.contains { $0.dueDate != nil })
        #expect(draft.children.contains { $0.birthDate?.month == 4 && $0.birthDate?.day == 1 })
        for group in ["", "support", "!partner-graduates"] {
            #expect(draft.seatLimits.contains { $0.group.description == group })
        }
        #expect(
            draft.seatLimits.contains { $0.opens } && draft.seatLimits.contains { !$0.opens && $0.ages.ages.count == 6 }
        )
        #expect(draft.facilities.contains { $0.minimumAgeDays == 57 })
        #expect(draft.facilities.contains { $0.minimumAgeMonths == 6 })
        // A new applicant whose enrolled sibling applies to move.
        let moving = Set(draft.children.filter { $0.currentFacility != nil }.map(\.household))
        #expect(draft.children.contains { $0.currentFacility == nil && moving.contains($0.household) })
    }

    @Test("The sibling's facility, and no other, has points of its own: the child's and the bonus")
    func bonus() throws {
        let draft = try City(CityOptions(children: 2_000, facilities: 75, seed: 5)).makeDraft()
        for child in draft.children {
            let own = try #require(child.points)
            for (index, wish) in child.wishes.enumerated() {
                let given = index < child.wishPoints.count ? child.wishPoints[index] : nil
                let expected = child.siblingFacilities.contains { $0 == wish } ? own.adding(3) : nil
                #expect(given == expected)
            }
        }
        #expect(draft.children.contains { !$0.wishPoints.isEmpty })
    }

    @Test("Siblings of one class are twins; all others are born ten months apart or more")
    func birthdays() throws {
        var options = CityOptions(children: 3_000, facilities: 75, seed: 9)
        options.siblingShare = 1
        let subject = try City(options).makeDraft().resolved()
        for household in Dictionary(grouping: subject.children, by: \.householdID).values {
            let days = household.map { $0.birthDate!.dayNumber }.sorted()
            for (elder, younger) in zip(days, days.dropFirst()) { #expect(younger == elder || younger - elder >= 300) }
        }
    }

    @Test("Impossible options are refused, each with a sentence")
    func problems() {
        var options = CityOptions(children: 0, facilities: 0)
        options.siblingShare = .nan
        options.ageShares = [1]
        options.wishes = .varied(average: 19, maximum: 20)
        options.heldShare = 0.9
        (options.points, options.priorities) = (.table, .randomPerFacility)
        #expect(options.problems.count == 7)
        #expect(throws: InvalidCityOptions.self) { try City(options) }
    }

    @Test("Any number of threads resolves a city to the same case and findings")
    func threads() throws {
        var draft = try City(CityOptions(children: 3_000, facilities: 110, seed: 8)).makeDraft()
        let plain = draft.resolve()
        let parallel = draft.resolve(threads: 3)
        #expect(plain.case == parallel.case)
        #expect(plain.case != nil)
        #expect(plain.findings == parallel.findings)
        // Errors in many rows keep their order too, and rows in another order make the same case.
        draft.children.reverse()
        #expect(draft.resolve(threads: 2).case == plain.case)
        for row in stride(from: 0, to: 3_000, by: 7) { draft.children[row].wishes.append("nowhere") }
        #expect(draft.resolve(threads: 3).findings == draft.resolve().findings)
    }
}
