extension Case {
    /// Version of the canonical order that ``digest()`` hashes. Another version gives the same case another digest.
    ///
    /// This number is stored with every stored digest, so that a later version of the program can distinguish another case from
    /// another version of the digest. A digest without a version has version 3, which was the first to be released.
    public static let digestVersion = 3

    /// SHA-256 of the case in canonical order: the same for every order of rows and columns, line end and encoding.
    ///
    /// The input of the hash is a sequence of counts, numbers and texts from which the case could be read again, so no two
    /// different cases have the same sequence, whatever characters their texts contain. A text follows its length, a list
    /// follows its count, and a child or facility is identified by its index. Data that follow from the rest (eligibility,
    /// seeded draws, the values of keys) are left out.
    ///
    /// - Complexity: O(size of the case).
    public func digest() -> SHA256.Digest {
        var record = CanonicalRecord()
        record.add("enmusubi case \(Self.digestVersion)")
        record.add(municipality)
        record.add(round)
        record.add(month)
        record.add(rules)
        record.add(each: attributeNames) { record, name in record.add(name) }
        record.add(each: facilities.indices) { record, facility in add(facilities[facility], to: &record) }
        record.add(each: children.indices) { record, child in add(child: child, to: &record) }
        record.add(each: households.indices) { record, household in add(households[household], to: &record) }
        addPhases(to: &record)
        addPins(to: &record)
        addOverfull(to: &record)
        addKeptClosed(to: &record)
        addSharedLimits(to: &record)
        addParts(to: &record)
        addValuesByWish(to: &record)
        return record.digest()
    }

    /// Adds the phases. Without phases it adds nothing, so that a plain case keeps its digest; limits then have no phase either.
    private func addPhases(to record: inout CanonicalRecord) {
        if rules.phases.isEmpty { return }
        record.add("phases")
        record.add(each: rules.phases) { record, phase in
            record.add(phase.name)
            record.add(phase.who.kind)
            record.add(phase.who)
        }
        record.add(each: limits.filter { !$0.isClassLimit }) { record, limit in
            record.add(limit.phase)
            record.add(limit.isReleased)
        }
    }

    /// Nothing but of keys that have a column for each wish, compare a part of the points table or are for some only; what the
    /// other keys compare follows from the rest.
    private func addValuesByWish(to record: inout CanonicalRecord) {
        let keys = rules.priority.indices.filter { key in
            let rule = rules.priority[key]
            return rule.source == .part || !rule.onlyWhen.isEmpty
                || rule.source == .attribute && wishKeyValues.keys.contains(key)
        }
        if keys.isEmpty { return }
        record.add("values of keys")
        record.add(each: keys) { record, key in
            record.add(rules.priority[key].name)
            record.add(rules.priority[key].onlyWhen)
            for child in children.indices {
                record.add(keyValue(child: child, key: key))
                guard let position = wishKeyValues.keys.firstIndex(of: key) else { continue }
                for wish in children[child].wishes.indices {
                    record.add(wishKeyValues.value(child: child, wish: wish, position: position))
                }
            }
        }
    }

    private func addPins(to record: inout CanonicalRecord) {
        if pins.isEmpty { return }
        record.add("pins")
        record.add(each: pins) { record, pin in
            record.add(count: pin.child)
            record.add(index: pin.facility)
            record.add(pin.by)
            record.add(pin.reason)
        }
    }

    /// Nothing where no class is over-full by its capacity and who is enrolled, which its vacancies do not tell.
    private func addOverfull(to record: inout CanonicalRecord) {
        let overfull = limits.filter { limit in
            limit.excess > 0 && facilities[limit.facility].seats[limit.ages.ages[0]] == 0
        }
        if overfull.isEmpty { return }
        record.add("over-full classes")
        record.add(each: overfull) { record, limit in
            record.add(count: limit.facility)
            record.add(limit.ages)
            record.add(count: limit.excess)
        }
    }

    /// Nothing where every seat that a transfer leaves is given again, so that such a case keeps its digest.
    private func addKeptClosed(to record: inout CanonicalRecord) {
        let closed = facilities.indices.filter { !facilities[$0].keepsClosed.isEmpty }
        if closed.isEmpty { return }
        record.add("keepsClosed")
        record.add(each: closed) { record, facility in
            record.add(count: facility)
            record.add(facilities[facility].keepsClosed)
        }
    }

    /// Nothing where no limit is over several facilities.
    private func addSharedLimits(to record: inout CanonicalRecord) {
        let shared = limits.filter(\.isShared)
        if shared.isEmpty { return }
        record.add("shared limits")
        record.add(each: shared) { record, limit in
            record.add(each: limit.facilities) { record, facility in record.add(count: facility) }
            record.add(limit)
        }
    }

    /// Nothing for a table that was possible before tables had parts; it stands among the rules.
    private func addParts(to record: inout CanonicalRecord) {
        let table = rules.pointsTable
        if table.isEmpty || table.isPlain { return }
        record.add("points from parts")
        // The order of the parts has no meaning; they have different names.
        let parts = table.parts.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        record.add(each: parts) { record, part in record.add(part) }
        // Two entries of one sibling's facility count as two, but a child keeps one: what follows is told here.
        let refused = children.indices.flatMap { child in
            children[child].wishes.indices.filter { children[child].wishes[$0].refusalIndex >= 0 }.map { (child, $0) }
        }
        let reasons = table.refusals
        record.add(each: refused) { record, entry in
            record.add(count: entry.0)
            record.add(count: entry.1)
            record.add(reasons[Int(children[entry.0].wishes[entry.1].refusalIndex)])
        }
    }

    private func add(_ facility: Facility, to record: inout CanonicalRecord) {
        record.add(facility.id)
        record.add(facility.name)
        record.add(each: facility.seats) { record, seats in record.add(seats) }
        record.add(facility.minimumAgeMonths)
        record.add(facility.minimumAgeDays)
        record.add(facility.kind)
        record.add(facility.ward)
        // Adding 0 turns -0 into 0.
        record.add(facility.location.map { $0.latitude + 0 })
        record.add(facility.location.map { $0.longitude + 0 })
        let own = facility.limits.map { limits[$0] }.filter { !$0.isClassLimit && !$0.isShared }
        record.add(each: own) { record, limit in record.add(limit) }
        if !facility.unpublished.isEmpty { record.add("unpublished \(facility.unpublished)") }
    }

    /// Adds a child. It takes the index, because a child is expensive to copy.
    private func add(child index: Int, to record: inout CanonicalRecord) {
        record.add(children[index].id)
        record.add(children[index].householdID)
        record.add(children[index].birthDate)
        record.add(count: children[index].isUnborn ? 1 : 0)
        record.add(count: children[index].ageClass)
        record.add(index: children[index].currentFacility)
        record.add(each: children[index].groups) { record, group in record.add(group) }
        record.add(each: children[index].siblingFacilities) { record, facility in record.add(count: facility) }
        record.add(count: children[index].wishes.count)
        for wish in children[index].wishes {
            record.add(count: wish.facility)
            record.add(wish.points)
        }
        record.add(children[index].points)
        switch children[index].draw {
        case .seeded: record.add(ExactNumber?.none)
        case .given(let number): record.add(number)
        }
        record.add(each: children[index].attributes) { record, text in record.add(text) }
    }

    private func add(_ household: Household, to record: inout CanonicalRecord) {
        record.add(household.id)
        record.add(count: household.isSplit ? 1 : 0)
        record.add(each: household.members) { record, member in record.add(count: member) }
        switch household.wishes {
        case .single: record.add("single")
        case .answer(let answer):
            record.add("answer")
            record.add(answer.timing.rawValue)
            record.add(answer.facility.rawValue)
            record.add(index: answer.lead)
            record.add(count: answer.preferred)
        case .table(let table):
            record.add("table")
            record.add(each: table.choices) { record, choice in record.add(choice) }
        }
    }
}

/// A sequence of counts, numbers and texts. A reader that knows which kind comes next could read them back from the bytes.
private struct CanonicalRecord {
    private var hash = SHA256()
    private var bytes: [UInt8] = []

    /// Adds a number that is not negative, seven bits in each byte, lowest first. The highest bit of a byte says whether more
    /// follow.
    mutating func add(count: some BinaryInteger) {
        var rest = UInt64(count)
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Adds an index plus 1, or 0 for none.
    mutating func add(index: Int?) { add(count: index.map { $0 + 1 } ?? 0) }

    mutating func add(_ text: String) {
        var text = text
        text.withUTF8 { text in
            add(count: text.count + 1)
            bytes.append(contentsOf: text)
        }
        if bytes.count >= 1 << 16 { flush() }
    }

    mutating func add(_ number: Int) {
        add(count: number < 0 ? 1 : 0)
        add(count: number.magnitude)
    }

    /// Adds the denominator, which is at least 1, and the numerator.
    mutating func add(_ number: ExactNumber) {
        add(count: number.denominator)
        add(Int(number.numerator))
    }

    mutating func add(_ number: ExactNumber?) {
        if let number { add(number) } else { add(count: 0) }
    }

    mutating func add(_ date: CalendarDate?) {
        guard let date else { return add(count: 0) }
        add(count: date.year)
        add(count: date.month)
        add(count: date.day)
    }

    mutating func add<Subject>(_ id: Identifier<Subject>) { add(id.folded) }

    mutating func add(_ value: some CustomStringConvertible) { add(value.description) }

    mutating func add(_ value: (some CustomStringConvertible)?) {
        if let value { add(value.description) } else { add(count: 0) }
    }

    mutating func add<Element>(each list: some Collection<Element>, _ body: (inout Self, Element) -> Void) {
        add(count: list.count)
        for element in list { body(&self, element) }
    }

    /// What a row of the limits' table says, apart from where it is and its phase.
    mutating func add(_ limit: SeatLimit) {
        add(limit.ages)
        add(limit.group.kind)
        add(limit.group)
        add(limit.seats)
        add(limit.opens)
    }

    mutating func add(_ rules: Rules) {
        add(rules.drawSeed)
        add(rules.objective.rawValue)
        add(rules.householdPriority.rawValue)
        add(each: rules.priority) { record, key in
            record.add(key.name)
            record.add(key.order.rawValue)
            record.add(key.blank.rawValue)
        }
        // If no key has a publication, nothing is added, as in versions before publications existed.
        for key in rules.priority where key.publication != nil {
            add("publication")
            add(key.name)
            add(key.publication?.rawValue)
            add(each: key.bands) { record, start in record.add(start) }
        }
        // Nothing where no key reads its column in a way of its own.
        for key in rules.priority where key.column != nil || !key.comparesPlainly {
            add("values")
            add(key.name)
            add(key.column)
            add(key.usesLetters)
            add(each: key.values) { record, text in record.add(text) }
        }
        let siblings = rules.siblings
        add(siblings.timing.rawValue)
        add(siblings.facility.rawValue)
        add(siblings.twinsTiming?.rawValue)
        add(siblings.twinsFacility?.rawValue)
        add(siblings.aggregate.rawValue)
        add(siblings.countFirst)
        add(siblings.keptSeat.rawValue)
        add(siblings.followLead)
        add(siblings.nearKilometres)
        add(each: rules.pointsTable.isPlain ? rules.pointsTable.rows : []) { record, row in record.add(plain: row) }
    }

    /// A row with a condition on one column, and perhaps a facility.
    private mutating func add(plain row: PointsRow) {
        if case .attribute(let column, let test)? = row.conditions.first {
            add(column)
            add(test)
        }
        switch row.conditions.dropFirst().first {
        case .facility(let id):
            add("facility")
            add(id)
        case .some: add("sameFacility")
        case nil: add("everywhere")
        }
        add(row.amount)
        add(row.maxGroup)
    }

    mutating func add(_ restriction: KeyRestriction) {
        add(each: restriction.conditions) { record, condition in record.add(condition) }
        add(each: restriction.parts) { record, range in
            record.add(range.part)
            record.add(range.from)
            record.add(range.to)
        }
    }

    mutating func add(_ part: PointsPart) {
        add(part.name)
        add(each: part.rows) { record, row in
            record.add(row.name)
            record.add(each: row.conditions) { record, condition in record.add(condition) }
            record.add(row.amount)
            record.add(row.maxGroup)
        }
        add(each: part.parts) { record, name in record.add(name) }
        add(part.combine.rawValue)
        add(part.factor)
        add(part.floor)
        add(part.cap)
        add(each: part.when) { record, condition in record.add(condition) }
        add(part.missing)
    }

    private mutating func add(_ condition: PointsCondition) {
        switch condition {
        case .attribute(let column, let test):
            add("attribute")
            add(column)
            add(test)
        case .count(let count, let numbers):
            add("count")
            add(count.rawValue)
            add(numbers)
        case .sameFacility: add("sameFacility")
        case .siblingApplies: add("siblingApplies")
        case .facility(let id):
            add("facility")
            add(id)
        case .kind(let kinds):
            add("kind")
            add(each: kinds) { record, kind in record.add(kind) }
        case .ward(let wards):
            add("ward")
            add(each: wards) { record, ward in record.add(ward) }
        case .livesIn(let column):
            add("livesIn")
            add(column)
        case .wishRank(let numbers):
            add("wishRank")
            add(numbers)
        }
    }

    private mutating func add(_ test: PointsCondition.Test) {
        switch test {
        case .filled: add("filled")
        case .blank: add("blank")
        case .oneOf(let texts):
            add("oneOf")
            add(each: texts) { record, text in record.add(text) }
        case .range(let from, let to):
            add("range")
            add(from)
            add(to)
        case .months(let from, let to):
            add("months")
            add(from)
            add(to)
        }
    }

    private mutating func add(_ numbers: WholeNumbers) {
        switch numbers {
        case .oneOf(let numbers):
            add("oneOf")
            add(each: numbers) { record, number in record.add(number) }
        case .range(let from, let to):
            add("range")
            add(from)
            add(to)
        }
    }

    private mutating func add(_ amount: PointsRow.Amount) {
        switch amount {
        case .points(let points): add(points)
        case .value: add("value")
        case .refusal(let reason):
            add("refuse")
            add(reason)
        }
    }

    /// Ends the sequence and gives its digest.
    mutating func digest() -> SHA256.Digest {
        flush()
        return hash.finalize()
    }

    private mutating func flush() {
        hash.update(bytes)
        bytes.removeAll(keepingCapacity: true)
    }
}
