import Admissions
import Testing

@Suite("Texts with placeholders")
struct PlaceholderTextTests {
    private func filled(_ line: String) -> String? {
        let values = ["月": "4月", "方書": "", "住所": ""]
        return PlaceholderText(line).filled { values[$0]! }.map { "\($0.text) \($0.missing)" }
    }

    @Test("Values are filled in, in braces of either width")
    func filling() {
        #expect(filled("{月}の｛月｝と{ 月 }") == "4月の4月と4月 []")
        #expect(filled("") == " []")
    }

    @Test("What is blank is shown as a blank and told, unless it may be; a line of nothing else is left out")
    func blanks() {
        #expect(filled("〒{住所} 〔市長名〕") == "〒〔住所〕 〔市長名〕 [\"住所\"]")
        #expect(PlaceholderText("〔市長〔名〕 〔{月}〕").blanks == ["〔名〕", "〔{月}〕"])
        #expect(filled("{方書?}") == nil)
        #expect(filled("（{方書？}）") == nil)
        #expect(filled("{月}{方書?}") == "4月 []")
    }

    @Test(
        "A brace without its partner is found",
        arguments: [("{月", "{"), ("月}", "}"), ("{{月}", "{"), ("{月}}", "}"), ("｛月", "｛")])
    func strays(line: String, brace: String) {
        #expect(PlaceholderText(line).pieces.contains(.stray(brace)))
    }
}
