import Admissions
import Foundation
import Testing

@testable import CaseFiles

@Suite("The file of pins")
struct PinsFileTests {
    private func folder(_ files: [String: String]) throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "enmusubi-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, text) in files { try Data(text.utf8).write(to: folder.appending(path: name)) }
        return folder
    }

    private static let plain = [
        "case.yaml": """
        municipality: Example
        round: first
        month: 2027-04
        priority: [{key: points, order: descending}]
        drawSeed: 1
        columns: {children: {child_id: 児童番号}, files: {pins: 決定.csv}, pins: {by: 決定者}}

        """,
        "facilities.csv": "facility_id,name,seats_1\nA,Aoba,1\nB,Bara,1\n",
        "children.csv": "児童番号,household_id,age_class,points,wish_1\nc1,H1,1,1,A\nc2,H2,1,2,A\n",
        "決定.csv": "児童番号,facility_id,決定者,reason,メモ\r\nc2,B,佐藤,\"a, b\",x\r\n",
    ]

    @Test("A row is added, replaced and taken out; everything else stays byte for byte")
    func rows() throws {
        let url = try folder(Self.plain)
        defer { try? FileManager.default.removeItem(at: url) }
        let before = try #require(Self.plain["決定.csv"])
        func text(_ pin: PinRow?, _ child: ChildID) throws -> String {
            let file = try CaseFolder(url).pinsFile(deciding: pin, of: child)
            #expect(file.name == "決定.csv")
            return String(decoding: file.bytes, as: UTF8.self)
        }
        let pin = PinRow(child: "ｃ１", facility: "Ｂ", by: "鈴木", reason: "通院")
        #expect(try text(pin, "ｃ１") == before + "c1,B,鈴木,通院,\r\n")
        let held = PinRow(child: "c2", facility: nil, by: "鈴木", reason: "辞退")
        #expect(try text(held, "c2") == "児童番号,facility_id,決定者,reason,メモ\r\nc2,,鈴木,辞退,\r\n")
        #expect(try text(nil, "c2") == "児童番号,facility_id,決定者,reason,メモ\r\n")
        #expect(try text(nil, "c1") == before)
    }

    @Test("Where there is no file, it is made with the profile's headers, and read again")
    func madeNew() throws {
        var files = Self.plain
        files["決定.csv"] = nil
        files["case.yaml"] = files["case.yaml"]?.replacing("files: {pins: 決定.csv}, ", with: "")
        let url = try folder(files)
        defer { try? FileManager.default.removeItem(at: url) }
        let pin = PinRow(child: "c1", facility: "A", by: "鈴木", reason: "通院")
        let file = try CaseFolder(url).pinsFile(deciding: pin, of: "c1")
        #expect(file.name == "pins.csv")
        #expect(String(decoding: file.bytes, as: UTF8.self).hasPrefix("児童番号,facility_id,決定者,reason"))
        try Data(file.bytes).write(to: url.appending(path: file.name))
        #expect(CaseFolder(url).read().draft?.pins == [pin])
    }

    @Test("A child or facility that the case does not have is refused")
    func unknown() throws {
        let url = try folder(Self.plain)
        defer { try? FileManager.default.removeItem(at: url) }
        for (child, facility) in [("c9", "A"), ("c1", "Z")] {
            let pin = PinRow(child: ChildID(child), facility: FacilityID(facility), by: "鈴木", reason: "通院")
            #expect(throws: Problem.self) { try CaseFolder(url).pinsFile(deciding: pin, of: ChildID(child)) }
        }
    }
}
