/// The seats of the next round: without those that placed children took, and with those that they freed.
struct CarriedSeats {
    private(set) var facilities: [FacilityRow]
    private(set) var limits: [SeatLimitRow]
    /// As ``CarriedOver/seatsTaken``, ``CarriedOver/seatsFreed`` and ``CarriedOver/seatsReturned``.
    private(set) var taken = 0
    private(set) var freed = 0
    private(set) var returned = 0
    private(set) var findings: [Finding] = []

    private let subject: Case
    private let facilityRow: [FacilityID: Int]
    private let limitRows: [FacilityID: [Int]]

    /// - Parameters:
    ///   - draft: The case of the previous round.
    ///   - fates: What happened to its children.
    ///   - result: The result of the previous round.
    init(_ draft: CaseDraft, _ fates: RoundFates, _ result: Allocation) {
        subject = fates.subject
        facilities = draft.facilities
        limits = draft.seatLimits
        facilityRow = Dictionary(
            draft.facilities.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        var limitRows: [FacilityID: [Int]] = [:]
        for (row, limit) in draft.seatLimits.enumerated() {
            for facility in limit.facilities { limitRows[facility, default: []].append(row) }
        }
        self.limitRows = limitRows
        // In an over-full class, seats that become free first reduce its excess.
        for row in facilities.indices {
            for age in 0...5 where facilities[row].seats[age] == 0 {
                facilities[row].seats[age] = -draft.facilities[row].excess(ofClass: age)
            }
        }
        move(fates.children, result)
        refuseNegative(before: draft.facilities)
    }

    private mutating func move(_ children: [CarriedChild], _ result: Allocation) {
        for (index, child) in children.enumerated() where child.fate == .placed || child.fate == .declined {
            if child.fate == .placed {
                taken += change(by: -1, at: child.facility!, for: index, phase: phase(of: index, result))
            } else {
                // The seat was taken and given back, so only the count changes.
                returned += offersClass(at: child.facility!, for: index) ? 1 : 0
            }
            if let former = child.former {
                freed += change(by: 1, at: former, for: index, phase: nil)
                change(enrolled: -1, at: former, for: index)
            }
            if child.fate == .placed { change(enrolled: 1, at: child.facility!, for: index) }
        }
    }

    /// Makes 0 of every number of seats that became negative, with a warning if pins are the reason.
    private mutating func refuseNegative(before: [FacilityRow]) {
        for row in facilities.indices {
            for age in 0...5 {
                guard let seats = facilities[row].seats[age], seats < 0 else { continue }
                let excess = before[row].excess(ofClass: age)
                // What is written as a negative number stays one.
                if before[row].seats[age]! < 0 { continue }
                if seats < -excess { noteOverbooked(.facilities, row, "seats_\(age)", [facilities[row].id.spelling]) }
                facilities[row].seats[age] = 0
            }
        }
        for row in limits.indices where limits[row].seats < 0 {
            noteOverbooked(.seatLimits, row, "seats", limits[row].facilities.map(\.spelling))
            limits[row].seats = 0
        }
    }

    private mutating func noteOverbooked(_ table: CaseTable, _ row: Int, _ column: String, _ facilities: [String]) {
        findings.append(
            Finding(
                .limitOverbooked, table, row: row, column: column,
                "Pins placed more children at \(facilities) than there are seats; the next case says 0, and a seat that is "
                    + "given back there later is not vacant.",
                "固定配置により、施設「\(facilities)」では受入枠を超えて内定しています。次の案件の枠は 0 とし、あとで戻る席も空きにはなりません。"))
    }

    /// Whether a class limit covers the child at the facility.
    private func offersClass(at facility: FacilityID, for child: Int) -> Bool {
        facilities[facilityRow[facility]!].seats[subject.children[child].ageClass] != nil
    }

    /// The name of the phase that placed the child; `nil` unless the round has several phases.
    private func phase(of child: Int, _ result: Allocation) -> String? {
        guard !result.phases.isEmpty, result.phases[child] >= 0 else { return nil }
        return subject.phases[Int(result.phases[child])].name
    }

    /// Changes every limit of the facility that covers the child.
    ///
    /// - Parameter phase: The phase in which a seat is taken; with `nil` the limits of every phase change.
    /// - Returns: 1 if a class limit changed, else 0.
    private mutating func change(by amount: Int, at facility: FacilityID, for child: Int, phase: String?) -> Int {
        let (age, groups) = (subject.children[child].ageClass, subject.children[child].groups)
        for row in limitRows[facility] ?? [] {
            let limit = limits[row]
            guard limit.ages.contains(age: age), limit.group.covers(groups),
                phase == nil || limit.phase == nil || limit.phase == phase
            else { continue }
            limits[row].seats += amount
        }
        guard offersClass(at: facility, for: child) else { return 0 }
        facilities[facilityRow[facility]!].seats[age]! += amount
        return 1
    }

    /// Changes the number of enrolled children as well, if it is given, so that the vacancies still follow from it.
    private mutating func change(enrolled amount: Int, at facility: FacilityID, for child: Int) {
        let (row, age) = (facilityRow[facility]!, subject.children[child].ageClass)
        guard facilities[row].enrolled.indices.contains(age), offersClass(at: facility, for: child),
            let enrolled = facilities[row].enrolled[age]
        else { return }
        facilities[row].enrolled[age] = max(0, enrolled + amount)
    }
}
