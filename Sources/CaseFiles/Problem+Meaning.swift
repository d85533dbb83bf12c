import Admissions
import Tables
import Workbooks

extension Problem.Code {
    /// What the code means and what to do, in Japanese and without the values of a case.
    public var meaning: String {
        switch self {
        case .file(let code): code.meaning
        case .table(let code): code.meaning
        case .workbook(let code): code.meaning
        case .cell(let code): CellProblem(code: code, row: 1, column: 1).japanese
        case .finding(let code): code.meaning
        }
    }
}

extension Problem.FileCode {
    fileprivate var meaning: String {
        switch self {
        case .folderMissing:
            "案件のフォルダがありません。場所を確かめてください。"
        case .fileMissing:
            "必要なファイルがありません。フォルダに置いてください。"
        case .fileOutside:
            "案件のフォルダの外にあるファイルです。フォルダの中に置いてください。"
        case .fileUnreadable:
            "ファイルを読めません。普通のファイルかどうか、権限と場所を確かめてください。"
        case .headerUnknown:
            "知っている見出しが一つもありません。見出しの上に表題の行があれば取り除き、なければ columns を手で書いてください。"
        case .yamlSyntax:
            "YAML として読めません。字下げとコロンを確かめてください。"
        case .jsonSyntax:
            "run が書き出したファイルではありません。案件をもう一度実行してください。"
        case .formatUnknown:
            "この版では読めない形式です。書き出した版の enmusubi で読むか、案件をもう一度実行してください。"
        case .noRows:
            "表に一行もありません。正しいファイルか確かめてください。"
        case .missingColumn:
            "必要な列がありません。見出しか、列の対応（columns）を直してください。"
        case .columnSimilar:
            "必要な列名によく似た列で、どこにも使われません。書き間違いなら見出しを直してください。"
        case .columnMisspelt:
            "列名の書き方だけが違う列です。見出しを直すか、列を消してください。"
        case .columnOfIds:
            "使われない列に、この案件の施設か児童の番号が入っています。使う列なら見出しを直すか columns に書いてください。"
        case .idSimilar:
            "大文字・小文字や似た文字だけが違う番号が上にあります。同じものなら書き方をそろえてください。"
        case .fileSimilar:
            "必要なファイル名によく似たファイルで、読まれません。名前を直すか、案件のフォルダから出してください。"
        case .columnUnread:
            "この列は使われません。"
        case .settingInvalid:
            "設定の値が正しくありません。docs/reference.md の表にある値を書いてください。"
        case .settingMissing:
            "必要な設定がありません。書いてください。"
        case .settingTwice:
            "同じ設定が二回書かれています。一つにまとめてください。"
        case .settingUnknown:
            "知らない設定名です。書き間違いを直してください。"
        case .notANumber:
            "数字で書いてください。"
        case .notADate:
            "暦にある日を書いてください（2025-04-02、2025/4/2、令和7年4月2日、R7.4.2 など）。"
        case .notAChoice:
            "決められた語のどれかを書くか、空欄にしてください。"
        case .notAGroup:
            "空欄か、区分名か、!区分名を書いてください。"
        case .notAges:
            "0、3-5、0;2 のようにクラス年齢を書いてください。"
        case .notAPattern:
            "きょうだいパターンの番号ではありません。決められた番号を書くか、空欄にしてください。"
        case .patternDisagrees:
            "同じ世帯の他の行ときょうだいパターンが違います。そろえてください。"
        case .myNumber:
            "個人番号（マイナンバー）と思われる12桁の値です。別の番号を使ってください。"
        case .idClash:
            "全角・半角などの書き方だけが違う同じ番号が上にあります。書き方をそろえるか、別の番号にしてください。"
        case .idDecimal:
            "表計算ソフトが番号に .0 を付けています。.0 を除いて読みました。"
        case .idShortened:
            "表計算ソフトが番号を指数（1.2E+11 など）に縮めて桁を失っています。列を文字列にして書き出し直してください。"
        case .childUnknown:
            "この案件にいない児童です。児童番号を直すか、行を消してください。"
        case .childMissing:
            "表に載っていない児童がいます。案件の児童を一人一行ずつ書いてください。"
        case .facilityNotWished:
            "希望していない施設に内定しています。施設番号を直してください。"
        case .priorityInversion:
            "優先順位の逆転があることを知らせる通知があります。"
        case .vacantSeat:
            "空き枠が残っていることを知らせる通知があります。"
        case .layoutFound:
            "表題の行、見出しの行、区切り文字を見つけて読みました。設定（columns の files）に書けばこの知らせは出ません。"
        case .rowsLeftOut:
            "設定（leaveOut）のとおり、合計や注記の行を読みませんでした。"
        case .noteRow:
            "合計か注記の行のようです。データでないなら columns の files に leaveOut として書いてください。"
        case .mergedCells:
            "結合されたセルがあります。値は先頭のセルだけにあるものとして読みます。結合を解いて、それぞれのセルに書いてください。"
        case .hiddenCells:
            "隠れた行や列があります。ほかの行や列と同じように読みました。"
        case .sheetFound:
            "いくつかのシートのうち、この表の列を持つただ一つのシートを読みました。"
        case .sheetHidden:
            "この表の列を持つのは隠れたシートだけです。正しければ承認するか、columns の files に sheet として書いてください。"
        case .sheetUnknown:
            "どのシートを読むのか決められません。columns の files に sheet としてシート名を書いてください。"
        case .learntUnconfirmed:
            "職員の決定から学んだ点数が、別の年の決定では裏付けられていません。別の年を加えるか、この番号で承認してください。"
        }
    }
}

extension WorkbookProblem.Code {
    fileprivate var meaning: String {
        switch self {
        case .old: "古い形式（.xls）のブックです。.xlsx 形式で保存し直してください。"
        case .binary: "バイナリ形式（.xlsb）のブックです。.xlsx 形式で保存し直してください。"
        case .encrypted: "ブックがパスワードで保護されています。パスワードを外したものを保存してください。"
        case .unknown: "読み込めるブックではありません。表を .xlsx、.ods または CSV で保存してください。"
        case .damaged: "ブックが壊れています。Excel か LibreOffice で開き、保存し直してください。"
        case .tooLarge: "ブックが大きすぎます。表に不要なものを取り除いてください。"
        }
    }
}

extension TableProblem.Code {
    fileprivate var meaning: String {
        switch self {
        case .invalidEncoding:
            "ここから先は UTF-8 でも Shift_JIS（CP932）でも UTF-16 でもありません。UTF-8 で保存し直してください。"
        case .emptyFile:
            "ファイルが空か、見出しの行がありません。正しいファイルか確かめてください。"
        case .fileTooLarge:
            "ファイルが大きすぎます。別のファイルではないか確かめてください。"
        case .controlCharacter:
            "制御文字か、文字の向きを変える見えない文字が入っています。取り除いてください。"
        case .byteOrderMark:
            "ここにバイト順マーク（U+FEFF）があります。二つのファイルをつないだ跡です。取り除いてください。"
        case .unterminatedQuote:
            "ここで始まる引用符が閉じられていません。閉じてください。"
        case .textAfterQuote:
            "閉じた引用符のあとに文字があります。取り除くか、引用符を二つ重ねてください。"
        case .quoteInField:
            "引用符で囲まれていない欄に引用符があります。欄を引用符で囲み、中の引用符は二つ重ねてください。"
        case .rowTooLong:
            "行が長すぎます。引用符の閉じ忘れか、CSV ではないファイルです。"
        case .rowLength:
            "この行の欄の数が見出しと違います。合計や注記の行なら、columns の files に leaveOut: [合計, 更新日*] のように書いてください。"
        case .columnTwice:
            "同じ意味の列が二つあります。片方の見出しを変えるか、列を消してください。"
        case .columnWithoutName:
            "見出しのない列に値があります。見出しを書くか、列の中身を消してください。"
        case .tooManyColumns:
            "列が多すぎます（2,000 列まで）。列でないものを取り除いてください。"
        case .titleLine:
            "どの行も見出しより欄が多くあります。見出しの上に表題の行があれば、columns の files に header: 2 のように見出しの行を書いてください。"
        case .notCommaSeparated:
            "列がタブかセミコロンで区切られています。columns の files に separator: tab か separator: semicolon と書いてください。"
        }
    }
}

extension Finding.Code {
    fileprivate var meaning: String {
        switch self {
        case .childIDBlank:
            "児童番号が空欄です。書いてください。"
        case .childTwice:
            "同じ児童番号が二回あります。一行にしてください。"
        case .householdIDBlank:
            "世帯番号が空欄です。書いてください。"
        case .ageMissing:
            "生年月日、出産予定日、クラス年齢のどれかを書いてください。"
        case .ageOutOfRange:
            "この年度に0歳児から5歳児のクラスにならない年齢です。生年月日かクラス年齢を直してください。"
        case .ageDisagrees:
            "生年月日から決まるクラス年齢と、書かれたクラス年齢が違います。どちらかを直してください。"
        case .facilityUnknown:
            "施設の表にない施設番号です。番号を直すか、施設を加えてください。"
        case .keyBlank:
            "優先順位に使う欄が空欄です。埋めるか、設定に blank: first か last を書いてください。"
        case .keyNotComparable:
            "優先順位に使う欄は、数か日付にそろえてください。"
        case .keyValueWithoutWish:
            "同じ番号の希望がないのに、優先順位の基準の値があります。希望を書くか、値を消してください。"
        case .keyValueUnlisted:
            "優先順位の基準の values にない値があります。values に加えるか、欄を直してください。"
        case .keyOfWishRank:
            "優先順位が希望順位によって変わる決まりです。人気の施設を第1希望にして入れないと、第2希望でも後の順位になることがあり、希望どおりの順に書くことが不利になる場合があります。"
        case .keyByWish:
            "優先順位の基準に、希望ごとの値の列があります。違う意味の列なら名前を変えてください。"
        case .drawBlank:
            "抽選番号の列を使うときは、全員に番号が要ります。"
        case .pointsTooLarge:
            "指数の桁が多すぎます。桁数を減らしてください。"
        case .wishPointsWithoutWish:
            "同じ番号の希望がないのに、指数があります。希望を書くか、指数を消してください。"
        case .keyUnknown:
            "優先順位の基準が児童の表の列にありません。基準の名前か、列の見出しを直してください。"
        case .keyTwice:
            "優先順位の基準が二回あります。一つにしてください。"
        case .drawMissing:
            "同点を決める抽選の種（drawSeed）か、抽選番号の列が要ります。"
        case .leadAsDefault:
            "lead は既定にできません。elder か younger にしてください。"
        case .nearWithoutDistance:
            "near を使うには siblings.nearKilometres に距離が要ります。"
        case .pointsWithoutKey:
            "指数表がありますが、優先順位に points がありません。"
        case .pointsAttributeUnknown:
            "指数表の項目が児童の表の列にないか、points: value の行に数える列がありません。列名を直してください。"
        case .pointsNotComputable:
            "この児童の指数を計算できません。指数表が数か日付として使う欄がそう読めないか、合計（points）の元になる区分が一つもありません。"
        case .pointsDisagree:
            "書かれた指数が、指数表から計算した指数と違います（計算は enmusubi check --points で見られます）。"
        case .partUnknown:
            "指数表に、定義されていない区分の名前があるか、合計の区分 points がありません。区分を定義するか、of から外してください。"
        case .partsCircle:
            "指数表の区分が互いに元になって一回りしています。どれかを of から外してください。"
        case .partEmpty:
            "指数表の区分に、行（rows）も元になる区分（of）もありません。どちらかを書いてください。"
        case .partNameTaken:
            "優先順位の基準が、指数表の区分と児童の表の列のどちらか決まりません。区分の名前を変えてください。"
        case .capBelowFloor:
            "指数表の区分の上限（cap）が下限（floor）より小さくなっています。どちらかを直してください。"
        case .rowNeverMet:
            "指数表の条件が互いに矛盾し、同時に満たされることがありません。条件を直すか、行を消してください。"
        case .phaseWithoutName:
            "段階に名前がありません。付けてください。"
        case .phaseTwice:
            "同じ名前の段階が二つあります。別の名前を付けてください。"
        case .facilityIDBlank:
            "施設番号が空欄です。書いてください。"
        case .facilityTwice:
            "同じ施設番号が二回あります。一行にしてください。"
        case .seatsNegative:
            "受入枠の数は0以上です。直してください。"
        case .seatsTooMany:
            "受入可能数が多すぎます（100,000 まで）。直してください。"
        case .ageLimitNegative:
            "受入月齢・日齢は0以上です。直すか、空欄にしてください。"
        case .ageLimitTooLarge:
            "受入月齢・日齢が大きすぎます。直すか、空欄にしてください。"
        case .coordinatesInvalid:
            "緯度と経度は度で、両方とも書くか、両方とも空欄にしてください。"
        case .limitWithoutAges:
            "受入枠に年齢がありません。クラス年齢を書いてください。"
        case .limitTwice:
            "施設・年齢・区分が同じ受入枠が二つあります。"
        case .limitFacilityTwice:
            "受入枠の同じ行に同じ施設が二回あります。一回だけ書いてください。"
        case .opensSharedLimit:
            "複数の施設にまたがる受入枠では、クラスを募集できません。施設ごとの行に opens を書くか、施設の表に受入可能数を書いてください。"
        case .opensClassWithSeats:
            "施設の表に受入可能数があるクラスは、この行では募集できません。"
        case .phaseUnknown:
            "設定にない段階の名前です。case.yaml の phases にある名前を書いてください。"
        case .releaseWithoutPhase:
            "段階のない枠に release は書けません。"
        case .householdUnknown:
            "この世帯番号の児童がいません。世帯番号を直すか、行を消してください。"
        case .householdTwice:
            "同じ世帯が違う回答で二回あります。一行だけ残してください。"
        case .householdTooLarge:
            "この世帯は児童または希望が多すぎて、きょうだいの希望の組み合わせを順位付けできません。きょうだいでない児童には児童番号など一人ずつ別の世帯番号を付けてください。きょうだいなら joint_wishes.csv に世帯の希望の表を書くか、希望を減らしてください。"
        case .householdConstant:
            "多くの児童が同じ世帯番号になっています。世帯番号の欄が「きょうだいなし」などの決まった値で埋まっていないか確かめ、児童番号など一人ずつ別の世帯番号を付けてください。"
        case .leadMissing:
            "先に入所させる子（lead_child_id）の番号が要ります。書いてください。"
        case .childNotInHousehold:
            "この児童はこの世帯にいません。児童番号を直してください。"
        case .independentWithFacility:
            "別々に申し込む世帯に、施設の回答は書けません。"
        case .independentWithJointWishes:
            "別々に申し込む世帯に、組み合わせの希望は書けません。"
        case .jointRankIncomplete:
            "組み合わせの各順位には、世帯の児童全員を一回ずつ書いてください。"
        case .jointChildTwice:
            "同じ順位に同じ児童が二回あります。一回だけ書いてください。"
        case .jointFacilityNotWished:
            "この児童が希望していない施設です。施設番号を直すか、希望に加えてください。"
        case .pinUnknownChild:
            "この案件にいない児童の固定配置です。児童番号を直すか、行を消してください。"
        case .pinTwice:
            "同じ児童の固定配置が二回あります。一行だけ残してください。"
        case .pinUnsigned:
            "固定配置には、決めた人と理由が要ります。書いてください。"
        case .departureUnknownChild:
            "この案件にいない児童です。児童番号を直すか、行を消してください。"
        case .departureTwice:
            "この児童の辞退または取下げは、別の行にもあります。一行だけ残してください。"
        case .declineNotPlaced:
            "内定していない児童の辞退です。申込みの取下げなら withdrawals.csv に書いてください。"
        case .withdrawalOfPlaced:
            "内定した児童の取下げです。枠が戻るように declines.csv に書いてください。"
        case .newChildInPlay:
            "すでに申込中の児童です。行を消すか、先に withdrawals.csv に取下げを書いてください。"
        case .newChildPlaced:
            "前の回で内定した児童です。転園を申し込むなら current_facility_id に今の施設を書き、辞退したのなら declines.csv に書いてください。"
        case .waitingNotANumber:
            "待機月数（waiting_months）は月数を数字で書くか、空欄にしてください。"
        case .limitOverbooked:
            "職員の決定により受入枠を超えて内定しています。次の案件の枠は0とし、あとで戻る枠も空きにはなりません。"
        case .leadGone:
            "先に入る必要のあった児童が入所せずに抜けました。次の案件では any とします。世帯に確かめてください。"
        case .jointWishesDropped:
            "きょうだいが加わったため、世帯の組合せ表は次の案件に引き継がれません。"
        case .dueDatePassed:
            "出産予定日が次の月の初日より前です。生まれたら birth_date を書いてください。"
        case .wishRepeated:
            "同じ施設を前にも希望しています。後の希望を除きました。"
        case .wishForPresentFacility:
            "いま在籍している施設です。この希望と後の希望を除きました。"
        case .wishNotOffered:
            "この児童のクラスを募集していない施設です。この希望は飛ばします。"
        case .wishTooYoung:
            "入所日に受入月齢・日齢に達しません。この希望は飛ばします。"
        case .wishRefused:
            "指数表の基準により、この施設の申込みの対象外です。この希望は飛ばします。"
        case .minimumAgeUntested:
            "生年月日がないため、受入月齢・日齢を満たすものとします。"
        case .presentClassNotOffered:
            "在籍施設がこのクラスを募集していません。転園すると席はなくなります。"
        case .noWishes:
            "有効な希望がありません。"
        case .dueDateIgnored:
            "生年月日があるため、出産予定日は使いません。"
        case .answerFilled:
            "きょうだいの回答が空欄のため、この回の既定を使います。"
        case .answerRepeated:
            "同じ回答が二回あります。後の行を除きました。"
        case .answerWithoutUse:
            "この回答はここでは使われません。"
        case .eldestByID:
            "どの子が年上か日付で決まらないため、番号の小さい子を年上とします。"
        case .jointOutcomeRepeated:
            "同じ組み合わせが前にもあります。後の順位を除きました。"
        case .jointAfterBaseline:
            "誰も入所しない順位より後の順位を除きました。"
        case .jointOutcomeIneligible:
            "入れない施設を含む組み合わせです。この順位は飛ばします。"
        case .seatsDisagree:
            "受入可能数が、定員+弾力化枠-在籍と違います。どちらかを直してください。"
        case .classOverfull:
            "在籍が定員+弾力化枠より多い（受入可能数が負の）クラスです。転園で空いた席は、超過している人数分だけ募集しません。超過より多く抜けると席が空きます。"
        case .phaseWithoutChildren:
            "この段階に参加する児童がいません。"
        case .releaseInLastPhase:
            "最後の段階の枠は、残っても使う段階がありません。"
        case .pinNotWished:
            "この児童が希望していない施設への固定配置です。"
        case .pinNotEligible:
            "この児童のクラスが入れない施設への固定配置です。"
        case .childInNoPhase:
            "どの段階にも参加しない児童です。"
        case .pinExceedsLimit:
            "固定配置だけで受入枠を超えています。"
        case .zeroSeats:
            "多くの児童が第1希望とするクラスの受入可能数が0です。"
        case .seatsChanged:
            "この施設の受入可能数だけが、前回と大きく違います。"
        case .seatTotalChanged:
            "受入可能数の合計が、前年の同じ月と大きく違います。"
        case .facilityGone:
            "前回あった施設がありません。"
        case .nobodyEligible:
            "多くの児童が希望するクラスに、入れる児童が一人もいません。"
        case .pointsAllEqual:
            "全員の指数が同じです。"
        case .drawDecidesMuch:
            "半数を超える児童の順位が抽選だけで決まります。優先順位の基準を確かめてください。"
        case .keyRounded:
            "表計算ソフトが15桁に丸めたと思われる値です。文字列として書き出し直してください。"
        case .childrenAlike:
            "別の世帯に、生年月日・希望・優先順位の基準がすべて同じ児童がいます。二重申込でないか確かめてください。"
        case .ageForAnotherClass:
            "希望がすべて隣のクラス年齢の募集です。生年月日かクラス年齢を確かめてください。"
        case .ageClassChanged:
            "同じ年度の前回とクラス年齢が違います。"
        case .manyWithoutWishes:
            "希望が一つも書かれていない児童が多くいます。読まれていない希望の列がないか確かめてください。"
        case .transfersGone:
            "前回いた転園申込者（在籍施設のある児童）が一人もいません。current_facility_id の列を確かめてください。"
        case .seatsSwapped:
            "二つのクラスの受入可能数が、前回と入れ替わっているように見えます。列を確かめてください。"
        case .seatsUnexplained:
            "前回より受入可能数が減っていますが、それだけの児童が前回から抜けていません。数を確かめてください。"
        case .bornAfterStart:
            "生年月日が入所月の初日より後です。出生前なら due_date に出産予定日を書いてください。"
        case .dueAfterStart:
            "出産予定日が入所月の初日より後ですが、受入月齢・日齢がないため内定できてしまいます。"
        case .noJointOutcome:
            "きょうだいの条件を満たす組み合わせが一つもなく、入所できません。共通の希望か条件を世帯に確かめてください。"
        case .valuesUnnamed:
            "指数表のどの行にもない値が列にあり、行にある値の一つは列にありません。書き方の違いなら直してください。"
        }
    }
}
