import Admissions
import Foundation
import Tables

/// A proposal for `columns` in `case.yaml`, made from the headers of a municipality's own file.
///
/// Only headers are looked at, never what the cells say. A proposal is for a person to read: what it does not know is
/// listed, not guessed.
public struct ColumnSuggestions: Sendable {
    /// Which table the file seems to be.
    public let table: CaseTable
    /// Standard columns, numbered ones ending in `_N`, with the header that seems to hold them.
    public let columns: [(column: String, header: String)]
    /// Headers that nothing is proposed for; those of the children's table are kept as attributes.
    public let others: [String]
    /// Columns that the table needs and no header seems to hold.
    public let missing: [String]
    private let fileName: String
    /// The built-in profile that reads the file as it is, if there is one.
    private let builtIn: String?

    /// Reads the header of a file and proposes.
    ///
    /// - Throws: ``Problem`` where the file cannot be read or has no header.
    public init(path: String) throws(Problem) {
        let url = URL(fileURLWithPath: path)
        let name = url.lastPathComponent
        let bytes: [UInt8]
        do { bytes = try fileBytes(url) } catch { throw error.problem(in: name) }
        let text: DecodedText
        do { text = try DecodedText(bytes) } catch { throw Problem(error, file: name) }
        let (read, problems) = Table.read(text.utf8)
        guard let read else {
            throw problems.first.map { Problem($0, file: name) }
                ?? Problem("EMPTY_FILE", file: name, line: 1, column: 1, "The file has no header line.")
        }
        self.init(headers: read.columns, fileName: name)
    }

    /// Proposes for headers; the table is the one that most headers fit.
    init(headers: [String], fileName: String) {
        let proposals = CaseTable.allCases.filter { $0 != .settings }.map { table in
            (table, Self.propose(headers, for: table))
        }
        let best = proposals.enumerated().max { left, right in
            let (a, b) = (left.element.1, right.element.1)
            return (a.taken.count, -right.offset) < (b.taken.count, -left.offset)
        }!.element
        table = best.0
        columns = best.1.columns
        self.fileName = fileName
        let table = best.0
        builtIn =
            ColumnProfile.builtIn.first { _, profile in
                profile.headers[table] != nil && ColumnNames(headers, of: table, by: profile).problems.isEmpty
            }?.name
        others = headers.enumerated().filter { !best.1.taken.contains($0.offset) && !$0.element.isEmpty }.map(\.element)
        let found = Set(best.1.columns.map(\.column))
        missing = (Self.needed[best.0] ?? []).filter { alternatives in !alternatives.contains { found.contains($0) } }
            .map { $0.joined(separator: " or ") }
    }

    /// What to write in `case.yaml`.
    public var yaml: String {
        var lines = ["columns:"]
        if let builtIn { lines.append("  profile: \(builtIn)") }
        if fileName != table.fileName { lines.append("  files: {\(table.settingName): \(quoted(fileName))}") }
        if builtIn != nil { return lines.joined(separator: "\n") + "\n" }
        lines.append("  \(table.settingName):")
        for (column, header) in columns {
            lines.append("    \(column): \(quoted(header))")
        }
        for header in others { lines.append("    # not used by name: \(header.filter { !$0.isNewline })") }
        for column in missing { lines.append("    # still needed: \(column)") }
        return lines.joined(separator: "\n") + "\n"
    }

    private func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    /// Columns of which each needs one header.
    private static let needed: [CaseTable: [[String]]] = [
        .children: [["child_id"], ["household_id"], ["birth_date", "due_date", "age_class"], ["wish_N"]],
        .facilities: [["facility_id"], ["seats_N"]],
        .households: [["household_id"], ["timing"], ["facility"]],
        .jointWishes: [["household_id"], ["rank"], ["child_id", "child_id_N"], ["facility_id", "facility_id_N"]],
        .seatLimits: [["facility_id"], ["ages"], ["seats"]],
    ]

    private static func propose(
        _ headers: [String], for table: CaseTable
    ) -> (columns: [(column: String, header: String)], taken: Set<Int>) {
        let folded = headers.map { simplified($0) }
        var taken = Set<Int>()
        var columns: [(column: String, header: String)] = []
        for (column, aliases) in aliases(of: table) {
            if column.hasSuffix("_N") {
                for alias in aliases {
                    let template = simplified(alias)
                    let pattern = NumberedHeader(template)
                    let matches = headers.indices.filter {
                        !taken.contains($0) && pattern.number(in: folded[$0]) != nil
                    }
                    guard let first = matches.first, let number = pattern.number(in: folded[first]) else { continue }
                    taken.formUnion(matches)
                    columns.append((column, self.template(of: headers[first], number: number)))
                    break
                }
            } else if let index = aliases.lazy.compactMap({ alias in
                headers.indices.first { !taken.contains($0) && folded[$0] == simplified(alias) }
            }).first {
                taken.insert(index)
                columns.append((column, headers[index]))
            }
        }
        // A table that names facilities without numbering them has the name as id.
        if table == .facilities, !columns.contains(where: { $0.column == "facility_id" }),
            let name = columns.first(where: { $0.column == "name" })
        {
            columns.insert(("facility_id", name.header), at: 0)
        }
        return (columns, taken)
    }

    /// Folded, without blanks, so that `0歳児 募集数` and `０歳児募集数` are one.
    private static func simplified(_ header: String) -> String { folded(header).filter { !$0.isWhitespace } }

    /// The header with `N` in the place of its number.
    private static func template(of header: String, number: Int) -> String {
        let text = folded(header)
        guard let range = text.firstRange(of: String(number)) else { return text }
        var start = range.lowerBound
        while start > text.startIndex, text[text.index(before: start)] == "0" { start = text.index(before: start) }
        return text.replacingCharacters(in: start..<range.upperBound, with: "N")
    }

    /// What municipalities call the columns, the most telling names first.
    private static func aliases(of table: CaseTable) -> [(column: String, aliases: [String])] {
        let own = table.columns.map { [$0] }
        let known = Dictionary(uniqueKeysWithValues: japaneseNames[table] ?? [])
        return zip(table.columns, own).map { ($0, $1 + (known[$0] ?? [])) }
    }

    private static let japaneseNames: [CaseTable: [(String, [String])]] = [
        .children: [
            (
                "child_id",
                [
                    "児童番号", "児童ID", "児童宛名コード", "宛名番号", "宛名コード", "申請者番号", "申請者ID", "申込者番号", "申込番号",
                    "申請番号", "受付番号", "整理番号", "管理番号", "子ども番号",
                ]
            ),
            (
                "household_id",
                ["世帯番号", "世帯ID", "世帯コード", "保護者番号", "保護者ID", "保護者宛名コード", "家族番号", "ファミリーコード"]
            ),
            ("birth_date", ["生年月日", "児童生年月日", "誕生日"]),
            ("due_date", ["出産予定日", "予定日", "分娩予定日"]),
            ("age_class", ["クラス年齢", "年齢", "年齢区分", "歳児", "入所年齢", "入所時年齢", "クラス"]),
            (
                "current_facility_id",
                [
                    "在籍保育所ID", "在籍保育園ID", "在籍施設ID", "在籍施設番号", "在籍施設コード", "在籍園", "在籍施設", "現施設",
                    "転園元施設ID", "転園元",
                ]
            ),
            ("group", ["区分", "グループ", "枠", "優先枠"]),
            ("sibling_facility_ids", ["きょうだい在籍施設ID", "きょうだい在籍施設", "兄弟在園施設", "兄弟姉妹在籍施設"]),
            ("sibling_pattern", ["きょうだいパターン", "兄弟姉妹パターン", "きょうだい条件", "同時申請区分"]),
            (
                "wish_N",
                [
                    "希望保育園ID_N", "希望保育所ID_N", "希望施設ID_N", "希望N", "第N希望", "第N希望施設", "第N希望施設ID",
                    "第N希望施設番号", "第N希望施設コード", "第N希望保育所", "第N希望保育園", "第N希望園", "希望施設N", "希望保育所N",
                    "希望保育園N", "N番目希望", "希望N施設コード",
                ]
            ),
            ("points", ["指数", "合計指数", "選考指数", "利用調整指数", "点数", "合計点数", "合算後点数", "スコア"]),
            ("points_N", ["指数N", "点数N", "第N希望指数", "第N希望点数", "選考指数N", "スコアN"]),
            ("draw", ["抽選番号", "くじ番号"]),
        ],
        .facilities: [
            (
                "facility_id",
                [
                    "施設番号", "施設ID", "施設コード", "保育所ID", "保育園ID", "保育所番号", "保育所コード", "園番号", "園ID", "園コード",
                    "事業所番号",
                ]
            ),
            (
                "name",
                [
                    "施設名", "施設名称", "保育所名", "保育所名称", "保育園名", "保育園名称", "園名", "園名称", "事業所名", "事業所名称",
                ]
            ),
            (
                "seats_N",
                [
                    "N歳募集人数", "N歳児募集人数", "N歳児募集数", "N歳募集数", "N歳受入可能数", "N歳児受入可能数", "N歳空き", "N歳児空き",
                    "N歳児空き状況", "募集人数N歳", "受入可能数N歳", "募集N歳児",
                ]
            ),
            ("min_age_months", ["受入月齢", "最低月齢", "受入可能月齢"]),
            ("min_age_days", ["受入日齢", "最低日齢"]),
            ("kind", ["種別", "施設種別", "類型"]),
            ("ward", ["区", "地区", "行政区", "地域"]),
            ("latitude", ["緯度"]),
            ("longitude", ["経度"]),
            ("capacity_N", ["N歳定員", "N歳児定員", "定員N歳", "N歳利用定員", "N歳児利用定員"]),
            ("enrolled_N", ["N歳在籍", "N歳児在籍", "N歳在籍数", "N歳児在籍数", "N歳児在籍児童数"]),
            ("margin_N", ["N歳弾力", "N歳児弾力", "N歳弾力化枠"]),
        ],
        .households: [
            ("household_id", ["世帯番号", "世帯ID", "世帯コード"]),
            ("timing", ["入所時期", "同時入所", "きょうだい時期"]),
            ("facility", ["入所施設", "同園希望", "きょうだい施設"]),
            ("lead_child_id", ["先に入所する児童", "優先児童番号"]),
            ("prefer_child_id", ["希望優先児童"]),
        ],
        .jointWishes: [
            ("household_id", ["ファミリーコード", "世帯番号", "世帯ID", "世帯コード"]),
            ("rank", ["総当たり順位", "組み合わせ順位", "組合せ順位"]),
            ("child_id_N", ["宛名コードN", "児童番号N", "児童コードN", "申請者番号N"]),
            ("facility_id_N", ["希望施設N", "希望保育所N", "希望保育園N", "施設コードN"]),
        ],
        .seatLimits: [
            ("facility_id", ["施設番号", "施設ID", "施設コード", "保育所ID"]),
            ("ages", ["対象年齢", "年齢"]),
            ("group", ["対象区分", "区分", "枠"]),
            ("seats", ["枠数", "人数", "定員"]),
            ("opens", ["募集"]),
        ],
    ]
}
