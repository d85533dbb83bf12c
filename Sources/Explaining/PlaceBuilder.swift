import Admissions
import Verifying

/// Finds out how far priority reached and which children still wait, facility by facility.
struct PlaceBuilder {
    private let subject: Case
    private let verified: Verification
    private let choices: [Int32]
    private let comparator: Comparator
    private(set) var borders: [Border] = []
    /// For each border what may be told about it.
    private(set) var tellings: [BorderTelling] = []
    private(set) var waiting: [WaitingChild] = []

    init(_ subject: Case, _ allocation: Allocation, _ verified: Verification, _ comparator: Comparator) {
        self.subject = subject
        self.verified = verified
        choices = allocation.choices
        self.comparator = comparator
    }

    /// Adds the borders and waiting children of every facility.
    mutating func add(_ applicants: Applicants, threads: Int) {
        let start = self
        let parts = inRanges(of: subject.facilities.count, threads: threads, smallest: 32) {
            facilities -> PlaceBuilder in
            var part = start
            for facility in facilities { part.add(facility, applicants.entries[applicants.range(of: facility)]) }
            return part
        }
        for part in parts {
            borders += part.borders
            tellings += part.tellings
            waiting += part.waiting
        }
    }

    private mutating func add(_ facility: Int, _ entries: ArraySlice<Applicants.Entry>) {
        var applicants = [Int](repeating: 0, count: 6)
        var placed = [Int](repeating: 0, count: 6)
        var last = [Applicants.Entry?](repeating: nil, count: 6)
        var families = [FewFamilies](repeating: FewFamilies(), count: 6)
        var waitingHere = [[Int]](repeating: [], count: 6)
        for entry in entries {
            let child = Int(entry.child)
            // Pinned children were not placed by priority, so they say nothing about borders and are in no waiting order.
            if subject.pin(of: child) != nil { continue }
            let age = subject.children[child].ageClass
            applicants[age] += 1
            if choices[child] == entry.wish {
                (placed[age], last[age]) = (placed[age] + 1, entry)
                families[age].insert(subject.children[child].householdID)
            }
            if choices[child] == Allocation.baseline { waitingHere[age].append(child) }
        }
        for age in 0...5 {
            for (index, child) in waitingHere[age].enumerated() {
                waiting.append(
                    WaitingChild(
                        facility: facility, ageClass: age, position: index + 1, child: child,
                        outcome: subject.children[child].currentFacility == nil ? .held : .stays))
            }
            guard isOffered(facility, age) else { continue }
            borders.append(
                Border(
                    facility: facility, ageClass: age,
                    seats: subject.facilities[facility].seats[age].map { max(0, $0) },
                    applicants: applicants[age], placed: placed[age], left: seatsLeft(facility, age),
                    lowestKey: last[age].map { lowestKey(of: Int($0.child), at: Int($0.wish)) }))
            tellings.append(
                BorderTelling(
                    families: families[age].count,
                    told: last[age].map {
                        families[age].count < PublicBorder.fewestFamilies ? [] : told(of: $0, entries)
                    } ?? []))
        }
    }

    /// Whether the class is offered to somebody.
    private func isOffered(_ facility: Int, _ age: Int) -> Bool {
        subject.facilities[facility].limits.contains {
            subject.limits[$0].offersItsAges && subject.limits[$0].ages.contains(age: age)
        }
    }

    /// How many more children of the class who belong to no group all limits would take; 0 if it is offered to groups only.
    private func seatsLeft(_ facility: Int, _ age: Int) -> Int {
        var isOffered = false
        var left = Int.max
        for limit in subject.facilities[facility].limits {
            let entry = subject.limits[limit]
            guard entry.ages.contains(age: age), entry.group.covers([]),
                subject.applies(limit: limit, inPhase: subject.phases.count - 1)
            else { continue }
            if entry.offersItsAges { isOffered = true }
            left = min(left, max(0, verified.seats[limit] - verified.usedSeats[limit]))
        }
        return isOffered ? left : 0
    }

    /// The child's values for the keys, such as `points=38;tax=2`; the draw is left out.
    private func lowestKey(of child: Int, at wish: Int) -> String {
        var text = ""
        for (index, value) in comparator.values(of: child, at: wish).enumerated()
        where subject.rules.priority[index].source != .draw {
            if !text.isEmpty { text += ";" }
            text += "\(subject.rules.priority[index].name)=\(subject.rules.text(of: value, atKey: index))"
        }
        return text
    }

    /// Those values of the last child placed that the public may know.
    private func told(
        of last: Applicants.Entry, _ entries: ArraySlice<Applicants.Entry>
    ) -> [PublicBorder.ToldValue] {
        var told: [PublicBorder.ToldValue] = []
        for (index, value) in comparator.values(of: Int(last.child), at: Int(last.wish)).enumerated()
        where subject.rules.priority[index].source != .draw {
            let name = subject.rules.priority[index].name
            switch subject.rules.publication(ofKey: index) {
            case .yes:
                told.append(.init(key: index, name: name, text: subject.rules.text(of: value, atKey: index)))
            case .band:
                let band = sharedBand(of: last, key: index, entries, in: subject, choices, comparator)
                if let band { told.append(.init(key: index, name: name, text: band.description)) }
            case .no: break
            }
        }
        return told
    }
}

/// What may be told about a border.
struct BorderTelling: Hashable, Sendable {
    /// Number of families whose children were placed, counted up to ``PublicBorder/fewestFamilies``.
    var families: Int
    /// The public part of the border's key.
    var told: [PublicBorder.ToldValue]
}

/// Counts different families up to ``PublicBorder/fewestFamilies``.
private struct FewFamilies {
    private var ids: [HouseholdID] = []
    var count: Int { ids.count }

    mutating func insert(_ id: HouseholdID) {
        if ids.count < PublicBorder.fewestFamilies, !ids.contains(id) { ids.append(id) }
    }
}

/// The band that contains the value of a child placed at a facility; `nil` if too few other families may share it.
///
/// The band is given only if it contains values of children of at least ``PublicBorder/fewestFamilies`` families who were
/// placed in the same class there.
func sharedBand(
    of last: Applicants.Entry, key: Int, _ entries: ArraySlice<Applicants.Entry>, in subject: Case, _ choices: [Int32],
    _ comparator: Comparator
) -> ValueBand? {
    func band(_ entry: Applicants.Entry) -> ValueBand? {
        let value = comparator.values(of: Int(entry.child), at: Int(entry.wish))[key]
        return subject.rules.priority[key].band(of: value)
    }
    guard let wanted = band(last) else { return nil }
    let age = subject.children[Int(last.child)].ageClass
    var families = FewFamilies()
    for entry in entries where choices[Int(entry.child)] == entry.wish {
        let child = Int(entry.child)
        guard subject.children[child].ageClass == age, subject.pin(of: child) == nil, band(entry) == wanted else {
            continue
        }
        families.insert(subject.children[child].householdID)
        if families.count >= PublicBorder.fewestFamilies { return wanted }
    }
    return nil
}
