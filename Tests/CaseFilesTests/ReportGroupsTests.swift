import Testing

@testable import CaseFiles

@Suite("By what the report counts children")
struct ReportGroupsTests {
    /// A case of so many children with a further column, by which the report counts.
    private static func messages(_ groups: String, _ count: Int = 20, value: (Int) -> String = { _ in "x" }) throws
        -> [String]
    {
        let children = (0..<count).map { "k\($0),h\($0),2025-04-10,A,40,3,\(value($0))\n" }.joined()
        let sketch = try Sketch([
            "case.yaml": Sketch.sound["case.yaml"]! + "report: \(groups)\n",
            "children.csv": "child_id,household_id,birth_date,wish_1,points,tax,保護者\n" + children,
            "households.csv": nil, "joint_wishes.csv": nil,
        ])
        return withExtendedLifetime(sketch) {
            sketch.read().problems.filter { $0.severity == .error }.map(\.description)
        }
    }

    @Test("A column of few values counts, whatever they are")
    func sound() throws {
        #expect(try Self.messages("{groups: [保護者]}") == [])
        #expect(try Self.messages("{groups: [保護者]}", 400) { "w\($0 / 2)" } == [])
        #expect(try Self.messages("{groups: [保護者]}", 5) { "w\($0)" } == [])
    }

    @Test(
        "A column that tells children apart is refused, so that no name stands in a report", arguments: [10, 20, 500])
    func names(count: Int) throws {
        let messages = try Self.messages("{groups: [保護者]}", count) { $0 < count / 3 ? "" : "太郎\($0)" }
        #expect(messages.count == 1 && messages[0].contains("as names and addresses have"), "\(messages)")
        #expect(!messages.joined().contains("太郎"))
        // Many values, though each is there several times.
        #expect(try Self.messages("{groups: [保護者]}", 1_206) { "w\($0 / 6)" }.count == 1)
    }

    @Test("Another name is told with the one that is near, and another form with an example")
    func unknown() throws {
        let messages = try Self.messages("{groups: [保護者名]}")
        #expect(messages.count == 1 && messages[0].contains("is 保護者 meant?"), "\(messages)")
        for form in ["[保護者]", "{groups: []}", "{groups: [保護者, 保護者]}"] {
            #expect(try Self.messages(form).count == 1, "\(form)")
        }
    }
}
