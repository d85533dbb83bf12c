import CaseFiles
import Foundation
import Testing

@Suite("Texts that a clerk edits")
struct TextBlocksTests {
    private func read(_ text: String) throws -> TextBlocks {
        let url = FileManager.default.temporaryDirectory.appending(path: "letter-\(UUID().uuidString).yaml")
        defer { try? FileManager.default.removeItem(at: url) }
        try Data(text.utf8).write(to: url)
        return TextBlocks(
            of: url,
            forms: [
                .init("宛名", placeholders: ["世帯番号", "住所", "保護者氏名"]), .init("本文", placeholders: ["月"]),
                .init("問合せ先", placeholders: []),
            ])
    }

    @Test("Blocks are read as they stand, an empty one too")
    func reading() throws {
        let blocks = try read("宛名: |\n  {住所}\n\n  {保護者氏名?}　様\n本文: \"\"\n")
        #expect(blocks.problems.isEmpty)
        #expect(blocks.texts == ["宛名": "{住所}\n\n{保護者氏名?}　様\n", "本文": ""])
    }

    @Test("What is misspelt is refused with its line, the wrong name and the right one")
    func misspelt() throws {
        for (text, line, words) in [
            ("宛名: |\n  {住所}\n  {保護者氏}様\n", 3, ["{保護者氏}", "{保護者氏名}"]), ("\n問合わせ先: |\n  電話\n", 2, ["問合わせ先", "問合せ先"]),
            ("本文: {月}入所\n", 1, ["「名前: |」"]), ("本文: {月}\n", 1, ["本文", "「名前: |」"]), ("本文:\n", 1, ["本文", "\"\""]),
            ("本文: |\n  a\n  {月\n", 3, ["{"]), ("本文: |\n  {X}\n", 2, ["{X}", "{月}"]), ("- a\n", 1, ["「名前: |」"]),
            ("本文: a\n本文: b\n", 1, []), ("本文: |\n  a\u{202E}\n", 2, ["制御文字"]),
        ] as [(String, Int, [String])] {
            let problem = try #require(try read(text).problems.first, "\(text)")
            #expect(problem.line == line, "\(text): \(problem)")
            for word in words { #expect(problem.text(in: .japanese).contains(word), "\(problem.text(in: .japanese))") }
        }
    }
}
