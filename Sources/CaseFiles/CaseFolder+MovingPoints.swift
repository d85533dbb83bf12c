import Admissions
import Foundation
import Yams

extension CaseDraft {
    /// What forbids other points for rows of the points table: there is no table, or points are given besides.
    ///
    /// Given points must be those that the table computes, and those of a table with other points would not be.
    public var obstaclesToMovingPoints: [Problem] {
        if rules.pointsTable.isEmpty {
            return [
                Problem(
                    .file(.settingMissing), file: SettingsFile.name,
                    "pointsTable is missing, so that there are no rows whose points could move; write the city's table there.",
                    "pointsTable がないため、点数を動かせる行がありません。市の指数表を case.yaml に書いてください。")
            ]
        }
        guard children.contains(where: { $0.points != nil || $0.wishPoints.contains { $0 != nil } }) else { return [] }
        return [
            Problem(
                .finding(.pointsDisagree), file: CaseTable.children.fileName,
                "Points are written here besides the table in case.yaml, and a table with other points would compute others; "
                    + "remove the columns points and points_1, points_2, ...: the table computes them.",
                "指数表があるのに、指数の欄にも値があります。点数を動かすと一致しなくなるため、points と points_1、points_2 などの列を"
                    + "取り除いてください。指数は指数表から計算します。")
        ]
    }
}

/// A case.yaml in which numbers at given places are replaced, and nothing else.
struct SettingsText {
    private let scalars: [UnicodeScalar]
    private let lines: YAMLLines
    private var edits: [(range: Range<Int>, text: String)] = []

    init(_ text: String) {
        scalars = Array(text.unicodeScalars)
        lines = YAMLLines(of: scalars)
    }

    /// The text with all replacements.
    var text: String {
        var result = scalars
        for edit in edits.sorted(by: { $0.range.lowerBound > $1.range.lowerBound }) {
            result.replaceSubrange(edit.range, with: edit.text.unicodeScalars)
        }
        return String(String.UnicodeScalarView(result))
    }

    /// Replaces a text that stands in one line, plain or in quotes.
    ///
    /// - Returns: Whether it stands so.
    mutating func replace(_ node: Node, by text: String) -> Bool {
        guard let old = node.scalar?.string, let place = node.mark.flatMap(lines.offset) else { return false }
        for (written, new) in [
            ("\"\(old)\"", CaseFolder.quoted(text)), ("'\(old)'", CaseFolder.quoted(text)), (old, Self.plain(text)),
        ] {
            let end = place + written.unicodeScalars.count
            guard end <= scalars.count, scalars[place..<end].elementsEqual(written.unicodeScalars) else { continue }
            edits.append((place..<end, new))
            return true
        }
        return false
    }

    /// Adds a setting at the end.
    ///
    /// - Returns: Whether the file can be continued like this.
    mutating func append(_ setting: String, _ text: String) -> Bool {
        guard let first = scalars.first(where: { !CharacterSet.whitespacesAndNewlines.contains($0) }), first != "{"
        else {
            return false
        }
        let start = scalars.last == "\n" ? "" : "\n"
        edits.append((scalars.count..<scalars.count, "\(start)\(setting): \(CaseFolder.quoted(text))\n"))
        return true
    }

    /// A text as it stands without quotes, where nothing in it could mean something else.
    private static func plain(_ text: String) -> String {
        let isPlain = text.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || "0123456789-_ ".unicodeScalars.contains($0)
        }
        return isPlain && Int(text) == nil && text.first?.isNumber == true && text.last != " "
            ? text : CaseFolder.quoted(text)
    }

    /// Replaces the points of the rows that another table has otherwise.
    ///
    /// A number that is not written plainly behind its key is left as it is.
    mutating func move(_ table: PointsTable, to other: PointsTable, places: [String: Mark]) {
        for part in table.parts.indices {
            for row in table.parts[part].rows.indices {
                guard case .points(let old) = table.parts[part].rows[row].amount,
                    case .points(let new) = other.parts[part].rows[row].amount, old != new
                else { continue }
                let names = ["pointsTable[\(row)]", "pointsTable.\(table.parts[part].name).rows[\(row)]"]
                let mark = names.dropFirst(table.isList ? 0 : 1).lazy.compactMap { places["\($0).points"] }.first
                if let mark { replace(old, by: new, at: mark) }
            }
        }
    }

    /// Replaces the number of the key `points` that begins at a mark.
    private mutating func replace(_ old: ExactNumber, by new: ExactNumber, at mark: Mark) {
        guard var place = lines.offset(of: mark) else { return }
        func skip(_ isSkipped: (UnicodeScalar) -> Bool) {
            while place < scalars.count, isSkipped(scalars[place]) { place += 1 }
        }
        let isSpace = { (scalar: UnicodeScalar) in scalar == " " || scalar == "\t" }
        skip { $0 == "\"" || $0 == "'" || ("a"..."z").contains($0) }
        skip(isSpace)
        guard place < scalars.count, scalars[place] == ":" else { return }
        place += 1
        skip { isSpace($0) || $0 == "\"" || $0 == "'" }
        let start = place
        skip { !isSpace($0) && !"\"',}#\r\n".unicodeScalars.contains($0) }
        let written = String(String.UnicodeScalarView(scalars[start..<place]))
        if ExactNumber(fraction: folded(written)) == old { edits.append((start..<place, new.description)) }
    }
}

/// Where the lines of a YAML text begin, as its parser counts them.
struct YAMLLines {
    let starts: [Int]

    init(of scalars: [Unicode.Scalar]) {
        var starts = [0]
        for (index, scalar) in scalars.enumerated() {
            let isBreak = ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"].contains(scalar)
            let isHalf = scalar == "\r" && index + 1 < scalars.count && scalars[index + 1] == "\n"
            if isBreak, !isHalf { starts.append(index + 1) }
        }
        self.starts = starts
    }

    /// The scalar at which a mark of the parser points; `nil` where there is no such line.
    func offset(of mark: Mark) -> Int? {
        starts.indices.contains(mark.line - 1) ? starts[mark.line - 1] + mark.column - 1 : nil
    }
}
