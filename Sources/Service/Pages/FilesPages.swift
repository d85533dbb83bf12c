import Admissions
import CaseFiles
import Foundation
import Reports

/// The first step of a round: its files, their versions, and what their columns are.
enum FilesPages {
    static let routes: [Route] = [
        .page("/rounds/:round/files", .with(.seeRounds)) { visit in .page(try await page(visit)) },
        .page("/rounds/:round/columns", .with(.editFiles), logged: .seen) { visit in
            .page(try await ColumnsView.page(visit))
        },
        .page("/rounds/:round/versions/:version", .with(.seeRounds)) { visit in
            .page(try await VersionPage.page(visit))
        },
        .page("/rounds/:round/versions/:version/files/:name", .with(.export), logged: .exported) { visit in
            let round = try await visit.round()
            let name = visit.parameter("name").removingPercentEncoding ?? ""
            guard let version = Int(visit.parameter("version")),
                let bytes = try await visit.office.rounds.content(of: name, round: round.id, version: version)
            else { throw ServiceFault.notFound }
            return .file(FileAnswer(bytes: bytes, type: "application/octet-stream", name: name))
        },
    ]

    static let operations: [Operation] = [
        .query("listFiles", "/rounds/:round/files", .seeRounds, Phrase("最新の版のファイル", "The files of the newest version"))
        {
            visit in
            let round = try await visit.round()
            return Listed(
                version: round.version,
                files: try await visit.office.rounds.files(of: round.id, version: round.version))
        },
        .query("listVersions", "/rounds/:round/versions", .seeRounds, Phrase("版の一覧", "The versions of a round's files"))
        {
            visit in
            try await visit.office.rounds.versions(of: try await visit.round().id)
        },
        .change(
            "uploadFile", "/rounds/:round/upload", .editFiles, Phrase("ファイルを入れる", "Upload a file"), body: .file,
            fields: [
                .init("name", "ファイル名", "name of the file, in the query"),
                .init("expecting", "画面にあった版の番号", "number of the version that was seen, in the query"),
            ]
        ) { visit in
            let round = try await visit.round()
            let name = try FileName.checked(visit.query["name"] ?? "")
            let expecting = Int(visit.query["expecting"] ?? "") ?? round.version
            // So that nobody sends a large file in vain.
            try await visit.office.rounds.require(expecting, of: round)
            let kept = try await Blobs(visit.office.store).receive(
                visit.request.body, megabytes: Reception.mostFileMegabytes)
            let isNew = !(try await visit.office.rounds.files(of: round.id, version: round.version))
                .contains { $0.name == name }
            let version = try await visit.office.rounds.change(
                round.id, expecting: expecting, kept: [name: kept], by: visit.actor,
                what: isNew
                    ? Phrase("\(name) を入れました", "\(name) was uploaded")
                    : Phrase("\(name) を入れ替えました", "\(name) was replaced"))
            return .init(
                Uploaded(version: version, name: name, sha256: kept.sha256, size: kept.size),
                next: RoundStep.files.path(of: round.id), status: .created)
        },
        .change(
            "removeFile", "/rounds/:round/remove-file", .editFiles, Phrase("ファイルを外す", "Take a file out"),
            fields: [
                .init("name", "ファイル名", "name of the file"), .init("expecting", "画面にあった版の番号", "version that was seen"),
            ]
        ) { visit in
            let round = try await visit.round()
            let name = try visit.needed("name", Phrase("ファイル名", "the name of the file"))
            if name == CaseTable.settings.fileName {
                throw ServiceFault.invalid(
                    "case.yaml には回の月と規則があるため、外せません。規則のページで変えてください。",
                    "case.yaml has the month and the rules and cannot be taken out. Change it on the page of rules.")
            }
            let version = try await visit.office.rounds.change(
                round.id, expecting: try visit.version(), [name: [UInt8]?.none], by: visit.actor,
                what: Phrase("\(name) を外しました", "\(name) was taken out"))
            return .init(Changed(version: version), next: RoundStep.files.path(of: round.id))
        },
        .change(
            "restoreVersion", "/rounds/:round/restore", .editFiles,
            Phrase("前の版に戻す（新しい版として）", "Restore an earlier version, as a new one"),
            fields: [
                .init("version", "戻す版", "the version to restore"),
                .init("expecting", "画面にあった版の番号", "version that was seen"),
            ]
        ) { visit in
            let round = try await visit.round()
            guard let number = Int(visit.fields["version"] ?? ""), (1...round.version).contains(number) else {
                throw ServiceFault.notFound
            }
            let files = try await visit.office.rounds.files(of: round.id, version: number)
            var changes: [String: (sha256: String, size: Int)?] = [:]
            for file in try await visit.office.rounds.files(of: round.id, version: round.version) {
                changes[file.name] = .some(nil)
            }
            for file in files { changes[file.name] = (file.sha256, file.size) }
            let version = try await visit.office.rounds.change(
                round.id, expecting: try visit.version(), kept: changes, by: visit.actor,
                what: Phrase("版 \(number) に戻しました", "version \(number) was restored"))
            return .init(Changed(version: version), next: RoundStep.files.path(of: round.id))
        },
        .change(
            "saveColumns", "/rounds/:round/columns", .editFiles, Phrase("列の対応を保存する", "Save what the columns are"),
            fields: [
                .init("expecting", "画面にあった版の番号", "version that was seen"),
                .init("table.N", "N番目の表の種類（空: 使わない）", "which table file N is; empty: none", isRequired: false),
                .init("column.N.NAME", "N番目の表の列", "the header that holds column NAME of file N", isRequired: false),
                .init(
                    "blank.N.M", "N番目の表のM番目の問い: なしの意味か", "whether the cells of question M of file N mean nothing",
                    isRequired: false, values: ["yes", "no"]),
            ]
        ) { visit in
            let round = try await visit.round()
            let (version, isWhole) = try await ColumnsView.save(visit, round)
            let next = isWhole ? RoundStep.files.path(of: round.id) : "/rounds/\(round.id)/columns"
            return .init(Changed(version: version), next: next)
        },
    ]

    struct Listed: Encodable, Sendable {
        let version: Int
        let files: [FileRow]
    }

    struct Uploaded: Encodable, Sendable {
        let version: Int
        let name: String
        let sha256: String
        let size: Int
    }

    struct Changed: Encodable, Sendable { let version: Int }

    // MARK: The page

    private static func page(_ visit: Visit) async throws -> Markup {
        let round = try await visit.round()
        let files = try await visit.office.rounds.files(of: round.id, version: round.version)
        let versions = try await visit.office.rounds.versions(of: round.id)
        let mayEdit = visit.actor.may(.editFiles)
        let tables = files.filter { FileName.isTable($0.name) }
        let reading = tables.isEmpty ? nil : try await visit.office.cases.reading(round.id, round.version)
        let settings = try await visit.office.rounds.content(
            of: CaseTable.settings.fileName, round: round.id, version: round.version)
        let isMapped = files.contains { $0.name == FacilityList.profileName }
        return Frame.page(visit, title: RoundStep.files.phrase, round: (round, .files), scripts: [.files]) {
            """
            \(otherMonth(visit, round, settings))\(standing(visit, round, tables: tables, reading, isMapped: isMapped))
            \(mayEdit ? drop(visit, round) : "")
            <section><h2>\(visit.say("この版のファイル", "Files of this version"))</h2>
            \(list(visit, round, files))
            </section>
            <section><h2>\(visit.say("版", "Versions"))</h2>
            <p class="note">\(visit.say("入れ替えても、前のものは残ります。前の版に戻すと、それが新しい版になります。", "Nothing is overwritten. Restoring an earlier version makes a new one."))</p>
            \(history(visit, round, versions))
            </section>
            """
        }
    }

    /// A `case.yaml` of another month would be printed on everything.
    private static func otherMonth(_ visit: Visit, _ round: RoundRow, _ settings: [UInt8]?) -> Markup {
        guard let settings, let document = try? SettingsDocument(settings),
            case .text(let written)? = document.value(at: [.key("month")]),
            let month = PlacementMonth(written: written), let expected = round.placementMonth, month != expected
        else { return "" }
        return """
            <p class="warn">\(visit.say("case.yaml の入所月は\(month.japanese)で、この回（\(expected.japanese)）と違います。別の回のファイルでないか確かめ、「規則」で入所月を直してください。", "The month in case.yaml is \(month), and this round is \(expected). Make sure that the file is not that of another round, and correct the month in the rules."))</p>
            """
    }

    /// What stands, and what to do next.
    private static func standing(
        _ visit: Visit, _ round: RoundRow, tables: [FileRow], _ reading: CaseReading?, isMapped: Bool
    ) -> Markup {
        guard let reading else {
            return """
                <p class="info">\(visit.say("まだ表がありません。申込児童の表と、施設と受入可能数の表を入れてください。Excel（.xlsx）でも CSV でもかまいません。", "There are no tables yet. Upload the table of children and that of facilities with their seats, as Excel or CSV."))</p>
                """
        }
        let columns: Markup =
            visit.actor.may(.editFiles)
            ? """
            <p class="actions"><a class="button main" href="/rounds/\(Int(round.id))/columns">\(isMapped ? visit.say("列の対応を見直す", "Look at the columns again") : visit.say("列を確かめる", "Say what the columns are"))</a></p>
            """ : ""
        let lacking = lacking(visit, reading)
        if reading.errors.isEmpty {
            return """
                <p class="fine">\(visit.say("すべての表を読めました。次は「規則」と「点検」です。", "All tables can be read. Go on with rules and check."))</p>\(columns)
                """
        }
        let hint =
            isMapped || reading.subject != nil
            ? visit.say("「点検」で、どこを直すか確かめられます。", "The check shows where.")
            : visit.say("列の名前が市独自のときは、「列を確かめる」で対応を選んでください。", "Where headers are your own, say what the columns are.")
        return """
            \(lacking)<p class="warn">\(visit.say("直すところが \(reading.errors.count) 件あります。", "There are \(reading.errors.count) errors.")) \(hint) <a href="\(RoundStep.check.path(of: round.id))">\(visit.say("点検を開く", "Open the check"))</a></p>\(columns)
            """
    }

    /// The tables that a case needs and that are not there.
    private static func lacking(_ visit: Visit, _ reading: CaseReading) -> Markup {
        let missing = reading.missingTables.map { visit.say($0.words) }
        if missing.isEmpty { return "" }
        let list = missing.joined(separator: visit.say("、", ", "))
        return """
            <p class="warn">\(visit.say("まだ足りない表: \(list)。ファイルを入れてください。入れてあるのに読まれないときは、「列を確かめる」でどのファイルかを選んでください。", "Still missing: \(list). Upload them; where a file is there and not read, say in “columns” which it is."))</p>
            """
    }

    private static func drop(_ visit: Visit, _ round: RoundRow) -> Markup {
        """
        <section><h2>\(visit.say("ファイルを入れる", "Upload files"))</h2>
        <div class="drop" id="drop" data-target="\(Operation.prefix)/rounds/\(Int(round.id))/upload" data-version="\(round.version)" data-token="\(visit.login?.formToken ?? "")" data-done="\(visit.say("保存しました", "saved"))" data-cut="\(visit.say("送れませんでした。何も変わっていません。もう一度入れてください", "could not be sent; nothing was changed; try again"))">
        <p><b>\(visit.say("ここにファイルかフォルダーを置いてください", "Drop files or a folder here"))</b></p>
        <p class="actions center"><label class="button main pick">\(visit.say("ファイルを選ぶ", "Choose files"))<input type="file" id="choose" multiple accept=".xlsx,.xlsm,.ods,.csv,.tsv,.txt,.yaml,.yml"></label>
        <label class="button pick">\(visit.say("フォルダーを選ぶ", "Choose a folder"))<input type="file" id="choose-folder" webkitdirectory></label></p>
        <p class="note">\(visit.say("Excel（.xlsx .xlsm）、.ods、CSV、\(Reception.mostFileMegabytes) MBまで。庁内のサーバーに保存され、外には出ません。", "Excel (.xlsx, .xlsm), .ods or CSV, at most \(Reception.mostFileMegabytes) MB. They are kept on this server alone."))</p>
        </div>
        <ul class="sending" id="sending" aria-live="polite"></ul>
        <noscript><p class="warn">\(visit.say("ファイルを入れるには、ブラウザーの JavaScript が必要です。", "Uploading needs JavaScript."))</p></noscript>
        </section>
        """
    }

    private static func list(_ visit: Visit, _ round: RoundRow, _ files: [FileRow]) -> Markup {
        let mayEdit = visit.actor.may(.editFiles)
        let mayTake = visit.actor.may(.export)
        let rows = files.map { file -> Markup in
            let path = "/rounds/\(round.id)/versions/\(round.version)/files/" + file.name.inAddress
            let name: Markup = mayTake ? "<a href=\"\(path)\">\(file.name)</a>" : "\(file.name)"
            let remove: Markup =
                mayEdit && file.name != CaseTable.settings.fileName
                ? """
                <form method="post" action="/rounds/\(Int(round.id))/remove-file" class="plain">\(Frame.token(visit))<input type="hidden" name="name" value="\(file.name)"><input type="hidden" name="expecting" value="\(round.version)"><button>\(visit.say("外す", "Take out"))<span class="unseen"> \(file.name)</span></button></form>
                """ : ""
            return """
                <tr><th scope="row">\(name)</th><td class="n">\(FileName.size(file.size))</td><td>\(remove)</td></tr>
                """
        }.joined()
        return """
            <div class="scroll" tabindex="0" role="region" aria-label="\(visit.say("この版のファイル", "Files of this version"))"><table><thead><tr><th scope="col">\(visit.say("ファイル", "File"))</th><th scope="col" class="n">\(visit.say("大きさ", "Size"))</th><th scope="col"><span class="unseen">\(visit.say("操作", "Actions"))</span></th></tr></thead><tbody>\(rows)</tbody></table></div>
            """
    }

    private static func history(_ visit: Visit, _ round: RoundRow, _ versions: [VersionRow]) -> Markup {
        let pages = Paging(versions.count, visit.query["page"])
        let rows = versions[pages.range].map { version -> Markup in
            let restore: Markup =
                version.number != round.version && visit.actor.may(.editFiles)
                ? """
                <form method="post" action="/rounds/\(Int(round.id))/restore" class="plain">\(Frame.token(visit))<input type="hidden" name="version" value="\(version.number)"><input type="hidden" name="expecting" value="\(round.version)"><button>\(visit.say("この版に戻す", "Restore"))<span class="unseen"> \(version.number)</span></button></form>
                """
                : version.number == round.version ? "<span class=\"tag good\">\(visit.say("今の版", "newest"))</span>" : ""
            return """
                <tr><th scope="row" class="n"><a href="\(VersionPage.path(round, version.number))"><span class="unseen">\(visit.say("版", "Version")) </span>\(version.number)</a></th><td class="when">\(LocalClock.text(version.at))</td><td>\(version.by)</td><td>\(visit.say(version.what))</td><td class="n">\(version.files)</td><td class="n">\(FileName.size(version.size))</td><td>\(restore)</td></tr>
                """
        }.joined()
        return """
            <div class="scroll" tabindex="0" role="region" aria-label="\(visit.say("版", "Versions"))"><table><thead><tr><th scope="col" class="n">\(visit.say("版", "Version"))</th><th scope="col">\(visit.say("日時", "When"))</th><th scope="col">\(visit.say("人", "Who"))</th><th scope="col">\(visit.say("何をしたか", "What"))</th><th scope="col" class="n">\(visit.say("ファイル数", "Files"))</th><th scope="col" class="n">\(visit.say("大きさ", "Size"))</th><th scope="col"><span class="unseen">\(visit.say("操作", "Actions"))</span></th></tr></thead><tbody>\(rows)</tbody></table></div>
            \(pages.links(visit))
            """
    }
}

extension Visit {
    /// The version that whoever changes something has seen.
    func version() throws(ServiceFault) -> Int {
        guard let version = Int(fields["expecting"] ?? "") else {
            throw .invalid(
                "「expecting」に、画面にあった版の番号が必要です。", "Give as expecting the number of the version that was seen.")
        }
        return version
    }
}

/// Names of uploaded files.
enum FileName {
    private static let tables = ["csv", "tsv", "txt", "xlsx", "xlsm", "ods"]
    private static let kinds = tables + ["yaml", "yml"]
    static let longest = 120

    /// The name as it is kept: without path, composed (NFC).
    static func checked(_ text: String) throws(ServiceFault) -> String {
        let name = text.precomposedStringWithCanonicalMapping.trimmingCharacters(in: .whitespaces)
        let isOdd = name.unicodeScalars.contains { scalar in
            scalar.value < 0x20 || scalar.value == 0x7F || "/\\:*?\"<>|".unicodeScalars.contains(scalar)
                || scalar.properties.generalCategory == .format
        }
        guard !name.isEmpty, !isOdd, !name.hasPrefix("."), !name.hasPrefix("~"), name.count <= longest,
            name.utf8.count <= 240
        else {
            throw .invalid(
                "このファイル名は使えません。/ \\ : * ? \" < > | を含まない \(longest) 字までの名前にしてください。何も保存していません。",
                "This name cannot be used: at most \(longest) characters without / \\ : * ? \" < > |. Nothing was saved."
            )
        }
        guard kinds.contains(ending(name)) else {
            throw .invalid(
                "入れられるのは、Excel（.xlsx .xlsm）、.ods、CSV（.csv .tsv .txt）、.yaml です。古い .xls は、Excel で .xlsx として保存し直してください。何も保存していません。",
                "Files are .xlsx, .xlsm, .ods, .csv, .tsv, .txt or .yaml. Save an old .xls as .xlsx. Nothing was saved."
            )
        }
        return name
    }

    static func isTable(_ name: String) -> Bool { tables.contains(ending(name)) }

    private static func ending(_ name: String) -> String {
        name.split(separator: ".").count > 1 ? name.split(separator: ".").last!.lowercased() : ""
    }

    /// A number of bytes for people.
    static func size(_ bytes: Int) -> String {
        bytes < 1_000
            ? "\(bytes) B"
            : bytes < 1_000_000 ? "\(bytes / 1_000) kB" : "\(bytes / 1_000_000).\(bytes / 100_000 % 10) MB"
    }
}
