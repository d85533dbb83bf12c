import Admissions

/// Which classes each facility offers, and to whom.
///
/// Source: Rules.md 1.
struct Offers: Sendable {
    private let subject: Case
    /// For each facility the ages that it offers to every group.
    private let agesForAll: [AgeSet]

    init(of subject: Case) {
        self.subject = subject
        var ages = subject.facilities.map { facility in
            AgeSet((0...5).filter { facility.seats[$0] != nil })
        }
        for limit in subject.limits where limit.opens && limit.group == .everyone {
            ages[limit.facility].formUnion(limit.ages)
        }
        agesForAll = ages
    }

    /// - Parameter child: Its index, because a child is large to copy.
    func includes(_ child: Int, at facility: Int) -> Bool {
        if agesForAll[facility].contains(age: subject.children[child].ageClass) { return true }
        return subject.facilities[facility].limits.contains {
            subject.limits[$0].opens && subject.covers(limit: $0, child: child)
        }
    }
}

/// How old a child must be at a facility on the first day of the month.
///
/// Source: Rules.md 1.
struct MinimumAge: Sendable {
    private let months: Int?
    private let days: Int?
    private let day: CalendarDate

    init(of facility: Facility, on day: CalendarDate) {
        months = facility.minimumAgeMonths
        days = facility.minimumAgeDays
        self.day = day
    }

    func isReached(by birth: CalendarDate) -> Bool {
        if let months {
            // Whole months lived: a month is full on the day of birth, or on its last day where it has no such day.
            var lived = (day.year - birth.year) * 12 + day.month - birth.month
            if min(birth.day, CalendarDate.daysInMonth(day.month, of: day.year)) > day.day { lived -= 1 }
            if lived < months { return false }
        }
        if let days, day.dayNumber - birth.dayNumber < days { return false }
        return true
    }
}
