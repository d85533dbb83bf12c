import Admissions

/// What a city words in its letters: a text for each block, with placeholders such as `{月}`.
///
/// Every further column of the children's table is a placeholder too, so that addressee and address come from the city's own
/// columns. In a block about one child it is the child's cell, else that of the household's first child that has one.
public struct LetterTexts: Sendable {
    /// The parts of a letter in their order, by the names that a clerk sees.
    public enum Block: String, CaseIterable, Sendable {
        case reference = "文書番号"
        case addressee = "宛名"
        case sender = "発信者"
        case title = "標題"
        case opening = "本文"
        case child = "児童の見出し"
        case placed = "内定の結果"
        case conditional = "仮内定の結果"
        case held = "保留の結果"
        case stays = "転園保留の結果"
        case reasons = "理由の注"
        case afterPlaced = "内定の案内"
        case afterConditional = "仮内定の案内"
        case afterHeld = "保留の案内"
        case afterStays = "転園保留の案内"
        case contact = "問合せ先"
        case remedies = "教示"

        /// Whether the text is about one child.
        var isOfChild: Bool { [.child, .placed, .conditional, .held, .stays].contains(self) }
    }

    /// What can be filled in, besides the columns of the children's table, in the order of the 手引き.
    public enum Field: String, CaseIterable, Sendable {
        case municipality = "市区町村"
        case round = "回"
        case month = "月"
        case firstDay = "入所日"
        case fiscalYear = "年度"
        case lastDay = "年度末"
        case date = "発信日"
        case number = "番号"
        case household = "世帯番号"
        case children = "児童"
        case outcome = "結果"
        case child = "児童番号"
        case ageClass = "クラス"
        case facility = "施設"
        case facilityID = "施設番号"
        case rank = "希望順位"

        /// Whether it is known of one child only.
        public var isOfChild: Bool { [.child, .ageClass, .facility, .facilityID, .rank].contains(self) }
    }

    private let lines: [Block: [PlaceholderText]]

    /// - Parameters:
    ///   - columns: The further columns of the children's table, folded: `Case.attributeNames`.
    ///   - own: The city's own texts by the name of the block; an empty text leaves the block out. Other blocks have the usual
    ///     texts.
    public init(columns: [String], own: [String: String] = [:]) {
        let usual = Self.usual(columns: columns)
        lines = Dictionary(
            uniqueKeysWithValues: Block.allCases.map { block in
                var lines = (own[block.rawValue] ?? usual[block]!).split(
                    separator: "\n", omittingEmptySubsequences: false)
                while lines.last?.allSatisfy(\.isWhitespace) == true { lines.removeLast() }
                return (block, lines.map { PlaceholderText(String($0)) })
            })
    }

    /// The lines of a block.
    func lines(of block: Block) -> [PlaceholderText] { lines[block]! }

    /// Of each block the placeholders that it can have.
    ///
    /// - Parameter columns: The further columns of the children's table, folded.
    public static func placeholders(columns: [String]) -> [(block: Block, names: [String])] {
        Block.allCases.map { block in
            (block, Field.allCases.filter { block.isOfChild || !$0.isOfChild }.map(\.rawValue) + columns)
        }
    }

    // MARK: The usual texts

    /// What cities call the columns that a letter has, the usual name first.
    private static let usualColumns = [
        ["郵便番号", "保護者郵便番号", "〒"],
        ["住所", "保護者住所", "現住所", "送付先住所"],
        ["方書", "建物名"],
        ["保護者氏名", "保護者名", "申請者氏名", "申込者氏名", "申請保護者氏名"],
        ["児童氏名", "児童名", "氏名", "申込児童氏名"],
    ]

    /// Made-up cells for the usual columns.
    public static func sample(ofColumn column: String) -> String {
        let samples = ["100-0000", "えんむすび市中央一丁目２番３号", "見本マンション１０１号室", "見本　太郎", "見本　花子"]
        let index = usualColumns.firstIndex { $0.map(folded).contains(column) }
        return index.map { samples[$0] } ?? "見本"
    }

    private static func usual(columns: [String]) -> [Block: String] {
        let own = Set(columns)
        let named = usualColumns.map { names in names.first { own.contains(folded($0)) } }
        func blank(_ index: Int) -> String { named[index].map { "{\($0)}" } ?? "〔\(usualColumns[index][0])〕" }
        var texts = usual
        texts[.addressee] =
            ["〒\(blank(0))", blank(1)].joined(separator: "\n") + (named[2].map { "\n{\($0)?}" } ?? "")
            + "\n\(blank(3))　様"
        texts[.child] = (named[4].map { "{\($0)}　" } ?? "") + "児童番号 {児童番号}（{クラス}歳児クラス）"
        return texts
    }

    /// The usual texts; those of the addressee and the child depend on the columns.
    private static let usual: [Block: String] = [
        .reference: """
        〔〇〇〕第{番号}号
        {発信日}
        """,
        .sender: "{市区町村}長　〔市区町村長名〕",
        .title: "保育所等利用調整結果通知書（{結果}）",
        .opening: "{月}入所の保育所等の利用申込みについて、利用調整の結果を次のとおり決定しましたので通知します。",
        .placed: "内定　{施設}",
        .conditional: "仮内定　{施設}",
        .held: "保留",
        .stays: "転園保留　{施設}に引き続き在園",
        .reasons: "理由は、定められた優先順位と受入枠に基づいて計算し、別の方法で確かめたものです。",
        .afterPlaced: """
        ■ 入所の手続き
        ・〔手続きの期限〕までに、〔提出書類〕を〔提出先〕へ提出してください。
        ・期限までに手続きがないときや、申込みの内容が事実と異なるときは、内定を取り消すことがあります。
        ■ 内定を辞退するとき
        ・〔辞退の期限〕までに、下記の問合せ先へご連絡のうえ、〔辞退届の名称〕を提出してください。
        ・辞退した後に入所を希望するときの取扱いは、〔辞退後の取扱い〕。
        """,
        .afterConditional: """
        ■ 出生前のお申込みについて
        ・出生前のお申込みのため、出生後の届出を条件とする仮内定です。お子さんが生まれましたら、〔届出の期限〕までに〔届出の方法〕により届け出てください。
        """,
        .afterHeld: """
        ■ 今後の利用調整
        ・今回のお申込みは、〔{年度末}〕まで有効です。あらためて申し込まなくても、引き続き利用調整の対象となり、内定した場合にはお知らせします。
        ・次回の利用調整は、〔次回の入所月と結果のお知らせの時期〕の予定です。
        ■ 申込みの内容を変更するとき、取り下げるとき
        ・希望する施設の変更や追加、ご家庭の状況の変更、申込みの取下げは、〔変更の締切日〕までに下記の問合せ先へお申し出ください。
        """,
        .afterStays: """
        ■ 転園のお申込みについて
        ・現在の施設に引き続き在園できます。在園を続けるための手続きは必要ありません。
        ・転園のお申込みは、〔{年度末}〕まで有効です。転園を希望しなくなったときは、下記の問合せ先へお申し出ください。
        """,
        .remedies: """
        ■ この決定に不服があるとき
        1　この決定に不服があるときは、この決定があったことを知った日の翌日から起算して3か月以内に、{市区町村}長に対して審査請求をすることができます。ただし、この決定があった日の翌日から起算して1年を経過したときは、審査請求をすることができません（いずれも、正当な理由があるときを除きます。）。
        2　この決定については、1の審査請求のほか、この決定があったことを知った日の翌日から起算して6か月以内に、{市区町村}を被告として（訴訟において{市区町村}を代表する者は{市区町村}長となります。）、処分の取消しの訴えを提起することができます。ただし、この決定があった日の翌日から起算して1年を経過したときは、処分の取消しの訴えを提起することができません（いずれも、正当な理由があるときを除きます。）。
        3　1の審査請求をしたときは、処分の取消しの訴えは、その審査請求に対する裁決があったことを知った日の翌日から起算して6か月以内に提起することができます。ただし、その裁決があった日の翌日から起算して1年を経過したときは、提起することができません（いずれも、正当な理由があるときを除きます。）。
        """,
        .contact: """
        ■ 問合せ先
        {市区町村}〔担当課〕　電話 〔電話番号〕（受付時間 〔受付の曜日と時間〕）
        """,
    ]

    // MARK: As a file

    /// The usual texts as a YAML file for a clerk to edit.
    ///
    /// - Parameter columns: The further columns of the children's table, folded.
    public static func file(columns: [String]) -> String {
        let texts = usual(columns: columns)
        let fields = { (isOfChild: Bool) in
            Field.allCases.filter { $0.isOfChild == isOfChild }.map { "{\($0.rawValue)}" }.joined(separator: " ")
        }
        var file = """
            # 利用調整結果通知書の文面です。この表にある文章を直して保存してください。HTML の知識は要りません。
            # ・「名前: |」の下の行が文章です。行の頭の空白 2 文字はそのまま残してください。
            # ・〔　〕は市区町村で書き入れるところです。残っている間は、通知書に「下書き」と印刷され、作成時に一覧が出ます。
            # ・{　}には、世帯や児童ごとの内容が入ります。{方書?} のように ? を付けると、空欄でもよい項目になります。
            #   どこでも使える項目: \(fields(false))
            #   児童の見出しと結果でだけ使える項目: \(fields(true))
            #   申込児童の表の列: \(columns.isEmpty ? "（ほかの列はありません）" : columns.map { "{\($0)}" }.joined(separator: " "))
            # ・行の頭の ■ は見出し、・ と番号は箇条書きになります。印刷しない項目は「名前: ""」と書きます。
            # ・使わない項目は、この表から消すと標準の文章になります。

            """
        for block in Block.allCases {
            if let remark = remarks[block] { file += "\n# \(remark)" }
            file += "\n\(block.rawValue): |\n"
            for line in texts[block]!.split(separator: "\n", omittingEmptySubsequences: false) {
                file += line.isEmpty ? "\n" : "  \(line)\n"
            }
        }
        return file
    }

    private static let remarks: [Block: String] = [
        .reference: "右上に入ります。番号は世帯ごとに 1 ずつ増えます。発信日は --date で指定するか、ここに書いてください。",
        .addressee: "窓あき封筒に合わせて左上に入ります。",
        .sender: "公印を省略するときは、次の行に（公印省略）と書いてください。",
        .child: "児童ごとの見出しです。",
        .afterPlaced: "内定した児童がいる世帯に入ります。",
        .afterConditional: "出生前の申込みで仮内定となった児童がいる世帯に入ります。",
        .afterHeld: "保留となった児童がいる世帯に入ります。",
        .afterStays: "転園が認められず、在園を続ける児童がいる世帯に入ります。",
        .remedies: "行政不服審査法第 82 条、行政事件訴訟法第 46 条による教示です。処分庁に合わせ、法務の担当に確かめてください。",
    ]
}
