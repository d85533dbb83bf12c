/// Turns rows of the children's table into children, and collects findings on the way.
///
/// Copies can work on ranges of rows independently, because no finding depends on earlier rows.
struct ChildResolver {
    let draft: CaseDraft
    let facilities: [Facility]
    let limits: [SeatLimit]
    let facilityOfID: [FacilityID: Int]
    /// For each attribute of a child, ascending by name, its index in the row.
    let attributeOrder: [Int]
    let drawIsGiven: Bool
    /// For each row with a wish that the points table refuses, by position the row of the table that does.
    let refusals: [Int: [Int?]]
    private(set) var findings: [Finding] = []

    /// The facts about a facility that are needed for every wish.
    private struct Offer {
        /// Ages that the facility offers to children of any group.
        var agesForAll: AgeSet = []
        /// Whether a limit offers ages to some groups only.
        var isForGroups = false
        let hasMinimumAge: Bool
    }

    /// The offer of each facility.
    private let offers: [Offer]
    private let pointsKey: PriorityKey?
    /// For each facility the row of the child that wished it last, so that repeated wishes are found without a search.
    private var lastWisher: [Int]

    init(
        draft: CaseDraft, facilities: [Facility], limits: [SeatLimit], facilityOfID: [FacilityID: Int],
        attributeOrder: [Int], drawIsGiven: Bool, refusals: [Int: [Int?]]
    ) {
        self.draft = draft
        self.facilities = facilities
        self.limits = limits
        self.facilityOfID = facilityOfID
        self.attributeOrder = attributeOrder
        self.drawIsGiven = drawIsGiven
        self.refusals = refusals
        pointsKey = draft.rules.priority.first { $0.source == .points }
        lastWisher = [Int](repeating: -1, count: facilities.count)
        var offers = facilities.map { Offer(hasMinimumAge: $0.minimumAgeMonths != nil || $0.minimumAgeDays != nil) }
        for limit in limits where limit.offersItsAges {
            if limit.group == .everyone {
                offers[limit.facility].agesForAll.formUnion(limit.ages)
            } else {
                offers[limit.facility].isForGroups = true
            }
        }
        self.offers = offers
    }

    private mutating func note(
        _ code: Finding.Code, row: Int, column: String, _ english: Telling, _ japanese: Telling
    ) {
        findings.append(Finding(code, .children, row: row, column: column, english, japanese))
    }

    /// The child of a row.
    mutating func resolve(row: Int, household: Int) -> Child {
        let child = draft.children[row]
        let age = ageClass(of: child, row: row)
        let current = currentFacility(of: child, row: row)
        let groups =
            child.groups.count <= 1
            ? child.groups : Set(child.groups).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let siblingFacilities = siblingFacilities(of: child, row: row)
        if let current, !offers(facility: current, age: age, groups: groups) {
            note(
                .presentClassNotOffered, row: row, column: "current_facility_id",
                "The present facility \(facilities[current].id) does not offer the child's class; "
                    + "its seat closes when the child leaves.",
                "在籍施設「\(facilities[current].id)」はこの児童のクラスを募集していません。児童が転園すると、その席はなくなります。")
        }
        let wishes = resolveWishes(of: child, row: row, age: age, groups: groups, current: current)
        if wishes.isEmpty {
            note(
                .noWishes, row: row, column: "wish_1", "The child has no wish that counts.",
                "この児童には有効な希望がありません。希望する施設と募集のあるクラスを確かめてください。")
        }
        if drawIsGiven && child.draw == nil {
            note(
                .drawBlank, row: row, column: "draw",
                "The \(column: "draw") column is used, so every child needs a number in it.",
                "抽選番号の列「\(column: "draw")」を使うときは、全員に番号が要ります。番号を書いてください。")
        }
        checkPoints(of: child, row: row, wishes)
        let isInOrder = attributeOrder.elementsEqual(attributeOrder.indices)
        return Child(
            id: child.id, householdID: child.household, household: household,
            birthDate: child.date, isUnborn: child.birthDate == nil && child.dueDate != nil,
            ageClass: age, currentFacility: current, groups: groups, siblingFacilities: siblingFacilities,
            wishes: wishes, points: child.points,
            draw: drawIsGiven ? .given(child.draw ?? 0) : .seeded(drawn(child.id)),
            attributes: isInOrder ? child.attributes : attributeOrder.map { child.attributes[$0] })
    }

    /// SHA-256 of the text `drawSeed:child_id`.
    private func drawn(_ id: ChildID) -> SHA256.Digest {
        let seed = draft.rules.drawSeed ?? ""
        return withUnsafeTemporaryAllocation(
            of: UInt8.self, capacity: seed.utf8.count + 1 + id.folded.utf8.count
        ) { text in
            var count = 0
            func append(_ byte: UInt8) {
                text.initializeElement(at: count, to: byte)
                count += 1
            }
            for byte in seed.utf8 { append(byte) }
            append(UInt8(ascii: ":"))
            for byte in id.folded.utf8 { append(byte) }
            return SHA256.digest(of: UnsafeBufferPointer(text))
        }
    }

    private mutating func ageClass(of child: ChildRow, row: Int) -> Int {
        if child.birthDate != nil && child.dueDate != nil {
            note(
                .dueDateIgnored, row: row, column: "due_date",
                "The child has a \(column: "birth_date"), so its \(column: "due_date") is ignored.",
                "生年月日（\(column: "birth_date")）があるため、出産予定日（\(column: "due_date")）は使いません。")
        }
        if let given = child.ageClass, !(0...5).contains(given) {
            note(
                .ageOutOfRange, row: row, column: "age_class", "Class ages are 0 to 5; correct the class.",
                "クラス年齢は0から5です。直してください。")
            return 0
        }
        guard let date = child.date else {
            if child.ageClass == nil {
                note(
                    .ageMissing, row: row, column: "birth_date",
                    "Give \(column: "birth_date"), \(column: "due_date") or \(column: "age_class").",
                    "\(column: "birth_date")、\(column: "due_date")、\(column: "age_class")のどれかを書いてください。")
            }
            return child.ageClass ?? 0
        }
        let column = child.birthDate != nil ? "birth_date" : "due_date"
        guard let age = draft.month.classAge(bornOn: date) else {
            note(
                .ageOutOfRange, row: row, column: column,
                "A child born on this day has no class from 0 to 5 in fiscal year \(draft.month.fiscalYear); correct the date, or month in case.yaml.",
                "この日に生まれた児童は、\(draft.month.fiscalYear)年度に0歳児から5歳児のクラスになりません。日付か、case.yaml の month を直してください。")
            return 0
        }
        if let given = child.ageClass, given != age {
            note(
                .ageDisagrees, row: row, column: "age_class",
                "The \(column: column) gives class \(age), not \(given); correct one of them.",
                "\(column: column) から決まるクラス年齢は \(age) 歳児で、書かれた \(given) 歳児と違います。どちらかを直してください。")
        }
        return age
    }

    // MARK: Facilities

    private mutating func currentFacility(of child: ChildRow, row: Int) -> Int? {
        guard let id = child.currentFacility else { return nil }
        let current = facilityOfID[id]
        if current == nil {
            note(
                .facilityUnknown, row: row, column: "current_facility_id",
                "The facility \(id) is not in \(file: .facilities); leave the cell blank for a place outside.",
                "施設「\(id)」は \(file: .facilities) にありません。施設番号を直してください。ほかの市区町村などの施設なら空欄にしてください。")
        }
        return current
    }

    /// The facilities where siblings are enrolled, ascending, without repeats.
    private mutating func siblingFacilities(of child: ChildRow, row: Int) -> [Int] {
        if child.siblingFacilities.isEmpty { return [] }
        var siblingFacilities = Set<Int>()
        for id in child.siblingFacilities {
            if let facility = facilityOfID[id] {
                siblingFacilities.insert(facility)
            } else {
                note(
                    .facilityUnknown, row: row, column: "sibling_facility_ids",
                    "The facility \(id) is not in \(file: .facilities).",
                    "施設「\(id)」は \(file: .facilities) にありません。施設番号を直すか、施設を加えてください。")
            }
        }
        return siblingFacilities.sorted()
    }

    private func offers(facility: Int, age: Int, groups: [String]) -> Bool {
        if offers[facility].agesForAll.contains(age: age) { return true }
        guard offers[facility].isForGroups else { return false }
        return facilities[facility].limits.contains { index in
            let limit = limits[index]
            return limit.offersItsAges && limit.ages.contains(age: age) && limit.group.covers(groups)
        }
    }

    // MARK: Wishes

    private mutating func resolveWishes(
        of child: ChildRow, row: Int, age: Int, groups: [String], current: Int?
    ) -> [Wish] {
        for index in child.wishPoints.indices where child.wishPoints[index] != nil {
            if index >= child.wishes.count || child.wishes[index] == nil {
                note(
                    .wishPointsWithoutWish, row: row, column: "points_\(index + 1)",
                    "There are points here and no wish of the same number; fill the wish or remove the points.",
                    "同じ番号の希望がないのに、指数があります。希望を書くか、指数を消してください。")
            }
        }
        let refusals = refusals.isEmpty ? nil : refusals[row]
        var wishes: [Wish] = []
        wishes.reserveCapacity(child.wishes.count)
        for (index, id) in child.wishes.enumerated() {
            guard let id else { continue }
            guard let facility = facilityOfID[id] else {
                note(
                    .facilityUnknown, row: row, column: "wish_\(index + 1)",
                    "The facility \(id) is not in \(file: .facilities).",
                    "施設「\(id)」は \(file: .facilities) にありません。施設番号を直すか、施設を加えてください。")
                continue
            }
            if facility == current {
                note(
                    .wishForPresentFacility, row: row, column: "wish_\(index + 1)",
                    "The child is at \(id) now: this wish and those after it are dropped.",
                    "この児童は今「\(id)」に在籍しています。この希望と、後の希望を除きました。")
                break
            }
            if lastWisher[facility] == row {
                note(
                    .wishRepeated, row: row, column: "wish_\(index + 1)",
                    "The facility \(id) was wished before; the repeat is dropped.", "施設「\(id)」は前にも希望しています。後の希望を除きました。")
                continue
            }
            lastWisher[facility] = row
            var wish = Wish(
                facility: facility, points: index < child.wishPoints.count ? child.wishPoints[index] : nil,
                ineligibility: ineligibility(
                    of: child, at: facility, age: age, groups: groups, row: row, wish: index))
            if wish.isEligible, let refusal = refusals?[index] {
                (wish.ineligibility, wish.refusalIndex) = (.notEligible, Int32(refusal))
                note(
                    .wishRefused, row: row, column: "wish_\(index + 1)",
                    "By the points table the child is not eligible at \(facilities[facility].id): "
                        + "\(draft.rules.pointsTable.refusals[refusal]); the wish is skipped and keeps its rank.",
                    "指数表の基準により、この児童は \(facilities[facility].id) の申込みの対象外です（"
                        + "\(draft.rules.pointsTable.refusals[refusal])）。この希望は飛ばし、後の希望の順位は変わりません。")
            }
            wishes.append(wish)
        }
        return wishes
    }

    private mutating func ineligibility(
        of child: ChildRow, at facility: Int, age: Int, groups: [String], row: Int, wish: Int
    ) -> Ineligibility? {
        if !offers(facility: facility, age: age, groups: groups) {
            note(
                .wishNotOffered, row: row, column: "wish_\(wish + 1)",
                "\(facilities[facility].id) does not offer class \(age) to this child; "
                    + "the wish is skipped and keeps its rank.",
                "施設「\(facilities[facility].id)」は\(age)歳児クラスでこの児童を募集していません。この希望は飛ばし、後の希望の順位は変わりません。")
            return .notOffered
        }
        guard offers[facility].hasMinimumAge else { return nil }
        let (months, days) = (facilities[facility].minimumAgeMonths, facilities[facility].minimumAgeDays)
        guard let birth = child.date else {
            note(
                .minimumAgeUntested, row: row, column: "wish_\(wish + 1)",
                "\(facilities[facility].id) has a minimum age, which cannot be tested without a birth date; "
                    + "it counts as met.", "施設「\(facilities[facility].id)」には受入月齢・日齢の定めがありますが、生年月日がないため満たすものとします。")
            return nil
        }
        let day = draft.month.firstDay
        let oldEnough =
            birth.adding(months: months ?? 0) <= day && day.dayNumber - birth.dayNumber >= (days ?? .min)
        if oldEnough { return nil }
        note(
            .wishTooYoung, row: row, column: "wish_\(wish + 1)",
            "The child is younger on \(day) than \(facilities[facility].id) takes; "
                + "the wish is skipped and keeps its rank.",
            "\(day) の時点で、施設「\(facilities[facility].id)」の受入月齢・日齢に達しません。この希望は飛ばし、後の希望の順位は変わりません。")
        return .tooYoung
    }

    // MARK: Points

    /// Checks that every wish has points if `points` is a key, and refuses numbers so large that a mean could overflow.
    private mutating func checkPoints(of child: ChildRow, row: Int, _ wishes: [Wish]) {
        if let pointsKey, pointsKey.blank == .isError, child.points == nil,
            wishes.isEmpty || wishes.contains(where: { $0.points == nil })
        {
            note(
                .keyBlank, row: row, column: "points",
                "\(column: "points") is a priority key and blank here; fill it or give the key blank: first or last.",
                "優先順位の基準「\(column: "points")」が空欄です。埋めるか、その基準に blank: first か blank: last を書いてください。")
        }
        checkSize(of: child.points, row: row, column: "points")
        for (index, points) in child.wishPoints.enumerated() {
            checkSize(of: points, row: row, column: "points_\(index + 1)")
        }
    }

    private mutating func checkSize(of points: ExactNumber?, row: Int, column: @autoclosure () -> String) {
        guard let points else { return }
        // Whole numbers that are only compared, such as several keys packed into one number, may have any length.
        if points.isInteger && draft.rules.householdPriority == .each { return }
        if points.numerator.magnitude <= 1_000_000_000_000, points.denominator <= 10_000 { return }
        if draft.rules.pointsTable.isEmpty {
            note(
                .pointsTooLarge, row: row, column: column(),
                "Points have at most 12 digits, 4 of them after the decimal point; use fewer digits.",
                "指数は全部で12桁、小数点以下は4桁までです。桁を減らしてください。")
        } else {
            note(
                .pointsTooLarge, row: row, column: column(),
                "The part \(PointsTable.total) of the points table counts \(points) here; as a fraction in lowest terms points may have a "
                    + "numerator of up to 1000000000000 and a denominator of up to 10000: use smaller numbers, or factors with fewer "
                    + "digits.",
                "指数表の区分 \(PointsTable.total) がここでは \(points) になります。指数は、約分した分数で分子が 1000000000000、"
                    + "分母が 10000 までです。小さい数か、桁の少ない係数にしてください。")
        }
    }
}

extension ChildRow {
    /// The date of birth, or the due date of an unborn child.
    var date: CalendarDate? {
        // `??` is not used here, because its right side would copy the row.
        if let birthDate { return birthDate }
        return dueDate
    }

    /// The class age that follows from the date, or else the one that is given.
    func classAge(in month: PlacementMonth) -> Int? {
        if let date, let age = month.classAge(bornOn: date) { return age }
        return ageClass
    }
}

extension KeyValue {
    var isDate: Bool {
        switch self {
        case .date: true
        case .number: false
        }
    }
}
