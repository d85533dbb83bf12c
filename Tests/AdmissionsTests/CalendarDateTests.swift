import Admissions
import Testing

struct CalendarDateTests {
    @Test(
        "A child born on 1 April belongs to the older class",
        arguments: [
            ("2021-04-01", nil), ("2021-04-02", 5), ("2022-04-01", 5), ("2022-04-02", 4), ("2023-04-01", 4),
            ("2023-04-02", 3), ("2024-04-01", 3), ("2024-04-02", 2), ("2025-04-01", 2), ("2025-04-02", 1),
            ("2026-04-01", 1), ("2026-04-02", 0), ("2027-04-01", 0), ("2027-04-02", 0), ("2028-03-31", 0),
            ("2028-04-02", nil),
        ] as [(String, Int?)])
    func classAges(birth: String, age: Int?) throws {
        let date = try #require(CalendarDate(birth))
        // One fiscal year is one class, from April to March.
        for month in ["2027-04", "2027-12", "2028-01", "2028-03"] {
            #expect(PlacementMonth(month)?.classAge(bornOn: date) == age)
        }
        #expect(PlacementMonth("2027-03")?.classAge(bornOn: date) != age || age == nil || age == 0)
    }

    @Test("The fiscal year begins in April")
    func fiscalYear() {
        #expect(PlacementMonth("2027-03")?.fiscalYear == 2026)
        #expect(PlacementMonth("2027-04")?.fiscalYear == 2027)
        #expect(PlacementMonth("2028-03")?.fiscalYear == 2027)
    }

    @Test(
        "Days that exist are read and written back",
        arguments: [
            ("2024-02-29", "2024-02-29"), ("2000-02-29", "2000-02-29"), ("2025/4/1", "2025-04-01"),
            ("2025-4-1", "2025-04-01"), ("0001-01-01", "0001-01-01"), ("9999-12-31", "9999-12-31"),
        ])
    func reading(text: String, written: String) {
        #expect(CalendarDate(text)?.description == written)
    }

    @Test(
        "Days that do not exist, and other text, are refused",
        arguments: [
            "", "2025-02-29", "1900-02-29", "2100-02-29", "2025-04-31", "2025-13-01", "2025-00-10", "2025-01-00",
            "0000-01-01", "10000-01-01", "25-01-01", "2025-01", "2025-01-01-01", "2025-01/01", " 2025-01-01",
            "2025-001-01", "2025--01", "-2025-01-01", "令和7年4月1日", "２０２５-01-01", "20250401",
        ])
    func refusing(text: String) {
        #expect(CalendarDate(text) == nil)
    }

    @Test(
        "Month texts are a year and a month", arguments: ["2027-4", "2027/04", "2027-04-01", "2027-13", "202704", ""])
    func refusingMonths(text: String) {
        #expect(PlacementMonth(text) == nil)
    }

    @Test(
        "Months are added to the same day or to the month's last",
        arguments: [
            ("2025-01-31", 1, "2025-02-28"), ("2024-01-31", 1, "2024-02-29"), ("2024-02-29", 12, "2025-02-28"),
            ("2024-02-29", 48, "2028-02-29"), ("2025-03-31", 1, "2025-04-30"), ("2025-02-28", 1, "2025-03-28"),
            ("2025-12-15", 1, "2026-01-15"), ("2025-01-15", -1, "2024-12-15"), ("2025-03-31", -1, "2025-02-28"),
            ("2025-07-07", 0, "2025-07-07"), ("2025-12-31", 120, "2035-12-31"), ("2025-01-01", -25, "2022-12-01"),
            ("9999-11-30", 1, "9999-12-30"), ("0001-02-28", -1, "0001-01-28"),
        ])
    func addingMonths(start: String, months: Int, end: String) throws {
        #expect(try #require(CalendarDate(start)).adding(months: months) == CalendarDate(end))
    }

    @Test("Adding months ends at the ends of the calendar", arguments: ["0001-01-01", "2027-04-01", "9999-12-15"])
    func addingBeyond(start: String) throws {
        let date = try #require(CalendarDate(start))
        for months in [120_000, 2_000_000_000, Int.max] {
            #expect(date.adding(months: months) == CalendarDate("9999-12-31"))
            #expect(date.adding(months: -months) == CalendarDate("0001-01-01"))
        }
        #expect(date.adding(months: .min) == CalendarDate("0001-01-01"))
        #expect(try #require(CalendarDate("9999-12-01")).adding(months: 1) == CalendarDate("9999-12-31"))
        #expect(try #require(CalendarDate("0001-01-31")).adding(months: -1) == CalendarDate("0001-01-01"))
    }

    @Test("Days are numbered without gaps, in the order of dates, through four centuries")
    func dayNumbers() throws {
        var last = try #require(CalendarDate("1899-12-31"))
        var years = 0
        for year in 1900..<2300 {
            for month in 1...12 {
                for day in 1...CalendarDate.daysInMonth(month, of: year) {
                    let date = try #require(CalendarDate(year: year, month: month, day: day))
                    if date.dayNumber != last.dayNumber + 1 || date <= last { Issue.record("\(date) after \(last)") }
                    last = date
                }
            }
            years += 1
        }
        #expect(last.dayNumber - CalendarDate("1899-12-31")!.dayNumber == years * 365 + 97)
    }

    /// The wish of the smallest draft's child, born on this day, in a facility with these minimum ages.
    private func isOldEnough(born: String, isUnborn: Bool = false, months: Int? = nil, days: Int? = nil) throws -> Bool
    {
        var draft = Drafts.smallest()
        let date = try #require(CalendarDate(born))
        (draft.children[0].birthDate, draft.children[0].dueDate) = isUnborn ? (nil, date) : (date, nil)
        draft.facilities[0].seats = [1, 1, 1, 1, 1, 1]
        draft.facilities[0].minimumAgeMonths = months
        draft.facilities[0].minimumAgeDays = days
        let (subject, findings) = draft.resolve()
        let wish = try #require(subject?.children[0].wishes.first)
        #expect(findings.map(\.code) == (wish.isEligible ? [] : [.wishTooYoung]))
        #expect(wish.ineligibility == (wish.isEligible ? nil : .tooYoung))
        return wish.isEligible
    }

    @Test("A child is old enough on the very day, not the day after")
    func minimumAges() throws {
        #expect(try isOldEnough(born: "2026-10-01", months: 6))
        #expect(try !isOldEnough(born: "2026-10-02", months: 6))
        #expect(try isOldEnough(born: "2027-02-03", days: 57))
        #expect(try !isOldEnough(born: "2027-02-04", days: 57))
        #expect(try isOldEnough(born: "2027-04-01", months: 0, days: 0))
        #expect(try !isOldEnough(born: "2027-04-02", days: 0))
        #expect(try !isOldEnough(born: "2027-04-02", months: 0))
        // Both are tested.
        #expect(try isOldEnough(born: "2027-02-01", months: 2, days: 59))
        #expect(try !isOldEnough(born: "2027-02-01", months: 2, days: 60))
        #expect(try !isOldEnough(born: "2027-02-02", months: 2, days: 57))
    }

    @Test("Without a minimum age a child not born by the first of the month is eligible; with one it is too young")
    func unborn() throws {
        #expect(try isOldEnough(born: "2027-05-20", isUnborn: true))
        #expect(try !isOldEnough(born: "2027-05-20", isUnborn: true, days: 57))
        #expect(try isOldEnough(born: "2027-02-01", isUnborn: true, days: 57))
        var draft = Drafts.smallest()
        draft.facilities[0].seats[0] = 1
        draft.children[0].birthDate = nil
        draft.children[0].dueDate = CalendarDate("2027-03-20")
        let child = try draft.resolved().children[0]
        #expect(child.isUnborn)
        #expect(child.ageClass == 0)
        #expect(child.birthDate == CalendarDate("2027-03-20"))
        draft.children[0].birthDate = CalendarDate("2027-03-18")
        #expect(try !draft.resolved().children[0].isUnborn)
        #expect(try draft.resolved().children[0].birthDate == CalendarDate("2027-03-18"))
    }
}
