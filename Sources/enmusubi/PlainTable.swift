import Admissions
import ArgumentParser
import CaseFiles
import Tables

/// A table of text as a file in UTF-8.
func plainTable(_ name: String, _ columns: [String], _ rows: [[String]]) throws(UnwritableTable) -> OutputFile {
    var writer = TableWriter(.utf8)
    do throws(TableWriter.UnencodableCharacter) {
        try writer.append(columns)
        for row in rows { try writer.append(row) }
    } catch { throw UnwritableTable(file: name, character: error) }
    return OutputFile(name: name, bytes: writer.bytes)
}

extension UnwritableTable {
    /// The end of a command that met it: says where the character stands, without a child's data, and what to do.
    func refused(_ subject: Case, _ console: Console) -> ExitCode {
        let scalar = character.character
        func has(_ text: String) -> Bool { text.unicodeScalars.contains(scalar) }
        let place: String
        if let facility = subject.facilities.first(where: { has($0.id.text) || has($0.name) }) {
            place = "in the \(has(facility.name) ? "name" : "id") of facility \(facility.id)"
        } else if let facility = subject.facilities.first(where: { has($0.kind) || has($0.ward) }) {
            place = "in the \(has(facility.kind) ? "kind" : "ward") of facility \(facility.id)"
        } else if subject.children.contains(where: { has($0.id.text) || has($0.householdID.text) }) {
            place = "in an id of a child or a household"
        } else {
            place = "in row \(character.row), column \(character.column)"
        }
        let code = String(scalar.value, radix: 16, uppercase: true)
        console.complain(
            "enmusubi: \(file) cannot be written in CP932, which has no character \(scalar) "
                + "(U+\(String(repeating: "0", count: max(0, 4 - code.count)))\(code)); it stands \(place). "
                + "Write the table with --encoding utf8.")
        return ExitStatus.badInput
    }
}
