import Foundation

/// An error that says in both languages what is wrong and what to do.
public protocol PhrasedError: Error, CustomStringConvertible {
    /// What is wrong, in one or a few sentences.
    var phrase: Phrase { get }
}

extension PhrasedError {
    public var description: String { phrase.english }
}

extension Phrase {
    /// A text that is the same in both languages, such as a name, a path or a number.
    public init(same text: String) { self.init(text, text) }

    /// What an error says that leaves everything as it was.
    public static let nothingWritten = Phrase("何も書いていません。", "nothing was written.")

    /// The phrase, and after it another one.
    public static func + (left: Phrase, right: Phrase) -> Phrase {
        Phrase(left.japanese + right.japanese, left.english + right.english)
    }

    /// Why the operating system refused something, by its number, as in `errno`.
    public init(systemError number: Int32) {
        let english = String(cString: strerror(number)).lowercased()
        let japanese: String? =
            switch number {
            case ENOENT: "そのファイルまたはフォルダがありません"
            case EACCES, EPERM: "使う権限がありません"
            case EEXIST: "同じ名前のものがすでにあります"
            case ENOTDIR: "フォルダであるべきところにファイルがあります"
            case EISDIR: "ファイルであるべきところにフォルダがあります"
            case ENOTEMPTY: "フォルダが空ではありません"
            case ENOSPC, EDQUOT: "ディスクの空きが足りません"
            case EROFS: "書き込みのできないディスクです"
            case EFBIG: "ファイルが大きすぎます"
            case ENAMETOOLONG: "名前が長すぎます"
            case EMFILE, ENFILE: "開いているファイルが多すぎます"
            case ELOOP: "リンクが循環しています"
            case EBUSY, ETXTBSY: "ほかのプログラムが使っています"
            case EIO: "ディスクの読み書きに失敗しました"
            case EPIPE: "出力先が閉じられました"
            case EBADF: "出力先が開いていません"
            case ENOMEM: "メモリが足りません"
            default: nil
            }
        self.init(japanese ?? "システムのエラー \(number)（\(english)）", english)
    }
}

/// A number with what is counted: `1 problem`, `2 problems`.
///
/// - Parameters:
///   - number: How many there are.
///   - noun: What one of them is called in English.
///   - plural: What several are called; `nil`: the noun with an `s`.
package func counted(_ number: Int, _ noun: String, plural: String? = nil) -> String {
    "\(number) \(number == 1 ? noun : plural ?? noun + "s")"
}
