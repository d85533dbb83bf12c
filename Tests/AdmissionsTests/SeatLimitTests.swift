import Admissions
import Testing

struct SeatLimitTests {
    @Test(
        "Ages are read in every form",
        arguments: [
            ("0", [0]), ("3-5", [3, 4, 5]), ("0;2", [0, 2]), ("0;2-3;5", [0, 2, 3, 5]), ("2-2", [2]),
            ("5;0;0", [0, 5]),
            ("3 - 5", [3, 4, 5]), ("0; 2", [0, 2]), ("0-5", [0, 1, 2, 3, 4, 5]), ("1-3;2-4", [1, 2, 3, 4]),
        ])
    func ages(text: String, ages: [Int]) {
        #expect(AgeSet(text)?.ages == ages)
    }

    @Test(
        "Other texts are no ages",
        arguments: ["", ";", "6", "-1", "5-3", "0-", "-", "0;", "0-2-4", "a", "00", "１", "3〜5", "0,2", "0-6", "+1"])
    func noAges(text: String) {
        #expect(AgeSet(text) == nil)
    }

    @Test("Every set of ages is read back from its text")
    func agesRoundTrip() {
        #expect(AgeSet([]).description == "")
        for bits in 1..<64 {
            let set = AgeSet(rawValue: UInt8(bits))
            #expect(AgeSet(set.description) == set)
            #expect(AgeSet(set.ages) == set)
            for age in 0...5 { #expect(set.contains(age: age) == set.ages.contains(age)) }
        }
        #expect(AgeSet([0, 1]).description == "0;1")
        #expect(AgeSet([3, 4, 5]).description == "3-5")
        #expect(AgeSet([0, 2, 3]).description == "0;2;3")
    }

    @Test("Group conditions are read, written and cover whom they say")
    func groups() {
        #expect(GroupCondition("") == .everyone)
        #expect(GroupCondition("support") == .members(of: "support"))
        #expect(GroupCondition("!support") == .others(than: "support"))
        #expect(GroupCondition("!!a") == .others(than: "!a"))
        #expect(GroupCondition("!") == nil)
        for text in ["", "support", "!support", "障害児"] { #expect(GroupCondition(text)?.description == text) }
        for groups in [[], ["support"], ["a", "support"], ["a"]] {
            #expect(GroupCondition.everyone.covers(groups))
            #expect(GroupCondition.members(of: "support").covers(groups) == groups.contains("support"))
            #expect(GroupCondition.others(than: "support").covers(groups) == !groups.contains("support"))
        }
    }

    @Test("A facility's limits are its classes by age, then the further rows by ages and group")
    func order() throws {
        let subject = try Drafts.full().resolved()
        let limits = subject.facilities[0].limits.map { subject.limits[$0] }
        #expect(limits.map(\.ages.description) == ["0", "1", "2", "0-2", "3-5"])
        #expect(limits.map(\.isClassLimit) == [true, true, true, false, false])
        #expect(limits.map(\.seats) == [1, 2, 2, 4, 1])
        #expect(subject.facilities.map(\.limits) == [Array(0..<5), Array(5..<9), Array(9..<12)])
        for (index, facility) in subject.facilities.enumerated() {
            #expect(facility.limits.allSatisfy { subject.limits[$0].facilities == [index] })
        }
    }

    @Test("Limits over several facilities stand behind all others, and each of their facilities names them")
    func shared() throws {
        var draft = Drafts.full()
        draft.seatLimits += [
            SeatLimitRow(facility: "C", sharedWith: ["A"], ages: AgeSet(0...5), seats: 3),
            SeatLimitRow(facility: "B", sharedWith: ["A"], ages: AgeSet([1]), seats: 2),
        ]
        let plain = try Drafts.full().resolved()
        let subject = try draft.resolved()
        #expect(subject.limits.dropLast(2) == plain.limits[...])
        #expect(subject.limits.suffix(2).map(\.facilities) == [[0, 1], [0, 2]])
        #expect(subject.limits.suffix(2).map(\.seats) == [2, 3])
        #expect(subject.limits.map(\.isShared) == plain.limits.map { _ in false } + [true, true])
        let (first, second) = (plain.limits.count, plain.limits.count + 1)
        for (index, added) in [[first, second], [first], [second]].enumerated() {
            #expect(subject.facilities[index].limits == plain.facilities[index].limits + added)
        }
        for (limit, entry) in subject.limits.enumerated() {
            for facility in subject.facilities.indices {
                #expect(entry.counts(at: facility) == subject.facilities[facility].limits.contains(limit))
            }
        }
    }

    @Test("Limits whose groups only read alike keep one order, whatever the order of rows")
    func groupsThatReadAlike() throws {
        var draft = Drafts.smallest()
        draft.seatLimits = [
            SeatLimitRow(facility: "A", ages: [], group: .members(of: "!a"), seats: 1),
            SeatLimitRow(facility: "A", ages: [], group: .others(than: "a"), seats: 2),
        ]
        for row in draft.seatLimits.indices { draft.seatLimits[row].ages = AgeSet(0...2) }
        let subject = try draft.resolved()
        draft.seatLimits.reverse()
        #expect(try draft.resolved() == subject)
    }

    @Test("A class is offered by its seats, also by none left, or by a row that opens it for the child's group")
    func offering() throws {
        var draft = Drafts.smallest()
        func isOffered(_ change: (inout CaseDraft) -> Void) throws -> Bool {
            var changed = draft
            change(&changed)
            return try changed.resolved().children[0].wishes[0].ineligibility != .notOffered
        }
        #expect(try isOffered { _ in })
        #expect(try isOffered { $0.facilities[0].seats[1] = 0 })
        draft.facilities[0].seats[1] = nil
        let ages = AgeSet(0...1)
        let group = GroupCondition.members(of: "support")
        #expect(try !isOffered { _ in })
        #expect(try !isOffered { $0.seatLimits = [SeatLimitRow(facility: "A", ages: ages, seats: 1)] })
        #expect(try isOffered { $0.seatLimits = [SeatLimitRow(facility: "A", ages: ages, seats: 0, opens: true)] })
        #expect(
            try !isOffered {
                $0.seatLimits = [SeatLimitRow(facility: "A", ages: ages, group: group, seats: 1, opens: true)]
            })
        #expect(
            try isOffered {
                $0.seatLimits = [SeatLimitRow(facility: "A", ages: ages, group: group, seats: 1, opens: true)]
                $0.children[0].groups = ["support"]
            })
    }
}
