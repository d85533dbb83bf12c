import Admissions
import CaseFiles
import Testing

@Suite("Settings changed one by one")
struct SettingsDocumentTests {
    private typealias Step = SettingsDocument.Step

    private static let text = """
        # Rules of the year
        municipality: 'さいたま市'   # the ward
        priority:
          - {key: points, order: descending}
          # by tax last
          - key: tax
            order: ascending
        siblings:
          timing: together  # blank answers
        report: {groups: [tier, tax]}
        pointsTable:
          base: {cap: 30, rows: [{attribute: 父, points: 20}]}
        note: |
          two
          lines

        """

    private func path(_ steps: Any...) -> [Step] {
        steps.map { step in (step as? Int).map(Step.index) ?? .key(step as! String) }
    }

    private func changed(_ value: SettingsDocument.Value?, at path: [Step], in text: String = text) throws -> String {
        var document = try SettingsDocument(Array(text.utf8))
        try document.set(value, at: path)
        #expect(document.value(at: path) == value)
        return document.text
    }

    @Test("A text is replaced where it stands, in quotes where it was, and everything else stays")
    func replaced() throws {
        #expect(
            try changed(.text("any"), at: path("siblings", "timing"))
                == Self.text.replacing("together", with: "any"))
        #expect(
            try changed(.text("川口: 市"), at: path("municipality"))
                == Self.text.replacing("'さいたま市'", with: "\"川口: 市\""))
        #expect(
            try changed(.text("1/2"), at: path("pointsTable", "base", "rows", 0, "points"))
                == Self.text.replacing("points: 20", with: "points: \"1/2\""))
        #expect(
            try changed(.list(["居住区"]), at: path("report", "groups"))
                == Self.text.replacing("[tier, tax]", with: "[居住区]"))
        #expect(try changed(.text("together"), at: path("siblings", "timing")) == Self.text)
    }

    @Test("A setting that is not there is added to its map, in brackets or in lines, or at the end")
    func added() throws {
        #expect(
            try changed(.text("last"), at: path("priority", 0, "blank"))
                == Self.text.replacing("order: descending", with: "order: descending, blank: last"))
        #expect(
            try changed(.text("last"), at: path("priority", 1, "blank"))
                == Self.text.replacing("    order: ascending", with: "    blank: last\n    order: ascending"))
        #expect(
            try changed(.text("any"), at: path("siblings", "twins", "timing"))
                == Self.text.replacing("  timing:", with: "  twins: {timing: any}\n  timing:"))
        #expect(try changed(.text("true"), at: path("excel")) == Self.text + "excel: true\n")
        #expect(try changed(.text("x"), at: path("drawSeed"), in: "a: 1") == "a: 1\ndrawSeed: x\n")
        #expect(try changed(.text("1"), at: path("b"), in: "{a: 2}\r\n") == "{a: 2, b: 1}\r\n")
    }

    @Test("A setting is taken out with its line or its comma")
    func removed() throws {
        #expect(
            try changed(nil, at: path("pointsTable", "base", "cap")) == Self.text.replacing("cap: 30, ", with: ""))
        #expect(
            try changed(nil, at: path("priority", 0, "order"))
                == Self.text.replacing(", order: descending", with: ""))
        #expect(
            try changed(nil, at: path("municipality"))
                == Self.text.replacing("municipality: 'さいたま市'   # the ward\n", with: ""))
    }

    @Test("An entry of a list moves with its lines")
    func moved() throws {
        let text = "priority:\n  - {key: a}\n  - key: b\n    order: ascending\n  - {key: c} # last\nround: x\n"
        var document = try SettingsDocument(Array(text.utf8))
        try document.move(in: path("priority"), from: 2, to: 0)
        #expect(
            document.text
                == "priority:\n  - {key: c} # last\n  - {key: a}\n  - key: b\n    order: ascending\nround: x\n")
        try document.move(in: path("priority"), from: 0, to: 2)
        #expect(document.text == text)
        #expect(throws: UnchangeableSetting.self) { try document.move(in: path("priority"), from: 0, to: 3) }
        var one = try SettingsDocument(Array("priority: [{key: a}, {key: b}]\n".utf8))
        #expect(throws: UnchangeableSetting.self) { try one.move(in: path("priority"), from: 1, to: 0) }
    }

    @Test(
        "What cannot be changed alone is refused, and nothing is changed",
        arguments: ["note", "shared", "folded"])
    func refused(name: String) throws {
        let text = Self.text + "first: &x a\nshared: *x\nfolded: \"a\\\n  b\"\n"
        var document = try SettingsDocument(Array(text.utf8))
        #expect(throws: UnchangeableSetting.self) { try document.set(.text("new"), at: path(name)) }
        #expect(document.text == text)
        #expect(throws: UnchangeableSetting.self) { try document.set(.text("new"), at: path("municipality", "inner")) }
        #expect(throws: Problem.self) { _ = try SettingsDocument(Array("a: [".utf8)) }
    }

    @Test("The encoding stays, and a character that it lacks is refused")
    func encodings() throws {
        let cp932: [UInt8] = Array("a: ".utf8) + [0x8E, 0x73] + Array("\n".utf8)
        var document = try SettingsDocument(cp932)
        try document.set(.text("1"), at: path("b"))
        #expect(try document.bytes() == cp932 + Array("b: 1\n".utf8))
        try document.set(.text("𠮷"), at: path("b"))
        #expect(throws: UncorrectableCell.unencodable("𠮷")) { _ = try document.bytes() }
    }
}
