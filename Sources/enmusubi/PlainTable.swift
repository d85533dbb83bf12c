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
