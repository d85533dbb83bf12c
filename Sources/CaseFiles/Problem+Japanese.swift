extension Problem {
    /// The languages in which problems are told.
    public enum Language: String, CaseIterable, Sendable {
        case english = "en"
        case japanese = "ja"
    }

    /// The line for a person, in the form that editors can jump to.
    ///
    /// The Japanese line says the same as the English one of its code, without the names that stand at its place.
    public func text(in language: Language) -> String {
        guard language == .japanese, let sentence = Self.japanese[code] else { return description }
        let place = [file, line.map(String.init), column.map(String.init)].compactMap { $0 }.joined(separator: ":")
        let kind = severity == .error ? "エラー" : "注意"
        let demand = needsAcceptance ? "（承認するには --accept \(code)）" : ""
        return (place.isEmpty ? "" : place + ": ") + "\(kind) \(code): \(sentence)\(demand)"
    }

    /// One sentence for each code, for clerks.
    static let japanese: [String: String] = [
        // Files and their form.
        "FOLDER_MISSING": "案件のフォルダがありません。場所を確かめてください。",
        "FILE_MISSING": "必要なファイルがありません。フォルダに置いてください。",
        "FILE_OUTSIDE": "案件のフォルダの外にあるファイルです。フォルダの中に置いてください。",
        "FILE_UNREADABLE": "ファイルを読めません。権限と場所を確かめてください。",
        "FILE_TOO_LARGE": "設定ファイルとしては大きすぎます。別のファイルではないか確かめてください。",
        "EMPTY_FILE": "ファイルが空です。",
        "INVALID_ENCODING": "ここから先は UTF-8 でも Shift_JIS（CP932）でもありません。UTF-8 で保存し直してください。",
        "CONTROL_CHARACTER": "制御文字が入っています。取り除いてください。",
        "UNTERMINATED_QUOTE": "ここで始まる引用符が閉じられていません。",
        "TEXT_AFTER_QUOTE": "閉じた引用符のあとに文字があります。",
        "QUOTE_IN_FIELD": "引用符で囲まれていない欄に引用符があります。欄を引用符で囲み、中の引用符は二つ重ねてください。",
        "ROW_TOO_LONG": "行が長すぎます。引用符の閉じ忘れか、CSV ではないファイルです。",
        "ROW_LENGTH": "この行の欄の数が見出しと違います。",
        "COLUMN_TWICE": "同じ意味の列が二つあります。片方の見出しを変えるか、列を消してください。",
        "COLUMN_WITHOUT_NAME": "見出しのない列があります。",
        "YAML_SYNTAX": "YAML として読めません。字下げとコロンを確かめてください。",
        "JSON_SYNTAX": "結果フォルダのファイルではありません。",
        "FORMAT_UNKNOWN": "この版では読めない形式です。",
        "NO_ROWS": "表に一行もありません。",
        // Columns, settings and cells.
        "MISSING_COLUMN": "必要な列がありません。見出しか、列の対応（columns）を直してください。",
        "COLUMN_SIMILAR": "必要な列名によく似た列です。書き間違いなら見出しを直してください。",
        "COLUMN_UNREAD": "この列は使われません。",
        "SETTING_INVALID": "設定の値が正しくありません。README の表にある値を書いてください。",
        "SETTING_MISSING": "必要な設定がありません。",
        "SETTING_TWICE": "同じ設定が二回書かれています。片方を消してください。",
        "SETTING_UNKNOWN": "知らない設定名です。書き間違いを直してください。",
        "NOT_A_NUMBER": "数字で書いてください。",
        "NOT_A_DATE": "暦にある日を書いてください（2025-04-02、2025/4/2、令和7年4月2日、R7.4.2 など）。",
        "NOT_A_CHOICE": "決められた語のどれかを書くか、空欄にしてください。",
        "NOT_A_GROUP": "空欄か、区分名か、!区分名を書いてください。",
        "NOT_AGES": "0、3-5、0;2 のようにクラス年齢を書いてください。",
        "NOT_A_PATTERN": "きょうだいパターンの番号ではありません。",
        "PATTERN_DISAGREES": "同じ世帯の他の行ときょうだいパターンが違います。そろえてください。",
        "MY_NUMBER": "個人番号（マイナンバー）と思われる12桁の値です。別の番号を使ってください。",
        "ID_CLASH": "全角・半角などの書き方だけが違う同じ番号が上にあります。書き方をそろえるか、別の番号にしてください。",
        "ID_DECIMAL": "表計算ソフトが番号に .0 を付けています。.0 を除いて読みました。",
        "ID_SHORTENED": "表計算ソフトが番号を指数（1.2E+11 など）に縮めて桁を失っています。列を文字列にして書き出し直してください。",
        // Between two rounds.
        "DEPARTURE_UNKNOWN_CHILD": "この案件にいない児童です。児童番号を直すか、行を消してください。",
        "DEPARTURE_TWICE": "この児童の辞退または取下げは、別の行にもあります。一行だけ残してください。",
        "DECLINE_NOT_PLACED": "内定していない児童の辞退です。申込みの取下げなら withdrawals.csv に書いてください。",
        "WITHDRAWAL_OF_PLACED": "内定した児童の取下げです。枠が戻るように declines.csv に書いてください。",
        "NEW_CHILD_IN_PLAY": "すでに申込中の児童です。行を消すか、先に withdrawals.csv に取下げを書いてください。",
        "WAITING_NOT_A_NUMBER": "待機月数（waiting_months）は月数を数字で書くか、空欄にしてください。",
        "LIMIT_OVERBOOKED": "職員の決定により受入枠を超えて内定しています。次の案件の枠は0とし、あとで戻る枠も空きにはなりません。",
        "LEAD_GONE": "先に入る必要のあった児童が入所せずに抜けました。次の案件では any とします。世帯に確かめてください。",
        "JOINT_WISHES_DROPPED": "きょうだいが加わったため、世帯の組合せ表は次の案件に引き継がれません。",
        "DUE_DATE_PASSED": "出産予定日が次の月の初日より前です。生まれたら birth_date を書いてください。",
        // Results.
        "CHILD_UNKNOWN": "この案件にいない児童です。",
        "CHILD_MISSING": "表に載っていない児童がいます。案件の児童を一人一行ずつ書いてください。",
        "FACILITY_NOT_WISHED": "希望していない施設に内定しています。",
        // Children.
        "CHILD_ID_BLANK": "児童番号が空欄です。",
        "CHILD_TWICE": "同じ児童番号が二回あります。一行にしてください。",
        "HOUSEHOLD_ID_BLANK": "世帯番号が空欄です。",
        "AGE_MISSING": "生年月日、出産予定日、クラス年齢のどれかを書いてください。",
        "AGE_OUT_OF_RANGE": "この年度に0歳児から5歳児のクラスにならない年齢です。生年月日かクラス年齢を直してください。",
        "AGE_DISAGREES": "生年月日から決まるクラス年齢と、書かれたクラス年齢が違います。どちらかを直してください。",
        "FACILITY_UNKNOWN": "施設の表にない施設番号です。番号を直すか、施設を加えてください。",
        "KEY_BLANK": "優先順位に使う欄が空欄です。埋めるか、設定に blank: first か last を書いてください。",
        "KEY_NOT_COMPARABLE": "優先順位に使う欄は、数か日付にそろえてください。",
        "DRAW_BLANK": "抽選番号の列を使うときは、全員に番号が要ります。",
        "POINTS_TOO_LARGE": "指数の桁が多すぎます。桁数を減らしてください。",
        "WISH_POINTS_WITHOUT_WISH": "希望のない順位に指数があります。",
        // Rules.
        "KEY_UNKNOWN": "優先順位の項目が児童の表の列にありません。",
        "KEY_TWICE": "優先順位の項目が二回あります。",
        "DRAW_MISSING": "同点を決める抽選の種（drawSeed）か、抽選番号の列が要ります。",
        "LEAD_AS_DEFAULT": "lead は既定にできません。elder か younger にしてください。",
        "NEAR_WITHOUT_DISTANCE": "near を使うには siblings.nearKilometres に距離が要ります。",
        "POINTS_WITHOUT_KEY": "指数表がありますが、優先順位に points がありません。",
        "POINTS_ATTRIBUTE_UNKNOWN": "指数表の項目が児童の表の列にありません。",
        "POINTS_NOT_COMPUTABLE": "指数表がこの欄を数か日付として使いますが、そう読めません。",
        "POINTS_DISAGREE": "書かれた指数が、指数表から計算した指数と違います（計算は enmusubi check --points で見られます）。",
        "PHASE_WITHOUT_NAME": "段階に名前がありません。",
        "PHASE_TWICE": "同じ名前の段階が二つあります。",
        // Facilities and limits.
        "FACILITY_ID_BLANK": "施設番号が空欄です。",
        "FACILITY_TWICE": "同じ施設番号が二回あります。一行にしてください。",
        "SEATS_NEGATIVE": "受入可能数は0以上です。募集しないクラスは空欄にしてください。",
        "SEATS_TOO_MANY": "受入可能数が多すぎます。",
        "AGE_LIMIT_NEGATIVE": "受入月齢・日齢は0以上です。",
        "AGE_LIMIT_TOO_LARGE": "受入月齢・日齢が大きすぎます。",
        "COORDINATES_INVALID": "緯度と経度は度で、両方とも書くか、両方とも空欄にしてください。",
        "LIMIT_WITHOUT_AGES": "受入枠に年齢がありません。",
        "LIMIT_TWICE": "施設・年齢・区分が同じ受入枠が二つあります。",
        "OPENS_CLASS_WITH_SEATS": "施設の表に受入可能数があるクラスは、この行では募集できません。",
        "PHASE_UNKNOWN": "設定にない段階の名前です。",
        "RELEASE_WITHOUT_PHASE": "段階のない枠に release は書けません。",
        "SEATS_DISAGREE": "受入可能数が、定員+弾力化枠-在籍と違います。どちらかを直してください。",
        "RELEASE_IN_LAST_PHASE": "最後の段階の枠は、残っても使う段階がありません。",
        // Pins and phases.
        "PIN_UNKNOWN_CHILD": "この案件にいない児童の固定配置です。",
        "PIN_TWICE": "同じ児童の固定配置が二回あります。",
        "PIN_UNSIGNED": "固定配置には、決めた人と理由が要ります。",
        "PIN_NOT_WISHED": "この児童が希望していない施設への固定配置です。",
        "PIN_NOT_ELIGIBLE": "この児童のクラスが入れない施設への固定配置です。",
        "PIN_EXCEEDS_LIMIT": "固定配置だけで受入枠を超えています。",
        "PHASE_WITHOUT_CHILDREN": "この段階に参加する児童がいません。",
        "CHILD_IN_NO_PHASE": "どの段階にも参加しない児童です。",
        // Siblings.
        "HOUSEHOLD_UNKNOWN": "この世帯番号の児童がいません。",
        "HOUSEHOLD_TWICE": "同じ世帯が違う回答で二回あります。",
        "LEAD_MISSING": "先に入所する児童（lead_child_id）が要ります。",
        "CHILD_NOT_IN_HOUSEHOLD": "この児童はこの世帯にいません。",
        "INDEPENDENT_WITH_FACILITY": "別々に申し込む世帯に、施設の回答は書けません。",
        "INDEPENDENT_WITH_JOINT_WISHES": "別々に申し込む世帯に、組み合わせの希望は書けません。",
        "JOINT_RANK_INCOMPLETE": "組み合わせの各順位には、世帯の児童全員を一回ずつ書いてください。",
        "JOINT_CHILD_TWICE": "同じ順位に同じ児童が二回あります。",
        "JOINT_FACILITY_NOT_WISHED": "この児童が希望していない施設です。",
        // Warnings.
        "WISH_REPEATED": "同じ施設を前にも希望しています。後の希望を除きました。",
        "WISH_FOR_PRESENT_FACILITY": "いま在籍している施設です。この希望と後の希望を除きました。",
        "WISH_NOT_OFFERED": "この児童のクラスを募集していない施設です。この希望は飛ばします。",
        "WISH_TOO_YOUNG": "入所日に受入月齢・日齢に達しません。この希望は飛ばします。",
        "MINIMUM_AGE_UNTESTED": "生年月日がないため、受入月齢・日齢を満たすものとします。",
        "PRESENT_CLASS_NOT_OFFERED": "在籍施設がこのクラスを募集していません。転園すると席はなくなります。",
        "NO_WISHES": "有効な希望がありません。",
        "DUE_DATE_IGNORED": "生年月日があるため、出産予定日は使いません。",
        "ANSWER_FILLED": "きょうだいの回答が空欄のため、この回の既定を使います。",
        "ANSWER_REPEATED": "同じ回答が二回あります。後の行を除きました。",
        "ANSWER_WITHOUT_USE": "この回答はここでは使われません。",
        "ELDEST_BY_ID": "どの子が年上か日付で決まらないため、番号の小さい子を年上とします。",
        "JOINT_OUTCOME_REPEATED": "同じ組み合わせが前にもあります。後の順位を除きました。",
        "JOINT_AFTER_BASELINE": "誰も入所しない順位より後の順位を除きました。",
        "JOINT_OUTCOME_INELIGIBLE": "入れない施設を含む組み合わせです。この順位は飛ばします。",
        // Letters.
        "PRIORITY_INVERSION": "優先順位の逆転があることを知らせる通知があります。",
        "VACANT_SEAT": "空き枠が残っていることを知らせる通知があります。",
        // Doubts.
        "ZERO_SEATS": "多くの児童が第1希望とするクラスの受入可能数が0です。",
        "SEATS_CHANGED": "この施設の受入可能数だけが、前回と大きく違います。",
        "SEAT_TOTAL_CHANGED": "受入可能数の合計が、前年の同じ月と大きく違います。",
        "FACILITY_GONE": "前回あった施設がありません。",
        "NOBODY_ELIGIBLE": "多くの児童が希望するクラスに、入れる児童が一人もいません。",
        "POINTS_ALL_EQUAL": "全員の指数が同じです。",
        "DRAW_DECIDES_MUCH": "半数を超える児童の順位が抽選だけで決まります。優先順位の項目を確かめてください。",
        "KEY_ROUNDED": "表計算ソフトが15桁に丸めたと思われる値です。文字列として書き出し直してください。",
        "CHILDREN_ALIKE": "別の世帯に、生年月日・希望・優先順位の項目がすべて同じ児童がいます。二重申込でないか確かめてください。",
        "AGE_FOR_ANOTHER_CLASS": "希望がすべて隣のクラス年齢の募集です。生年月日かクラス年齢を確かめてください。",
        "AGE_CLASS_CHANGED": "同じ年度の前回とクラス年齢が違います。",
    ]
}
