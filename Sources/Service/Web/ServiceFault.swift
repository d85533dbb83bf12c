import Admissions
import Foundation
import GRDB
import HTTPTypes

/// Why the service refused something, in words for the person who asked, with what is safe and what to do.
public struct ServiceFault: PhrasedError {
    public let status: HTTPResponse.Status
    public let phrase: Phrase
    /// A word for programs, such as `conflict`; stands in the answer of the API.
    public let code: String

    public init(_ status: HTTPResponse.Status, _ code: String, _ phrase: Phrase) {
        self.status = status
        self.code = code
        self.phrase = phrase
    }

    static func invalid(_ japanese: String, _ english: String) -> Self {
        Self(.unprocessableContent, "invalid", Phrase(japanese, english))
    }

    static let notFound = Self(
        .notFound, "notFound",
        Phrase("そのページはありません。一覧から選び直してください。", "There is no such page. Choose again from the list."))

    static let forbidden = Self(
        .forbidden, "forbidden",
        Phrase(
            "この操作をする権限がありません。必要なときは管理者に相談してください。何も変わっていません。",
            "You do not have the permission for this. Ask the administrator if you need it. Nothing was changed."))

    static let expired = Self(
        .forbidden, "expired",
        Phrase(
            "ページが古くなっています。前のページに戻り、読み込み直してからもう一度してください。何も変わっていません。",
            "The page is out of date. Go back, reload it and try again. Nothing was changed."))

    static let needsLogin = Self(
        .unauthorized, "needsLogin", Phrase("ログインしてください。", "Please log in."))

    /// - Parameter stored: When, as it is stored.
    static func changedMeanwhile(by name: String, at stored: String) -> Self {
        let time = LocalClock.text(stored)
        return Self(
            .conflict, "changedMeanwhile",
            Phrase(
                "ほかの人（\(name)）が \(time) に変えたあとのため、この変更は保存していません。新しい内容を見てから、必要ならもう一度入力してください。",
                "\(name) changed this at \(time), so your change was not saved. Look at the new state and enter it again if it is still needed."
            ))
    }

    static func tooLarge(megabytes: Int) -> Self {
        Self(
            .contentTooLarge, "tooLarge",
            Phrase(
                "ファイルが大きすぎます（\(megabytes) MBまで）。何も保存していません。",
                "The file is too large (at most \(megabytes) MB). Nothing was saved."))
    }

    static let invitationEnded = Self(
        .notFound, "invitationEnded",
        Phrase(
            "この招待リンクは使用済みか、期限が切れています。管理者に新しいリンクを頼んでください。",
            "This invitation was used or has ended. Ask the administrator for a new one."))

    static let throttled = Self(
        .tooManyRequests, "throttled",
        Phrase(
            "ログインの失敗が続いたため、15分間受け付けません。お急ぎのときは管理者に相談してください。",
            "Too many wrong log-ins. Wait a quarter of an hour, or ask the administrator."))

    static let cannotStore = Self(
        .init(code: 507), "cannotStore",
        Phrase(
            "保存できません。ディスクの空きを管理者に確かめてもらってください。何も変わっていません。",
            "This cannot be stored. Ask the administrator to look at the disk. Nothing was changed."))

    /// What an error of another library is to people: the sentence that it has, that the disk is full, or that something
    /// unexpected went wrong; `nil` in the last case.
    init?(of error: any Error) {
        switch error {
        case let fault as ServiceFault: self = fault
        case let phrased as any PhrasedError: self.init(.unprocessableContent, "refused", phrased.phrase)
        case let error as DatabaseError where error.resultCode == .SQLITE_FULL: self = .cannotStore
        case let error as CocoaError where error.code == .fileWriteOutOfSpace: self = .cannotStore
        case let error as POSIXError where [.ENOSPC, .EDQUOT, .EFBIG].contains(error.code): self = .cannotStore
        default: return nil
        }
    }

    static let tooMany = Self(
        .tooManyRequests, "tooMany",
        Phrase("操作が続きすぎました。しばらく待ってからもう一度してください。", "Too many requests. Wait a while and try again."))
}
