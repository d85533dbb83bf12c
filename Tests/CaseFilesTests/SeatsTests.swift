import Admissions
import Foundation
import Testing

@testable import CaseFiles

@Suite("Seats as cities write them")
struct SeatsTests {
    static let marks: [(String, SeatMark?)] = [
        ("10以上", .inexact(10)), ("約10", .inexact(10)), ("10名程度", .inexact(10)), ("３人以下", .inexact(3)),
        ("10+", .inexact(10)),
        ("2(1)", .bracketed(2, 1)), ("２（１）", .bracketed(2, 1)), ("2名（うち障害児1名）", .bracketed(2, 1)),
        ("若干名", .few), ("若干", .few), ("数名", .few), ("2名", .unit(2)), ("２人", .unit(2)), ("12枠", .unit(12)),
        ("３～５歳で２名", .ages(AgeSet("3-5")!, 2)), ("3-5歳児計6", .ages(AgeSet("3-5")!, 6)),
        ("4歳〜5歳で 3人", .ages(AgeSet("4-5")!, 3)), ("2～3", .range(2, 3)), ("2-3名", .range(2, 3)), ("△", .sign),
        ("○", .sign),
        ("▲2", .negative(2)), ("‐2", .negative(2)), ("△12", .negative(12)),
        ("×", .sign), ("-", .nothing), ("－", .nothing), ("なし", .nothing), ("募集停止", .nothing), ("2.0", nil),
        ("many", nil),
        ("5～3歳で2名", nil), ("12345678901234567890名", nil),
    ]

    @Test("Each mark is recognised", arguments: marks)
    func recognises(_ text: String, _ mark: SeatMark?) { #expect(SeatMark(folded(text)) == mark) }

    @Test("A mark in a cell of seats is one error that names it and says how to write it, in both languages")
    func names() throws {
        for (text, mark) in Self.marks {
            for (file, old, new, column, cell, place) in [
                ("facilities.csv", "青葉保育園,2,", "青葉保育園,\(text),", "seats_1", "C2", "facilities.csv:2:9"),
                ("seat_limits.csv", "1-2,,3", "1-2,,\(text)", "seats", "D2", "seat_limits.csv:2:8"),
            ] {
                let problems = try Sketch(file, old, new).read().problems
                try #require(problems.count == 1, "\(text): \(problems)")
                let start = "\(place): error NOT_A_NUMBER: row 2, \"\(column)\" (\(cell)): \(column) "
                #expect(problems[0].description.hasPrefix(start), "\(text)")
                let japanese = problems[0].text(in: .japanese)
                if let mark {
                    #expect(problems[0].message == "\(column) \(mark.sentence[.english])")
                    let told = "「\(column)」は\(mark.sentence[.japanese])"
                    #expect(japanese == "\(place): エラー NOT_A_NUMBER: 2行目「\(column)」(\(cell)): \(told)")
                    #expect(japanese.hasSuffix("。") && problems[0].message.hasSuffix("."))
                } else {
                    #expect(problems[0].message == "\(column) must be a whole number in digits, such as 12.")
                }
            }
        }
    }

    @Test("A blank cell of seats is 0 where blankSeats says so; a column that is not there offers nothing")
    func blankSeats() throws {
        func seats(_ setting: String) throws -> [[Int?]] {
            let reading = try Sketch([
                "case.yaml": Sketch.sound["case.yaml"]! + setting,
                "facilities.csv": "facility_id,name,seats_1,seats_2\nA,青葉保育園,2,1\nB,ばら保育園,2,\n",
            ]).read()
            #expect(reading.errors == [])
            return try #require(reading.subject).facilities.map { Array($0.seats[1...3]) }
        }
        #expect(try seats("") == [[2, 1, nil], [2, nil, nil]])
        #expect(try seats("blankSeats: notOffered\n") == [[2, 1, nil], [2, nil, nil]])
        #expect(try seats("blankSeats: zero\n") == [[2, 1, nil], [2, 0, nil]])
    }

    @Test("A cell that the profile reads as blank is 0 too, and another word for blankSeats is an error")
    func blankSeatsOfProfile() throws {
        let settings = Sketch.sound["case.yaml"]! + "columns: {blank: '-'}\n"
        let facilities = "facility_id,name,seats_1,seats_2\nA,青葉保育園,2,1\nB,ばら保育園,2,-\n"
        let zero = try Sketch(["case.yaml": settings + "blankSeats: zero\n", "facilities.csv": facilities]).read()
        #expect(zero.subject?.facilities[1].seats[2] == 0)
        let wrong = try Sketch(["case.yaml": settings + "blankSeats: full\n", "facilities.csv": facilities]).read()
        #expect(wrong.errors.map { "\($0)".prefix(38) } == ["case.yaml:10:13: error SETTING_INVALID"])
    }

    @Test("A negative number of seats is an over-full class, and check tells how it comes about")
    func negativeSeats() throws {
        func messages(_ facilities: String) throws -> [String] {
            let reading = try Sketch(["facilities.csv": facilities]).read()
            #expect(reading.errors == [])
            return reading.problems.map { "\($0)" }
        }
        let written = try messages("facility_id,name,seats_1,seats_2\nA,青葉保育園,-2,1\nB,ばら保育園,2,0\n")
        #expect(
            written == [
                "facilities.csv:2:9: warning CLASS_OVERFULL: row 2, \"seats_1\" (C2): A has 2 more in class 1 than places (seats_1 is -2): of the seats "
                    + "that transfer applicants leave there, the first 2 are not given away; a seat is free when 3 have left."
            ])
        let closed = try messages("facility_id,name,seats_1,seats_2,closed_1\nA,青葉保育園,-2,1,yes\nB,ばら保育園,2,0,\n")
        #expect(
            closed.first?.hasSuffix(": no seat that transfer applicants leave there is given away in this round.")
                == true)
        let derived = try messages(
            "facility_id,seats_1,seats_2,capacity_1,margin_1,enrolled_1\nA,-1,1,10,1,12\nB,2,0,,,\n")
        #expect(
            derived == [
                "facilities.csv:2:3: warning CLASS_OVERFULL: row 2, \"seats_1\" (B2): A has 1 more enrolled in class 1 than capacity and margin "
                    + "(capacity 10, margin 1, enrolled 12: 10 + 1 - 12 = -1): of the seats that transfer applicants leave "
                    + "there, the first is not given away; a seat is free when 2 have left."
            ])
        let disagreeing = try messages(
            "facility_id,seats_1,seats_2,capacity_1,margin_1,enrolled_1\nA,-2,1,10,1,12\nB,2,0,,,\n")
        #expect(disagreeing.count == 2)
        #expect(disagreeing.contains { $0.contains("SEATS_DISAGREE") })
        #expect(disagreeing.contains { $0.contains("than places (seats_1 is -2)") })
    }

    @Test("closed_N and keepsClosed say which seats stay closed, and are written again")
    func keptClosed() throws {
        let sketch = try Sketch([
            "case.yaml": Sketch.sound["case.yaml"]! + "keepsClosed: ０;2\n",
            "facilities.csv":
                "facility_id,name,seats_1,seats_2,closed_0,closed_1,closed_2\nA,青葉保育園,2,1,,yes,no\nB,ばら保育園,2,0,,,\n",
        ])
        let reading = sketch.read()
        #expect(reading.problems == [])
        let draft = try #require(reading.draft)
        #expect(draft.rules.keepsClosed == AgeSet([0, 2]))
        #expect(draft.facilities[0].keepsClosed == [nil, true, false, nil, nil, nil])
        #expect(try draft.resolved().facilities.map(\.keepsClosed) == [AgeSet([0, 1]), AgeSet([0, 2])])
        let copy = CaseFolder(sketch.url.appending(path: "copy"))
        try copy.write(draft)
        let again = copy.read()
        #expect(again.draft == draft)
        #expect(again.subject?.digest() == reading.subject?.digest())
    }

    @Test("Bad input of kept seats is told with its place")
    func badKeptClosed() throws {
        let facilities = "facility_id,name,seats_1,seats_2,closed_1\nA,青葉保育園,2,1,maybe\nB,ばら保育園,2,0,\n"
        #expect(
            try Sketch(["facilities.csv": facilities]).read().errors.map { "\($0)" } == [
                "facilities.csv:2:13: error NOT_A_CHOICE: row 2, \"closed_1\" (E2): closed_1 must be yes, no or blank."
            ])
        for value in ["6", "yes", "[0, 1]", ""] {
            let settings = Sketch.sound["case.yaml"]! + "keepsClosed: \(value)\n"
            let errors = try Sketch(["case.yaml": settings]).read().errors
            #expect(errors.map(\.code) == ["SETTING_INVALID"], "\(value): \(errors)")
            #expect(errors.first?.line == 9, "\(value)")
        }
        let misspelt = facilities.replacing("closed_1", with: "Closed_01").replacing("maybe", with: "yes")
        #expect(try Sketch(["facilities.csv": misspelt]).read().errors.map(\.code) == ["COLUMN_MISSPELT"])
    }

    @Test("facility_id of a seat limit may be a list, and is written again")
    func sharedLimits() throws {
        let sketch = try Sketch([
            "seat_limits.csv": "facility_id,ages,group,seats,opens\nA; Ｂ,1-2,,3,\nB,3;4,support,1,yes\n"
        ])
        let reading = sketch.read()
        #expect(reading.problems == [])
        let draft = try #require(reading.draft)
        #expect(draft.seatLimits.map(\.facilities) == [["A", "B"], ["B"]])
        #expect(reading.subject?.limits.last?.facilities == [0, 1])
        let copy = CaseFolder(sketch.url.appending(path: "copy"))
        try copy.write(draft)
        let again = copy.read()
        #expect(again.draft == draft)
        #expect(again.subject?.digest() == reading.subject?.digest())
    }

    @Test("A facility whose id has a semicolon is no list")
    func semicolonInID() throws {
        let reading = try Sketch([
            "facilities.csv": "facility_id,name,seats_1,seats_2\nA,青葉保育園,2,1\nB,ばら保育園,2,0\nA;B,分園,1,1\n",
            "seat_limits.csv": "facility_id,ages,group,seats,opens\nA;B,1-2,,3,\n",
        ]).read()
        #expect(reading.problems == [])
        #expect(reading.draft?.seatLimits.map(\.facilities) == [["A;B"]])
    }

    @Test(
        "What is wrong with a list of facilities is told with its place",
        arguments: [
            ("A;Z,1-2,,3,", "seat_limits.csv:2:1: error FACILITY_UNKNOWN: row 2, \"facility_id\" (A2): The facility Z"),
            ("A;A,1-2,,3,", "seat_limits.csv:2:1: error LIMIT_FACILITY_TWICE"),
            ("A;B,3,,3,yes", "seat_limits.csv:2:10: error OPENS_SHARED_LIMIT"),
            ("A;B,1,,-3,", "seat_limits.csv:2:8: error SEATS_NEGATIVE"),
            ("A;B,1,,若干名,", "seat_limits.csv:2:8: error NOT_A_NUMBER: row 2, \"seats\" (D2): seats seems to say a few"),
            (";,1,,3,", "seat_limits.csv:2:1: error FACILITY_UNKNOWN"),
            ("A;B,1,,3,\nB;A,1,,2,", "seat_limits.csv:3:5: error LIMIT_TWICE"),
        ])
    func badSharedLimits(rows: String, expected: String) throws {
        let problems = try Sketch(["seat_limits.csv": "facility_id,ages,group,seats,opens\n\(rows)\n"]).read().problems
        try #require(problems.count == 1, "\(problems)")
        #expect(problems[0].description.hasPrefix(expected), "\(problems[0])")
        #expect(problems[0].text(in: .japanese).contains("エラー"))
    }
}
