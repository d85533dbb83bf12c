import Admissions
import Testing

@Suite("Days by number")
struct DayNumberTests {
    @Test("Every day comes back from its number")
    func roundTrip() throws {
        var day = try #require(CalendarDate("1896-02-27"))
        for _ in 0..<80_000 {
            let next = try #require(CalendarDate(dayNumber: day.dayNumber + 1))
            #expect(next.dayNumber == day.dayNumber + 1)
            #expect(next > day)
            day = next
        }
        #expect(CalendarDate(dayNumber: CalendarDate("9999-12-31")!.dayNumber + 1) == nil)
        #expect(CalendarDate(dayNumber: -1) == nil)
    }
}
