import Admissions

/// What municipalities call the columns of the tables: for proposals, and to notice a column that nothing reads though its
/// name says what it is.
enum ColumnSynonyms {
    /// Folded, without blanks, so that `0歳児 募集数` and `０歳児募集数` are one.
    static func simplified(_ header: String) -> String { folded(header).filter { !$0.isWhitespace } }

    /// For each column of a table its own name and what else it is called, the most telling names first; `N` stands for the
    /// number.
    static func names(of table: CaseTable) -> [(column: String, names: [String])] {
        let known = Dictionary(uniqueKeysWithValues: written[ColumnProfile.form(table)] ?? [])
        return table.columns.map { ($0, [$0] + (known[$0] ?? [])) }
    }

    /// A name of a column as headers are compared with it.
    struct Alias {
        let name: String
        let simplified: String
        /// Of a numbered column.
        let pattern: NumberedHeader?
    }

    /// The same for every table, ready to be compared with headers.
    static let aliases: [CaseTable: [(column: String, aliases: [Alias])]] = Dictionary(
        uniqueKeysWithValues: CaseTable.ofCase.filter { $0 != .settings }.map { table in
            let columns = names(of: table).map { column, names in
                let aliases = names.map { name in
                    let simple = simplified(name)
                    return Alias(
                        name: name, simplified: simple,
                        pattern: column.hasSuffix("_N") ? NumberedHeader(simple) : nil)
                }
                return (column, aliases)
            }
            return (table, columns)
        })

    /// Names that mean many things; they are proposed, but a column of this name raises no doubt by its name alone.
    static let vague: Set<String> = [
        "区分", "枠", "クラス", "年齢", "年齢区分", "歳児", "入所年齢", "入所時年齢", "区", "地区", "行政区", "地域", "種別", "施設種別",
        "類型", "募集", "定員", "人数", "枠数", "予定日", "管理番号", "整理番号", "受付番号", "申込番号", "申請番号", "理由", "担当者",
        "対象年齢", "スコア", "X", "Y", "Name", "Type", "Full", "AgeS",
    ]

    /// Columns for people, or for a check only: without them nobody's result changes.
    static let withoutEffect: Set<String> = [
        "name", "kind", "age_class", "capacity_N", "enrolled_N", "margin_N", "reason", "by", "date",
        "capacity_total", "waiting_N",
    ]

    /// Names of a facility's id behind each beginning, the ids before the names.
    private static func facilities(_ beginnings: [String]) -> [String] {
        ["番号", "ID", "コード", "CD", "", "名", "名称"].flatMap { end in
            beginnings.flatMap { beginning in
                ["施設", "保育所", "保育園", "保育施設", "こども園", "園"].map { beginning + $0 + end }
            }
        }
    }

    private static let wishPoints = ["第N希望", "希望N"].flatMap { beginning in
        ["加点", "加点後指数", "加点後点数", "加算", "加算点", "加算後指数", "加算後点数"].map { beginning + $0 }
    }

    private static let written: [CaseTable: [(String, [String])]] = [
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
                ] + facilities(["在籍", "在園", "現在籍", "現在園", "現在の", "現", "入所中", "通園中", "在籍中", "在園中", "転園元"])
            ),
            ("group", ["区分", "グループ", "枠", "優先枠", "対象区分"]),
            (
                "sibling_facility_ids",
                ["きょうだい在籍施設ID", "きょうだい在籍施設", "兄弟在園施設", "兄弟姉妹在籍施設"]
                    + ["きょうだい", "兄弟", "兄弟姉妹", "上の子", "兄姉"].flatMap { who in
                        facilities(["在籍", "在園", "入所", "通園"].map { who + $0 })
                    }
            ),
            ("sibling_pattern", ["きょうだいパターン", "兄弟姉妹パターン", "きょうだい条件", "同時申請区分"]),
            (
                "wish_N",
                [
                    "希望保育園ID_N", "希望保育所ID_N", "希望施設ID_N", "希望N", "第N希望", "第N希望施設", "第N希望施設ID",
                    "第N希望施設番号", "第N希望施設コード", "第N希望保育所", "第N希望保育園", "第N希望園", "希望施設N", "希望保育所N",
                    "希望保育園N", "N番目希望", "希望N施設コード",
                ] + facilities(["第N希望", "希望N", "第N志望", "N希望"]) + ["第N志望", "N希望"]
            ),
            ("points", ["指数", "合計指数", "選考指数", "利用調整指数", "点数", "合計点数", "合算後点数", "スコア"]),
            ("points_N", ["指数N", "点数N", "第N希望指数", "第N希望点数", "選考指数N", "スコアN"] + wishPoints),
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
                    "施設・事業名", "保育園等名称", "Name",
                ]
            ),
            (
                "seats_N",
                [
                    "N歳募集人数", "N歳児募集人数", "N歳児募集数", "N歳募集数", "N歳受入可能数", "N歳児受入可能数", "N歳空き", "N歳児空き",
                    "N歳児空き状況", "募集人数N歳", "受入可能数N歳", "募集N歳児", "受入可能数_N歳児", "受入可能数N歳児",
                ]
            ),
            ("min_age_months", ["受入月齢", "最低月齢", "受入可能月齢", "受入開始月齢", "受入開始年齢", "AgeS"]),
            ("min_age_days", ["受入日齢", "最低日齢"]),
            ("kind", ["種別", "施設種別", "類型", "施設類型", "Type"]),
            ("ward", ["施設所在区", "所在区", "区", "地区", "行政区", "地域"]),
            ("latitude", ["緯度", "Y"]),
            ("longitude", ["経度", "X"]),
            ("capacity_N", ["N歳定員", "N歳児定員", "定員N歳", "N歳利用定員", "N歳児利用定員"]),
            (
                "enrolled_N",
                [
                    "N歳在籍", "N歳児在籍", "N歳在籍数", "N歳児在籍数", "N歳児在籍児童数", "入所児童数_N歳児", "入所児童数N歳児",
                    "N歳児入所児童数",
                ]
            ),
            ("margin_N", ["N歳弾力", "N歳児弾力", "N歳弾力化枠"]),
            ("closed_N", ["N歳児補充なし", "N歳補充なし", "N歳児転園後閉鎖", "N歳転園後閉鎖"]),
            ("capacity_total", ["定員合計", "合計定員", "定員計", "総定員", "利用定員合計", "Full"]),
            ("waiting_N", ["入所待ち人数_N歳児", "入所待ち人数N歳児", "N歳児入所待ち人数", "N歳児待機児童数", "N歳入所待ち人数"]),
        ],
        .households: [
            ("household_id", ["世帯番号", "世帯ID", "世帯コード"]),
            ("timing", ["入所時期", "同時入所", "きょうだい時期", "同時入所条件", "入所時期条件", "同時入所希望", "時期条件"]),
            ("facility", ["入所施設", "同園希望", "きょうだい施設", "施設条件", "入所施設条件", "同園条件", "施設希望条件"]),
            (
                "lead_child_id",
                ["先に入所する児童", "優先児童番号", "先に入所する児童番号", "優先児童", "優先入所児童番号", "優先入所児童"]
            ),
            ("prefer_child_id", ["希望優先児童", "希望優先児童番号", "希望順位優先児童", "希望順位優先児童番号"]),
        ],
        .jointWishes: [
            ("household_id", ["ファミリーコード", "世帯番号", "世帯ID", "世帯コード"]),
            ("rank", ["総当たり順位", "組み合わせ順位", "組合せ順位", "組み合わせ希望順位", "組合せ希望順位"]),
            ("child_id_N", ["宛名コードN", "児童番号N", "児童コードN", "申請者番号N"]),
            ("facility_id_N", ["希望施設N", "希望保育所N", "希望保育園N", "施設コードN"] + facilities(["希望", ""]).map { $0 + "N" }),
        ],
        .seatLimits: [
            ("facility_id", ["施設番号", "施設ID", "施設コード", "保育所ID"]),
            ("ages", ["対象年齢", "年齢"]),
            ("group", ["対象区分", "区分", "枠"]),
            ("seats", ["枠数", "人数", "定員"]),
            ("opens", ["募集", "開設", "クラス開設", "募集開設"]),
            ("phase", ["段階", "審査段階", "フェーズ"]),
            ("release", ["解放", "開放", "残枠解放", "残枠開放"]),
        ],
        .pins: [
            ("child_id", ["児童番号", "児童ID", "申請者番号", "宛名番号"]), ("facility_id", ["施設番号", "施設ID", "施設コード"]),
            ("by", ["決定者", "決裁者", "担当者"]), ("reason", ["決定理由", "理由"]),
        ],
    ]
}
