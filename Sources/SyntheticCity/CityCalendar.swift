import Admissions

/// The birthdays of each class, by day number.
struct CityCalendar {
    private let dates: [CalendarDate]
    private let firstDay: Int
    /// The birthdays of each class 0 to 5, by class. Class 0 ends with children who are 57 days old.
    private(set) var birthdays: [ClosedRange<Int>]
    /// The last birthday of children who were born when families applied, three months before.
    let lastBornDay: Int

    init(month: PlacementMonth) {
        let year = month.fiscalYear
        func secondOfApril(_ year: Int) -> CalendarDate { CalendarDate(year: year, month: 4, day: 2)! }
        var date = secondOfApril(year - 6)
        firstDay = date.dayNumber
        var dates: [CalendarDate] = []
        while date <= month.firstDay {
            dates.append(date)
            date = Self.dayAfter(date)
        }
        self.dates = dates
        // A class runs from 2 April to the next 1 April, because by law age rises at the end of the day before the birthday.
        birthdays = (0...5).map { age in
            let first = secondOfApril(year - 1 - age).dayNumber
            return age == 0
                ? first...month.firstDay.dayNumber - 57 : first...secondOfApril(year - age).dayNumber - 1
        }
        lastBornDay = month.firstDay.dayNumber - 90
    }

    /// The same with the birthdays only with which some facility takes a child.
    func taken(by places: Places) -> CityCalendar {
        var calendar = self
        for age in places.takenClasses {
            let days = birthdays[age]
            calendar.birthdays[age] =
                days.lowerBound...max(days.lowerBound, min(days.upperBound, places.latestBirths[age].first))
        }
        return calendar
    }

    func date(_ day: Int) -> CalendarDate { dates[day - firstDay] }

    /// A random birthday of the class. Children born shortly before the round rarely apply.
    func birthday(age: Int, _ random: inout SeededRandom) -> Int {
        let days = birthdays[age]
        let (first, second, isEarly) = (random.below(days.count), random.below(days.count), random.chance(0.5))
        return days.lowerBound + (age == 0 && isEarly ? min(first, second) : first)
    }

    static func dayAfter(_ date: CalendarDate) -> CalendarDate {
        CalendarDate(year: date.year, month: date.month, day: date.day + 1)
            ?? CalendarDate(year: date.year, month: date.month + 1, day: 1)
            ?? CalendarDate(year: date.year + 1, month: 1, day: 1)!
    }
}
