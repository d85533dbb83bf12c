import Admissions
import Reports
import Testing

@Suite("The page of a batch")
struct BatchPageTests {
    @Test(
        "Its links are paths, whatever the folders are called",
        arguments: [
            ("javascript:alert(1)/revision-1/report.html", "./javascript%3Aalert%281%29/revision-1/report.html"),
            ("%2e%2e/a?b#c/report.html", "./%252e%252e/a%3Fb%23c/report.html"),
            ("../結果/report.html", "./../%E7%B5%90%E6%9E%9C/report.html"),
            ("a\"b&c/\n", "./a%22b%26c/%0A"),
        ])
    func links(_ path: String, _ expected: String) {
        let row = BatchPage.Row(
            folder: "a", municipality: "", month: "2027-04", round: "first", state: .computed,
            counts: BatchPage.Counts(
                children: 1, placed: 1, stays: 0, held: 0, claims: 0, revision: 1, report: path), note: Phrase(same: "")
        )
        #expect(String(decoding: BatchPage([row]).page(), as: UTF8.self).contains("<a href=\"\(expected)\">"))
    }
}
