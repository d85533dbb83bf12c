import Admissions

/// What stands in a cell of seats in place of a number: marks that municipalities publish for people to read.
enum SeatMark: Equatable {
    /// `2名`: a number with its unit.
    case unit(Int)
    /// `▲2`, `−2`: a number below 0 with a sign of its own.
    case negative(Int)
    /// `10以上`, `約10`: not exactly this many.
    case inexact(Int)
    /// `2～3`: one number of two.
    case range(Int, Int)
    /// `2(1)`: two numbers, the second in brackets.
    case bracketed(Int, Int)
    /// `３～５歳で２名`: one number for several classes.
    case ages(AgeSet, Int)
    /// `若干名`: a few.
    case few
    /// `△`: a sign for how many there are.
    case sign
    /// `-`, `なし`: nothing, of which the cell does not say whether the class is full or not offered.
    case nothing

    /// Finds out what a cell is that is no whole number; `nil` where it is like nothing known.
    ///
    /// - Parameter text: The cell, folded.
    init?(_ text: String) {
        let text = text.filter { !$0.isWhitespace }.replacing("〜", with: "~").replacing("歳児", with: "歳")
        if ["若干名", "若干", "若干人", "数名", "数人", "少数", "わずか"].contains(text) {
            self = .few
        } else if Self.signs.contains(text) {
            self = .sign
        } else if Self.nothings.contains(text) {
            self = .nothing
        } else if let match = text.wholeMatch(of: /([0-5])(?:歳)?[~-]([0-5])歳(?:クラス)?[でに:計は合]*([0-9]{1,6})[名人]?/),
            let ages = AgeSet("\(match.1)-\(match.2)"), let number = Int(match.3)
        {
            self = .ages(ages, number)
        } else if let match = text.wholeMatch(of: /([0-9]{1,6})[名人]?\([^0-9()]*([0-9]{1,6})[名人]?\)[名人]?/),
            let first = Int(match.1), let second = Int(match.2)
        {
            self = .bracketed(first, second)
        } else if let match = text.wholeMatch(of: /[▲△−‐‑–—―ー]([0-9]{1,6})[名人]?/), let number = Int(match.1) {
            self = .negative(number)
        } else if let match = text.wholeMatch(of: /([0-9]{1,6})[名人枠席]/), let number = Int(match.1) {
            self = .unit(number)
        } else if let match = text.wholeMatch(
            of: /(?:約|およそ|最大|最低|[<>≧≦])?=?([0-9]{1,6})[名人]?(?:以上|以下|未満|超|程度|前後|くらい|ぐらい|まで|\+|~)?/),
            let number = Int(match.1), !text.allSatisfy(\.isNumber)
        {
            self = .inexact(number)
        } else if let match = text.wholeMatch(of: /([0-9]{1,6})[名人]?(?:~|-|から|または|or)([0-9]{1,6})[名人]?/),
            let first = Int(match.1), let second = Int(match.2)
        {
            self = .range(first, second)
        } else {
            return nil
        }
    }

    /// Whether a cell is a stroke in place of a value, or a word for none.
    ///
    /// - Parameter text: The cell, folded.
    static func isStroke(_ text: String) -> Bool { strokes.contains(text) }
    static func isNone(_ text: String) -> Bool { ["なし", "無し", "無"].contains(text) }

    private static let strokes: Set<String> = ["-", "--", "ー", "―", "—", "–", "‐", "−", "─", "/"]

    private static let signs: Set<String> = [
        "△", "▲", "○", "◯", "〇", "◎", "●", "×", "✕", "✖", "☓", "X", "x", "□", "■", "▽", "▼", "☆", "★", "*", "※",
    ]

    private static let nothings: Set<String> = [
        "-", "--", "ー", "―", "—", "–", "‐", "−", "─", "/", "なし", "無し", "無", "募集なし", "募集無し", "空きなし", "満", "満員",
        "休止", "未定", "調整中", "募集停止",
    ]

    /// What the cell seems to be and how to write it; follows the name of the column.
    var sentence: Sentence {
        switch self {
        case .unit(let number):
            Sentence(
                "seems to be \(number) with its unit; write \(number) alone.",
                "単位の付いた数のようです。数字だけで \(number) と書いてください。")
        case .negative(let number):
            Sentence(
                "seems to be \(number) below 0; write -\(number) with a plain hyphen where the class has \(number) children too "
                    + "many, and 0 where it is full.",
                "負の数のようです。定員などより \(number) 人多いクラスなら半角で -\(number) と、満員なら 0 と書いてください。")
        case .inexact(let number):
            Sentence(
                "seems to be a bound or about \(number); write exactly how many seats this round can give.",
                "「\(number) 以上」のような幅のある数のようです。この回で募集する数を一つの数字で書いてください。")
        case .range(let first, let second):
            Sentence(
                "seems to be between \(first) and \(second); write the one number of seats that this round can give.",
                "\(first) から \(second) までの幅のようです。この回で募集する数を一つの数字で書いてください。")
        case .bracketed(let first, let second):
            Sentence(
                "seems to be \(first), with \(second) in brackets beside or within it; write one number here, and places that are "
                    + "kept for some children as a row of \(file: .seatLimits).",
                "\(first) に括弧書きの \(second) が付いているようです。ここには数字を一つだけ書き、一部の児童のための枠は "
                    + "\(file: .seatLimits) の行にしてください。")
        case .ages(let ages, let number):
            Sentence(
                "seems to be \(number) together for the classes \(ages.description); leave their seats blank and write a row of "
                    + "\(file: .seatLimits) with ages \(ages.description), seats \(number) and opens yes.",
                "\(ages.description) 歳児クラス合わせて \(number) 人のようです。ここは空欄にし、\(file: .seatLimits) に ages "
                    + "\(ages.description)、seats \(number)、opens yes の行を書いてください。")
        case .few:
            Sentence(
                "seems to say a few; write exactly how many seats this round can give.",
                "「若干名」のようです。この回で募集する数を数字で書いてください。")
        case .sign:
            Sentence(
                "seems to be a sign that there are some, few or none; write the number, 0 for a full class.",
                "空きの有無を表す記号のようです。数字で書いてください（満員のクラスは 0）。")
        case .nothing:
            Sentence(
                "seems to say none; write 0 where the class is offered but full, and leave it blank where it is not offered.",
                "「なし」のようです。募集するが満員のクラスは 0、募集しないクラスは空欄にしてください。")
        }
    }
}
