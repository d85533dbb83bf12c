import Admissions
import SyntheticCity
import Testing

struct GivenFacilitiesTests {
    /// Numbers from 0 on that look random; the same with the same seed.
    struct Numbers {
        var state: UInt64

        mutating func below(_ count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % count
        }

        mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
    }

    /// Facilities of a random form: all or none have seats, and wards, places, ages and numbers are there or not.
    static func random(_ seed: UInt64, hasSeats: Bool) -> [GivenFacility] {
        var numbers = Numbers(state: seed)
        let count = [1, 2, 3, 12, 40][numbers.below(5)]
        let (hasWards, hasPlaces, hasNumbers, hasWaiting) = (
            numbers.chance(60), numbers.chance(40), numbers.chance(50), numbers.chance(50)
        )
        return (0..<count).map { index in
            func six(_ most: Int, blank: Int) -> [Int?] {
                (0..<6).map { _ in numbers.chance(blank) ? nil : numbers.below(most) }
            }
            var row = FacilityRow(
                id: FacilityID("\(1_000 - index)"), name: "園\(index)",
                seats: hasSeats ? six(5, blank: 40) : [Int?](repeating: nil, count: 6),
                minimumAgeMonths: numbers.chance(50) ? [0, 6, 12, 30, 36, 90][numbers.below(6)] : nil,
                minimumAgeDays: numbers.chance(30) ? 57 : nil,
                kind: numbers.chance(20) ? "小規模保育事業A型" : "", ward: hasWards ? "区\(numbers.below(4))" : "")
            if hasPlaces, numbers.chance(80) {
                row.latitude = 35 + Double(numbers.below(1_000)) / 10_000
                row.longitude = 139 + Double(numbers.below(1_000)) / 10_000
            }
            if hasNumbers { row.enrolled = six(20, blank: 20) }
            return GivenFacility(
                row, waiting: hasWaiting ? six(9, blank: 20) : [], totalCapacity: numbers.chance(30) ? 60 : nil)
        }
    }

    static let full = (1...9).map { number in
        GivenFacility(
            FacilityRow(
                id: FacilityID("\(number)"), name: "第\(number)保育園", seats: [1, 2, 2, 3, 0, 0],
                minimumAgeMonths: number % 2 == 0 ? 6 : nil, ward: ["北区", "南区", "西区"][number % 3]),
            waiting: [9, 20, 3, 1, 0, 0])
    }

    // A change of the module that changes such cities changes this, and is said so in the changelog.
    @Test("Applicants of given facilities are the same bytes everywhere, always, in whatever order the facilities come")
    func goldenDigest() throws {
        for facilities in [Self.full, Self.full.reversed()] {
            var options = CityOptions(given: GivenFacilities(facilities), seed: 42)
            options.children = 300
            let digest = try City(options).makeDraft().resolved().digest()
            #expect(digest.description == "cff3cf9316be854c9e6ba0b8c1aebda81182d81567daa1689672c6fea03680f4")
        }
    }

    @Test(
        "Every child wishes facilities that take it, and given facilities stay what they are",
        arguments: 1...150 as ClosedRange<UInt64>)
    func anyForm(seed: UInt64) throws {
        let facilities = Self.random(seed, hasSeats: seed % 2 == 0)
        var options = CityOptions(given: GivenFacilities(facilities), seed: seed)
        options.children = 120
        options.month = PlacementMonth(year: 2026, month: [4, 9, 1][Int(seed % 3)])!
        if seed % 5 == 0 { options.siblingShare = 1 }
        let city: City
        do { city = try City(options) } catch {
            // Nobody is old enough for any class, or none has a number.
            #expect(error.problems.map(\.english) == ["the given facilities offer no class, so that nobody can apply."])
            return
        }
        let draft = city.makeDraft()
        let subject = try draft.resolved()
        #expect(subject.children.count == 120)
        for child in subject.children {
            #expect(!child.wishes.isEmpty && child.wishes.allSatisfy(\.isEligible), "seed \(seed), \(child.id)")
        }
        let given = Dictionary(uniqueKeysWithValues: facilities.map { ($0.row.id, $0.row) })
        #expect(draft.facilities.count == facilities.count && draft.seatLimits.isEmpty)
        let hasSeats = facilities.contains { $0.row.seats.contains { $0 != nil } }
        for row in draft.facilities {
            var expected = given[row.id]!
            if !hasSeats { expected.seats = row.seats }
            #expect(row == expected, "seed \(seed)")
        }
        if !hasSeats { #expect(draft.facilities.contains { $0.seats.contains { $0 != nil } }) }
    }

    @Test("Children live in a ward in proportion to its size and wish mostly there")
    func wards() throws {
        let facilities = (0..<90).map { index in
            GivenFacility(
                FacilityRow(
                    id: FacilityID("\(100 + index)"), seats: [3, 3, 3, 3, 3, 3], ward: index < 60 ? "大区" : "小区",
                    capacity: [10, 10, 10, 10, 10, 10]))
        }
        var options = CityOptions(given: GivenFacilities(facilities), seed: 3)
        options.children = 3_000
        let city = try City(options)
        let (draft, figures) = (city.makeDraft(), city.figures)
        let inLarge = draft.children.count { $0.wishes[0]! < "160" }
        #expect((0.61...0.72).contains(Double(inLarge) / 3_000))
        #expect(figures["share of wishes in the own ward"]!.actual > 0.95)
        #expect(figures["kilometres to the first wish"] == nil)
    }

    @Test("Coordinates decide what is near")
    func coordinates() throws {
        // Two towns, 60 km from each other, that the table calls one ward.
        let facilities = (0..<40).map { (index: Int) -> GivenFacility in
            GivenFacility(
                FacilityRow(
                    id: FacilityID("\(100 + index)"), seats: [2, 2, 2, 2, 2, 2], ward: "区",
                    latitude: Double(index % 7) / 200 + (index < 20 ? 35.0 : 35.54),
                    longitude: Double(index % 5) / 200 + 139))
        }
        var options = CityOptions(given: GivenFacilities(facilities), seed: 5)
        options.children = 800
        let city = try City(options)
        for child in city.makeDraft().children {
            let towns = Set(child.wishes.map { $0! < "120" })
            #expect(towns.count == 1)
        }
        #expect(city.figures["kilometres to the first wish"]!.actual < 3)
    }

    @Test("As many children apply as wait, over the wishes of a child, of the classes for which they wait")
    func waiting() throws {
        let given = GivenFacilities(Self.full)
        // 297 wait.
        #expect(given.usualChildren == 63)
        let shares = try #require(given.waitingShares)
        let wanted: [Double] = [9.0 / 33, 20.0 / 33, 3.0 / 33, 1.0 / 33, 0, 0]
        #expect(zip(shares, wanted).allSatisfy { abs($0 - $1) < 0.000_001 })
        let options = CityOptions(given: given)
        #expect(options.ageShares == shares && options.children == given.usualChildren && options.facilities == 9)
        let seats = GivenFacilities(Self.full.map { GivenFacility($0.row) })
        #expect(seats.usualChildren == 96 && seats.waitingShares == nil)
        let blank = [Int?](repeating: nil, count: 6)
        let bare = GivenFacilities(
            (1...30).map { GivenFacility(FacilityRow(id: FacilityID("\($0)"), seats: blank)) })
        #expect(bare.usualChildren == 800 && !bare.hasVacancies)
    }

    @Test("Where 0 may mean full or not offered, children or places of the class decide")
    func zeros() throws {
        let facilities = [
            GivenFacility(FacilityRow(id: "1", seats: [0, 2, 0, 0, 0, 0], enrolled: [6, 9, 9, 0, 0, 0])),
            GivenFacility(FacilityRow(id: "2", seats: [0, 2, 0, 0, 1, 0], enrolled: [0, 9, 9, 0, 0, 0])),
        ]
        var options = CityOptions(given: GivenFacilities(facilities), seed: 1)
        options.children = 400
        let draft = try City(options).makeDraft()
        #expect(Set(draft.children.map(\.ageClass)) == [0, 1, 2, 4])
        for child in draft.children where child.ageClass == 0 { #expect(child.wishes == ["1"]) }
        for child in draft.children where child.ageClass == 4 { #expect(child.wishes == ["2"]) }
    }

    @Test("Options that would change given facilities are refused, each with a sentence")
    func refusals() throws {
        func problems(_ change: (inout CityOptions) -> Void) -> [Phrase] {
            var options = CityOptions(given: GivenFacilities(Self.full))
            change(&options)
            return options.problems
        }
        #expect(problems { _ in }.isEmpty)
        #expect(problems { $0.extraRules = [.wishKeys] }.isEmpty)
        #expect(problems { $0.heldShare = 0.3 }.count == 1)
        #expect(problems { $0.pooledEverywhere = true }.count == 1)
        #expect(problems { $0.facilities = 10 }.count == 1)
        #expect(problems { $0.extraRules = [.sharedLimits, .closedSeats, .overFull] }.count == 3)
        let twice = GivenFacilities(Self.full + [Self.full[3]])
        #expect(CityOptions(given: twice).problems.count == 1)
        #expect(
            CityOptions(given: GivenFacilities([])).problems.map(\.english).contains("facilities must be at least one.")
        )
        // Without vacancies the share can be chosen.
        let bare = GivenFacilities([GivenFacility(FacilityRow(id: "1", seats: [nil, nil, nil, nil, nil, nil]))])
        var options = CityOptions(given: bare)
        options.heldShare = 0.4
        #expect(options.problems.isEmpty)
    }
}
