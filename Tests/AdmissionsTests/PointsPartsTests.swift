import Testing

@testable import Admissions

@Suite("Points from parts")
struct PointsPartsTests {
    static let columns = ["father", "mother", "due", "area", "arrears", "waiting_months"]

    /// A child that wishes B, A, B again and C, of three facilities of different kinds and wards.
    static func draft(_ parts: [PointsPart], _ attributes: [String: String] = [:]) -> CaseDraft {
        var draft = Drafts.smallest()
        draft.rules.priority = [PriorityKey("points", .descending)]
        draft.rules.pointsTable = PointsTable(parts: parts)
        draft.attributeNames = columns
        draft.facilities = ["A", "B", "C"].map { Drafts.facility($0) }
        (draft.facilities[0].kind, draft.facilities[0].ward) = ("公立", "中央区")
        (draft.facilities[1].kind, draft.facilities[1].ward) = ("小規模", "北区")
        draft.children[0].wishes = ["B", nil, "A", "B", "C"]
        draft.children[0].attributes = columns.map { attributes[$0] ?? "" }
        return draft
    }

    /// The points of the child, then those at B, A and C.
    static func points(_ parts: [PointsPart], _ attributes: [String: String] = [:]) throws -> [String?] {
        let child = try draft(parts, attributes).resolved().children[0]
        return [child.points?.description] + child.wishes.map { ($0.points ?? child.points)?.description }
    }

    /// A row that counts the number of a column.
    static func value(_ column: String, maxGroup: String? = nil) -> PointsRow {
        PointsRow(column, earns: .value, maxGroup: maxGroup)
    }

    static let parents = [PointsPart("father", rows: [value("father")]), PointsPart("mother", rows: [value("mother")])]

    @Test("A part is the sum, the largest, the smallest, the exact mean or the first of its terms")
    func combinations() throws {
        for (combine, total) in [
            (PointsPart.Combination.sum, "30"), (.max, "17"), (.min, "13"), (.mean, "15"), (.first, "17"),
        ] {
            let parts = Self.parents + [PointsPart("points", of: ["father", "mother"], combine: combine)]
            #expect(try Self.points(parts, ["father": "17", "mother": "13"])[0] == total)
            let rows = PointsPart("points", rows: [Self.value("father"), Self.value("mother")], combine: combine)
            #expect(try Self.points([rows], ["father": "17", "mother": "13"])[0] == total)
        }
        let thirds = PointsPart(
            "points", rows: [Self.value("father"), Self.value("mother"), Self.value("arrears")], combine: .mean)
        #expect(try Self.points([thirds], ["father": "1", "mother": "0", "arrears": "0"])[0] == "1/3")
    }

    @Test("Rows come before parts, and a row that is not met, or a part that is missing, is no term")
    func terms() throws {
        let base = PointsPart("base", rows: [Self.value("father")], when: [.attribute("father", .filled)])
        func total(_ combine: PointsPart.Combination, missing: ExactNumber? = nil, _ father: String) throws -> String? {
            var base = base
            base.missing = missing
            let points = PointsPart("points", rows: [Self.value("mother")], of: ["base"], combine: combine)
            return try Self.points([points, base], ["father": father, "mother": "6"])[0]
        }
        #expect(try total(.first, "2") == "6")
        #expect(try total(.min, "2") == "2")
        #expect(try total(.min, "") == "6")
        #expect(try total(.min, missing: 1, "") == "1")
        #expect(try total(.mean, missing: 1, "") == "3.5")
        // Without terms a part with rows is 0, also under factor, floor and cap.
        #expect(try Self.points([PointsPart("points", rows: [Self.value("mother")], combine: .min)])[0] == "0")
        #expect(try Self.points([PointsPart("points", rows: [Self.value("mother")], floor: 2)])[0] == "2")
    }

    @Test("A part of parts that are all missing is missing; a total that is missing is an error of the child")
    func missing() throws {
        let father = PointsPart("father", rows: [Self.value("father")], when: [.attribute("father", .filled)])
        let both = PointsPart("both", of: ["father"], factor: 2)
        let total = PointsPart("points", of: ["both"])
        #expect(try Self.points([father, both, total], ["father": "4"])[0] == "8")
        #expect(
            Self.draft([father, both, total]).errors == [Place(.pointsNotComputable, .children, 0, "points")])
        var filled = both
        filled.missing = 3
        #expect(try Self.points([father, filled, total])[0] == "3")
        var given = total
        given.missing = 5
        #expect(try Self.points([father, both, given])[0] == "5")
    }

    @Test("First factor, then floor, then cap; factors are exact fractions")
    func limits() throws {
        func total(_ value: String, factor: String? = nil, floor: ExactNumber? = nil, cap: ExactNumber? = nil) throws
            -> String?
        {
            let part = PointsPart(
                "points", rows: [Self.value("father")], factor: factor.map { ExactNumber(fraction: $0)! }, floor: floor,
                cap: cap)
            return try Self.points([part], ["father": value])[0]
        }
        #expect(try total("7", factor: "1/2") == "3.5")
        #expect(try total("7", factor: "1/3") == "7/3")
        #expect(try total("7", factor: "0.1") == "0.7")
        #expect(try total("7", factor: "-1", floor: -5) == "-5")
        #expect(try total("7", factor: "1/2", cap: 3) == "3")
        #expect(try total("2", floor: 4, cap: 4) == "4")
        #expect(try total("9", floor: 4, cap: 8) == "8")
        #expect(try total("5", floor: 4, cap: 8) == "5")
    }

    @Test("Points that do not fit are too large, also where a factor makes them so")
    func tooLarge() {
        let huge = String(repeating: "9", count: 18)
        let part = PointsPart("points", rows: [Self.value("father")], factor: 1000)
        #expect(Self.draft([part], ["father": huge]).errors == [Place(.pointsTooLarge, .children, 0, "points")])
    }

    @Test("Of a group only the most points are a term, of equals the first; first looks at what is left")
    func groups() throws {
        let rows = [
            PointsRow("father", earns: .points(3), maxGroup: "g"),
            PointsRow("mother", earns: .points(5), maxGroup: "g"),
            PointsRow("due", earns: .points(4)), PointsRow("area", earns: .points(5), maxGroup: "g"),
        ]
        let attributes = ["father": "1", "mother": "1", "due": "1", "area": "1"]
        #expect(try Self.points([PointsPart("points", rows: rows)], attributes)[0] == "9")
        #expect(try Self.points([PointsPart("points", rows: rows, combine: .first)], attributes)[0] == "5")
        #expect(
            try Self.points([PointsPart("points", rows: rows, combine: .first)], ["father": "1", "due": "1"])[0] == "3")
        #expect(try Self.points([PointsPart("points", rows: rows, combine: .mean)], attributes)[0] == "4.5")
    }

    @Test("All conditions of a row must be met; a row without any always counts; a blank meets blank alone")
    func conditions() throws {
        func isMet(_ conditions: [PointsCondition], _ attributes: [String: String] = [:]) throws -> Bool {
            let row = PointsRow(when: conditions, earns: .points(1))
            return try Self.points([PointsPart("points", rows: [row])], attributes)[0] == "1"
        }
        #expect(try isMet([]))
        let both = [
            PointsCondition.attribute("father", .oneOf(["yes"])),
            .attribute("mother", .range(from: .number(1), to: .number(9))),
        ]
        #expect(try isMet(both, ["father": "yes", "mother": "9"]))
        #expect(try !isMet(both, ["father": "yes", "mother": "10"]))
        #expect(try !isMet(both, ["father": "no", "mother": "9"]))
        #expect(try !isMet(both, ["father": "yes"]))
        #expect(try isMet([.attribute("father", .blank)]))
        #expect(try !isMet([.attribute("father", .blank)], ["father": "x"]))
        #expect(try !isMet([.attribute("father", .filled)]))
    }

    @Test(
        "Months are counted from month to month, whatever the day",
        arguments: [
            ("2027-01-31", -3), ("2027-02-01", -2), ("2027-04-30", 0), ("2027-05-01", 1), ("2028-04-01", 12),
        ])
    func months(date: String, months: Int) throws {
        for (from, to, isMet) in [
            (months, months, true), (months - 1, months + 1, true), (months + 1, nil, false), (nil, months - 1, false),
            (nil, months, true),
        ] as [(Int?, Int?, Bool)] {
            let row = PointsRow("due", .months(from: from, to: to), earns: .points(1))
            #expect(try Self.points([PointsPart("points", rows: [row])], ["due": date])[0] == (isMet ? "1" : "0"))
        }
    }

    @Test("A cell that is compared must be readable, whatever the other conditions say; it is said once")
    func unreadable() {
        let rows = [
            PointsRow("area", earns: .points(1)),
            PointsRow(
                when: [.attribute("area", .filled), .attribute("due", .months(from: 0, to: 1))], earns: .points(1)),
            PointsRow("due", .range(from: .number(1), to: nil), earns: .points(1)),
        ]
        let findings = Self.draft([PointsPart("points", rows: rows), PointsPart("x", rows: rows)], ["due": "soon"])
            .resolve().findings.filter { $0.severity == .error }
        #expect(findings.map(Place.init) == [Place(.pointsNotComputable, .children, 0, "due")])
        #expect(findings[0].message.hasPrefix("Row 2 of the part points compares due"))
    }

    @Test("Siblings who apply, siblings who are enrolled, children under school age and months waiting are counted")
    func counts() throws {
        func points(_ count: PointsCondition.Count, _ numbers: WholeNumbers = .range(from: nil, to: nil))
            -> [PointsPart]
        {
            [PointsPart("points", rows: [PointsRow(when: [.count(count, numbers)], earns: .value)])]
        }
        func total(_ parts: [PointsPart], _ change: (inout CaseDraft) -> Void) throws -> [String?] {
            var draft = Self.draft(parts)
            change(&draft)
            return try draft.resolved().children.map { $0.points?.description }
        }
        func family(_ draft: inout CaseDraft) {
            var second = draft.children[0]
            (second.id, second.birthDate) = ("second", CalendarDate("2024-06-01"))
            draft.children[0].siblingFacilities = ["C", "C"]
            var stranger = second
            (stranger.id, stranger.household) = ("stranger", "Y")
            draft.children += [second, stranger]
        }
        // In the order of the ids: kid, second, stranger.
        #expect(try total(points(.siblingsApplying), family) == ["1", "1", "0"])
        #expect(try total(points(.siblingsEnrolled), family) == ["2", "0", "0"])
        #expect(try total(points(.underSchoolAge), family) == ["4", "2", "1"])
        #expect(try total(points(.underSchoolAge, .oneOf([2, 4])), family) == ["4", "2", "0"])
        #expect(try total(points(.underSchoolAge, .range(from: 3, to: nil)), family) == ["4", "0", "0"])
        for (text, months) in [("", "0"), ("7", "7")] {
            #expect(try Self.points(points(.monthsWaiting), ["waiting_months": text])[0] == months)
        }
        #expect(
            try total(points(.monthsWaiting, .range(from: 0, to: 0))) {
                ($0.attributeNames, $0.children[0].attributes) = ([], [])
            } == ["0"])
        #expect(
            Self.draft(points(.monthsWaiting), ["waiting_months": "long"]).errors
                == [Place(.pointsNotComputable, .children, 0, "waiting_months")])
    }

    @Test("Conditions on the wish are met at their wishes, and not without one")
    func wishes() throws {
        func points(
            _ condition: PointsCondition, _ attributes: [String: String] = [:],
            _ change: (inout CaseDraft) -> Void = { _ in }
        ) throws -> [String?] {
            let rows = [PointsRow(when: [], earns: .points(10)), PointsRow(when: [condition], earns: .points(1))]
            var draft = Self.draft([PointsPart("points", rows: rows)], attributes)
            change(&draft)
            let child = try #require(try draft.resolved().children.first { $0.id == "kid" })
            return [child.points?.description] + child.wishes.map { ($0.points ?? child.points)?.description }
        }
        #expect(try points(.facility("A")) == ["10", "10", "11", "10"])
        #expect(
            try points(.sameFacility) { $0.children[0].siblingFacilities = ["B", "C"] } == ["10", "11", "10", "11"])
        #expect(try points(.kind(["公立", "小規模"])) == ["10", "11", "11", "10"])
        #expect(try points(.ward(["北区"])) == ["10", "11", "10", "10"])
        #expect(try points(.livesIn("area"), ["area": "中央区"]) == ["10", "10", "11", "10"])
        // A facility without a ward is in no child's ward, and a blank is no ward.
        #expect(try points(.livesIn("area")) == ["10", "10", "10", "10"])
        #expect(try points(.wishRank(.oneOf([1]))) == ["10", "11", "10", "10"])
        #expect(try points(.wishRank(.oneOf([2, 3]))) == ["10", "10", "11", "11"])
        #expect(try points(.wishRank(.range(from: 2, to: nil))) == ["10", "10", "11", "11"])
        #expect(try points(.wishRank(.range(from: nil, to: 2))) == ["10", "11", "11", "10"])
        func sibling(_ draft: inout CaseDraft, _ household: HouseholdID) {
            var sibling = Drafts.child("sib", household, born: "2024-06-01", wishes: ["C", "A", "B"])
            sibling.currentFacility = "A"
            sibling.attributes = Self.columns.map { _ in "" }
            draft.children.append(sibling)
        }
        // The sibling is at A now, so that its wish for A and the one after it are dropped.
        #expect(try points(.siblingApplies) { sibling(&$0, "X") } == ["10", "10", "10", "11"])
        #expect(try points(.siblingApplies) { sibling(&$0, "Y") } == ["10", "10", "10", "10"])
    }

    @Test("Wards and kinds are compared as they are folded, and stay as they are written")
    func foldedWards() throws {
        let row = PointsRow(when: [.ward(["1区"])], earns: .points(1))
        var draft = Self.draft([PointsPart("points", rows: [row])])
        (draft.facilities[0].ward, draft.facilities[0].foldedWard) = ("１区", "1区")
        let child = try draft.resolved().children[0]
        #expect(child.wishes.map { ($0.points ?? child.points) } == [0, 1, 0])
    }

    @Test("A part may exist at some wishes only, and parts of it follow")
    func partOfWish() throws {
        let bonus = PointsPart("bonus", rows: [PointsRow(when: [], earns: .points(4))], when: [.facility("A")])
        let lower = PointsPart("lower", of: ["bonus", "base"], combine: .min)
        let base = PointsPart("base", rows: [PointsRow(when: [], earns: .points(9))])
        #expect(try Self.points([PointsPart("points", of: ["lower"]), bonus, lower, base]) == ["9", "9", "4", "9"])
    }

    @Test("The order of the parts changes nothing")
    func order() throws {
        let parts =
            Self.parents + [
                PointsPart("base", of: ["father", "mother"], combine: .min),
                PointsPart("points", of: ["base"], factor: 3),
            ]
        for parts in [parts, parts.reversed(), [parts[2], parts[0], parts[3], parts[1]]] {
            #expect(try Self.points(parts, ["father": "5", "mother": "4"])[0] == "12")
        }
    }

    @Test("A row that refuses makes the child not eligible, everywhere or at the wishes that meet it")
    func refusal() throws {
        func ineligible(_ conditions: [PointsCondition], when: [PointsCondition] = []) throws -> [Ineligibility?] {
            let refusing = PointsPart(
                "other", rows: [PointsRow(when: conditions, earns: .refusal("滞納"))], when: when)
            let total = PointsPart("points", rows: [PointsRow(when: [], earns: .points(1))])
            let draft = Self.draft([total, refusing], ["arrears": "yes"])
            let subject = try draft.resolved()
            let wishes = subject.children[0].wishes
            #expect(wishes.allSatisfy { ($0.ineligibility == .notEligible) == (subject.refusal(of: $0) == "滞納") })
            #expect(draft.resolve().findings.count { $0.code == .wishRefused } == wishes.count { !$0.isEligible })
            #expect(subject.children[0].points == 1)
            return wishes.map(\.ineligibility)
        }
        let arrears = PointsCondition.attribute("arrears", .filled)
        #expect(try ineligible([arrears]) == [.notEligible, .notEligible, .notEligible])
        #expect(try ineligible([.attribute("arrears", .blank)]) == [nil, nil, nil])
        #expect(try ineligible([arrears, .facility("A")]) == [nil, .notEligible, nil])
        #expect(try ineligible([arrears], when: [.wishRank(.oneOf([3]))]) == [nil, nil, .notEligible])
        #expect(try ineligible([], when: [.attribute("father", .filled)]) == [nil, nil, nil])
        // What the facility does not offer is said first.
        let refusing = PointsPart("points", rows: [PointsRow(when: [], earns: .refusal("x"))])
        var draft = Self.draft([refusing])
        draft.facilities[0].seats = [nil, nil, 1, nil, nil, nil]
        #expect(
            try draft.resolved().children[0].wishes.map(\.ineligibility) == [.notEligible, .notOffered, .notEligible])
    }

    @Test("The computation says of every row where it counts and what it wants")
    func computation() throws {
        let draft = Self.draft(
            [
                PointsPart(
                    "adjustments",
                    rows: [
                        PointsRow(name: "第1希望", when: [.wishRank(.oneOf([1]))], earns: .points(2)),
                        PointsRow(
                            when: [.attribute("father", .filled), .attribute("mother", .filled), .facility("A")],
                            earns: .points(1)),
                        PointsRow(when: [.facility("C")], earns: .refusal("no")),
                    ], cap: 1),
                PointsPart("points", of: ["adjustments"]),
            ], ["father": "1"])
        let computation = try #require(draft.pointsComputation(ofRow: 0))
        #expect(computation.own == 0)
        #expect(computation.wishes.map(\.points) == [1, 0, 1, 0])
        #expect(computation.wishes.map(\.rank) == [1, 2, 1, 3])
        #expect(computation.wishes.map(\.refusal) == [nil, nil, nil, 0])
        let rows = computation.parts[0].rows
        #expect(computation.parts.map(\.own) == [0, 0])
        #expect(computation.parts[0].wishes == [1, 0, 1, 0])
        #expect(rows.map(\.isMet) == [false, false, false])
        #expect(
            rows.map(\.countsAtWishes) == [
                [true, false, true, false], [false, false, false, false], [false, false, false, false],
            ])
        #expect(rows[2].isMetAtWishes == [false, false, false, true])
        #expect(rows.map(\.missed) == [[], [.attribute("mother", .filled)], []])
    }

    @Test("Every thread count, and children in any order, gives the same")
    func threads() throws {
        var random = SplitMix64(seed: 7)
        let rows = (0..<40).map { index -> PointsRow in
            let column = Self.columns[index % 2]
            return PointsRow(
                column, .range(from: .number(ExactNumber(index)), to: nil), earns: .points(ExactNumber(index % 5)),
                maxGroup: index % 3 == 0 ? "g" : nil)
        }
        var draft = Self.draft([
            PointsPart("rows", rows: rows + [PointsRow(when: [.siblingApplies], earns: .points(3))]),
            PointsPart("points", of: ["rows"], cap: 30),
        ])
        draft.children = (0..<2_000).map { index in
            var child = draft.children[0]
            (child.id, child.household) = (ChildID("k\(index)"), HouseholdID("h\(index / 2)"))
            child.attributes[0] = "\(Int.random(in: 0...50, using: &random))"
            child.attributes[1] = "\(Int.random(in: 0...50, using: &random))"
            return child
        }
        let one = draft.computingPoints(threads: 1).draft
        #expect(draft.computingPoints(threads: 4).draft == one)
        var shuffled = draft
        shuffled.children.shuffle(using: &random)
        let other = shuffled.computingPoints(threads: 2).draft
        let points = Dictionary(uniqueKeysWithValues: one.children.map { ($0.id, $0) })
        #expect(other.children.allSatisfy { points[$0.id] == $0 })
        #expect(one.children.contains { $0.points == 30 } && one.children.contains { $0.points! < 20 })
    }

    @Test("Values of a part are there for whoever asks, without a wish and at one")
    func lazyValues() throws {
        let draft = Self.draft(
            Self.parents + [
                PointsPart("bonus", rows: [PointsRow(when: [.facility("A")], earns: .points(4))]),
                PointsPart("points", of: ["father"]),
            ], ["father": "2", "mother": "3"])
        let computer = PointsComputer(draft)
        let values = computer.values(row: 0)
        let (mother, bonus) = (computer.part(named: "mother")!, computer.part(named: "bonus")!)
        #expect(values.own[mother] == .number(3))
        #expect(values.own[bonus] == .number(0))
        let ranks = computer.tester.ranks(row: 0)
        #expect(ranks == [1, 1, 2, 1, 3])
        #expect(computer.values(values, atWish: 2, rank: ranks[2])[bonus] == .number(4))
        #expect(computer.values(values, atWish: 0, rank: ranks[0])[bonus] == .number(0))
        #expect(computer.part(named: "none") == nil)
    }

    @Test("A value that no row names, beside a named value that nobody has, is doubted and counted")
    func unnamedValues() throws {
        func doubts(_ rows: [PointsRow], _ texts: [String]) throws -> [Finding] {
            var draft = Self.draft([PointsPart("work", rows: rows), PointsPart("points", of: ["work"])])
            draft.children = texts.enumerated().map { index, text in
                var child = draft.children[0]
                (child.id, child.household) = (ChildID("k\(index)"), HouseholdID("h\(index)"))
                child.attributes[0] = text
                return child
            }
            return draft.doubts(about: try draft.resolved()).filter { $0.code == .valuesUnnamed }
        }
        let rows = [
            PointsRow("father", .oneOf(["就労"]), earns: .points(9)),
            PointsRow("father", .oneOf(["疾病", "1"]), earns: .points(8)),
        ]
        let found = try doubts(rows, ["就労", "就学", "就学", "求職", "", "1.0"])
        #expect(found.map(Place.init) == [Place(.valuesUnnamed, .settings, nil, "pointsTable.work")])
        #expect(found[0].message.hasPrefix("3 children have `father` values that no row names: 就学 (2), 求職 (1); 疾病"))
        #expect(try doubts(rows, ["就労", "疾病", "1", "求職"]).isEmpty)
        #expect(try doubts(rows, ["就労", "疾病"]).isEmpty)
        #expect(try doubts(rows + [PointsRow("mother", earns: .points(1))], ["就労", "求職"]).isEmpty)
    }

    @Test("A named value that stands nowhere is doubted whoever names it, but a column that only says no is not")
    func valuesOfNobody() throws {
        func doubts(_ parts: [PointsPart], _ texts: [String], _ change: (inout CaseDraft) -> Void = { _ in }) throws
            -> [Place]
        {
            var draft = Self.draft(parts + [PointsPart("points", of: parts.map(\.name), missing: 1)])
            draft.children = texts.enumerated().map { index, text in
                var child = draft.children[0]
                (child.id, child.household) = (ChildID("k\(index)"), HouseholdID("h\(index)"))
                child.attributes[0] = text
                return child
            }
            change(&draft)
            return draft.doubts(about: try draft.resolved()).filter { $0.code == .valuesUnnamed }.map(Place.init)
        }
        let yes = PointsCondition.attribute("father", .oneOf(["yes"]))
        let always = PointsRow(when: [], earns: .points(1))
        func doubted(_ setting: String) -> [Place] { [Place(.valuesUnnamed, .settings, nil, setting)] }
        let other = PointsPart("a", rows: [always, PointsRow(when: [yes], earns: .points(1))])
        #expect(try doubts([other], ["はい", "いいえ"]) == doubted("pointsTable.a.rows[1]"))
        #expect(try doubts([other], ["no", "no", ""]) == [])
        #expect(try doubts([other], ["yes", "はい"]) == doubted("pointsTable.a.rows[1]"))
        // What is named for an exception may be nobody's.
        #expect(try doubts([other], ["job", "job"]) == [])
        let several = PointsPart("a", rows: [always, PointsRow("father", .oneOf(["就労", "求職"]), earns: .points(1))])
        #expect(try doubts([several], ["job", "study"]) == doubted("pointsTable.a.rows[1]"))
        #expect(try doubts([several], ["job", "なし"]) == [])
        #expect(try doubts([several], ["就 労", "求職"]) == doubted("pointsTable.a.rows[1]"))
        #expect(try doubts([other], ["yes", "Yes"]) == doubted("pointsTable.a.rows[1]"))
        let refusing = PointsPart("a", rows: [PointsRow(when: [yes], earns: .refusal("no")), always])
        #expect(try doubts([refusing], ["はい"]) == doubted("pointsTable.a.rows[0]"))
        #expect(try doubts([PointsPart("a", rows: [always], when: [yes])], ["はい"]) == doubted("pointsTable.a"))
        let key = PriorityKey("met", .descending, onlyWhen: KeyRestriction([yes]))
        #expect(try doubts([other], ["yes"]) { $0.rules.priority.append(key) } == [])
        #expect(
            try doubts([PointsPart("a", rows: [always])], ["はい"]) { $0.rules.priority.append(key) }
                == doubted("priority[1]"))
        // Beside a range the values are numbers.
        let hours = PointsPart(
            "a",
            rows: [
                PointsRow("father", .oneOf(["0"]), earns: .points(1)),
                PointsRow("father", .range(from: .number(1), to: nil), earns: .points(2)),
            ])
        #expect(try doubts([hours], ["100", "120"]) == [])
        let home = PointsPart("a", rows: [PointsRow(when: [.livesIn("father")], earns: .points(1))])
        #expect(try doubts([home], ["東区", "西区"]) == doubted("pointsTable.a.rows[0]"))
        #expect(try doubts([home], ["東区", "北区"]) == [])
        #expect(try doubts([home], [""]) == [])
    }

    @Test("Of several reasons to refuse that is told which comes first as text, in whatever order parts stand")
    func reasons() throws {
        let parts = [
            PointsPart("x", rows: [PointsRow(when: [], earns: .refusal("b"))]),
            PointsPart("y", rows: [PointsRow(when: [.facility("A")], earns: .refusal("a"))]),
            PointsPart("points", rows: [PointsRow(when: [], earns: .refusal("c"))]),
        ]
        for parts in [parts, Array(parts.reversed()), [parts[1], parts[0], parts[2]]] {
            let subject = try Self.draft(parts).resolved()
            #expect(subject.children[0].wishes.map { subject.refusal(of: $0) } == ["b", "a", "b"])
        }
    }

    @Test("Points of a table that have too many digits are said of the part, with the limit")
    func tooManyDigits() {
        let factor = ExactNumber(1, over: 262_144)!
        let findings = Self.draft([PointsPart("points", rows: [Self.value("father")], factor: factor)], ["father": "1"])
            .resolve().findings.filter { $0.code == .pointsTooLarge }
        #expect(findings.map(\.column) == ["points"])
        #expect(findings.first?.message.contains("a denominator of up to 10000") == true)
        let huge = "900000000000000000"
        let parts = [
            PointsPart("base", rows: [Self.value("father")], factor: 100),
            PointsPart("points", of: ["base"]),
        ]
        let others = Self.draft(parts, ["father": huge]).resolve().findings.filter { $0.code == .pointsTooLarge }
        #expect(others.first?.message.hasPrefix("The part base of the points table is too large") == true)
        #expect(others.first?.sentence[.japanese].contains("「base」") == true)
    }

    @Test("Keys may look at a part without points being a key")
    func keyOfPart() {
        var draft = Self.draft([PointsPart("points", rows: [PointsRow(when: [], earns: .points(1))])])
        draft.rules.priority = [PriorityKey("draw", .ascending)]
        #expect(draft.places.contains(Place(.pointsWithoutKey, .settings, nil, "pointsTable")))
    }
}

extension CaseDraft {
    /// The errors of ``resolve()`` without their sentences.
    fileprivate var errors: [Place] { places.filter { $0.code.severity == .error } }
}

@Suite("Mistakes in a points table")
struct PointsPartsMistakeTests {
    static func places(_ parts: [PointsPart], _ change: (inout CaseDraft) -> Void = { _ in }) -> [Place] {
        var draft = PointsPartsTests.draft(parts)
        change(&draft)
        return draft.errors
    }

    static let total = PointsPart("points", rows: [PointsRow(when: [], earns: .points(1))])

    @Test("A part that is not defined, a circle, nothing to combine, a cap below the floor, a name that is taken")
    func parts() {
        #expect(Self.places([Self.total]) == [])
        #expect(
            Self.places([Self.total, PointsPart("base", of: ["father"])])
                == [Place(.partUnknown, .settings, nil, "pointsTable.base")])
        #expect(
            Self.places([PointsPart("base", rows: Self.total.rows)])
                == [
                    Place(.pointsWithoutKey, .settings, nil, "pointsTable"),
                    Place(.partUnknown, .settings, nil, "pointsTable"),
                ].filter { $0.code == .partUnknown })
        #expect(
            Self.places([Self.total, PointsPart("base", combine: .min)])
                == [Place(.partEmpty, .settings, nil, "pointsTable.base")])
        #expect(
            Self.places([Self.total, PointsPart("base", rows: Self.total.rows, floor: 2, cap: 1)])
                == [Place(.capBelowFloor, .settings, nil, "pointsTable.base")])
        #expect(Self.places([Self.total, PointsPart("base", rows: Self.total.rows, floor: 1, cap: 1)]) == [])
        #expect(
            Self.places([Self.total, PointsPart("father", rows: Self.total.rows)]) {
                $0.rules.priority.append(PriorityKey("father", .descending, blank: .last))
            } == [Place(.partNameTaken, .settings, nil, "pointsTable.father")])
        #expect(Self.places([Self.total, PointsPart("father", rows: Self.total.rows)]) == [])
    }

    @Test("A circle is named once, from its first part")
    func circles() {
        let parts = [
            PointsPart("a", of: ["b", "points"]), PointsPart("b", of: ["c"]), PointsPart("c", of: ["b"]),
            PointsPart("points", of: ["points"]),
        ]
        let findings = PointsPartsTests.draft(parts).resolve().findings.filter { $0.code == .partsCircle }
        #expect(findings.map(\.column) == ["pointsTable.b", "pointsTable.points"])
        #expect(findings[0].message.contains("b of c of b"))
        #expect(findings[1].message.contains("points of points"))
    }

    @Test("Conditions that can never be met together are refused, others are not")
    func contradictions() {
        func never(_ conditions: PointsCondition..., when: [PointsCondition] = []) -> Bool {
            let part = PointsPart("x", rows: [PointsRow(when: conditions, earns: .points(1))], when: when)
            let places = Self.places([Self.total, part])
            #expect(places.isEmpty || places == [Place(.rowNeverMet, .settings, nil, "pointsTable.x.rows[0]")])
            return !places.isEmpty
        }
        func range(_ from: ExactNumber?, _ to: ExactNumber?) -> PointsCondition {
            .attribute("father", .range(from: from.map(KeyValue.number), to: to.map(KeyValue.number)))
        }
        func dates(_ from: String?, _ to: String?) -> PointsCondition {
            .attribute(
                "due", .range(from: from.map { .date(CalendarDate($0)!) }, to: to.map { .date(CalendarDate($0)!) }))
        }
        func oneOf(_ texts: String...) -> PointsCondition { .attribute("father", .oneOf(texts)) }
        #expect(never(range(1, 2), range(3, nil)))
        #expect(!never(range(1, 3), range(3, nil)))
        #expect(never(oneOf("a", "b"), oneOf("c")))
        #expect(!never(oneOf("a", "b"), oneOf("b", "c")))
        #expect(never(oneOf("1", "2"), oneOf("2", "3"), oneOf("1", "3")))
        #expect(!never(oneOf("1"), oneOf("1.0")))
        #expect(never(oneOf("1", "2"), range(3, nil)))
        #expect(!never(oneOf("1", "3"), range(3, nil)))
        #expect(never(.attribute("father", .blank), oneOf("1")))
        #expect(never(.attribute("father", .blank), when: [.attribute("father", .filled)]))
        #expect(!never(.attribute("father", .blank), .attribute("mother", .filled)))
        #expect(never(dates(nil, "2027-03-31"), .attribute("due", .months(from: 0, to: nil))))
        #expect(!never(dates(nil, "2027-04-01"), .attribute("due", .months(from: 0, to: nil))))
        #expect(never(dates("2027-05-01", nil), .attribute("due", .months(from: nil, to: 0))))
        #expect(!never(dates("2027-04-30", nil), .attribute("due", .months(from: nil, to: 0))))
        #expect(never(.count(.siblingsApplying, .range(from: 2, to: nil)), .count(.siblingsApplying, .oneOf([0, 1]))))
        #expect(never(.count(.siblingsEnrolled, .range(from: nil, to: -1))))
        #expect(never(.count(.underSchoolAge, .oneOf([0]))))
        #expect(!never(.count(.siblingsApplying, .oneOf([0])), .count(.siblingsEnrolled, .oneOf([1]))))
        #expect(never(.wishRank(.oneOf([1])), .wishRank(.range(from: 2, to: nil))))
        #expect(!never(.wishRank(.oneOf([1, 2])), .wishRank(.range(from: 2, to: nil))))
        #expect(never(.facility("A"), .facility("B")))
        #expect(!never(.facility("A"), .facility("A"), .kind(["公立"])))
        #expect(never(.kind(["公立"]), .kind(["小規模"])))
        #expect(never(.ward(["中央区"]), .ward(["北区"])))
        #expect(never(.facility("A"), .kind(["小規模"])))
        #expect(never(.facility("A"), .ward(["北区"])))
        #expect(!never(.facility("A"), .ward(["北区", "中央区"])))
        #expect(never(.attribute("age_class", .range(from: .number(6), to: nil))))
        #expect(never(.attribute("age_class", .oneOf(["7"]))))
        #expect(never(.attribute("age_class", .blank)))
        #expect(!never(.attribute("age_class", .oneOf(["05", "7"]))))
        #expect(never(.sameFacility, .count(.siblingsEnrolled, .range(from: nil, to: 0))))
        #expect(never(.sameFacility, .attribute("sibling_facility_ids", .blank)))
        #expect(never(.siblingApplies, .count(.siblingsApplying, .oneOf([0]))))
        #expect(never(.count(.underSchoolAge, .oneOf([1])), .count(.siblingsApplying, .range(from: 1, to: nil))))
        #expect(never(.count(.underSchoolAge, .oneOf([1])), .sameFacility))
        #expect(never(.count(.siblingsEnrolled, .range(from: 1, to: nil)), .attribute("sibling_facility_ids", .blank)))
        #expect(!never(.count(.underSchoolAge, .oneOf([2])), .count(.siblingsApplying, .range(from: 1, to: nil))))
        #expect(
            never(
                .count(.underSchoolAge, .range(from: 4, to: nil)), .count(.siblingsApplying, .oneOf([1])),
                .count(.siblingsEnrolled, .range(from: nil, to: 1))))
        // Of a list each entry may meet another condition.
        #expect(!never(.attribute("group", .oneOf(["a"])), .attribute("group", .oneOf(["b"]))))
        #expect(never(.attribute("group", .oneOf(["a"])), .attribute("group", .blank)))
    }

    @Test("Columns and facilities that are not there, and a value of nothing, are refused at their rows")
    func unknown() {
        let rows = [
            PointsRow(when: [.facility("Z")], earns: .points(1)),
            PointsRow(when: [.livesIn("home")], earns: .points(1)),
            PointsRow(when: [.sameFacility], earns: .value),
        ]
        #expect(
            Self.places([Self.total, PointsPart("x", rows: rows, when: [.attribute("income", .filled)])]) == [
                Place(.pointsAttributeUnknown, .settings, nil, "pointsTable.x"),
                Place(.facilityUnknown, .settings, nil, "pointsTable.x.rows[0]"),
                Place(.pointsAttributeUnknown, .settings, nil, "pointsTable.x.rows[1]"),
                Place(.pointsAttributeUnknown, .settings, nil, "pointsTable.x.rows[2]"),
            ])
        #expect(
            Self.places([
                Self.total,
                PointsPart("x", rows: Self.total.rows, when: [.attribute("due", .blank), .attribute("due", .filled)]),
            ]) == [Place(.rowNeverMet, .settings, nil, "pointsTable.x")])
    }

    @Test("A kind, a ward and an id that no facility has are refused, in the table and in onlyWhen")
    func unknownFacilities() {
        let conditions: [PointsCondition] = [
            .kind(["公立", "小規摸"]), .ward(["東区"]), .attribute("current_facility_id", .oneOf(["Z"])),
        ]
        for condition in conditions {
            let row = PointsRow(when: [condition], earns: .points(1))
            #expect(
                Self.places([Self.total, PointsPart("x", rows: [row])])
                    == [Place(.facilityUnknown, .settings, nil, "pointsTable.x.rows[0]")])
            #expect(
                Self.places([Self.total]) {
                    $0.rules.priority.append(
                        PriorityKey("met", .descending, onlyWhen: KeyRestriction([condition])))
                } == [Place(.facilityUnknown, .settings, nil, "priority[1]")])
        }
    }

    @Test("Ranges of one part that exclude each other are never met")
    func ranges() {
        func places(_ from: ExactNumber, _ to: ExactNumber) -> [Place] {
            Self.places([Self.total]) {
                let parts = [
                    KeyRestriction.PartRange("points", from: from), KeyRestriction.PartRange("points", to: to),
                ]
                $0.rules.priority.append(PriorityKey("met", .descending, onlyWhen: KeyRestriction(parts: parts)))
            }
        }
        #expect(places(16, 10) == [Place(.rowNeverMet, .settings, nil, "priority[1]")])
        #expect(places(10, 10) == [])
    }

    @Test("values and letters of a key that is computed, or is a part, are refused, with and without onlyWhen")
    func textsOfComputedKeys() {
        let keys = [
            PriorityKey("sibling_at_facility", .ascending, values: ["a"]),
            PriorityKey("sibling_at_facility", .ascending, usesLetters: true),
            PriorityKey("wish_rank", .ascending, values: ["a"]), PriorityKey("x", .ascending, usesLetters: true),
            PriorityKey("x", .ascending, values: ["9", "1"]),
            PriorityKey("met", .ascending, usesLetters: true, onlyWhen: KeyRestriction([.wishRank(.oneOf([1]))])),
        ]
        for key in keys {
            let places = Self.places([Self.total, PointsPart("x", rows: Self.total.rows)]) {
                $0.rules.priority.append(key)
            }
            #expect(places == [Place(.keyUnknown, .settings, nil, "priority[1]")], "\(key.name)")
        }
    }

    @Test("Fractions are read exactly")
    func fractions() {
        #expect(ExactNumber(fraction: "9223372036854775807/2") == ExactNumber(Int.max).divided(by: 2))
        #expect(ExactNumber(fraction: "9223372036854775807") == nil)
        #expect(ExactNumber(fraction: "9223372036854775808/2") == nil)
        #expect(ExactNumber(fraction: "1/2") == ExactNumber(1, over: 2))
        #expect(ExactNumber(fraction: " -0.5 / 1.5") == ExactNumber(-1, over: 3))
        #expect(ExactNumber(fraction: "0.25") == ExactNumber(1, over: 4))
        for text in ["", "1/", "/2", "1/0", "1/2/3", "a/2"] { #expect(ExactNumber(fraction: text) == nil) }
        let half = ExactNumber(1, over: 2)!
        #expect(half.multiplied(by: ExactNumber(Int.max - 1)) == ExactNumber((Int.max - 1) / 2))
        #expect(ExactNumber(Int.max).multiplied(by: 2) == nil)
        #expect(ExactNumber(-6).multiplied(by: ExactNumber(2, over: 9)!) == ExactNumber(-4, over: 3))
    }
}
