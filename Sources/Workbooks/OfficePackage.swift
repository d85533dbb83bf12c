/// The workbook part of an Excel file, with what it refers to.
struct OfficePackage: Sendable {
    /// A worksheet and the part that has its cells.
    struct Sheet: Sendable {
        let name: SheetName
        let part: Archive.Part
    }

    let sheets: [Sheet]
    let is1904: Bool
    let strings: SharedStrings
    let formats: CellFormats?

    /// Finds the parts by their relationships, never by their names.
    ///
    /// - Parameter archive: The container.
    init(_ archive: Archive) throws(WorkbookProblem) {
        guard let root = archive.part("_rels/.rels"),
            let document = try Relationship.read(root, of: archive, folder: "").first(where: {
                $0.type == "officeDocument"
            })
        else { throw .unknown }
        if document.target.hasSuffix(".bin") { throw .binary }
        guard let part = archive.part(document.target) else { throw .damaged(.partMissing) }
        let receiver = WorkbookReceiver()
        try receiver.read(part, of: archive)
        guard receiver.isWorkbook else { throw .unknown }
        let folder = document.target.lastIndex(of: "/").map { String(document.target[...$0]) } ?? ""
        let name = document.target.dropFirst(folder.count)
        let relationships =
            if let part = archive.part("\(folder)_rels/\(name).rels") {
                try Relationship.read(part, of: archive, folder: folder)
            } else { [Relationship]() }
        var targets: [String: Relationship] = [:]
        for relationship in relationships { targets[relationship.identifier] = relationship }
        var sheets: [Sheet] = []
        for sheet in receiver.sheets {
            guard let relationship = targets[sheet.relationship] else { throw .damaged(.partMissing) }
            // The others are charts, dialogs and macros.
            guard relationship.type == "worksheet" else { continue }
            if relationship.target.hasSuffix(".bin") { throw .binary }
            guard let part = archive.part(relationship.target) else { throw .damaged(.partMissing) }
            sheets.append(Sheet(name: sheet.name, part: part))
        }
        self.sheets = sheets
        is1904 = receiver.is1904
        func related(_ type: String) throws(WorkbookProblem) -> Archive.Part? {
            guard let relationship = relationships.first(where: { $0.type == type }) else { return nil }
            guard let part = archive.part(relationship.target) else { throw .damaged(.partMissing) }
            return part
        }
        strings =
            if let part = try related("sharedStrings") { try SharedStrings(part, of: archive) } else { SharedStrings() }
        formats = if let part = try related("styles") { try StylesReceiver.formats(part, of: archive) } else { nil }
    }
}

/// One relationship of a part to another.
private struct Relationship {
    let identifier: String
    /// The last component of its type.
    let type: String
    /// The name of the part.
    let target: String

    static func read(
        _ part: Archive.Part, of archive: Archive, folder: String
    ) throws(WorkbookProblem) -> [Relationship] {
        let receiver = RelationshipReceiver(folder)
        try receiver.read(part, of: archive)
        return receiver.relationships
    }
}

private final class RelationshipReceiver: XMLReceiver {
    private(set) var relationships: [Relationship] = []
    private let folder: String

    init(_ folder: String) {
        self.folder = folder
        super.init(OfficeNames.relationships)
    }

    override func begin(_ name: XMLText, _ attributes: XMLAttributes, in parent: UInt8) throws(WorkbookProblem) -> UInt8
    {
        if parent == Self.document, name == "Relationships" { return 1 }
        guard parent == 1, name == "Relationship", let identifier = attributes["Id"], let type = attributes["Type"],
            let target = attributes["Target"], !(attributes["TargetMode"].map { $0 == "External" } ?? false)
        else { return 0 }
        guard relationships.count < Limits.styles else { throw .tooLarge(.entries) }
        let kind = try type.name().split(separator: "/").last.map(String.init) ?? ""
        relationships.append(
            Relationship(identifier: try identifier.name(), type: kind, target: resolve(try target.name())))
        return 0
    }

    /// The name of a part; a target is relative to the folder unless it begins with a slash.
    private func resolve(_ target: String) -> String {
        var components: [Substring] = []
        for component in (target.hasPrefix("/") ? target : folder + target).split(separator: "/") {
            switch component {
            case ".": break
            case "..": _ = components.popLast()
            default: components.append(component)
            }
        }
        return components.joined(separator: "/")
    }
}

/// Reads the workbook part: the names of its sheets and the day from which dates count.
private final class WorkbookReceiver: XMLReceiver {
    private enum Place {
        static let workbook: UInt8 = 1, sheets: UInt8 = 2
    }

    private(set) var isWorkbook = false
    private(set) var is1904 = false
    private(set) var sheets: [(name: SheetName, relationship: String)] = []

    init() { super.init(OfficeNames.main) }

    override func begin(_ name: XMLText, _ attributes: XMLAttributes, in parent: UInt8) throws(WorkbookProblem) -> UInt8
    {
        switch (parent, name) {
        case (Self.document, "workbook"):
            isWorkbook = true
            return Place.workbook
        case (Place.workbook, "workbookPr"):
            is1904 = attributes["date1904"]?.isTrue ?? false
            return 0
        case (Place.workbook, "sheets"): return Place.sheets
        case (Place.sheets, "sheet"):
            guard sheets.count < Limits.sheets else { throw .tooLarge(.sheets) }
            let state = attributes["state"]
            let isHidden = state.map { $0 == "hidden" || $0 == "veryHidden" } ?? false
            let relationship = try OfficeNames.identifier.lazy.compactMap { attributes[$0] }.first?.name() ?? ""
            let name = try attributes["name"]?.name() ?? ""
            sheets.append((SheetName(name: name, isHidden: isHidden), relationship))
            return 0
        default: return 0
        }
    }
}

/// Reads the part with the styles: which format each style of cells has.
private final class StylesReceiver: XMLReceiver {
    private enum Place {
        static let sheet: UInt8 = 1, formats: UInt8 = 2, styles: UInt8 = 3
    }

    private var formats = CellFormats()
    private var custom: [Int: CellFormat] = [:]
    private var styles: [Int] = []

    init() { super.init(OfficeNames.main) }

    static func formats(_ part: Archive.Part, of archive: Archive) throws(WorkbookProblem) -> CellFormats {
        let receiver = StylesReceiver()
        try receiver.read(part, of: archive)
        receiver.formats.styles = receiver.styles.map { receiver.custom[$0] ?? CellFormats.builtIn($0) }
        return receiver.formats
    }

    override func begin(_ name: XMLText, _ attributes: XMLAttributes, in parent: UInt8) throws(WorkbookProblem) -> UInt8
    {
        switch (parent, name) {
        case (Self.document, "styleSheet"): return Place.sheet
        case (Place.sheet, "numFmts"): return Place.formats
        case (Place.sheet, "cellXfs"): return Place.styles
        case (Place.formats, "numFmt"):
            guard let number = attributes["numFmtId"]?.count, let code = attributes["formatCode"] else { return 0 }
            custom[number] = formats.format(code.bytes)
            guard custom.count <= Limits.styles, formats.templates.count <= Limits.styles else {
                throw .tooLarge(.styles)
            }
            return 0
        case (Place.styles, "xf"):
            styles.append(attributes["numFmtId"]?.count ?? 0)
            guard styles.count <= Limits.styles else { throw .tooLarge(.styles) }
            return 0
        default: return 0
        }
    }
}
