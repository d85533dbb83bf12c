import Admissions
import CaseFiles

/// Rows of the children's table that may tell of the same child.
struct AlikeChildren: Hashable, Sendable {
    /// Why they are shown beside each other.
    enum Reason: Int, Sendable, CaseIterable {
        case sameID
        /// Of one birth date and two households, with a column of names or addresses that says the same.
        case sameName
        /// Of one birth date and two households, with the same wishes.
        case sameWishes

        var phrase: Phrase {
            switch self {
            case .sameID: Phrase("児童番号が同じ", "same child id")
            case .sameName: Phrase("別の世帯で、生年月日と氏名・住所の欄が同じ", "two households, same birth date and name or address")
            case .sameWishes: Phrase("別の世帯で、生年月日と希望が同じ", "two households, same birth date and wishes")
            }
        }

        /// What to do.
        var remedy: Phrase {
            switch self {
            case .sameID:
                Phrase(
                    "一人の児童なら一行だけ残し、別の児童なら番号を分けてください。",
                    "If it is one child, keep one row; if they are two, give them different ids.")
            case .sameName, .sameWishes:
                Phrase(
                    "二重の申込みなら、保護者に確かめて一行だけ残してください。別の児童なら、このままで構いません。",
                    "If one child applied twice, ask the guardians and keep one row. If they are two children, leave them."
                )
            }
        }
    }

    let reason: Reason
    /// Rows of the table, from 0, two or more.
    let rows: [Int]

    /// Words by which a column of the city's own holds names or addresses.
    private static let telling = ["氏名", "名前", "児童名", "カナ", "かな", "フリガナ", "ふりがな", "住所", "name", "address"]
    /// Wishes that two lists must have before their being equal says something.
    private static let fewestWishes = 2

    /// All of them, those with the same id first, then in the order of rows. Children of one household, such as twins, are alike
    /// only where they have the same id.
    ///
    /// - Complexity: O(cells), expected.
    static func all(in tables: [WrittenTable]) -> [AlikeChildren] {
        guard let table = tables.first(where: { $0.kind == .children }), let child = table.column("child_id") else {
            return []
        }
        let household = table.column("household_id")
        let births = ["birth_date", "due_date"].compactMap(table.column)
        let wishes = table.names.indices.filter { table.names[$0]?.hasPrefix("wish_") == true }
            .sorted { wishNumber(table, $0) < wishNumber(table, $1) }
        let names = table.headers.indices.filter { column in
            !(table.names[column].map(isStandard) ?? false)
                && telling.contains { table.headers[column].lowercased().contains($0) }
        }
        var found: [AlikeChildren] = []
        var known = Set<[Int]>()
        func add(_ reason: Reason, inTwoHouseholds: Bool, _ key: (Int) -> [String]?) {
            var rows: [[String]: [Int]] = [:]
            for row in 0..<table.rowCount { if let key = key(row) { rows[key, default: []].append(row) } }
            for rows in rows.values.sorted(by: { $0[0] < $1[0] }) where rows.count > 1 {
                let households = household.map { column in Set(rows.map { folded(table.text(row: $0, column: column)) })
                }
                if inTwoHouseholds, households?.count == 1 { continue }
                if known.insert(rows).inserted { found.append(AlikeChildren(reason: reason, rows: rows)) }
            }
        }
        func birth(_ row: Int) -> String? {
            births.lazy.map { table.text(row: row, column: $0) }.first { !$0.isEmpty }.map { text in
                CalendarDate(written: text)?.description ?? folded(text)
            }
        }
        add(.sameID, inTwoHouseholds: false) { row in
            let id = folded(table.text(row: row, column: child))
            return id.isEmpty ? nil : [id]
        }
        for name in names {
            add(.sameName, inTwoHouseholds: true) { row in
                let text = folded(table.text(row: row, column: name)).filter { !$0.isWhitespace }
                return text.isEmpty ? nil : birth(row).map { [$0, text] }
            }
        }
        add(.sameWishes, inTwoHouseholds: true) { row in
            let wished = wishes.map { folded(table.text(row: row, column: $0)) }.filter { !$0.isEmpty }
            return wished.count < fewestWishes ? nil : birth(row).map { [$0] + wished }
        }
        return found
    }

    private static func wishNumber(_ table: WrittenTable, _ column: Int) -> Int {
        Int(table.names[column]?.dropFirst(5) ?? "") ?? 0
    }

    private static func isStandard(_ name: String) -> Bool {
        ["child_id", "household_id", "birth_date", "due_date", "current_facility_id", "group"].contains(name)
            || name.hasPrefix("wish_") || name.hasPrefix("points")
    }
}
