import Admissions
import Testing

@testable import CaseFiles

@Suite("Circled, raised and lowered figures")
struct DrawnFiguresTests {
    @Test(
        "No cell of numbers, days or ages joins them to other digits",
        arguments: [
            ("facilities.csv", "青葉保育園,2,", "青葉保育園,2①,", "facilities.csv:2:9 NOT_A_NUMBER"),
            ("facilities.csv", "青葉保育園,2,", "青葉保育園,2①名,", "facilities.csv:2:9 NOT_A_NUMBER"),
            ("facilities.csv", "青葉保育園,2,", "青葉保育園,1₂,", "facilities.csv:2:9 NOT_A_NUMBER"),
            ("seat_limits.csv", "1-2,,3", "1-2,,10⁰", "seat_limits.csv:2:8 NOT_A_NUMBER"),
            ("seat_limits.csv", "A,1-2", "A,1-②", "seat_limits.csv:2:3 NOT_AGES"),
            ("children.csv", "A,B,40", "A,B,4⁰", "children.csv:2:22 NOT_A_NUMBER"),
            ("children.csv", ",3\n", ",1²\n", "children.csv:2:26 NOT_A_NUMBER"),
            ("children.csv", "2025-04-10", "2025-04-1²", "children.csv:2:7 NOT_A_DATE"),
        ])
    func refused(file: String, old: String, new: String, expected: String) throws {
        let problems = try Sketch(file, old, new).read().problems.filter { $0.severity == .error }
        #expect(problems.map { "\($0.file ?? ""):\($0.line ?? 0):\($0.column ?? 0) \($0.code)" } == [expected])
        #expect(problems.first?.message.contains("circled, raised or lowered") == true)
        #expect(problems.first?.text(in: .japanese).contains("普通の数字で") == true)
    }

    @Test("Digits of full width are plain, and a profile may give a circled one a meaning")
    func allowed() throws {
        #expect(try Sketch("facilities.csv", "青葉保育園,2,", "青葉保育園,２,").read().problems == [])
        #expect(hasDrawnFigures("２０２７年４月") == false)
        let sketch = try Sketch([
            "facilities.csv": Sketch.sound["facilities.csv"]!.replacing("青葉保育園,2,", with: "青葉保育園,②,"),
            "case.yaml": Sketch.sound["case.yaml"]! + "columns: {values: {seats_1: {②: \"2\"}}}\n",
        ])
        #expect(sketch.read().problems == [])
    }
}
