/// The names of Office Open XML, of its transitional and its strict form (ECMA-376).
enum OfficeNames {
    /// What elements of spreadsheets begin with.
    static let main: [StaticString] = [
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main|", "http://purl.oclc.org/ooxml/spreadsheetml/main|",
    ]

    /// What elements of relationships begin with.
    static let relationships: [StaticString] = ["http://schemas.openxmlformats.org/package/2006/relationships|"]

    /// The attribute that refers to a relationship.
    static let identifier: [StaticString] = [
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships|id",
        "http://purl.oclc.org/ooxml/officeDocument/relationships|id",
    ]
}

extension XMLAttributes {
    /// Whether blanks at the ends of a text belong to it.
    var keepBlanks: Bool {
        self["http://www.w3.org/XML/1998/namespace|space"].map { $0 == "preserve" } ?? false
    }
}
