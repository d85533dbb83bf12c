import Admissions
import Foundation

extension CaseFolder {
    /// The file of pins with another decision about one child, in the form of the file that is there: its name, its columns, its
    /// encoding and all other rows stay. Where there is none, it is made in the form of the children's table.
    ///
    /// - Parameters:
    ///   - pin: The decision; `nil`: none any more.
    ///   - child: The child. What was decided about it before is taken out.
    /// - Throws: ``Problem`` where the case cannot be read, has no such child or facility, or its table cannot be written so.
    public func pinsFile(deciding pin: PinRow?, of child: ChildID) throws(Problem) -> OutputFile {
        var reader = CaseReader(folder: url, objective: nil, doubts: .notSought, threads: 1, progress: nil)
        let reading = reader.read()
        guard let draft = reading.draft, reader.files[.pins] == nil || draft.pins.count == reader.rowCount(of: .pins)
        else {
            throw reading.errors.first ?? Self.unreadable
        }
        // Ids are written as the tables of children and facilities spell them.
        guard let child = draft.children.first(where: { $0.id == child })?.id else { throw Self.unknown }
        var pin = pin
        pin?.child = child
        if let place = pin?.facility {
            guard let own = draft.facilities.first(where: { $0.id == place })?.id else { throw Self.unknown }
            pin?.facility = own
        }
        let pins = draft.pins.filter { $0.child != child } + [pin].compactMap { $0 }
        guard let file = reader.files[.pins] else {
            let columns = ["child_id", "facility_id", "by", "reason"]
            return try FollowingCase.file(
                reader.fileName(of: .pins), columns.map { reader.profile.header(of: $0, in: .pins) ?? $0 },
                pins.map { [$0.child.spelling, $0.facility?.spelling ?? "", $0.by, $0.reason] },
                as: reader.files[.children]?.form.text ?? .utf8)
        }
        var table = FollowingTable(file, by: reader.profile)
        for (row, old) in draft.pins.enumerated() where old.child != child { table.append(row: row) }
        if let pin {
            table.append { row in
                row.setID("child_id", pin.child.spelling, unless: false)
                row.setID("facility_id", pin.facility?.spelling ?? "", unless: pin.facility == nil)
                row.set("by", pin.by, unless: false)
                row.set("reason", pin.reason, unless: false)
            }
        }
        if let form = file.form.text {
            return OutputFile(name: file.name, bytes: try FollowingCase.encoded(table.text.utf8, form, file.name))
        }
        guard file.name.lowercased().hasSuffix(".xlsx") else { throw Self.unwritable(file.name) }
        let tables = CaseTable.ofCase.compactMap { kind -> FollowingTable? in
            guard let other = reader.files[kind], other.name == file.name else { return nil }
            if kind == .pins { return table }
            var same = FollowingTable(other, by: reader.profile)
            for row in 0..<other.table.rowCount { same.append(row: row) }
            return same
        }
        return try FollowingCase.workbook(file.name, tables)
    }

    private static let unreadable = Problem(
        .file(.fileUnreadable), file: CaseTable.pins.fileName,
        "The case cannot be read; correct what the check names first.",
        "この案件を読めません。先に点検で示された点を直してください。")

    private static let unknown = Problem(
        .file(.childUnknown), file: CaseTable.pins.fileName,
        "The case has no such child or facility; choose from what it has.",
        "この児童または施設は案件にありません。あるものから選んでください。")

    private static func unwritable(_ name: String) -> Problem {
        Problem(
            .file(.fileUnreadable), file: name,
            "Workbooks of this kind are read only; save the table of pins as .xlsx or CSV.",
            "この形式のブックには書き込めません。固定配置の表を .xlsx か CSV で保存し直してください。")
    }
}

extension CaseReader {
    fileprivate func rowCount(of kind: CaseTable) -> Int { files[kind]?.table.rowCount ?? 0 }
}
