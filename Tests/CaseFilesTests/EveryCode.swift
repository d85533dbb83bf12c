import Admissions
import Foundation
import Tables
import Workbooks
import ZipFiles

@testable import CaseFiles

/// A real mistake for every code, made in a case, a table or a result; what is said of it stands on the pages of all messages.
enum EveryCode {
    /// Codes that no problem has: commands ask by them whether something may be done.
    static let asked: Set<String> = ["PRIORITY_INVERSION", "VACANT_SEAT", "LEARNT_UNCONFIRMED"]

    /// What is said of the mistake of a code.
    static func problems(_ code: Problem.Code) throws -> [Problem] {
        switch code {
        case .file(let code): try ofFiles(code)
        case .table(let code): try ofTables(code)
        case .workbook(let code): try ofWorkbooks(code)
        case .cell(let code): try ofCells(code)
        case .finding(let code): try ofCase(code) ?? ofMonth(code) ?? ofTown(code) ?? []
        }
    }

    // MARK: Ways to make a mistake

    private static func spoiled(_ file: String, _ old: String, _ new: String) throws -> [Problem] {
        try Sketch(file, old, new).read().problems
    }

    private static func changed(_ changes: [String: String?]) throws -> [Problem] {
        try Sketch(changes).read().problems
    }

    /// The sound case with further settings.
    private static func settings(_ further: String) throws -> [Problem] {
        try changed(["case.yaml": Sketch.sound["case.yaml"]! + further + "\n"])
    }

    /// The sound case with a points table in place of given points.
    private static func points(_ table: String) throws -> [Problem] { try settings("pointsTable: \(table)") }

    /// Children with these columns besides id and household; the first is given in full.
    private static func children(_ columns: String, _ rows: String...) throws -> [Problem] {
        try changed(["children.csv": "child_id,household_id,\(columns)\n" + rows.map { $0 + "\n" }.joined()])
    }

    private static func facilities(_ columns: String, _ rows: String...) throws -> [Problem] {
        try changed(["facilities.csv": "facility_id,name,\(columns)\n" + rows.map { $0 + "\n" }.joined()])
    }

    private static func limits(_ columns: String, _ rows: String..., settings: String = "") throws -> [Problem] {
        try changed([
            "seat_limits.csv": "facility_id,ages,seats,\(columns)\n" + rows.map { $0 + "\n" }.joined(),
            "case.yaml": Sketch.sound["case.yaml"]! + settings + "\n",
        ])
    }

    private static func joint(_ rows: String...) throws -> [Problem] {
        try changed([
            "joint_wishes.csv": "household_id,rank,child_id,facility_id\n" + rows.map { $0 + "\n" }.joined(),
            "households.csv": "household_id,timing,facility,lead_child_id\n",
        ])
    }

    private static func pins(_ rows: String..., facilities: String? = nil) throws -> [Problem] {
        try changed([
            "pins.csv": "child_id,facility_id,by,reason\n" + rows.map { $0 + "\n" }.joined(),
            "facilities.csv": facilities ?? Sketch.sound["facilities.csv"]!,
        ])
    }

    /// What a draft made in code has that no file can say.
    private static func drafted(_ change: (inout CaseDraft) -> Void) throws -> [Problem] {
        var draft = try Sketch().read().draft!
        change(&draft)
        return draft.resolve().findings.map {
            Problem(.finding($0.code), file: $0.table.fileName, $0.sentence)
        }
    }

    private static let phases = "phases:\n  - {name: 先行, who: support}\n  - {name: 一般, who: all}"

    // MARK: The case

    private static func ofCase(_ code: Finding.Code) throws -> [Problem]? {
        switch code {
        case .childIDBlank: try spoiled("children.csv", "c3,h2", ",h2")
        case .childTwice: try spoiled("children.csv", "c2,h1", "c1,h1")
        case .householdIDBlank: try spoiled("children.csv", "c3,h2", "c3,")
        case .ageMissing: try spoiled("children.csv", "h2,2025-04-01", "h2,")
        case .ageOutOfRange: try spoiled("children.csv", "2025-04-01", "2015-04-01")
        case .ageDisagrees: try children("birth_date,age_class,wish_1,points,tax", "c1,h1,2025-04-10,2,A,40,3")
        case .facilityUnknown: try spoiled("children.csv", "A,B,40", "A,Z,40")
        case .keyBlank: try spoiled("children.csv", "38,41.5,2", ",,2")
        case .keyNotComparable: try spoiled("children.csv", "40,,3", "40,,多い")
        case .keyValueWithoutWish:
            try children("birth_date,wish_1,wish_2,points,tax_1,tax_2", "c1,h1,2025-04-10,A,,40,3,5")
        case .keyValueUnlisted: try spoiled("case.yaml", "tax, order: ascending", "tax, values: [\"3\"]")
        case .drawBlank:
            try children("birth_date,wish_1,points,tax,draw", "c1,h1,2025-04-10,A,40,3,1", "c2,h1,2026-03-25,A,34,3,")
        case .pointsTooLarge: try spoiled("children.csv", "40,,3", "1234567890123.5,,3")
        case .wishPointsWithoutWish: try spoiled("children.csv", "B,A,38,41.5", "B,,38,41.5")
        case .keyUnknown: try spoiled("case.yaml", "key: tax", "key: taxes")
        case .keyTwice: try spoiled("case.yaml", "blank: last}", "blank: last}\n  - {key: tax, order: ascending}")
        case .drawMissing: try spoiled("case.yaml", "drawSeed: 20270401\n", "")
        case .leadAsDefault: try spoiled("case.yaml", "together", "lead")
        case .nearWithoutDistance: try spoiled("households.csv", "lead,rankFirst", "lead,near")
        case .pointsWithoutKey:
            try changed([
                "case.yaml": Sketch.sound["case.yaml"]!.replacing("  - {key: points, order: descending}\n", with: "")
                    + "pointsTable: [{attribute: tax, points: 1}]\n"
            ])
        case .pointsAttributeUnknown: try points("[{attribute: hours, points: 1}]")
        case .pointsNotComputable:
            try changed([
                "case.yaml": Sketch.sound["case.yaml"]! + "pointsTable: [{attribute: hours, from: 100, points: 1}]\n",
                "children.csv": "child_id,household_id,birth_date,wish_1,tax,hours\nc1,h1,2025-04-10,A,3,毎日\n",
            ])
        case .pointsDisagree: try points("[{attribute: tax, points: 1}]")
        case .partUnknown: try points("{points: {of: [base]}}")
        case .partsCircle: try points("{points: {of: [a]}, a: {of: [b]}, b: {of: [a]}}")
        case .partEmpty: try points("{points: {combine: min}}")
        case .partNameTaken: try points("{points: {of: [tax]}, tax: {rows: [{attribute: tax, points: 1}]}}")
        case .capBelowFloor: try points("{points: {floor: 2, cap: 1, rows: [{attribute: tax, points: 1}]}}")
        case .rowNeverMet: try points("[{wishRank: 1, when: [{wishRank: 2}], points: 1}]")
        case .phaseWithoutName: try drafted { $0.rules.phases = [Phase("", who: .everyone)] }
        case .phaseTwice: try settings("phases: [{name: 先行, who: all}, {name: 先行, who: all}]")
        case .facilityIDBlank: try spoiled("facilities.csv", "B,ばら", ",ばら")
        case .facilityTwice: try spoiled("facilities.csv", "B,ばら", "A,ばら")
        case .seatsNegative: try spoiled("seat_limits.csv", "1-2,,3", "1-2,,-3")
        case .seatsTooMany: try spoiled("facilities.csv", "2,1", "200000,1")
        case .ageLimitNegative: try facilities("seats_1,seats_2,min_age_months", "A,青葉,2,1,-1", "B,ばら,2,0,")
        case .ageLimitTooLarge: try facilities("seats_1,seats_2,min_age_months", "A,青葉,2,1,200", "B,ばら,2,0,")
        case .coordinatesInvalid: try facilities("seats_1,seats_2,latitude", "A,青葉,2,1,35.8", "B,ばら,2,0,")
        case .limitWithoutAges: try drafted { $0.seatLimits[0].ages = [] }
        case .limitTwice: try limits("group", "A,1-2,3,", "A,1-2,2,")
        case .limitFacilityTwice: try limits("group", "A;A,1-2,3,")
        case .opensClassWithSeats: try limits("opens", "A,1-2,3,yes")
        case .opensSharedLimit: try limits("opens", "A;B,3,1,yes")
        case .phaseUnknown: try limits("phase", "A,1-2,3,先行", settings: "phases: [{name: 一般, who: all}]")
        case .releaseWithoutPhase: try limits("release", "A,1-2,3,yes")
        case .householdUnknown: try spoiled("households.csv", "h1,lead", "h9,lead")
        case .householdTwice: try spoiled("households.csv", "c1\n", "c1\nh1,any,rankFirst,\n")
        case .householdTooLarge: try largeHousehold()
        case .householdConstant:
            try changed([
                "children.csv": "child_id,household_id,birth_date,wish_1,points,tax\n"
                    + (1...11).map { "c\($0),なし,2025-05-\($0 + 10),A,\($0),1\n" }.joined()
            ])
        case .leadMissing: try spoiled("households.csv", "rankFirst,c1", "rankFirst,")
        case .childNotInHousehold: try spoiled("households.csv", ",c1\n", ",c3\n")
        case .independentWithFacility: try spoiled("households.csv", "lead,rankFirst,c1", "independent,rankFirst,")
        case .independentWithJointWishes:
            try changed([
                "households.csv": "household_id,timing,facility,lead_child_id\nh1,independent,,\n",
                "joint_wishes.csv": "household_id,rank,child_id,facility_id\nh1,1,c1,A\nh1,1,c2,A\n",
            ])
        case .jointRankIncomplete: try joint("h1,1,c1,A")
        case .jointChildTwice: try joint("h1,1,c1,A", "h1,1,c1,B", "h1,1,c2,A")
        case .jointFacilityNotWished:
            try changed([
                "children.csv": Sketch.sound["children.csv"]!.replacing("A,B,40", with: "A,,40"),
                "joint_wishes.csv": "household_id,rank,child_id,facility_id\nh1,1,c1,B\nh1,1,c2,B\n",
                "households.csv": "household_id,timing,facility,lead_child_id\n",
            ])
        case .pinUnknownChild: try pins("c9,A,佐藤,緊急")
        case .pinTwice: try pins("c3,A,佐藤,緊急", "c3,B,佐藤,緊急")
        case .pinUnsigned: try pins("c3,A,佐藤,")
        case .keyOfWishRank: try spoiled("case.yaml", "  - {key: tax", "  - {key: wish_rank}\n  - {key: tax")
        case .keyByWish: try children("birth_date,wish_1,wish_2,points,tax_1", "c1,h1,2025-04-10,A,B,40,3")
        case .wishRepeated: try spoiled("children.csv", "A,B,40", "A,A,40")
        case .wishForPresentFacility:
            try children("birth_date,current_facility_id,wish_1,points,tax", "c1,h1,2025-04-10,A,A,40,3")
        case .wishNotOffered: try spoiled("facilities.csv", "2,0", "2,")
        case .wishTooYoung: try facilities("seats_1,seats_2,min_age_months", "A,青葉,2,1,36", "B,ばら,2,0,")
        case .wishRefused:
            try changed([
                "case.yaml": Sketch.sound["case.yaml"]!
                    + "pointsTable: [{attribute: tax, points: 1}, {at: A, refuse: 対象外の地区}]\n",
                "children.csv": "child_id,household_id,birth_date,wish_1,tax\nc1,h1,2025-04-10,A,3\n",
            ])
        case .minimumAgeUntested:
            try changed([
                "children.csv": "child_id,household_id,age_class,wish_1,points,tax\nc1,h1,1,A,40,3\n",
                "facilities.csv": "facility_id,name,seats_1,min_age_months\nA,青葉,2,6\nB,ばら,2,\n",
            ])
        case .presentClassNotOffered:
            try changed([
                "children.csv":
                    "child_id,household_id,birth_date,current_facility_id,wish_1,points,tax\nc3,h2,2025-04-01,B,A,40,3\n",
                "facilities.csv": Sketch.sound["facilities.csv"]!.replacing("2,0", with: "2,"),
            ])
        case .noWishes: try spoiled("children.csv", "B,A,38,41.5", ",,38,")
        case .dueDateIgnored:
            try children("birth_date,due_date,wish_1,points,tax", "c1,h1,2025-04-10,2025-04-20,A,40,3")
        case .answerFilled: try changed(["households.csv": nil])
        case .answerRepeated: try spoiled("households.csv", "c1\n", "c1\nh1,lead,rankFirst,c1\n")
        case .answerWithoutUse: try spoiled("households.csv", "lead,rankFirst", "together,rankFirst")
        case .eldestByID: try spoiled("children.csv", "2026-03-25", "2025-04-10")
        case .jointOutcomeRepeated: try joint("h1,1,c1,A", "h1,1,c2,A", "h1,2,c1,A", "h1,2,c2,A")
        case .jointAfterBaseline: try joint("h1,1,c1,", "h1,1,c2,", "h1,2,c1,A", "h1,2,c2,A")
        case .jointOutcomeIneligible:
            try changed([
                "facilities.csv": Sketch.sound["facilities.csv"]!.replacing("B,ばら保育園,2", with: "B,ばら保育園,"),
                "joint_wishes.csv": "household_id,rank,child_id,facility_id\nh1,1,c1,B\nh1,1,c2,B\n",
                "households.csv": "household_id,timing,facility,lead_child_id\n",
            ])
        case .seatsDisagree:
            try facilities("seats_1,seats_2,capacity_1,enrolled_1,margin_1", "A,青葉,2,1,10,9,", "B,ばら,2,0,,,")
        case .classOverfull: try spoiled("facilities.csv", "2,1", "-2,1")
        case .phaseWithoutChildren: try settings(phases)
        case .releaseInLastPhase: try limits("phase,release", "A,1-2,3,一般,yes", settings: phases)
        case .pinNotWished:
            try changed([
                "children.csv": Sketch.sound["children.csv"]!.replacing("A,B,40", with: "A,,40"),
                "pins.csv": "child_id,facility_id,by,reason\nc1,B,佐藤,緊急\n",
            ])
        case .pinNotEligible:
            try pins(
                "c3,B,佐藤,緊急", facilities: Sketch.sound["facilities.csv"]!.replacing("2,0", with: "2,"))
        case .childInNoPhase: try settings("phases: [{name: 先行, who: support}]")
        case .pinExceedsLimit: try pins("c3,B,佐藤,緊急")
        default: nil
        }
    }

    private static func largeHousehold() throws -> [Problem] {
        let ids = (1...20).map { "F\($0)" }
        let wishes = (1...20).map { "wish_\($0)" }.joined(separator: ",")
        return try changed([
            "facilities.csv": "facility_id,name,seats_1\n" + ids.map { "\($0),園,1\n" }.joined(),
            "children.csv": "child_id,household_id,birth_date,points,tax,\(wishes)\n"
                + (1...6).map { "c\($0),h1,2025-05-1\($0),\($0),1,\(ids.joined(separator: ","))\n" }.joined(),
            "households.csv": nil, "seat_limits.csv": nil,
        ])
    }

    // MARK: What happened between two rounds

    private static func ofMonth(_ code: Finding.Code) throws -> [Problem]? {
        switch code {
        case .departureUnknownChild: try month(["declines.csv": "c9,2027-04-05,\n"])
        case .departureTwice:
            try month(["withdrawals.csv": "c1,2027-04-05,\nc1,2027-04-06,\n"])
        case .declineNotPlaced: try month(["declines.csv": "c3,2027-04-05,\n"])
        case .withdrawalOfPlaced: try month(["withdrawals.csv": "c3,2027-04-05,\n"], placing: 2)
        case .newChildInPlay: try month(["new_children.csv": "c1,h1,2025-04-10,A,B,40,,3\n"])
        case .newChildPlaced: try month(["new_children.csv": "c3,h2,2025-04-01,B,A,38,,2\n"], placing: 2)
        case .waitingNotANumber:
            try month([:]) {
                $0.attributeNames.append("waiting_months")
                for row in $0.children.indices { $0.children[row].attributes.append(row == 0 ? "長い" : "") }
            }
        case .limitOverbooked: try month([:], placing: 2) { $0.facilities[1].seats[2] = 0 }
        case .leadGone:
            try month(["withdrawals.csv": "c1,2027-04-05,\n"]) { $0.children[2].household = "h1" }
        case .jointWishesDropped:
            try month([
                "new_children.csv": "c4,h1,2025-06-10,A,B,40,,3\n", "joint_wishes.csv": "h1,1,c1,A\nh1,1,c2,A\n",
                "households.csv": "",
            ])
        case .dueDatePassed:
            try month([:]) {
                ($0.children[2].birthDate, $0.children[2].dueDate) = (nil, CalendarDate("2027-04-20")!)
                $0.facilities[1].seats[0] = 1
            }
        default: nil
        }
    }

    /// The problems of the next month.
    ///
    /// - Parameters:
    ///   - files: The rows of the files of the month, and of others.
    ///   - placing: The child that was placed at its first wish.
    ///   - change: Changes the case of the round.
    private static func month(
        _ files: [String: String], placing: Int? = nil, _ change: (inout CaseDraft) -> Void = { _ in }
    ) throws -> [Problem] {
        let headers = [
            "declines.csv": "child_id,date,reason\n", "withdrawals.csv": "child_id,date,reason\n",
            "joint_wishes.csv": "household_id,rank,child_id,facility_id\n",
            "households.csv": "household_id,timing,facility,lead_child_id\n",
            "new_children.csv": String(Sketch.sound["children.csv"]!.prefix { $0 != "\n" }) + "\n",
        ]
        let sketch = try Sketch(Dictionary(uniqueKeysWithValues: files.map { ($0, headers[$0]! + $1) }))
        var draft = sketch.read().draft!
        change(&draft)
        let month = CaseFolder(sketch.url).readBetweenRounds()
        guard let rows = month.rows else { return month.problems }
        let subject = try draft.resolved()
        var result = Allocation(baselineOf: subject)
        if let placing { result.choices[placing] = 0 }
        do {
            return month.problems(
                of: try draft.carriedOver(subject, result, rows, to: PlacementMonth("2027-05")!, round: "2027-05")
                    .warnings)
        } catch {
            guard case .findings(let findings) = error as CarryOverFault else { throw error }
            return month.problems(of: findings)
        }
    }

    // MARK: Doubts

    /// Forty children of class 1 who wish A, B and C in turn, and four facilities with thirty seats a class.
    struct Town {
        var children: [[String: String]] = (0..<40).map { index in
            [
                "child_id": "k\(index)", "household_id": "h\(index)",
                "birth_date": "2025-0\(5 + index % 4)-\(10 + index % 20)", "points": "\(20 + index / 2)",
                "tax": "\(index % 7)",
            ].merging((0..<3).map { ("wish_\($0 + 1)", ["A", "B", "C"][(index + $0) % 3]) }) { $1 }
        }
        var facilities: [[String: String]] = ["A", "B", "C", "D"].map {
            ["facility_id": $0, "name": $0, "seats_1": "30", "seats_2": "30"]
        }
        var settings = """
            municipality: 町
            round: r
            month: 2027-04
            drawSeed: "1"
            priority:
              - {key: points, order: descending}
              - {key: tax, order: ascending}

            """

        init(_ change: (inout Town) -> Void = { _ in }) { change(&self) }

        private static func table(_ rows: [[String: String]]) -> String {
            let columns = Set(rows.flatMap(\.keys)).sorted()
            return ([columns] + rows.map { row in columns.map { row[$0] ?? "" } })
                .map { $0.joined(separator: ",") + "\n" }.joined()
        }

        func read(previous: Town?) throws -> CaseReading {
            let before = try previous.map { try $0.read(previous: nil).subject! }
            let sketch = try Sketch([
                "case.yaml": settings, "children.csv": Self.table(children), "facilities.csv": Self.table(facilities),
                "households.csv": nil, "seat_limits.csv": nil, "joint_wishes.csv": nil,
            ])
            return CaseFolder(sketch.url).read(doubts: .sought(previous: before))
        }

        /// Sets a column of some children.
        mutating func set(_ column: String, _ rows: Range<Int> = 0..<40, _ value: (Int) -> String) {
            for row in rows { children[row][column] = value(row) }
        }
    }

    private static func town(previous: Town? = nil, _ change: (inout Town) -> Void) throws -> [Problem] {
        try Town(change).read(previous: previous).problems
    }

    private static func ofTown(_ code: Finding.Code) throws -> [Problem]? {
        switch code {
        case .zeroSeats:
            try town { town in
                town.facilities[0]["seats_1"] = "0"
                town.set("wish_1") { $0 < 20 ? "A" : "B" }
                town.set("wish_2") { $0 < 20 ? "B" : "A" }
                town.set("wish_3") { _ in "C" }
            }
        case .nobodyEligible:
            try town { town in
                town.facilities[3]["seats_1"] = ""
                town.set("wish_4", 0..<10) { _ in "D" }
            }
        case .pointsAllEqual:
            try town { town in
                town.set("points") { _ in "30" }
                town.set("tax") { "\($0)" }
            }
        case .drawDecidesMuch:
            try town { town in
                town.set("points", 0..<22) { _ in "30" }
                town.set("tax", 0..<22) { _ in "1" }
            }
        case .keyRounded: try town { $0.set("tax", 0..<3) { "1234567890123\($0)500" } }
        case .childrenAlike:
            try town { town in
                town.children[3] = town.children[2]
                (town.children[3]["child_id"], town.children[3]["household_id"]) = ("other", "another")
            }
        case .ageForAnotherClass:
            try town { town in
                town.children[5]["birth_date"] = "2024-03-01"
                (town.children[5]["wish_1"], town.children[5]["wish_2"], town.children[5]["wish_3"]) = ("A", "B", "")
            }
        case .facilityGone: try town(previous: Town()) { $0.facilities.removeLast() }
        case .seatsChanged:
            try town(previous: Town()) {
                ($0.facilities[1]["seats_1"], $0.facilities[1]["seats_2"]) = ("1", "2")
            }
        case .seatTotalChanged:
            try town(previous: Town()) { town in
                for row in 0..<4 { (town.facilities[row]["seats_1"], town.facilities[row]["seats_2"]) = ("20", "20") }
                town.settings.replace("2027-04", with: "2028-04")
                for row in 0..<40 { town.children[row]["birth_date"]!.replace("2025", with: "2026") }
            }
        case .ageClassChanged: try town(previous: Town()) { $0.children[8]["birth_date"] = "2024-06-11" }
        case .manyWithoutWishes:
            try town { town in for rank in 1...3 { town.set("wish_\(rank)", 0..<3) { _ in "" } } }
        case .transfersGone:
            try town(previous: Town { $0.set("current_facility_id", 0..<5) { _ in "D" } }) { _ in }
        case .seatsSwapped:
            try town(previous: Town { ($0.facilities[2]["seats_1"], $0.facilities[2]["seats_2"]) = ("8", "3") }) {
                ($0.facilities[2]["seats_1"], $0.facilities[2]["seats_2"]) = ("3", "8")
            }
        case .seatsUnexplained: try town(previous: Town()) { $0.facilities[1]["seats_2"] = "20" }
        case .bornAfterStart:
            try town { town in
                for row in 0..<4 { town.facilities[row]["seats_0"] = "3" }
                town.children[5]["birth_date"] = "2027-04-02"
            }
        case .dueAfterStart:
            try town { town in
                for row in 0..<4 { town.facilities[row]["seats_0"] = "3" }
                town.set("due_date", 5..<6) { _ in "2027-04-02" }
                town.children[5]["birth_date"] = ""
            }
        case .noJointOutcome:
            try town { town in
                town.settings += "siblings: {timing: together, facility: sameOnly}\n"
                for (row, wish) in [(4, "A"), (5, "D")] {
                    town.children[row]["household_id"] = "pair"
                    town.children[row].merge(["wish_1": wish, "wish_2": "", "wish_3": ""]) { $1 }
                }
            }
        case .valuesUnnamed:
            try town { town in
                town.settings += """
                    pointsTable:
                      work: {rows: [{attribute: work, value: 就労, points: 3}, {attribute: work, value: 休職, points: 1}]}
                      given: {rows: [{attribute: given, points: value}]}
                      points: {of: [given, work]}

                    """
                for row in 0..<40 {
                    town.children[row]["given"] = town.children[row].removeValue(forKey: "points")
                    town.children[row]["work"] = row % 2 == 0 ? "求職" : "就労"
                }
            }
        default: nil
        }
    }
}

// MARK: Files

extension EveryCode {
    private static func ofFiles(_ code: Problem.FileCode) throws -> [Problem] {
        switch code {
        case .folderMissing: CaseFolder(path: "/案件/2027-04").read().problems
        case .fileMissing: try changed(["children.csv": nil])
        case .fileOutside: try settings("columns: {files: {children: ../申込児童.csv}}")
        case .fileUnreadable: try folderInPlaceOfFile()
        case .headerUnknown:
            try withFile("x.csv", "a,b\n1,2\n") { ProfileSuggestions(paths: [$0.path]).problems }
        case .yamlSyntax: try spoiled("case.yaml", "round: 2027-04 first", "round: [")
        case .jsonSyntax: try record("no result")
        case .formatUnknown: try record("{\"format\": 99}")
        case .noRows: try children("birth_date,wish_1,points,tax")
        case .missingColumn: try spoiled("children.csv", "household_id", "setai")
        case .columnSimilar: try spoiled("children.csv", ",points_2,", ",point_2,")
        case .columnMisspelt: try children("birth_date,wish_1,points,Points,tax", "c1,h1,2025-04-10,A,40,1,3")
        case .columnOfIds: try children("birth_date,wish_1,points,tax,場所", "c1,h1,2025-04-10,A,40,3,B")
        case .idSimilar: try spoiled("children.csv", "c2,h1", "C1,h1")
        case .fileSimilar:
            try changed(["households.csv": nil, "household.csv": Sketch.sound["households.csv"]!])
        case .columnUnread: try facilities("seats_1,seats_2,電話", "A,青葉,2,1,", "B,ばら,2,0,")
        case .settingInvalid: try spoiled("case.yaml", "order: descending", "order: down")
        case .settingMissing: try spoiled("case.yaml", "month: 2027-04\n", "")
        case .settingTwice: try spoiled("case.yaml", "round: 2027-04 first", "month: 2027-04")
        case .settingUnknown: try spoiled("case.yaml", "drawSeed", "drawseed")
        case .notANumber: try spoiled("children.csv", "40,,3", "四十,,3")
        case .notADate: try spoiled("children.csv", "2025-04-10", "2025-04-31")
        case .notAChoice: try spoiled("households.csv", "lead,rankFirst", "同時,rankFirst")
        case .notAGroup: try spoiled("seat_limits.csv", "1-2,,3", "1-2,!,3")
        case .notAges: try spoiled("seat_limits.csv", "1-2,,3", "2-1,,3")
        case .notAPattern: try patterns("9", "9")
        case .patternDisagrees: try patterns("1", "2")
        case .myNumber: try spoiled("children.csv", "c3,h2", "123456789018,h2")
        case .idClash: try spoiled("facilities.csv", "2,0\n", "2,0\nＡ,別の園,1,1\n")
        case .idDecimal: try spoiled("children.csv", "c3,h2", "3.0,h2")
        case .idShortened: try spoiled("children.csv", "c3,h2", "1.2E+11,h2")
        case .childUnknown: try manual("c9,A\n")
        case .childMissing: try manual("c1,A\n")
        case .facilityNotWished: try notWished()
        case .priorityInversion, .vacantSeat, .learntUnconfirmed: []
        case .layoutFound: try changed(["children.csv": "令和9年4月 申込児童\n" + Sketch.sound["children.csv"]!])
        case .rowsLeftOut:
            try changed([
                "case.yaml": Sketch.sound["case.yaml"]! + "columns: {files: {facilities: {leaveOut: [合計]}}}\n",
                "facilities.csv": Sketch.sound["facilities.csv"]! + "合計,,4,1\n",
            ])
        case .noteRow: try changed(["facilities.csv": Sketch.sound["facilities.csv"]! + "合計,,4,1\n"])
        case .mergedCells: try book { $0.merged = ["C2:C3"] }
        case .hiddenCells: try book { $0.hiddenRow = 3 }
        case .sheetUnknown: try book { $0.sheets = ["施設", "施設 (2)"] }
        case .sheetFound: try book { $0.others = ["メモ"] }
        case .sheetHidden:
            try book {
                $0.others = ["メモ"]
                $0.isHidden = true
            }
        }
    }

    private static func withFile(_ name: String, _ text: String, _ body: (URL) throws -> [Problem]) throws -> [Problem]
    {
        let sketch = try Sketch()
        try sketch.write(name, Array(text.utf8))
        return try body(sketch.url.appending(path: name))
    }

    private static func folderInPlaceOfFile() throws -> [Problem] {
        let sketch = try Sketch(["children.csv": nil])
        try FileManager.default.createDirectory(
            at: sketch.url.appending(path: "children.csv"), withIntermediateDirectories: true)
        return sketch.read().problems
    }

    /// A result folder with this `run.json`.
    private static func record(_ text: String) throws -> [Problem] {
        try withFile("run.json", text) {
            do throws(Problem) { _ = try ResultFolder($0.deletingLastPathComponent()).record() } catch {
                return [error]
            }
            return []
        }
    }

    private static func manual(_ rows: String) throws -> [Problem] {
        try withFile("manual.csv", "child_id,facility_id\n" + rows) {
            ManualTable.read($0, of: try Sketch().read().subject!).problems
        }
    }

    /// A result in which a child is placed where it has no wish.
    private static func notWished() throws -> [Problem] {
        let subject = try Sketch("children.csv", "A,B,40", "A,,40").read().subject!
        let rows = "child_id,outcome,facility_id\nc1,placed,B\nc2,held,\nc3,held,\n"
        return try withFile("placements.csv", rows) {
            ResultFolder($0.deletingLastPathComponent()).readAllocation(of: subject).problems
        }
    }

    /// Siblings with these patterns.
    private static func patterns(_ first: String, _ second: String) throws -> [Problem] {
        try changed([
            "case.yaml": Sketch.sound["case.yaml"]!
                + "columns: {patterns: {\"1\": {timing: together, facility: sameOnly}, \"2\": {timing: any, facility: near}}}\n",
            "children.csv": """
            child_id,household_id,birth_date,wish_1,points,tax,sibling_pattern
            c1,h1,2025-04-10,A,40,3,\(first)
            c2,h1,2026-03-25,A,34,3,\(second)

            """,
            "households.csv": nil,
        ])
    }

    // MARK: The form of tables

    private static func ofTables(_ code: TableProblem.Code) throws -> [Problem] {
        let children = Sketch.sound["children.csv"]!
        return switch code {
        case .invalidEncoding: try bytes(Array(children.utf8) + [0xFF, 0xFF])
        case .emptyFile: try bytes([])
        case .fileTooLarge: try settings("# " + String(repeating: "x", count: 1 << 20))
        case .controlCharacter: try spoiled("children.csv", "40,,3", "4\u{1}0,,3")
        case .byteOrderMark: try spoiled("children.csv", "40,,3", "\u{FEFF}40,,3")
        case .unterminatedQuote: try spoiled("children.csv", "c3,h2", "\"c3,h2")
        case .textAfterQuote: try spoiled("children.csv", "c3,h2", "\"c3\"x,h2")
        case .quoteInField: try spoiled("children.csv", "c3,h2", "c\"3,h2")
        case .rowTooLong: try spoiled("children.csv", "c3,h2", "c3" + String(repeating: "x", count: 1 << 20) + ",h2")
        case .rowLength: try spoiled("children.csv", "c3,h2,", "c3,")
        case .columnTwice: try spoiled("children.csv", "points_2", "points")
        case .columnWithoutName: try spoiled("children.csv", "points_2,tax", ",tax")
        case .tooManyColumns: try bytes(Array(((1...2_001).map { "x\($0)" }.joined(separator: ",") + "\n").utf8))
        case .titleLine: try bytes(Array("申込児童\n番号,世帯,生年月日\n1,2,3\n4,5,6\n".utf8))
        case .notCommaSeparated: try bytes(Array("番号\t世帯\n1\t2\n".utf8))
        }
    }

    private static func bytes(_ bytes: [UInt8]) throws -> [Problem] {
        let sketch = try Sketch()
        try sketch.write("children.csv", bytes)
        return sketch.read().problems
    }

    // MARK: Workbooks

    private static func ofWorkbooks(_ code: WorkbookProblem.Code) throws -> [Problem] {
        let compound: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]
        let blank = [UInt8](repeating: 0, count: 120)
        return switch code {
        case .old: try workbook(compound + blank)
        case .encrypted: try workbook(compound + blank + "EncryptedPackage".utf16.flatMap { [UInt8($0), 0] })
        case .binary: try workbook(Book().zip(document: "xl/workbook.bin").bytes)
        case .unknown: try workbook(ZipFile(["letter.txt": "x"]).bytes)
        case .damaged: try workbook(Book().zip(document: "xl/none.xml").bytes)
        case .tooLarge: try book { $0.sheets = [String(repeating: "長", count: 200)] }
        }
    }

    private static func ofCells(_ code: CellProblem.Code) throws -> [Problem] {
        switch code {
        case .formulaWithoutValue: try book { $0.cell = "<c r=\"C2\"><f>1+1</f></c>" }
        case .errorValue: try book { $0.cell = "<c r=\"C2\" t=\"e\"><v>#DIV/0!</v></c>" }
        case .lostDigits: try book { $0.cell = "<c r=\"C2\"><v>1234567890123450</v></c>" }
        case .noDate: try book { $0.cell = "<c r=\"C2\" s=\"1\"><v>-5</v></c>" }
        case .noNumber: try book { $0.cell = "<c r=\"C2\"><v>二</v></c>" }
        }
    }

    private static func workbook(_ bytes: [UInt8]) throws -> [Problem] {
        let sketch = try Sketch(["facilities.csv": nil])
        try sketch.write("facilities.xlsx", bytes)
        return sketch.read().problems
    }

    private static func book(_ change: (inout Book) -> Void) throws -> [Problem] {
        var book = Book()
        change(&book)
        return try workbook(book.zip().bytes)
    }

    /// A workbook with the facilities of the sound case.
    private struct Book {
        /// Names of the sheets that have the table, and of others.
        var sheets = ["施設"]
        var others: [String] = []
        var isHidden = false
        var hiddenRow = 0
        var merged: [String] = []
        /// What is in place of the seats of class 1 of the first facility.
        var cell = "<c r=\"C2\"><v>2</v></c>"

        private static let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        private static let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

        private func table() -> String {
            func text(_ cell: String, _ text: String) -> String {
                "<c r=\"\(cell)\" t=\"inlineStr\"><is><t>\(text)</t></is></c>"
            }
            let header = ["facility_id", "name", "seats_1", "seats_2"].enumerated().map {
                text(cellName(row: 1, column: $0 + 1), $1)
            }
            let rows = [
                header.joined(), text("A2", "A") + text("B2", "青葉") + cell + "<c r=\"D2\"><v>1</v></c>",
                text("A3", "B") + text("B3", "ばら") + "<c r=\"C3\"><v>2</v></c><c r=\"D3\"><v>0</v></c>",
            ].enumerated().map { index, cells in
                "<row r=\"\(index + 1)\"\(hiddenRow == index + 1 ? " hidden=\"1\"" : "")>\(cells)</row>"
            }
            let ranges = merged.map { "<mergeCell ref=\"\($0)\"/>" }
            return "<worksheet xmlns=\"\(Self.main)\"><sheetData>\(rows.joined())</sheetData>"
                + (merged.isEmpty ? "" : "<mergeCells>\(ranges.joined())</mergeCells>") + "</worksheet>"
        }

        /// - Parameter document: The part that the package names as the workbook.
        func zip(document: String = "xl/workbook.xml") -> ZipFile {
            var zip = ZipFile()
            func add(_ name: String, _ text: String) { zip.add(name, Array(text.utf8)) }
            func relationships(_ list: [(id: String, type: String, target: String)]) -> String {
                "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
                    + list.map {
                        "<Relationship Id=\"\($0.id)\" Type=\"\(Self.relations)/\($0.type)\" Target=\"\($0.target)\"/>"
                    }.joined() + "</Relationships>"
            }
            let names = sheets + others
            let places = names.indices.map { ("r\($0)", "worksheet", "sheet\($0).xml") }
            add("_rels/.rels", relationships([("a", "officeDocument", document)]))
            add("xl/_rels/workbook.xml.rels", relationships(places + [("s", "styles", "styles.xml")]))
            let list = names.enumerated().map { index, name in
                "<sheet name=\"\(name)\" sheetId=\"\(index + 1)\""
                    + (isHidden && index == 0 ? " state=\"hidden\"" : "") + " r:id=\"r\(index)\"/>"
            }
            add(
                "xl/workbook.xml",
                "<workbook xmlns=\"\(Self.main)\" xmlns:r=\"\(Self.relations)\"><sheets>\(list.joined())</sheets></workbook>"
            )
            add(
                "xl/styles.xml",
                "<styleSheet xmlns=\"\(Self.main)\"><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"
            )
            for index in names.indices {
                let isTable = index < sheets.count
                add(
                    "xl/sheet\(index).xml",
                    isTable ? table() : "<worksheet xmlns=\"\(Self.main)\"><sheetData/></worksheet>")
            }
            return zip
        }
    }
}
