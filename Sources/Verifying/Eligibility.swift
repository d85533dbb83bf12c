import Admissions

/// The classes that each facility offers, and to which children.
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

    /// - Parameter child: The index of the child; the child itself would be expensive to copy.
    func includes(_ child: Int, at facility: Int) -> Bool {
        if agesForAll[facility].contains(age: subject.children[child].ageClass) { return true }
        return subject.facilities[facility].limits.contains {
            subject.limits[$0].opens && subject.covers(limit: $0, child: child)
        }
    }
}

/// The age that a child must have reached at a facility on the first day of the month.
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
            // Whole months of age: a month is complete on the day of birth, or on the last day of a month without that day.
            var lived = (day.year - birth.year) * 12 + day.month - birth.month
            if min(birth.day, CalendarDate.daysInMonth(day.month, of: day.year)) > day.day { lived -= 1 }
            if lived < months { return false }
        }
        if let days, day.dayNumber - birth.dayNumber < days { return false }
        return true
    }
}
