import Admissions
import Testing

@Suite("Doubts about what cannot well be right")
struct DoubtTests {
    /// Forty children of class 1 with points and tax of their own, who wish A, B and C in turn; thirty seats each.
    static func town() -> CaseDraft {
        var draft = Drafts.smallest()
        draft.rules.priority = [PriorityKey("points", .descending), PriorityKey("tax", .ascending)]
        draft.attributeNames = ["tax"]
        let ids: [FacilityID] = ["A", "B", "C", "D"]
        draft.facilities = ids.map { FacilityRow(id: $0, seats: [nil, 30, 30, nil, nil, nil]) }
        draft.children = (0..<40).map { index in
            var child = Drafts.child(
                ChildID("k\(index)"), HouseholdID("h\(index)"), born: "2025-\(5 + index % 4)-\(10 + index % 20)",
                wishes: (0..<3).map { ids[(index + $0) % 3] })
            child.points = ExactNumber(20 + index / 2)
            child.attributes = ["\(index % 7)"]
            return child
        }
        return draft
    }

    /// Leaves only the draw to tell the first children apart.
    static func makeEqual(_ count: Int, in draft: inout CaseDraft) {
        for row in 0..<count {
            draft.children[row].points = 30
            draft.children[row].attributes = ["1"]
        }
    }

    /// Adds applicants who are in no later case: so many at each facility and class, who wish it alone.
    static func leave(_ count: Int, from draft: inout CaseDraft) {
        for facility in draft.facilities {
            for (age, born) in [(1, "2025-06-01"), (2, "2024-06-01")] {
                for number in 0..<count {
                    let id = "gone\(facility.id)\(age)-\(number)"
                    var child = Drafts.child(ChildID(id), HouseholdID(id), born: born, wishes: [facility.id])
                    child.points = ExactNumber(number)
                    child.attributes = ["\(number)"]
                    draft.children.append(child)
                }
            }
        }
    }

    /// Makes points of the tax, by a row that names these values; the numbers of the children tell them apart.
    private static func name(_ values: [String], in draft: inout CaseDraft) {
        draft.rules.pointsTable = [PointsRow("tax", .oneOf(values), earns: .points(1))]
        draft.rules.priority.append(PriorityKey("number", .ascending))
        draft.attributeNames.append("number")
        for row in draft.children.indices {
            draft.children[row].points = nil
            draft.children[row].attributes.append("\(row)")
        }
    }

    struct Sample: Sendable, CustomTestStringConvertible {
        let code: Finding.Code
        let table: CaseTable
        let row: Int?
        let column: String?
        /// What makes the doubt, and what does not quite.
        let raise: @Sendable (inout CaseDraft) -> Void
        let spare: @Sendable (inout CaseDraft) -> Void
        /// A change of the previous case, where one is compared.
        var previous: (@Sendable (inout CaseDraft) -> Void)?
        var testDescription: String { code.rawValue }
    }

    static let samples = [
        Sample(
            code: .valuesUnnamed, table: .settings, row: nil, column: "pointsTable",
            raise: { name(["0", "none"], in: &$0) }, spare: { name(["0", "6"], in: &$0) }),
        Sample(
            code: .manyWithoutWishes, table: .children, row: nil, column: "wish_1",
            raise: { draft in for row in 0..<3 { draft.children[row].wishes = [] } },
            spare: { draft in for row in 0..<2 { draft.children[row].wishes = [] } }),
        Sample(
            code: .transfersGone, table: .children, row: nil, column: "current_facility_id",
            raise: { _ in },
            spare: { draft in draft.children[7].currentFacility = "D" },
            previous: { draft in for row in 0..<5 { draft.children[row].currentFacility = "D" } }),
        Sample(
            code: .zeroSeats, table: .facilities, row: 0, column: "seats_1",
            raise: { draft in
                draft.facilities[0].seats[1] = 0
                for row in 0..<20 { draft.children[row].wishes = ["A", "B", "C"] }
                for row in 20..<40 { draft.children[row].wishes = ["B", "A", "C"] }
            },
            spare: { draft in
                draft.facilities[0].seats[1] = 0
                for row in 0..<19 { draft.children[row].wishes = ["A", "B", "C"] }
                for row in 19..<40 { draft.children[row].wishes = ["B", "A", "C"] }
            }),
        Sample(
            code: .nobodyEligible, table: .facilities, row: 3, column: "seats_1",
            raise: { draft in
                draft.facilities[3].seats[1] = nil
                for row in 0..<10 { draft.children[row].wishes.append("D") }
            },
            spare: { draft in
                draft.facilities[3].seats[1] = nil
                for row in 0..<9 { draft.children[row].wishes.append("D") }
            }),
        Sample(
            code: .pointsAllEqual, table: .children, row: nil, column: "points",
            raise: { draft in
                for row in draft.children.indices {
                    draft.children[row].points = 30
                    draft.children[row].attributes = ["\(row)"]
                }
            },
            spare: { draft in
                for row in draft.children.indices {
                    draft.children[row].points = row == 7 ? 31 : 30
                    draft.children[row].attributes = ["\(row)"]
                }
            }),
        Sample(
            code: .drawDecidesMuch, table: .settings, row: nil, column: "priority",
            raise: { makeEqual(22, in: &$0) },
            spare: { makeEqual(20, in: &$0) }),
        Sample(
            code: .drawDecidesMuch, table: .settings, row: nil, column: "priority",
            raise: { makeEqual(22, in: &$0) },
            spare: { draft in
                // They are equal, but no two wish the same facility.
                makeEqual(22, in: &draft)
                for row in 0..<22 {
                    draft.children[row].wishes = [FacilityID("N\(row)")]
                    draft.facilities.append(
                        FacilityRow(id: FacilityID("N\(row)"), seats: (0...5).map { _ in 1 }))
                }
            }),
        Sample(
            code: .drawDecidesMuch, table: .settings, row: nil, column: "priority",
            raise: { makeEqual(22, in: &$0) },
            spare: { draft in
                // Only children of one household share a facility, though each applies alone.
                makeEqual(22, in: &draft)
                for row in 0..<22 {
                    draft.children[row].household = HouseholdID("pair\(row / 2)")
                    draft.children[row].wishes = [FacilityID("N\(row / 2)")]
                    draft.facilities.append(FacilityRow(id: FacilityID("N\(row)"), seats: (0...5).map { _ in 1 }))
                }
                draft.rules.siblings.timing = .independent
            }),
        Sample(
            code: .keyRounded, table: .children, row: nil, column: "tax",
            raise: { draft in
                for row in 0..<3 { draft.children[row].attributes = ["1234567890123\(row)500"] }
            },
            spare: { draft in
                for row in 0..<3 { draft.children[row].attributes = ["1234567890123\(row)501"] }
            }),
        Sample(
            code: .keyRounded, table: .children, row: nil, column: "tax",
            raise: { draft in
                for row in 0..<3 { draft.children[row].attributes = ["33.\(row)333333333333"] }
            },
            spare: { draft in
                for row in 0..<3 { draft.children[row].attributes = ["33.\(row)3333333333"] }
            }),
        Sample(
            code: .childrenAlike, table: .children, row: 3, column: "child_id",
            raise: { draft in
                draft.children[3] = draft.children[2]
                draft.children[3].id = "other"
                draft.children[3].household = "another"
            },
            spare: { draft in
                draft.children[3] = draft.children[2]
                draft.children[3].id = "twin"
            }),
        Sample(
            code: .ageForAnotherClass, table: .children, row: 5, column: "wish_1",
            raise: { draft in
                draft.children[5].birthDate = CalendarDate("2024-03-01")
                draft.children[5].wishes = ["A", "B"]
            },
            spare: { draft in
                draft.children[5].birthDate = CalendarDate("2023-03-01")
                draft.children[5].wishes = ["A", "B"]
            }),
        Sample(
            code: .facilityGone, table: .facilities, row: nil, column: nil,
            raise: { $0.facilities.removeLast() }, spare: { _ in }, previous: { _ in }),
        Sample(
            code: .seatsChanged, table: .facilities, row: 1, column: "facility_id",
            raise: {
                $0.facilities[1].seats[1] = 1
                $0.facilities[1].seats[2] = 2
            },
            spare: { draft in
                for row in 0..<4 { draft.facilities[row].seats = [nil, 10, 10, nil, nil, nil] }
            }, previous: { leave(20, from: &$0) }),
        Sample(
            code: .seatTotalChanged, table: .facilities, row: nil, column: nil,
            raise: { draft in
                for row in 0..<4 { draft.facilities[row].seats = [nil, 20, 20, nil, nil, nil] }
            },
            spare: { draft in
                for row in 0..<4 { draft.facilities[row].seats = [nil, 22, 21, nil, nil, nil] }
            },
            previous: {
                $0.month = PlacementMonth("2026-04")!
                $0.children = [Drafts.child("x", "y", wishes: ["A"])]
                $0.children[0].birthDate = CalendarDate("2024-06-01")
                $0.children[0].points = 1
                $0.children[0].attributes = ["1"]
            }),
        Sample(
            code: .ageClassChanged, table: .children, row: 8, column: "child_id",
            raise: { draft in draft.children[8].birthDate = CalendarDate("2024-06-11") },
            spare: { draft in draft.children[8].birthDate = CalendarDate("2025-06-11") }, previous: { _ in }),
        // Two classes of one facility that changed places: 10 seats away as they are, none changed back.
        Sample(
            code: .seatsSwapped, table: .facilities, row: 2, column: "seats_1",
            raise: { $0.facilities[2].seats = [nil, 3, 8, nil, nil, nil] },
            spare: { $0.facilities[2].seats = [nil, 8, 3, nil, nil, nil] },
            previous: {
                $0.facilities[2].seats = [nil, 8, 3, nil, nil, nil]
                leave(5, from: &$0)
            }),
        Sample(
            code: .seatsSwapped, table: .facilities, row: 2, column: "seats_1",
            raise: { $0.facilities[2].seats = [nil, 3, 8, nil, nil, nil] },
            spare: { $0.facilities[2].seats = [nil, 4, 7, nil, nil, nil] },
            previous: {
                $0.facilities[2].seats = [nil, 8, 3, nil, nil, nil]
                leave(5, from: &$0)
            }),
        // The same in the whole table, of which no facility alone stands out.
        Sample(
            code: .seatsSwapped, table: .facilities, row: nil, column: "seats_1",
            raise: { for row in 0..<4 { $0.facilities[row].seats = [nil, 6, 4, nil, nil, nil] } },
            spare: { for row in 0..<4 { $0.facilities[row].seats = [nil, 4, 6, nil, nil, nil] } },
            previous: {
                for row in 0..<4 { $0.facilities[row].seats = [nil, 4, 6, nil, nil, nil] }
                leave(2, from: &$0)
            }),
        Sample(
            code: .seatsUnexplained, table: .facilities, row: 1, column: "seats_2",
            raise: { $0.facilities[1].seats[2] = 16 },
            spare: { $0.facilities[1].seats[2] = 17 },
            previous: { leave(4, from: &$0) }),
        // Every facility could have lost them, but not all together: 16 seats, and 6 applicants of the class left.
        Sample(
            code: .seatsUnexplained, table: .facilities, row: nil, column: "seats_1",
            raise: { for row in 0..<4 { $0.facilities[row].seats[1] = 26 } },
            spare: { draft in for row in 0..<4 { draft.facilities[row].seats[1] = row == 0 ? 27 : 26 } },
            previous: { draft in
                leave(6, from: &draft)
                draft.children.removeAll {
                    $0.id.folded.hasPrefix("gone") && ($0.wishes != ["A"] || $0.birthDate == CalendarDate("2024-06-01"))
                }
                for row in draft.children.indices where draft.children[row].id.folded.hasPrefix("gone") {
                    draft.children[row].wishes = ["A", "B", "C", "D"]
                }
            }),
        Sample(
            code: .bornAfterStart, table: .children, row: 6, column: "birth_date",
            raise: { $0.putInClassZero(6, born: "2027-04-02") }, spare: { $0.putInClassZero(6, born: "2027-04-01") }),
        Sample(
            code: .dueAfterStart, table: .children, row: 6, column: "due_date",
            raise: { $0.putInClassZero(6, due: "2027-04-02") }, spare: { $0.putInClassZero(6, due: "2027-04-01") }),
        // A minimum age keeps the child from a place, and the rules say so by themselves.
        Sample(
            code: .dueAfterStart, table: .children, row: 6, column: "due_date",
            raise: { $0.putInClassZero(6, due: "2027-05-02") },
            spare: { draft in
                draft.putInClassZero(6, due: "2027-05-02")
                for row in draft.facilities.indices { draft.facilities[row].minimumAgeDays = 57 }
            }),
        Sample(
            code: .noJointOutcome, table: .households, row: 0, column: "household_id",
            raise: {
                $0.join(4, 5, HouseholdRow(household: "pair", timing: .together, facility: .sameOnly), ["A"], ["D"])
            },
            spare: { $0.join(4, 5, HouseholdRow(household: "pair", timing: .any, facility: .sameOnly), ["A"], ["D"]) }),
        // Siblings of whom the previous case said so are not asked about again.
        Sample(
            code: .noJointOutcome, table: .households, row: 0, column: "household_id",
            raise: {
                $0.join(4, 6, HouseholdRow(household: "pair", timing: .together, facility: .sameOnly), ["A"], ["D"])
            },
            spare: {
                $0.join(4, 5, HouseholdRow(household: "pair", timing: .together, facility: .sameOnly), ["A"], ["D"])
            },
            previous: {
                $0.join(4, 5, HouseholdRow(household: "pair", timing: .together, facility: .sameOnly), ["A"], ["D"])
            }),
        // By default, so that only the children's rows name the household; a common facility does not take one of them.
        Sample(
            code: .noJointOutcome, table: .children, row: 4, column: "household_id",
            raise: { draft in
                draft.rules.siblings.timing = .together
                draft.rules.siblings.facility = .sameOnly
                draft.join(4, 5, nil, ["A", "D"], ["D"])
                draft.facilities[3].seats[1] = nil
                draft.facilities[3].seats[2] = nil
                draft.children[5].wishes = ["D", "B"]
            },
            spare: { draft in
                draft.rules.siblings.timing = .together
                draft.rules.siblings.facility = .sameOnly
                draft.join(4, 5, nil, ["A", "D"], ["D", "A"])
            }),
        Sample(
            code: .noJointOutcome, table: .jointWishes, row: 0, column: "household_id",
            raise: { draft in
                draft.join(4, 5, nil, ["A", "D"], ["D", "A"])
                draft.facilities[3].seats[1] = nil
                draft.jointWishes = [
                    JointWishRow(household: "pair", rank: 1, child: "k4", facility: "D"),
                    JointWishRow(household: "pair", rank: 1, child: "k5", facility: "A"),
                ]
            },
            spare: { draft in
                draft.join(4, 5, nil, ["A", "D"], ["D", "A"])
                draft.facilities[3].seats[1] = nil
                draft.jointWishes = [
                    JointWishRow(household: "pair", rank: 1, child: "k4", facility: "A"),
                    JointWishRow(household: "pair", rank: 1, child: "k5", facility: "A"),
                ]
            }),
    ]

    @Test("A sound town raises none")
    func sound() throws {
        let draft = Self.town()
        #expect(draft.doubts(about: try draft.resolved()) == [])
        #expect(draft.doubts(about: try draft.resolved(), previous: try draft.resolved()) == [])
    }

    @Test("Each is raised at its threshold and its place, and not below", arguments: samples)
    func threshold(sample: Sample) throws {
        var earlier = Self.town()
        sample.previous?(&earlier)
        let previous = sample.previous == nil ? nil : try earlier.resolved()
        var raised = Self.town()
        sample.raise(&raised)
        let findings = raised.doubts(about: try raised.resolved(), previous: previous)
        #expect(findings.map(\.code) == [sample.code], "\(findings)")
        #expect(findings.first?.table == sample.table)
        #expect(findings.first?.row == sample.row)
        #expect(findings.first?.column == sample.column)
        #expect(sample.code.severity == .warning)
        var spared = Self.town()
        sample.spare(&spared)
        #expect(spared.doubts(about: try spared.resolved(), previous: previous) == [])
    }

    @Test("Every code that needs acceptance and is no finding of resolving has a sample")
    func complete() {
        #expect(Finding.Code.doubts == Set(Self.samples.map(\.code)))
        #expect(Finding.Code.doubts.allSatisfy { $0.needsAcceptance })
    }

    @Test("Places are those of the draft's rows, in whatever order they are written")
    func rowOrder() throws {
        var draft = Self.town()
        draft.children[3] = draft.children[2]
        draft.children[3].id = "other"
        draft.children[3].household = "another"
        draft.children.reverse()
        draft.facilities.reverse()
        draft.facilities[0].seats[1] = nil
        for row in 10..<20 { draft.children[row].wishes.append("D") }
        let findings = draft.doubts(about: try draft.resolved())
        #expect(findings.map(\.row) == [36, 0])
    }

    @Test("No message names a child")
    func privacy() throws {
        for sample in Self.samples {
            var draft = Self.town()
            sample.raise(&draft)
            for finding in draft.doubts(about: try draft.resolved(), previous: try Self.town().resolved()) {
                #expect(!finding.message.contains("k1") && !finding.message.contains("h1"))
            }
        }
    }
}

extension CaseDraft {
    /// Makes a child one of class 0, offered everywhere.
    fileprivate mutating func putInClassZero(_ row: Int, born: String? = nil, due: String? = nil) {
        for facility in facilities.indices { facilities[facility].seats[0] = 3 }
        children[row].birthDate = born.flatMap { CalendarDate($0) }
        children[row].dueDate = due.flatMap { CalendarDate($0) }
    }

    /// Makes two children siblings with these wishes.
    fileprivate mutating func join(
        _ one: Int, _ other: Int, _ answer: HouseholdRow?, _ wishes: [FacilityID], _ others: [FacilityID]
    ) {
        (children[one].household, children[other].household) = ("pair", "pair")
        (children[one].wishes, children[other].wishes) = (wishes, others)
        if let answer { households = [answer] }
    }
}
