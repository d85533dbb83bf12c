import Testing

@testable import CaseFiles
@testable import Service

@Suite("Names of files, versions beside each other, and the city's profile")
struct FilesTests {
    @Test("a name has no path, is composed, and ends as a table or as YAML does")
    func names() throws {
        #expect(try FileName.checked("か\u{3099}.csv").utf8.elementsEqual("が.csv".utf8))
        #expect(try FileName.checked(" 申込者 一覧.XLSX ") == "申込者 一覧.XLSX")
        let refused = [
            "../a.csv", "a/b.csv", "a\\b.csv", "a\0.csv", ".csv", "~$a.xlsx", "csv", "a.xls", "a.csv.exe",
            String(repeating: "表", count: 121) + ".csv", "\u{202E}a.csv", "",
        ]
        for name in refused {
            #expect(throws: ServiceFault.self, "\(name.debugDescription)") { try FileName.checked(name) }
        }
    }

    @Test("of two versions each file is added, replaced, taken out or the same")
    func versions() {
        func file(_ name: String, _ hash: String) -> FileRow { FileRow(name: name, sha256: hash, size: 1) }
        let before = [file("a", "1"), file("b", "1"), file("c", "1")]
        let after = [file("d", "1"), file("c", "1"), file("b", "2")]
        let changes = VersionPage.differences(before, after).map { ($0.name, VersionPage.change($0.old, $0.new)) }
        #expect(changes.map(\.0) == ["a", "b", "c", "d"])
        #expect(changes.map(\.1) == [.removed, .replaced, .same, .added])
    }
}
