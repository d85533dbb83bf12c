import Admissions
import Testing

/// Numbers and dates so large that they once stopped the program.
struct BoundsTests {
    @Test("A minimum age of at most ten years is taken, a longer one refused in its own column")
    func minimumAges() {
        var draft = Drafts.smallest()
        draft.facilities[0].minimumAgeMonths = 120
        draft.facilities[0].minimumAgeDays = 3_660
        #expect(draft.places == [Place(.wishTooYoung, .children, 0, "wish_1")])
        for (months, days) in [(121, 3_661), (Int.max, Int.max), (2_000_000_000, 1_000_000_000_000)] {
            draft.facilities[0].minimumAgeMonths = months
            draft.facilities[0].minimumAgeDays = days
            let errors = draft.resolve().findings.filter { $0.severity == .error }.map(Place.init)
            #expect(
                errors == [
                    Place(.ageLimitTooLarge, .facilities, 0, "min_age_months"),
                    Place(.ageLimitTooLarge, .facilities, 0, "min_age_days"),
                ])
        }
        draft.facilities[0].minimumAgeMonths = .min
        draft.facilities[0].minimumAgeDays = .min
        #expect(
            draft.places == [
                Place(.ageLimitNegative, .facilities, 0, "min_age_months"),
                Place(.ageLimitNegative, .facilities, 0, "min_age_days"),
            ])
    }

    @Test("A birth date at the end of the calendar is out of range, not the end of the program")
    func lastBirthDate() {
        var draft = Drafts.smallest()
        draft.facilities[0].minimumAgeMonths = 8
        draft.children[0].birthDate = CalendarDate("9999-12-31")
        #expect(draft.places.contains(Place(.ageOutOfRange, .children, 0, "birth_date")))
        draft.children[0].birthDate = CalendarDate("0001-01-01")
        #expect(draft.places.contains(Place(.ageOutOfRange, .children, 0, "birth_date")))
    }

    @Test("The last month of the calendar that a round may have takes children with minimum ages")
    func lastMonth() throws {
        var draft = Drafts.smallest()
        draft.month = try #require(PlacementMonth("2999-12"))
        draft.facilities[0].seats = [2, 2, 2, 2, 2, 2]
        draft.facilities[0].minimumAgeMonths = 120
        draft.children[0].birthDate = CalendarDate("2999-12-31")
        #expect(draft.places == [Place(.wishTooYoung, .children, 0, "wish_1")])
    }

    @Test("Months are of the years 1900 to 2999")
    func months() {
        #expect(PlacementMonth("1899-12") == nil)
        #expect(PlacementMonth("1900-01")?.fiscalYear == 1899)
        #expect(PlacementMonth("2999-12") != nil)
        #expect(PlacementMonth("3000-01") == nil)
        #expect(PlacementMonth("9999-12") == nil)
        #expect(PlacementMonth(year: 9999, month: 12) == nil)
        #expect(PlacementMonth(year: 2027, month: 13) == nil)
        #expect(PlacementMonth(year: 2027, month: 0) == nil)
    }

    @Test("100000 seats are taken, more refused in their own column")
    func seats() {
        var draft = Drafts.smallest()
        draft.facilities[0].seats[1] = 100_000
        draft.seatLimits = [SeatLimitRow(facility: "A", ages: AgeSet(0...5), seats: 100_000)]
        #expect(draft.places == [])
        draft.facilities[0].seats[1] = 100_001
        draft.facilities[0].seats[5] = .max
        draft.seatLimits[0].seats = .max
        #expect(
            draft.places == [
                Place(.seatsTooMany, .facilities, 0, "seats_1"), Place(.seatsTooMany, .facilities, 0, "seats_5"),
                Place(.seatsTooMany, .seatLimits, 0, "seats"),
            ])
    }
}
