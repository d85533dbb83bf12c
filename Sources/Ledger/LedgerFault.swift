import Admissions

/// Why the ledger did not do what was asked; nothing was changed.
public enum LedgerFault: PhrasedError, Hashable, Sendable {
    /// There is no ledger at this path.
    case missing(path: String)
    /// The file cannot be read or written.
    case inaccessible(path: String, reason: Phrase)
    /// What is needed beside the ledger cannot be made in the folder for temporary files.
    case noRoom(folder: String, reason: Phrase)
    /// The file is no ledger, or what is in it was altered; every fault that was found.
    case altered(path: String, faults: [Phrase])
    /// The result folder of a run is not as it was recorded; every fault that was found.
    case alteredFolder(path: String, run: Int, faults: [Phrase])
    /// The file is a ledger in another form.
    case otherFormat(path: String, format: Int)
    /// Another program works with the ledger.
    case busy(path: String)
    /// What was asked does not fit the state that things are in; a sentence that says what does.
    case refused(Phrase)

    public var phrase: Phrase {
        switch self {
        case .missing(let path): Phrase("台帳 \(path) がありません", "there is no ledger \(path)")
        case .inaccessible(let path, let reason):
            Phrase("台帳 \(path) を読み書きできません: ", "cannot read or write the ledger \(path): ") + reason
        case .noRoom(let folder, let reason):
            Phrase(
                "一時ファイルのフォルダ \(folder) に書き込めません（TMPDIR で別のフォルダを指定してください）: ",
                "cannot write into the folder for temporary files, \(folder) (set TMPDIR to another): ") + reason
        case .altered(let path, let faults):
            Phrase(
                "台帳 \(path) が書き換えられています: \(faults.map(\.japanese).joined(separator: "、"))。何も変えていません",
                "the ledger \(path) was altered: \(faults.map(\.english).joined(separator: "; ")); nothing was changed")
        case .alteredFolder(let path, let run, let faults):
            Phrase(
                "\(run) 番の結果フォルダが書き換えられています: \(faults.map(\.japanese).joined(separator: "、"))。何も変えていません。"
                    + "元に戻すか、使わないことにしてください: ",
                "the result folder of run \(run) was altered: \(faults.map(\.english).joined(separator: "; ")); nothing was "
                    + "changed. Put it back as it was, or set it aside: ") + Self.settingAside(path: path, run: run)
        case .otherFormat(let path, let format):
            Phrase(
                "台帳 \(path) の形式は \(format) で、この版が読めるのは \(LedgerFile.formatVersion) までです。台帳を書いた版の enmusubi を使ってください。"
                    + "何も変えていません",
                "the ledger \(path) has format \(format); this version reads up to \(LedgerFile.formatVersion): use the version of "
                    + "enmusubi that wrote it; nothing was changed")
        case .busy(let path):
            Phrase(
                "ほかの一括処理かコマンドが台帳 \(path) を使っているか、いま書き込みました。終わってからもう一度実行してください",
                "another batch or command works with the ledger \(path), or has written to it meanwhile; try again when it has ended"
            )
        case .refused(let sentence): sentence
        }
    }

    /// The command that sets a run's folder aside, and what follows from it.
    ///
    /// - Parameters:
    ///   - path: The ledger.
    ///   - run: The number of the run.
    public static func settingAside(path: String, run: Int) -> Phrase {
        let command = "enmusubi ledger set-aside \(shellWord(path)) \(run)"
        return Phrase(
            "\(command) --by 職員番号 --why 理由（フォルダはそのまま残り、次の batch が新しい版を作ります）",
            "\(command) --by ID --why TEXT (the folder stays as it is, and the next batch makes a new revision)")
    }
}
