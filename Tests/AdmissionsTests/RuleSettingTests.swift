import Testing

@testable import Admissions

@Suite("Settings of the rules by name")
struct RuleSettingTests {
    @Test(
        "What is read is what is written, and it is given to the rules",
        arguments: [
            "siblings.timing=any", "siblings.facility=rankFirst", "siblings.aggregate=product",
            "siblings.countFirst=false", "siblings.keptSeat=ignored", "householdPriority=worst", "objective=ranks",
            "priority=tax,points",
        ])
    func roundTrip(text: String) throws {
        let setting = try RuleSetting(text)
        #expect(setting.description == text)
        #expect(RuleSetting.names.contains(setting.name))
        let before = Rules(
            priority: [PriorityKey("points", .descending), PriorityKey("tax", .ascending)], drawSeed: "1")
        var rules = before
        try setting.apply(to: &rules)
        #expect(rules != before)
        if case .priority = setting {
            #expect(rules.priority == [PriorityKey("tax", .ascending), PriorityKey("points", .descending)])
        }
    }

    @Test(
        "What is wrong is said",
        arguments: [
            ("objective", "not of the form"), ("objective=best", "one of priority, placements, ranks"),
            ("siblings.countFirst=yes", "true or false"), ("draw=1", "no setting draw"),
        ])
    func errors(text: String, part: String) {
        let error = #expect(throws: InvalidChange.self) { try RuleSetting(text) }
        #expect(error?.description.contains(part) == true)
    }

    @Test("Another order of the keys names each once", arguments: ["priority=tax", "priority=tax,tax", "priority="])
    func order(text: String) throws {
        let setting = try RuleSetting(text)
        var rules = Rules(
            priority: [PriorityKey("points", .descending), PriorityKey("tax", .ascending)], drawSeed: "1")
        #expect(throws: InvalidChange.self) { try setting.apply(to: &rules) }
    }
}
