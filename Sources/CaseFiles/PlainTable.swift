import Tables

/// Writes a table of text as a file in UTF-8.
///
/// - Parameters:
///   - columns: The header.
///   - rows: Each with a text for every column.
/// - Throws: ``UnwritableTable`` where a text holds what no table can.
package func plainTable(
    _ name: String, _ columns: [String], _ rows: [[String]], encoding: TextEncoding = .utf8
) throws(UnwritableTable) -> OutputFile {
    var writer = TableWriter(encoding)
    do throws(TableWriter.UnencodableCharacter) {
        try writer.append(columns)
        for row in rows { try writer.append(row) }
    } catch { throw UnwritableTable(file: name, character: error) }
    return OutputFile(name: name, bytes: writer.bytes)
}
