import Admissions
import Foundation
import Tables

/// The children's table as it was written: every column and every row in the order of the file.
public struct WrittenChildren: Sendable {
    public let table: Table
    /// For each column whether the case reads numbers or days from it, so that its cells are more than texts.
    public let holdsValues: [Bool]
    /// For each row its child, as an index into `Case.children`.
    public let children: [Int]
    /// The column of the children's ids.
    public let idColumn: Int
    /// For each child its row.
    private let rows: [Int]
    private let file: CaseTableFile

    fileprivate init(_ file: CaseTableFile, idColumn: Int, children: [Int], holdsValues: [Bool]) {
        self.file = file
        self.idColumn = idColumn
        self.children = children
        self.holdsValues = holdsValues
        table = file.table
        var rows = children
        for (row, child) in children.enumerated() { rows[child] = row }
        self.rows = rows
    }

    func column(named name: String) -> Int? { file.column(calledOrHeaded: name) }

    /// The cell of a child as it was written.
    func text(ofChild child: Int, column: Int) -> String { table.text(row: rows[child], column: column) }
}

extension CaseReading {
    /// Reads the children's table again, for those who need its cells as they were written. Nobody else keeps them in memory.
    ///
    /// - Returns: `nil` where the case has errors.
    /// - Throws: ``Problem`` where the file is not the one that was read before.
    /// - Complexity: O(bytes of the table).
    public func writtenChildren() throws(Problem) -> WrittenChildren? {
        guard let subject else { return nil }
        let name = profile.fileName(of: .children)
        let (file, problems) = CaseTableFile.read(.children, by: profile, in: folder, threads: 1)
        if let problem = problems.first { throw problem }
        guard var file, let id = file.column("child_id"),
            files.contains(where: { $0.name == name && $0.sha256 == file.sha256.value })
        else {
            throw Problem(
                .file(.fileUnreadable), file: name, "The file changed while the case was read; run the case again.",
                "案件を読む間にファイルが変わりました。もう一度実行してください。")
        }
        file.readIDs(in: [id])
        let childOfID = Dictionary(uniqueKeysWithValues: subject.children.indices.map { (subject.children[$0].id, $0) })
        let children = (0..<file.table.rowCount).map { childOfID[ChildID(file.text($0, id) ?? "")]! }
        let names = file.standardNames
        return WrittenChildren(
            file, idColumn: id, children: children,
            holdsValues: names.map { name in name.map { Self.isValue($0, in: subject.rules) } ?? false })
    }

    /// The header that the profile gives a standard column; `nil` where it gives none.
    ///
    /// - Parameters:
    ///   - name: The standard name; that of a numbered column ends in its number, such as `seats_0`.
    ///   - table: The table.
    public func header(of name: String, in table: CaseTable) -> String? {
        profile.header(of: name, in: table)
    }

    /// Whether the case reads numbers or days from the column of this standard name.
    private static func isValue(_ name: String, in rules: Rules) -> Bool {
        if ["age_class", "birth_date", "due_date", "points", "draw"].contains(name) { return true }
        let key = name.lastIndex(of: "_").flatMap { place in
            Int(name[name.index(after: place)...]).map { _ in String(name[..<place]) }
        }
        return key == "points" || rules.priority.contains { $0.comparesPlainly && [name, key].contains($0.name) }
    }
}
