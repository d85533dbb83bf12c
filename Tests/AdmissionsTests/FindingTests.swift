import Admissions
import Testing

struct FindingTests {
    /// A draft whose only finding is at the place.
    struct Sample: Sendable, CustomStringConvertible {
        let place: Place
        let draft: CaseDraft

        var description: String { place.description }

        /// A change of the smallest draft, with a second facility B that nobody wishes.
        init(
            _ code: Finding.Code, _ table: CaseTable, _ row: Int?, _ column: String?,
            _ change: (inout CaseDraft) -> Void
        ) {
            place = Place(code, table, row, column)
            var draft = Drafts.smallest()
            draft.facilities.append(Drafts.facility("B"))
            change(&draft)
            self.draft = draft
        }

        /// A change of the draft with two siblings.
        init(
            siblings code: Finding.Code, _ table: CaseTable, _ row: Int?, _ column: String?,
            _ change: (inout CaseDraft) -> Void
        ) {
            place = Place(code, table, row, column)
            var draft = Drafts.siblings()
            change(&draft)
            self.draft = draft
        }
    }

    static let samples =
        childErrors + keyErrors + pointsErrors + ruleErrors + facilityErrors + limitErrors + siblingErrors + jointErrors
        + wishWarnings + siblingWarnings + phaseFindings + pinFindings

    private static let childErrors = [
        Sample(.childIDBlank, .children, 1, "child_id") {
            $0.children.append(Drafts.child("", "Y", wishes: ["A"]))
        },
        Sample(.childTwice, .children, 1, "child_id") { $0.children.append($0.children[0]) },
        Sample(.householdIDBlank, .children, 0, "household_id") { $0.children[0].household = "" },
        Sample(.ageMissing, .children, 0, "birth_date") {
            $0.children[0].birthDate = nil
            $0.facilities[0].seats[0] = 1
        },
        Sample(.ageOutOfRange, .children, 0, "birth_date") {
            $0.children[0].birthDate = CalendarDate("2021-04-01")
            $0.facilities[0].seats[0] = 1
        },
        Sample(.ageOutOfRange, .children, 0, "due_date") {
            ($0.children[0].birthDate, $0.children[0].dueDate) = (nil, CalendarDate("2028-04-02"))
            $0.facilities[0].seats[0] = 1
        },
        Sample(.ageOutOfRange, .children, 0, "age_class") {
            ($0.children[0].birthDate, $0.children[0].ageClass) = (nil, 6)
            $0.facilities[0].seats[0] = 1
        },
        Sample(.ageDisagrees, .children, 0, "age_class") { $0.children[0].ageClass = 2 },
        Sample(.facilityUnknown, .children, 0, "current_facility_id") { $0.children[0].currentFacility = "?" },
        Sample(.facilityUnknown, .children, 0, "sibling_facility_ids") {
            $0.children[0].siblingFacilities = ["B", "?"]
        },
        Sample(.facilityUnknown, .children, 0, "wish_3") { $0.children[0].wishes = ["A", nil, "?"] },
        Sample(.drawBlank, .children, 1, "draw") {
            $0.children.append(Drafts.child("d", "Y", wishes: ["A"]))
            $0.children[0].draw = 1
        },
        Sample(.pointsTooLarge, .children, 0, "points") {
            $0.children[0].points = 1_000_000_000_001
            $0.rules.householdPriority = .mean
        },
        Sample(.pointsTooLarge, .children, 0, "points") { $0.children[0].points = ExactNumber("-0.00001") },
        Sample(.pointsTooLarge, .children, 0, "points_2") {
            $0.children[0].wishes = [nil, "A"]
            $0.children[0].wishPoints = [nil, ExactNumber("1000000000.0001")]
        },
        Sample(.wishPointsWithoutWish, .children, 0, "points_2") { $0.children[0].wishPoints = [nil, 3] },
        Sample(.wishPointsWithoutWish, .children, 0, "points_1") {
            $0.children[0].wishes = [nil, "A"]
            $0.children[0].wishPoints = [3]
        },
    ]

    private static let keyErrors = [
        Sample(.keyBlank, .children, 0, "points") { $0.rules.priority = [PriorityKey("points", .descending)] },
        Sample(.keyBlank, .children, 0, "points") {
            $0.rules.priority = [PriorityKey("points", .descending)]
            $0.children[0].wishes = ["A", "B"]
            $0.children[0].wishPoints = [3]
        },
        Sample(.keyBlank, .children, 0, "tier") {
            $0.rules.priority = [PriorityKey("tier", .ascending)]
            ($0.attributeNames, $0.children[0].attributes) = (["tier"], [""])
        },
        Sample(.keyBlank, .children, 0, "birth_date") {
            $0.rules.priority = [PriorityKey("birth_date", .ascending)]
            ($0.children[0].birthDate, $0.children[0].ageClass) = (nil, 1)
        },
        Sample(.keyNotComparable, .children, 0, "tier") {
            $0.rules.priority = [PriorityKey("tier", .ascending)]
            ($0.attributeNames, $0.children[0].attributes) = (["tier"], ["first"])
        },
        Sample(.keyNotComparable, .children, 1, "since") {
            $0.rules.priority = [PriorityKey("since", .ascending)]
            $0.children.append(Drafts.child("d", "Y", wishes: ["A"]))
            $0.attributeNames = ["since"]
            ($0.children[0].attributes, $0.children[1].attributes) = (["2026-10-01"], ["2026-10-32"])
        },
    ]

    private static let pointsErrors = [
        Sample(.pointsWithoutKey, .settings, nil, "pointsTable") {
            $0.rules.pointsTable = [PointsRow("age_class", earns: .points(1))]
        },
        Sample(.pointsAttributeUnknown, .settings, nil, "pointsTable[1]") {
            $0.rules.priority = [PriorityKey("points", .descending)]
            $0.rules.pointsTable = [PointsRow("age_class", earns: .points(1)), PointsRow("hours", earns: .points(1))]
        },
        Sample(.facilityUnknown, .settings, nil, "pointsTable[0]") {
            $0.rules.priority = [PriorityKey("points", .descending)]
            $0.rules.pointsTable = [PointsRow("age_class", at: .facility("?"), earns: .points(1))]
        },
        Sample(.pointsNotComputable, .children, 0, "hours") {
            $0.rules.priority = [PriorityKey("points", .descending)]
            $0.attributeNames = ["hours"]
            $0.children[0].attributes = ["many"]
            $0.rules.pointsTable = [PointsRow("hours", .range(from: .number(1), to: nil), earns: .points(1))]
        },
        Sample(.pointsNotComputable, .children, 0, "hours") {
            $0.rules.priority = [PriorityKey("points", .descending)]
            $0.attributeNames = ["hours"]
            $0.children[0].attributes = ["many"]
            $0.rules.pointsTable = [PointsRow("hours", earns: .value)]
        },
        Sample(.pointsDisagree, .children, 0, "points") {
            $0.rules.priority = [PriorityKey("points", .descending)]
            $0.children[0].points = 2
            $0.rules.pointsTable = [PointsRow("age_class", earns: .points(1))]
        },
        parts(.partUnknown, "pointsTable.x", PointsPart("x", of: ["y"])),
        parts(.partsCircle, "pointsTable.x", PointsPart("x", of: ["x"])),
        parts(.partEmpty, "pointsTable.x", PointsPart("x")),
        parts(
            .capBelowFloor, "pointsTable.x",
            PointsPart("x", rows: [PointsRow(when: [], earns: .points(1))], floor: 1, cap: 0)),
        parts(
            .partNameTaken, "pointsTable.age_class",
            PointsPart("age_class", rows: [PointsRow(when: [], earns: .points(1))])),
        parts(
            .rowNeverMet, "pointsTable.x.rows[0]",
            PointsPart("x", rows: [PointsRow(when: [.facility("A"), .facility("B")], earns: .points(1))])),
    ]

    /// A table with one more part than the total; priority looks at the age class too.
    private static func parts(_ code: Finding.Code, _ column: String, _ part: PointsPart) -> Sample {
        Sample(code, .settings, nil, column) {
            $0.rules.priority = [PriorityKey("points", .descending), PriorityKey("age_class", .ascending)]
            let total = PointsPart("points", rows: [PointsRow(when: [], earns: .points(1))])
            $0.rules.pointsTable = PointsTable(parts: [total, part])
        }
    }

    private static let ruleErrors = [
        Sample(.keyUnknown, .settings, nil, "priority[1]") {
            $0.rules.priority = [PriorityKey("age_class", .ascending), PriorityKey("tax", .ascending)]
        },
        Sample(.keyTwice, .settings, nil, "priority[1]") {
            $0.rules.priority = [PriorityKey("age_class", .ascending), PriorityKey("age_class", .descending)]
        },
        Sample(.drawMissing, .settings, nil, "drawSeed") { $0.rules.drawSeed = nil },
        Sample(.leadAsDefault, .settings, nil, "siblings") { $0.rules.siblings.timing = .lead },
        Sample(.leadAsDefault, .settings, nil, "siblings") { $0.rules.siblings.twinsTiming = .lead },
        Sample(.nearWithoutDistance, .settings, nil, "siblings") { $0.rules.siblings.nearKilometres = -1 },
        Sample(.phaseWithoutName, .settings, nil, "phases[0]") { $0.rules.phases = [Phase("", who: .everyone)] },
        Sample(.phaseTwice, .settings, nil, "phases[1]") {
            $0.rules.phases = [Phase("a", who: .everyone), Phase("a", who: .everyone)]
        },
        Sample(siblings: .nearWithoutDistance, .households, 0, "facility") { $0.households[0].facility = .near },
    ]

    private static let facilityErrors = [
        Sample(.facilityIDBlank, .facilities, 1, "facility_id") { $0.facilities[1].id = "" },
        Sample(.facilityTwice, .facilities, 1, "facility_id") { $0.facilities[1].id = "A" },
        Sample(.seatsNegative, .facilities, 1, "seats_2") { $0.facilities[1].seats[2] = -1 },
        Sample(.seatsTooMany, .facilities, 1, "seats_2") { $0.facilities[1].seats[2] = 100_001 },
        Sample(.ageLimitNegative, .facilities, 1, "min_age_months") { $0.facilities[1].minimumAgeMonths = -1 },
        Sample(.ageLimitNegative, .facilities, 1, "min_age_days") { $0.facilities[1].minimumAgeDays = -1 },
        Sample(.ageLimitTooLarge, .facilities, 1, "min_age_months") { $0.facilities[1].minimumAgeMonths = 121 },
        Sample(.ageLimitTooLarge, .facilities, 1, "min_age_days") { $0.facilities[1].minimumAgeDays = 3_661 },
        Sample(.coordinatesInvalid, .facilities, 1, "longitude") { $0.facilities[1].latitude = 35 },
        Sample(.coordinatesInvalid, .facilities, 1, "latitude") { $0.facilities[1].longitude = 139 },
        Sample(.coordinatesInvalid, .facilities, 1, "latitude") {
            ($0.facilities[1].latitude, $0.facilities[1].longitude) = (90.1, 139)
        },
        Sample(.coordinatesInvalid, .facilities, 1, "latitude") {
            ($0.facilities[1].latitude, $0.facilities[1].longitude) = (.nan, 139)
        },
        Sample(.coordinatesInvalid, .facilities, 1, "longitude") {
            ($0.facilities[1].latitude, $0.facilities[1].longitude) = (35, -180.1)
        },
    ]

    private static let limitErrors = [
        Sample(.facilityUnknown, .seatLimits, 0, "facility_id") {
            $0.seatLimits = [SeatLimitRow(facility: "?", ages: AgeSet([1]), seats: 1)]
        },
        Sample(.limitWithoutAges, .seatLimits, 0, "ages") {
            $0.seatLimits = [SeatLimitRow(facility: "B", ages: [], seats: 1)]
        },
        Sample(.limitTwice, .seatLimits, 1, "ages") {
            $0.seatLimits = [1, 2].map { SeatLimitRow(facility: "B", ages: AgeSet(0...2), seats: $0) }
        },
        Sample(.opensClassWithSeats, .seatLimits, 0, "opens") {
            $0.seatLimits = [SeatLimitRow(facility: "B", ages: AgeSet(2...5), seats: 1, opens: true)]
        },
        Sample(.seatsNegative, .seatLimits, 0, "seats") {
            $0.seatLimits = [SeatLimitRow(facility: "B", ages: AgeSet(0...2), seats: -1)]
        },
        Sample(.seatsTooMany, .seatLimits, 0, "seats") {
            $0.seatLimits = [SeatLimitRow(facility: "B", ages: AgeSet(0...2), seats: 100_001)]
        },
    ]

    private static let phaseFindings = [
        Sample(.phaseUnknown, .seatLimits, 0, "phase") {
            $0.seatLimits = [SeatLimitRow(facility: "B", ages: AgeSet(0...2), seats: 1, phase: "general")]
        },
        Sample(.phaseUnknown, .seatLimits, 0, "phase") {
            $0.rules.phases = [Phase("all", who: .everyone)]
            $0.seatLimits = [SeatLimitRow(facility: "B", ages: AgeSet(0...2), seats: 1, phase: "general")]
        },
        Sample(.releaseWithoutPhase, .seatLimits, 0, "release") {
            $0.seatLimits = [SeatLimitRow(facility: "B", ages: AgeSet(0...2), seats: 1, isReleased: true)]
        },
        Sample(.releaseInLastPhase, .seatLimits, 0, "release") {
            $0.rules.phases = [Phase("first", who: .everyone), Phase("last", who: .everyone)]
            $0.seatLimits = [
                SeatLimitRow(facility: "B", ages: AgeSet(0...2), seats: 1, phase: "last", isReleased: true),
                SeatLimitRow(facility: "B", ages: AgeSet(0...2), seats: 1, phase: "first", isReleased: true),
            ]
        },
        Sample(.phaseWithoutChildren, .settings, nil, "phases[0]") {
            $0.rules.phases = [Phase("first", who: .members(of: "support")), Phase("last", who: .everyone)]
        },
        Sample(.childInNoPhase, .children, 0, "group") {
            $0.rules.phases = [Phase("first", who: .members(of: "support"))]
            $0.children.append(Drafts.child("d", "Y", wishes: ["A"]))
            $0.children[1].groups = ["support"]
        },
    ]

    private static func pin(_ facility: FacilityID?, child: ChildID = "kid") -> PinRow {
        PinRow(child: child, facility: facility, by: "staff", reason: "emergency")
    }

    private static let pinFindings = [
        Sample(.pinUnknownChild, .pins, 0, "child_id") { $0.pins = [pin("A", child: "?")] },
        Sample(.pinTwice, .pins, 1, "child_id") { $0.pins = [pin("A"), pin(nil)] },
        Sample(.pinUnsigned, .pins, 0, "by") {
            $0.pins = [PinRow(child: "kid", facility: "A", by: "", reason: "emergency")]
        },
        Sample(.pinUnsigned, .pins, 0, "reason") {
            $0.pins = [PinRow(child: "kid", facility: "A", by: "staff", reason: "")]
        },
        Sample(.facilityUnknown, .pins, 0, "facility_id") { $0.pins = [pin("?")] },
        Sample(.pinNotWished, .pins, 0, "facility_id") { $0.pins = [pin("B")] },
        Sample(.pinExceedsLimit, .pins, 0, "facility_id") {
            $0.facilities[0].seats[1] = 0
            $0.pins = [pin("A")]
        },
        Sample(.seatsDisagree, .facilities, 1, "seats_1") {
            $0.facilities[1].capacity = [nil, 20, nil, nil, nil, nil]
            $0.facilities[1].enrolled = [nil, 17, nil, nil, nil, nil]
        },
        Sample(.seatsDisagree, .facilities, 1, "seats_2") {
            $0.facilities[1].capacity = [nil, 20, 20, nil, nil, nil]
            $0.facilities[1].enrolled = [nil, 18, 20, 5, nil, nil]
            $0.facilities[1].margin = [nil, nil, 3, nil, nil, nil]
        },
        Sample(.classOverfull, .facilities, 1, "enrolled_1") {
            $0.children.append(Drafts.child("moves", "M", wishes: ["A"]))
            $0.children[$0.children.count - 1].currentFacility = "B"
            $0.facilities[1].seats[1] = 0
            $0.facilities[1].capacity = [nil, 11, nil, nil, nil, nil]
            $0.facilities[1].enrolled = [nil, 12, nil, nil, nil, nil]
        },
    ]

    private static let siblingErrors = [
        Sample(.householdUnknown, .households, 0, "household_id") { $0.households = [HouseholdRow(household: "?")] },
        Sample(.householdUnknown, .jointWishes, 0, "household_id") {
            $0.jointWishes = [JointWishRow(household: "?", rank: 1, child: "kid", facility: "A")]
        },
        Sample(siblings: .householdTwice, .households, 1, "household_id") {
            $0.households.append(HouseholdRow(household: "X", timing: .any, facility: .sameFirst))
        },
        Sample(siblings: .householdTooLarge, .children, 0, "household_id") {
            let facilities = (0..<2_300).map { FacilityID("F\($0)") }
            $0.facilities = facilities.map(Drafts.facility)
            for row in 0..<2 { $0.children[row].wishes = facilities }
        },
        Sample(siblings: .householdConstant, .children, 0, "household_id") {
            for index in 3..<30 { $0.children.append(Drafts.child(ChildID("sib\(index)"), "X", wishes: ["A", "B"])) }
        },
        Sample(siblings: .leadMissing, .households, 0, "lead_child_id") { $0.households[0].timing = .lead },
        Sample(siblings: .childNotInHousehold, .households, 0, "lead_child_id") {
            ($0.households[0].timing, $0.households[0].leadChild) = (.lead, "?")
        },
        Sample(siblings: .childNotInHousehold, .households, 0, "prefer_child_id") {
            $0.children.append(Drafts.child("kid2", "Y", wishes: ["A"]))
            $0.households[0].preferredChild = "kid2"
        },
        Sample(siblings: .independentWithFacility, .households, 0, "facility") {
            $0.households[0].timing = .independent
        },
        Sample(siblings: .independentWithJointWishes, .jointWishes, 1, "household_id") {
            $0.households[0] = HouseholdRow(household: "X", timing: .independent)
            $0.children.append(Drafts.child("kid2", "Y", wishes: ["A"]))
            $0.jointWishes = [JointWishRow(household: "Y", rank: 1, child: "kid2", facility: "A")]
            $0.jointWishes += Drafts.joint(rank: 1, "A", "A")
        },
    ]

    private static let jointErrors = [
        Sample(siblings: .childNotInHousehold, .jointWishes, 2, "child_id") {
            $0.households = []
            $0.jointWishes = Drafts.joint(rank: 1, "A", "A")
            $0.jointWishes.append(JointWishRow(household: "X", rank: 1, child: "?", facility: "A"))
        },
        Sample(siblings: .jointRankIncomplete, .jointWishes, 2, "child_id") {
            $0.households = []
            $0.jointWishes = Drafts.joint(rank: 1, "A", "A") + Drafts.joint(rank: 2, "B", "B").dropLast()
        },
        Sample(siblings: .jointChildTwice, .jointWishes, 2, "child_id") {
            $0.households = []
            $0.jointWishes = Drafts.joint(rank: 1, "A", "A") + Drafts.joint(rank: 1, "A", "A").dropLast()
        },
        Sample(siblings: .jointFacilityNotWished, .jointWishes, 1, "facility_id") {
            $0.facilities.append(Drafts.facility("C"))
            $0.households = []
            $0.jointWishes = Drafts.joint(rank: 1, "A", "C")
        },
        Sample(siblings: .jointFacilityNotWished, .jointWishes, 0, "facility_id") {
            $0.households = []
            $0.jointWishes = Drafts.joint(rank: 1, "?", "A")
        },
    ]

    private static let wishWarnings = [
        Sample(.wishRepeated, .children, 0, "wish_3") { $0.children[0].wishes = ["A", "B", "A"] },
        Sample(.wishForPresentFacility, .children, 0, "wish_2") {
            $0.children[0].wishes = ["A", "B", "?"]
            $0.children[0].currentFacility = "B"
        },
        Sample(.wishNotOffered, .children, 0, "wish_2") {
            $0.children[0].wishes = ["A", "B"]
            $0.facilities[1].seats[1] = nil
        },
        Sample(.wishTooYoung, .children, 0, "wish_2") {
            $0.children[0].wishes = ["A", "B"]
            $0.facilities[1].minimumAgeMonths = 23
        },
        Sample(.wishRefused, .children, 0, "wish_2") {
            $0.children[0].wishes = ["A", "B"]
            $0.rules.priority = [PriorityKey("points", .descending)]
            $0.rules.pointsTable = PointsTable(rows: [PointsRow("age_class", at: .facility("B"), earns: .refusal("no"))]
            )
        },
        Sample(.minimumAgeUntested, .children, 0, "wish_1") {
            ($0.children[0].birthDate, $0.children[0].ageClass) = (nil, 1)
            $0.facilities[0].minimumAgeDays = 57
        },
        Sample(.presentClassNotOffered, .children, 0, "current_facility_id") {
            $0.children[0].currentFacility = "B"
            $0.facilities[1].seats[1] = nil
        },
        Sample(.noWishes, .children, 0, "wish_1") { $0.children[0].wishes = [nil] },
        Sample(.dueDateIgnored, .children, 0, "due_date") { $0.children[0].dueDate = CalendarDate("2025-06-03") },
    ]

    private static let siblingWarnings = [
        Sample(siblings: .answerFilled, .households, 0, "timing") { $0.households[0].timing = nil },
        Sample(siblings: .answerFilled, .households, 0, "facility") { $0.households[0].facility = nil },
        Sample(siblings: .answerFilled, .children, 0, "household_id") {
            $0.households = []
            $0.rules.siblings.timing = .independent
        },
        Sample(siblings: .answerRepeated, .households, 1, "household_id") { $0.households.append($0.households[0]) },
        Sample(siblings: .answerWithoutUse, .households, 0, "lead_child_id") { $0.households[0].leadChild = "sib1" },
        Sample(siblings: .answerWithoutUse, .households, 0, "lead_child_id") {
            $0.households = [HouseholdRow(household: "X", leadChild: "sib1")]
            $0.jointWishes = Drafts.joint(rank: 1, "A", "A")
        },
        Sample(siblings: .answerWithoutUse, .households, 0, "timing") {
            $0.households = [HouseholdRow(household: "X", timing: .any)]
            $0.jointWishes = Drafts.joint(rank: 1, "A", "A")
        },
        Sample(siblings: .answerWithoutUse, .households, 0, "facility") {
            $0.households = [HouseholdRow(household: "X", facility: .near)]
            $0.jointWishes = Drafts.joint(rank: 1, "A", "A")
        },
        Sample(siblings: .answerWithoutUse, .households, 0, "prefer_child_id") {
            $0.households = [HouseholdRow(household: "X", preferredChild: "sib2")]
            $0.jointWishes = Drafts.joint(rank: 1, "A", "A")
        },
        Sample(siblings: .eldestByID, .households, 0, "household_id") {
            $0.children[0].birthDate = $0.children[1].birthDate
        },
        Sample(siblings: .jointOutcomeRepeated, .jointWishes, 2, "rank") {
            $0.households = []
            $0.jointWishes = Drafts.joint(rank: 1, "A", "A") + Drafts.joint(rank: 2, "A", "A")
        },
        Sample(siblings: .jointAfterBaseline, .jointWishes, 2, "rank") {
            $0.households = []
            $0.jointWishes = Drafts.joint(rank: 1, nil, nil) + Drafts.joint(rank: 2, "A", "A")
        },
    ]

    @Test("Every finding has its code, table, row and column, and comes alone", arguments: samples)
    func alone(sample: Sample) {
        let (subject, findings) = sample.draft.resolve()
        #expect(findings.map(Place.init) == [sample.place])
        #expect((subject == nil) == (sample.place.code.severity == .error))
        #expect(findings.allSatisfy { $0.message.hasSuffix(".") })
    }

    @Test("A joint wish for a facility that does not offer the class is warned of, as the wish itself is")
    func ineligibleJointOutcome() {
        var draft = Drafts.siblings(nil)
        draft.facilities[1].seats[1] = nil
        draft.jointWishes = Drafts.joint(rank: 1, "A", "B")
        #expect(
            draft.places == [
                Place(.wishNotOffered, .children, 1, "wish_2"), Place(.jointOutcomeIneligible, .jointWishes, 0, "rank"),
            ])
        #expect(draft.resolve().case != nil)
    }

    @Test("A pin to a class that is not offered is warned of, as the wish itself is, and holds")
    func ineligiblePin() throws {
        var draft = Drafts.smallest()
        draft.facilities[0].seats[1] = nil
        draft.pins = [Self.pin("A")]
        #expect(
            draft.places == [
                Place(.wishNotOffered, .children, 0, "wish_1"), Place(.pinNotEligible, .pins, 0, "facility_id"),
            ])
        #expect(try draft.resolved().pins.map(\.choice) == [0])
    }

    @Test("Every code has a sample")
    func complete() {
        // An ineligible joint outcome never comes alone, nor does an ineligible pin; doubts, and what cannot have happened
        // between two rounds, have tests of their own (``DoubtTests``, ``CarryOverTests``).
        let covered = Set(Self.samples.map(\.place.code)).union([.jointOutcomeIneligible, .pinNotEligible])
            .union(Finding.Code.doubts)
            .union([
                .departureUnknownChild, .departureTwice, .declineNotPlaced, .withdrawalOfPlaced, .newChildInPlay,
                .newChildPlaced,
                .waitingNotANumber, .limitOverbooked, .leadGone, .jointWishesDropped, .dueDatePassed,
            ])
        #expect(Finding.Code.allCases.filter { !covered.contains($0) } == [])
    }

    @Test("Codes read as their names do, in capitals with underscores")
    func names() {
        for code in Finding.Code.allCases {
            let letters = code.rawValue.filter { $0 != "_" }
            #expect(letters == "\(code)".uppercased())
        }
    }

    @Test("Findings come by table and row, all of them at once")
    func order() {
        var draft = Drafts.siblings()
        draft.rules.drawSeed = nil
        draft.seatLimits = [SeatLimitRow(facility: "?", ages: [], seats: -1)]
        draft.facilities[1].seats[0] = -1
        draft.children[1].wishes = ["?", "A", "A"]
        draft.children[0].ageClass = 5
        draft.households.append(HouseholdRow(household: "?"))
        #expect(
            draft.places == [
                Place(.drawMissing, .settings, nil, "drawSeed"), Place(.ageDisagrees, .children, 0, "age_class"),
                Place(.facilityUnknown, .children, 1, "wish_1"), Place(.wishRepeated, .children, 1, "wish_3"),
                Place(.seatsNegative, .facilities, 1, "seats_0"),
                Place(.householdUnknown, .households, 1, "household_id"),
                Place(.limitWithoutAges, .seatLimits, 0, "ages"), Place(.seatsNegative, .seatLimits, 0, "seats"),
                Place(.facilityUnknown, .seatLimits, 0, "facility_id"),
            ])
    }

    @Test("No message names a child")
    func privacy() {
        for sample in Self.samples {
            for finding in sample.draft.resolve().findings {
                for id in ["kid", "sib1", "sib2"] { #expect(!finding.message.contains(id)) }
            }
        }
    }

    @Test("A draft that is no case throws all its findings and says each error in a line")
    func invalidCase() throws {
        var draft = Drafts.smallest()
        draft.rules.drawSeed = nil
        draft.children[0].wishes = ["A", "A"]
        draft.children[0].ageClass = 2
        let error = try #require(throws: InvalidCase.self) { try draft.resolved() }
        #expect(error.findings == draft.resolve().findings)
        #expect(error.findings.count == 3)
        let lines = error.description.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.last?.hasPrefix("AGE_DISAGREES in children row 0 age_class: ") == true)
    }
}
