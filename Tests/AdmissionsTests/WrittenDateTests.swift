import Admissions
import Testing

@Suite("Dates as municipalities write them")
struct WrittenDateTests {
    @Test(
        "Each form that can mean one day only is read",
        arguments: [
            ("2025-04-01", "2025-04-01"), ("2025/4/1", "2025-04-01"), ("2025.4.1", "2025-04-01"),
            ("2025年4月1日", "2025-04-01"), ("20250401", "2025-04-01"), ("2025/4/1 0:00:00", "2025-04-01"),
            ("2025/04/01 00:00", "2025-04-01"), ("令和7年4月1日", "2025-04-01"), ("R7.4.1", "2025-04-01"),
            ("R07.04.01", "2025-04-01"), ("R7/4/1", "2025-04-01"), ("r7-4-1", "2025-04-01"),
            ("令和7.4.1", "2025-04-01"), ("R 7. 4. 1", "2025-04-01"), ("令和 7年 4月 1日", "2025-04-01"),
            ("令和元年5月1日", "2019-05-01"), ("R元.5.1", "2019-05-01"), ("令和1年5月1日", "2019-05-01"),
            ("平成31年4月30日", "2019-04-30"), ("H31.4.30", "2019-04-30"), ("平成元年1月8日", "1989-01-08"),
            ("S64.1.7", "1989-01-07"), ("昭和元年12月25日", "1926-12-25"), ("令和6年2月29日", "2024-02-29"),
        ])
    func read(text: String, expected: String) {
        #expect(CalendarDate(written: text)?.description == expected)
    }

    @Test(
        "Whatever could mean another day, or none, is refused",
        arguments: [
            "", "12", "7/4/1", "07.04.01", "R7.4", "R7", "令和7年", "令和7年4月31日", "R7.2.29", "R0.5.1", "令和0年5月1日",
            "H31.5.1", "平成31年5月1日", "R1.4.30", "令和元年4月30日", "S64.1.8", "昭和64年1月8日", "M45.7.1", "明治45年7月1日",
            "T15.1.1", "45748", "2025-13-01", "20251301", "2025/4/1 9:30", "2025-4", "R7.4/1", "4/1/2025", "2025年4月1",
            "2025年4/1", "R7 年 4 月", "R令和7.4.1", "R-7.4.1", "令和七年四月一日", "R100.4.1", "R7..1", "2025 April 1",
        ])
    func refused(text: String) {
        #expect(CalendarDate(written: text) == nil)
    }

    @Test(
        "A month is read in each form of a date without its day",
        arguments: [
            ("2027-04", "2027-04"), ("2027-4", "2027-04"), ("2027/4", "2027-04"), ("2027.04", "2027-04"),
            ("2027年4月", "2027-04"), ("202704", "2027-04"), ("令和9年4月", "2027-04"), ("R9.4", "2027-04"),
            ("r9-4", "2027-04"), ("令和元年5月", "2019-05"), ("２０２７年４月", "2027-04"), ("令和９年 ４月", "2027-04"),
            ("平成31年4月", "2019-04"),
        ])
    func months(text: String, expected: String) {
        #expect(PlacementMonth(written: text)?.description == expected)
    }

    @Test(
        "What is no month, or could be another, is refused",
        arguments: [
            "", "4", "4月", "9.4", "27-4", "2027", "2027-13", "2027/0", "20274", "2027-04-01", "令和9年", "R9", "平成31年5月",
            "令和元年4月", "3000-04", "April 2027",
        ])
    func noMonths(text: String) {
        #expect(PlacementMonth(written: text) == nil)
    }

    @Test("Class ages by the law's rule: 1 April belongs to the older class, in any way of writing")
    func firstOfApril() {
        let month = PlacementMonth("2027-04")!
        for (text, age) in [
            ("令和6年4月1日", 3), ("R6.4.2", 2), ("令和7年4月1日", 2), ("R7.4.2", 1), ("2026-04-01", 1), ("R8.4.2", 0),
            ("令和9年4月1日", 0), ("R9.4.2", 0), ("2028-04-01", 0),
        ] {
            #expect(CalendarDate(written: text).flatMap(month.classAge(bornOn:)) == age, "\(text)")
        }
        #expect(month.classAge(bornOn: CalendarDate(written: "R10.4.2")!) == nil)
        #expect(month.classAge(bornOn: CalendarDate(written: "R3.4.1")!) == nil)
        #expect(month.classAge(bornOn: CalendarDate(written: "R3.4.2")!) == 5)
        // The class stays for the fiscal year.
        #expect(PlacementMonth("2028-03")!.classAge(bornOn: CalendarDate(written: "R7.4.1")!) == 2)
        #expect(PlacementMonth("2028-04")!.classAge(bornOn: CalendarDate(written: "R7.4.1")!) == 3)
    }

    @Test("A priority key may hold dates in eras")
    func keys() throws {
        var draft = Drafts.smallest()
        draft.attributeNames = ["applied"]
        draft.rules.priority = [PriorityKey("applied", .ascending)]
        draft.children[0].attributes = ["R8.11.2"]
        #expect(try draft.resolved().keyValue(child: 0, key: 0) == .date(CalendarDate("2026-11-02")!))
    }

    @Test(
        "A date is written in the era of its day, and read back as the same",
        arguments: [
            ("2027-04-01", "令和9年4月1日"), ("2019-05-01", "令和元年5月1日"), ("2019-04-30", "平成31年4月30日"),
            ("1989-01-08", "平成元年1月8日"), ("1989-01-07", "昭和64年1月7日"), ("1926-12-25", "昭和元年12月25日"),
            ("2020-12-31", "令和2年12月31日"),
        ])
    func era(date: String, written: String) {
        #expect(CalendarDate(date)?.japanese == written)
        #expect(CalendarDate(written: written)?.description == date)
    }

    @Test("Before the eras that are read, the year is that of the calendar")
    func beforeShowa() {
        #expect(CalendarDate("1926-12-24")?.japanese == "1926年12月24日")
    }

    @Test("A month and its fiscal year are written in the era of their first day")
    func months() {
        for (month, written, year, end) in [
            ("2027-04", "令和9年4月", "令和9年度", "令和10年3月31日"), ("2028-03", "令和10年3月", "令和9年度", "令和10年3月31日"),
            ("2019-05", "令和元年5月", "平成31年度", "令和2年3月31日"), ("2019-04", "平成31年4月", "平成31年度", "令和2年3月31日"),
            ("1989-01", "昭和64年1月", "昭和63年度", "平成元年3月31日"),
        ] {
            let found = PlacementMonth(month)!
            #expect(
                [found.japanese, found.japaneseFiscalYear, found.lastDayOfFiscalYear.japanese] == [written, year, end])
        }
    }
}
