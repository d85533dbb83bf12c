import Admissions
import Testing

@Suite("Values of keys that depend on the wish")
struct WishKeyResolvingTests {
    /// One child that wishes A, nothing, B and A again, and lives in the north; A is in the north, B in the south.
    private func draft(_ keys: [PriorityKey]) -> CaseDraft {
        var draft = Drafts.smallest()
        draft.facilities = [Drafts.facility("A"), Drafts.facility("B")]
        draft.facilities[0].ward = "north"
        draft.facilities[1].ward = "south"
        draft.attributeNames = ["home", "distance"]
        draft.children = [Drafts.child("kid", "X", wishes: ["B", nil, "B", "A"])]
        draft.children[0].attributes = ["north", "7"]
        draft.children[0].siblingFacilities = ["B"]
        draft.rules.priority = keys
        return draft
    }

    /// The values of the only key: where no wish is meant, then at each wish.
    private func values(_ draft: CaseDraft) throws -> [String] {
        let subject = try draft.resolved()
        let own = subject.keyValue(child: 0, key: 0)
        let byWish = subject.children[0].wishes.indices.map { subject.keyValue(child: 0, wish: $0, key: 0) }
        return ([own] + byWish).map { subject.rules.priority[0].text(of: $0) }
    }

    @Test("Ranks count after gaps close and repeats drop, and the best wish stands for the child")
    func ranks() throws {
        #expect(try values(draft([PriorityKey("wish_rank", .ascending)])) == ["1", "1", "2"])
        #expect(try values(draft([PriorityKey("wish_rank", .descending)])) == ["2", "1", "2"])
    }

    @Test("A sibling and a home count at their own facility")
    func places() throws {
        #expect(try values(draft([PriorityKey("sibling_at_facility", .descending)])) == ["1", "1", "0"])
        #expect(try values(draft([PriorityKey("sibling_at_facility", .ascending)])) == ["0", "1", "0"])
        #expect(try values(draft([PriorityKey("lives_in_area", .descending, column: "home")])) == ["1", "0", "1"])
    }

    @Test(
        "A value by wish belongs to the wish of its number before gaps close; where it is blank the child's own counts")
    func byWish() throws {
        var draft = draft([PriorityKey("distance", .ascending)])
        draft.wishAttributeNames = ["distance"]
        draft.children[0].wishAttributes = [["", "", "", "3"]]
        #expect(try values(draft) == ["7", "7", "3"])
        draft.children[0].attributes[1] = ""
        #expect(draft.places.contains(Place(.keyBlank, .children, 0, "distance")))
        draft.children[0].wishAttributes = [["9", "", "", "3"]]
        #expect(try values(draft) == ["3", "9", "3"])
        draft.rules.priority[0].order = .descending
        #expect(try values(draft) == ["9", "9", "3"])
        draft.children[0].wishAttributes = [["9"]]
        draft.rules.priority[0].blank = .last
        #expect(try values(draft) == ["9", "9", ""])
    }

    @Test("A value for no wish is an error, and so is one that does not compare with the others")
    func wrongCells() {
        var draft = draft([PriorityKey("distance", .ascending)])
        draft.wishAttributeNames = ["distance"]
        func errors(_ texts: [String]) -> [Place] {
            draft.children[0].wishAttributes = [texts]
            return draft.resolve().findings.filter { $0.severity == .error }.map(Place.init)
        }
        #expect(errors(["1", "2"]) == [Place(.keyValueWithoutWish, .children, 0, "distance_2")])
        #expect(errors(["1", "", "", "", "2"]) == [Place(.keyValueWithoutWish, .children, 0, "distance_5")])
        #expect(errors(["near"]) == [Place(.keyNotComparable, .children, 0, "distance_1")])
        #expect(errors(["2026-10-01"]) == [Place(.keyNotComparable, .children, 0, "distance_1")])
        draft.children[0].attributes[1] = ""
        // What does not compare is one error, and no blank besides.
        #expect(errors(["near", "", "", "3"]) == [Place(.keyNotComparable, .children, 0, "distance_1")])
        draft.rules.priority[0].blank = .last
        #expect(errors(["2026-10-01"]) == [])
        draft.rules.priority[0].blank = .isError
        draft.rules.priority[0].onlyWhen = KeyRestriction([.attribute("home", .filled)])
        draft.wishAttributeNames = []
        draft.children[0].wishAttributes = []
        draft.children[0].attributes[1] = "near"
        #expect(draft.places.filter { $0.code != .keyOfWishRank }.map(\.code).contains(.keyBlank) == false)
    }

    @Test("A column of a computed key's name is what the key compares, as it always was")
    func ownColumn() throws {
        var draft = draft([PriorityKey("sibling_at_facility", .descending)])
        draft.attributeNames[1] = "sibling_at_facility"
        #expect(try values(draft) == ["7", "7", "7"])
        #expect(try draft.resolved().wishKeyValues.keys.isEmpty)
    }

    @Test("Listed texts compare by their place, letters by the alphabet, and both are told as they are written")
    func texts() throws {
        var draft = draft([PriorityKey("distance", .ascending, values: ["災害", "疾病", "就労"])])
        draft.children[0].attributes[1] = "疾病"
        #expect(try values(draft)[0] == "疾病")
        #expect(try draft.resolved().keyValue(child: 0, key: 0) == .number(2))
        draft.rules.priority = [PriorityKey("distance", .ascending, usesLetters: true)]
        draft.children[0].attributes[1] = "C"
        #expect(try values(draft)[0] == "C")
        #expect(try draft.resolved().keyValue(child: 0, key: 0) == .number(3))
        for wrong in ["AB", "c", "3"] {
            draft.children[0].attributes[1] = wrong
            #expect(draft.places.contains(Place(.keyNotComparable, .children, 0, "distance")))
        }
    }

    @Test("Texts that the list does not name are an error, each named and counted")
    func unlisted() throws {
        var draft = draft([PriorityKey("distance", .ascending, values: ["災害"])])
        for (number, text) in ["災害", "求職", "就学", "就学"].enumerated() {
            var child = Drafts.child(ChildID("more\(number)"), HouseholdID("H\(number)"), wishes: ["A"])
            child.attributes = ["", text]
            draft.children.append(child)
        }
        draft.children[0].attributes[1] = "災害"
        let findings = draft.resolve().findings.filter { $0.severity == .error }
        #expect(findings.map(Place.init) == [Place(.keyValueUnlisted, .settings, nil, "priority[0]")])
        #expect(findings[0].message.contains("3 cells have values of distance"))
        #expect(findings[0].message.contains("就学 (2), 求職 (1)"))
        #expect(findings[0].sentence[.japanese].contains("就学（2件）、求職（1件）"))
    }

    @Test("The order of rows does not matter, and values at other wishes make another case")
    func digests() throws {
        var draft = draft([PriorityKey("distance", .ascending)])
        draft.wishAttributeNames = ["distance"]
        draft.children[0].wishAttributes = [["9", "", "", "3"]]
        var other = Drafts.child("another", "Y", wishes: ["A", "B"])
        (other.attributes, other.wishAttributes) = (["", "5"], [["", "6"]])
        draft.children.append(other)
        let subject = try draft.resolved()
        for seed in 0..<10 as Range<UInt64> {
            let shuffled = try draft.shuffled(seed: seed).resolved()
            #expect(shuffled == subject && shuffled.digest() == subject.digest())
        }
        var digests = [subject.digest()]
        draft.children[1].wishAttributes = [["6", ""]]
        digests.append(try draft.resolved().digest())
        draft.wishAttributeNames = []
        for row in draft.children.indices { draft.children[row].wishAttributes = [] }
        digests.append(try draft.resolved().digest())
        draft.rules.priority = [PriorityKey("distance", .ascending, usesLetters: true)]
        for row in draft.children.indices { draft.children[row].attributes[1] = "A" }
        digests.append(try draft.resolved().digest())
        draft.rules.priority = [PriorityKey("distance", .ascending, values: ["A"])]
        digests.append(try draft.resolved().digest())
        draft.rules.priority = [PriorityKey("distance", .ascending, values: ["A", "B"])]
        digests.append(try draft.resolved().digest())
        draft.rules.priority = [PriorityKey("lives_in_area", .descending, column: "home")]
        digests.append(try draft.resolved().digest())
        draft.rules.priority[0].column = "distance"
        digests.append(try draft.resolved().digest())
        #expect(Set(digests).count == digests.count)
    }
}
