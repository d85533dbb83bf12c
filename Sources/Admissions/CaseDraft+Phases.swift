/// Phases, the limits' phases, and pins.
extension CaseResolver {
    // MARK: Phases

    mutating func checkPhases() {
        var names = Set<String>()
        for (index, phase) in draft.rules.phases.enumerated() {
            if phase.name.isEmpty {
                note(
                    .phaseWithoutName, .settings, column: "phases[\(index)]",
                    "Give the phase a name; limits and results refer to it.")
            } else if !names.insert(phase.name).inserted {
                note(
                    .phaseTwice, .settings, column: "phases[\(index)]",
                    "The phase \(phase.name) stands twice; give each phase a name of its own.")
            }
        }
    }

    /// The index of the row's phase; `nil` if it has none, or one that is not known.
    mutating func phase(ofLimit row: Int) -> Int? {
        let limit = draft.seatLimits[row]
        guard let name = limit.phase else {
            if limit.isReleased {
                note(
                    .releaseWithoutPhase, .seatLimits, row: row, column: "release",
                    "release: yes frees what a phase left, so the row needs a phase.")
            }
            return nil
        }
        guard let phase = draft.rules.phases.firstIndex(where: { $0.name == name }) else {
            let known = draft.rules.phases.map(\.name).joined(separator: ", ")
            note(
                .phaseUnknown, .seatLimits, row: row, column: "phase",
                known.isEmpty
                    ? "case.yaml has no phases, so a limit cannot have one."
                    : "case.yaml has no phase \(name); it has \(known).")
            return nil
        }
        if limit.isReleased, phase == draft.rules.phases.count - 1 {
            note(
                .releaseInLastPhase, .seatLimits, row: row, column: "release",
                "\(name) is the last phase, so there is no phase after it that seats could be freed for.")
        }
        return phase
    }

    /// Warns about children who take part in no phase, and about phases in which nobody takes part.
    mutating func checkTakingPart(_ children: [Child], pins: [Pin]) {
        if draft.rules.phases.isEmpty { return }
        for (index, phase) in draft.rules.phases.enumerated()
        where !children.contains(where: { phase.who.covers($0.groups) }) {
            note(
                .phaseWithoutChildren, .settings, column: "phases[\(index)]",
                "No child takes part in the phase \(phase.name); check who against the column group.")
        }
        let pinned = Set(pins.map(\.child))
        for (index, child) in children.enumerated()
        where !pinned.contains(index) && !draft.rules.phases.contains(where: { $0.who.covers(child.groups) }) {
            note(
                .childInNoPhase, .children, row: childRows[index], column: "group",
                "The child takes part in no phase, so it cannot be placed; let one phase be for all, or accept this.")
        }
    }

    // MARK: Pins

    /// The pins by child, ascending.
    mutating func resolvePins(_ children: [Child]) -> [Pin] {
        var pins: [Pin] = []
        var seen = Set<Int>()
        for (row, pin) in draft.pins.enumerated() {
            for (text, column) in [(pin.by, "by"), (pin.reason, "reason")] where text.isEmpty {
                note(
                    .pinUnsigned, .pins, row: row, column: column,
                    "A pin says who decided it and why; fill by and reason.")
            }
            guard let child = childOfID[pin.child] else {
                note(.pinUnknownChild, .pins, row: row, column: "child_id", "This child is not in children.csv.")
                continue
            }
            guard seen.insert(child).inserted else {
                note(.pinTwice, .pins, row: row, column: "child_id", "This child is pinned twice; keep one row.")
                continue
            }
            var facility: Int?
            if let id = pin.facility {
                facility = facilityOfID[id]
                if facility == nil {
                    note(
                        .facilityUnknown, .pins, row: row, column: "facility_id",
                        "The facility \(id) is not in facilities.csv.")
                    continue
                }
            }
            pins.append(makePin(children[child], child, at: facility, row: row))
        }
        return pins.sorted { $0.child < $1.child }
    }

    private mutating func makePin(_ child: Child, _ index: Int, at facility: Int?, row: Int) -> Pin {
        let pin = draft.pins[row]
        guard let facility, facility != child.currentFacility else {
            return Pin(child: index, facility: nil, choice: Allocation.baseline, by: pin.by, reason: pin.reason)
        }
        let wish = child.wishes.firstIndex { $0.facility == facility }
        if wish == nil {
            note(
                .pinNotWished, .pins, row: row, column: "facility_id",
                "The child does not wish \(facilities[facility].id); the pin holds all the same.")
        }
        let isOffered = offers(facility: facility, age: child.ageClass, groups: child.groups)
        if !isOffered || wish.map({ !child.wishes[$0].isEligible }) == true {
            note(
                .pinNotEligible, .pins, row: row, column: "facility_id",
                "\(facilities[facility].id) does not take this child by the rules; the pin holds all the same.")
        }
        return Pin(
            child: index, facility: facility, choice: wish.map(Int32.init) ?? Allocation.elsewhere, by: pin.by,
            reason: pin.reason)
    }

    /// Warns about limits that pinned children, together with those who stay, exceed; they have no room for anybody else.
    mutating func checkPinnedSeats(_ children: [Child], pins: [Pin]) {
        if pins.isEmpty { return }
        for limit in limits.indices {
            func isCovered(_ child: Int) -> Bool {
                limits[limit].ages.contains(age: children[child].ageClass)
                    && limits[limit].group.covers(children[child].groups)
            }
            func hasSeat(_ child: Int) -> Bool {
                guard let place = children[child].currentFacility else { return false }
                return limits[limit].counts(at: place) && isCovered(child)
                    && !facilities[place].keepsClosed.contains(age: children[child].ageClass)
                    && offers(facility: place, age: children[child].ageClass, groups: children[child].groups)
            }
            func isHere(_ pin: Pin) -> Bool { pin.facility.map(limits[limit].counts) ?? false }
            // Who moves from one facility of the limit to another takes its seat along.
            let pinnedHere = pins.filter { isHere($0) && isCovered($0.child) && !hasSeat($0.child) }
            let leaving = pins.count { $0.facility != nil && !isHere($0) && hasSeat($0.child) }
            guard pinnedHere.count - leaving > limits[limit].vacancies else { continue }
            let last = pinnedHere.map { pin in draft.pins.firstIndex { childOfID[$0.child] == pin.child }! }.max()!
            note(
                .pinExceedsLimit, .pins, row: last, column: "facility_id",
                "\(limits[limit].facilities.map { facilities[$0].id.spelling }.joined(separator: ", ")), ages \(limits[limit].ages.description)"
                    + (limits[limit].group == .everyone ? "" : ", group \(limits[limit].group)")
                    + ": pins take \(pinnedHere.count) seats of \(limits[limit].vacancies); nobody else gets one.")
        }
    }

    // MARK: Vacancies

    /// Over-full classes that somebody could leave in this round, or whose seats are written as a negative number, once each.
    mutating func checkOverfullClasses(_ children: [Child]) {
        for limit in limits where limit.excess > 0 {
            let age = limit.ages.ages[0]
            let id = facilities[limit.facility].id
            let row = draft.facilities.firstIndex { $0.id == id }!
            let isWritten = draft.facilities[row].seats[age]! < 0
            guard
                isWritten
                    || children.contains(where: { $0.currentFacility == limit.facility && $0.ageClass == age })
            else { continue }
            note(
                .classOverfull, .facilities, row: row, column: isWritten ? "seats_\(age)" : "enrolled_\(age)",
                overfullClass(
                    id, age, draft.facilities[row], excess: limit.excess,
                    keepsClosed: facilities[limit.facility].keepsClosed.contains(age: age)))
        }
    }

    /// How the class came to be over-full, and when a seat of it is free again.
    private func overfullClass(
        _ id: FacilityID, _ age: Int, _ row: FacilityRow, excess: Int, keepsClosed: Bool
    ) -> String {
        let vacancy = row.vacancies.first { $0.ageClass == age && $0.excess == excess }
        let cause =
            vacancy.map {
                "enrolled in class \(age) than capacity and margin (capacity \($0.capacity), margin \($0.margin), enrolled "
                    + "\($0.enrolled): \($0.derivation))"
            } ?? "in class \(age) than places (seats_\(age) is \(-excess))"
        let consequence =
            keepsClosed
            ? "no seat that transfer applicants leave there is given away in this round."
            : "of the seats that transfer applicants leave there, \(excess == 1 ? "the first is" : "the first \(excess) are") "
                + "not given away; a seat is free when \(excess + 1) have left."
        return "\(id) has \(excess) more \(cause): \(consequence)"
    }

    mutating func checkVacancies(of facility: FacilityRow, row: Int) {
        for vacancy in facility.vacancies where !vacancy.agrees {
            let said = vacancy.seats.map { "is \($0)" } ?? "is blank"
            note(
                .seatsDisagree, .facilities, row: row, column: "seats_\(vacancy.ageClass)",
                "seats_\(vacancy.ageClass) \(said), but capacity\(vacancy.margin == 0 ? "" : ", margin") and enrolled give "
                    + "\(vacancy.derivation); seats_\(vacancy.ageClass) is used.")
        }
    }
}
