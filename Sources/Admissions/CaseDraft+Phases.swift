/// Phases, the limits' phases, and pins.
extension CaseResolver {
    // MARK: Phases

    mutating func checkPhases() {
        var names = Set<String>()
        for (index, phase) in draft.rules.phases.enumerated() {
            if phase.name.isEmpty {
                note(
                    .phaseWithoutName, .settings, column: "phases[\(index)]",
                    "Give the phase a name; limits and results refer to it.", "段階に名前（name）を付けてください。受入枠と結果がその名前を使います。")
            } else if !names.insert(phase.name).inserted {
                note(
                    .phaseTwice, .settings, column: "phases[\(index)]",
                    "The phase \(phase.name) stands twice; give each phase a name of its own.",
                    "段階「\(phase.name)」が二つあります。別の名前を付けてください。")
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
                    "\(column: "release", .seatLimits): yes frees what a phase left, so the row needs a \(column: "phase", .seatLimits).",
                    "\(column: "release", .seatLimits) は段階が残した枠を次の段階で使うための欄です。この行の \(column: "phase", .seatLimits) に段階の名前を書いてください。"
                )
            }
            return nil
        }
        guard let phase = draft.rules.phases.firstIndex(where: { $0.name == name }) else {
            let known = draft.rules.phases.map(\.name)
            note(
                .phaseUnknown, .seatLimits, row: row, column: "phase",
                known.isEmpty
                    ? Sentence(
                        "case.yaml has no phases, so a limit cannot have one; leave it blank or add phases.",
                        "case.yaml に段階（phases）がないため、受入枠に段階は書けません。空欄にするか、phases を加えてください。")
                    : Sentence(
                        "case.yaml has no phase \(name); it has \(known). Write one of them.",
                        "case.yaml に段階「\(name)」はありません。\(known)のどれかを書いてください。"))
            return nil
        }
        if limit.isReleased, phase == draft.rules.phases.count - 1 {
            note(
                .releaseInLastPhase, .seatLimits, row: row, column: "release",
                "\(name) is the last phase, so there is no phase after it that seats could be freed for.",
                "「\(name)」は最後の段階なので、残った枠を使う段階がありません。")
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
                "No child takes part in the phase \(phase.name); check who against the column \(column: "group").",
                "段階「\(phase.name)」に参加する児童がいません。who と、児童の \(column: "group") の列を確かめてください。")
        }
        let pinned = Set(pins.map(\.child))
        for (index, child) in children.enumerated()
        where !pinned.contains(index) && !draft.rules.phases.contains(where: { $0.who.covers(child.groups) }) {
            note(
                .childInNoPhase, .children, row: childRows[index], column: "group",
                "The child takes part in no phase, so it cannot be placed; let one phase be for all, or accept this.",
                "この児童はどの段階にも参加せず、内定できません。全員が参加する段階を設けるか、このままでよければ承認してください。")
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
                    "A pin says who decided it and why; fill \(column: "by", .pins) and \(column: "reason", .pins).",
                    "固定配置には、決めた人（\(column: "by", .pins)）と理由（\(column: "reason", .pins)）を書いてください。")
            }
            guard let child = childOfID[pin.child] else {
                note(
                    .pinUnknownChild, .pins, row: row, column: "child_id",
                    "This child is not in \(file: .children); correct the id or remove the row.",
                    "この児童は \(file: .children) にいません。児童番号を直すか、行を消してください。")
                continue
            }
            guard seen.insert(child).inserted else {
                note(
                    .pinTwice, .pins, row: row, column: "child_id", "This child is pinned twice; keep one row.",
                    "同じ児童の固定配置が二つあります。一行だけ残してください。")
                continue
            }
            var facility: Int?
            if let id = pin.facility {
                facility = facilityOfID[id]
                if facility == nil {
                    note(
                        .facilityUnknown, .pins, row: row, column: "facility_id",
                        "The facility \(id) is not in \(file: .facilities).",
                        "施設「\(id)」は \(file: .facilities) にありません。施設番号を直すか、施設を加えてください。")
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
                "The child does not wish \(facilities[facility].id); the pin holds all the same.",
                "この児童は施設「\(facilities[facility].id)」を希望していません。固定配置はこのまま有効です。")
        }
        let isOffered = offers(facility: facility, age: child.ageClass, groups: child.groups)
        if !isOffered || wish.map({ !child.wishes[$0].isEligible }) == true {
            note(
                .pinNotEligible, .pins, row: row, column: "facility_id",
                "\(facilities[facility].id) does not take this child by the rules; the pin holds all the same.",
                "施設「\(facilities[facility].id)」は、規則ではこの児童を受け入れません。固定配置はこのまま有効です。")
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
                pinnedSeats(limits[limit], pinned: pinnedHere.count))
        }
    }

    private func pinnedSeats(_ limit: SeatLimit, pinned: Int) -> Sentence {
        let names = limit.facilities.map { facilities[$0].id.spelling }
        let group = limit.group.description
        let ages = limit.ages.description
        return Sentence(
            "\(names), ages \(ages)" + (limit.group == .everyone ? "" : ", group \(group)")
                + ": pins take \(pinned) seats of \(limit.vacancies); nobody else gets one.",
            "施設「\(names)」のクラス年齢 \(ages)" + (limit.group == .everyone ? "" : "、区分「\(group)」")
                + "の受入枠 \(limit.vacancies) 人分に対し、固定配置が \(pinned) 人あります。ほかの児童は内定しません。数を確かめてください。")
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
    ) -> Sentence {
        let vacancy = row.vacancies.first { $0.ageClass == age && $0.excess == excess }
        let cause =
            vacancy.map { vacancy in
                Sentence(
                    "\(id) has \(excess) more enrolled in class \(age) than capacity and margin (capacity \(vacancy.capacity), "
                        + "margin \(vacancy.margin), enrolled \(vacancy.enrolled): \(vacancy.derivation)): ",
                    "施設「\(id)」の\(age)歳児クラスは、在籍が定員と弾力化枠の合計より \(excess) 人多くなっています（定員 \(vacancy.capacity)、"
                        + "弾力化枠 \(vacancy.margin)、在籍 \(vacancy.enrolled): \(vacancy.derivation)）。")
            }
            ?? Sentence(
                "\(id) has \(excess) more in class \(age) than places (\(column: "seats_\(age)", .facilities) is \(-excess)): ",
                "施設「\(id)」の\(age)歳児クラスは、在籍が \(excess) 人超過しています（\(column: "seats_\(age)", .facilities) が \(-excess)）。")
        let consequence =
            keepsClosed
            ? Sentence(
                "no seat that transfer applicants leave there is given away in this round.",
                "転園する児童の席は、この回では募集しません。")
            : Sentence(
                "of the seats that transfer applicants leave there, "
                    + (excess == 1 ? "the first is" : "the first \(excess) are")
                    + " not given away; a seat is free when \(excess + 1) have left.",
                "転園で空く席のうち初めの" + (excess == 1 ? "席" : " \(excess) 人分") + "は募集せず、\(excess + 1) 人が抜けたときに席が一つ空きます。")
        return cause + consequence
    }

    mutating func checkVacancies(of facility: FacilityRow, row: Int) {
        for vacancy in facility.vacancies where !vacancy.agrees {
            let column = "seats_\(vacancy.ageClass)"
            let said =
                vacancy.seats.map {
                    Sentence("\(column: column, .facilities) is \($0)", "\(column: column, .facilities) は \($0) ですが")
                }
                ?? Sentence("\(column: column, .facilities) is blank", "\(column: column, .facilities) は空欄ですが")
            let reason = Sentence(
                ", but capacity" + (vacancy.margin == 0 ? "" : ", margin")
                    + " and enrolled give \(vacancy.derivation); "
                    + "\(column: column, .facilities) is used.",
                "、定員" + (vacancy.margin == 0 ? "" : "・弾力化枠") + "・在籍からは \(vacancy.derivation) になります。"
                    + "\(column: column, .facilities) を使います。どちらかを直してください。")
            note(.seatsDisagree, .facilities, row: row, column: column, said + reason)
        }
    }
}
