extension Table {
    /// The whole text of which it was read, in UTF-8.
    public var utf8: [UInt8] { bytes }

    /// The whole text with another content in one cell. Every other byte stays as it was.
    ///
    /// - Parameters:
    ///   - row: The row.
    ///   - column: The column.
    ///   - content: What the cell says then; in quotes where it would be read otherwise.
    ///   - separator: What parts the fields of the text.
    /// - Returns: The text in UTF-8, without a byte order mark.
    /// - Complexity: O(bytes).
    public func text(
        replacing row: Int, _ column: Int, by content: String, separator: TableLayout.Separator
    ) -> [UInt8] {
        var text = bytes
        text.replaceSubrange(range(row, column), with: RewrittenTable.field(content, separator.byte))
        return text
    }
}
