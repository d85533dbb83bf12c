import Admissions
import CaseFiles
import Foundation
import Reports

/// The rules of a version of a round: case.yaml as a text, as fields, and as what the library reads.
struct RuleSheet: Sendable {
    let bytes: [UInt8]
    /// `nil`: the file is no YAML.
    let document: SettingsDocument?
    let rules: Rules?
    /// What is wrong in it by itself, without the tables.
    let problems: [Problem]

    static let file = CaseTable.settings.fileName

    /// Reads the rules of a version; they are blank where it has none.
    init(_ office: Office, round: Int64, version: Int) async throws {
        let bytes = try await office.rounds.content(of: Self.file, round: round, version: version) ?? []
        let folder = try await office.rounds.folder(of: round, version: version)
        (rules, problems) = await CaseDesk.apart { CaseFolder(folder).settings() }
        document = try? SettingsDocument(bytes)
        self.bytes = bytes
    }

    var text: String { document?.text ?? String(decoding: bytes, as: UTF8.self) }

    /// Every field that a form may change, by its name.
    var fields: [String: RuleField] {
        var fields = RuleField.plain
        if let rules {
            fields += rules.priority.enumerated().flatMap { RuleField.fields(ofKey: $0, $1) }
            fields += rules.phases.indices.flatMap(RuleField.fields(ofPhase:))
            let table = rules.pointsTable
            for part in table.parts.indices {
                fields += RuleField.fields(ofPart: part, in: table)
                fields += table.parts[part].rows.indices.compactMap {
                    RuleField.field(ofRow: $0, inPart: part, of: table)
                }
            }
        }
        return Dictionary(fields.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The document as a form says, with everything else as it is written.
    ///
    /// - Parameter values: What is said of fields, by their names; other entries are passed over.
    /// - Throws: ``ServiceFault`` where something needed is blank, `UnchangeableSetting` where the file is written so that a
    ///   setting cannot be changed alone.
    func changed(by values: [String: String]) throws -> SettingsDocument {
        guard var document else {
            throw ServiceFault.invalid(
                "case.yaml を読めないため、欄では変えられません。下の YAML で直してください。何も変わっていません。",
                "case.yaml cannot be read, so the form cannot change it. Correct it in the YAML below. Nothing was changed."
            )
        }
        let fields = fields
        for name in values.keys.sorted() {
            guard let field = fields[name] else { continue }
            let text = values[name]!.trimmingCharacters(in: .whitespacesAndNewlines)
            if text == field.text(in: document) { continue }
            if text.isEmpty, field.standard == nil {
                throw ServiceFault.invalid(
                    "「\(field.label.japanese)」（\(name)）は空にできません。何も変わっていません。",
                    "\(field.label.english) (\(name)) cannot be blank. Nothing was changed.")
            }
            try document.set(field.value(of: text), at: field.path)
        }
        // `2:1`: the third key becomes the second.
        if let move = values["move"], !move.isEmpty {
            let places = move.split(separator: ":").compactMap { Int($0) }
            guard places.count == 2 else {
                throw ServiceFault.invalid("move は 2:1 のように書いてください。", "move is written as 2:1.")
            }
            try document.move(in: [.key("priority")], from: places[0], to: places[1])
        }
        return document
    }

    /// The first error of case.yaml in another reading that it did not have in the present one.
    static func newError(in reading: CaseReading, besides present: CaseReading) -> Problem? {
        func errors(_ reading: CaseReading) -> [Problem] { reading.errors.filter { $0.file == file } }
        let known = Set(errors(present).map { "\($0.code) \($0.message)" })
        return errors(reading).first { !known.contains("\($0.code) \($0.message)") }
    }
}

/// What differs between the rules of two rounds.
struct RuleDifferences: Sendable {
    /// What a field said before, by its name, for those that differ.
    private(set) var was: [String: Phrase] = [:]
    /// Rows that are new, by the name of their setting.
    private(set) var added: Set<String> = []
    /// Rows and parts that are gone, by the name of their part.
    private(set) var gone: [String: [(words: Phrase, amount: Phrase)]] = [:]

    var count: Int { was.count + added.count + gone.values.reduce(0) { $0 + $1.count } }

    /// Settings that name the round itself, and always differ.
    private static let ofRound: Set<String> = ["municipality", "round", "month", "drawSeed"]

    init(_ now: RuleSheet, since before: RuleSheet) {
        guard let document = now.document, let earlier = before.document else { return }
        for field in RuleField.plain where !Self.ofRound.contains(field.name) {
            let (new, old) = (field.text(in: document), field.text(in: earlier))
            if field.words(of: new) != field.words(of: old) { was[field.name] = field.words(of: old) }
        }
        guard let rules = now.rules, let old = before.rules else { return }
        compare("priority", rules.priority.map(Wording.rule), old.priority.map(Wording.rule))
        compare("phases", rules.phases.map(Self.words), old.phases.map(Self.words))
        compare(rules.pointsTable, old.pointsTable)
    }

    private static func words(_ phase: Phase) -> Phrase {
        switch phase.who {
        case .everyone: Phrase("\(phase.name)（全員）", "\(phase.name) (all)")
        case .members(let group): Phrase("\(phase.name)（\(group)）", "\(phase.name) (\(group))")
        case .others(let group): Phrase("\(phase.name)（\(group)以外）", "\(phase.name) (all but \(group))")
        }
    }

    private mutating func compare(_ name: String, _ now: [Phrase], _ before: [Phrase]) {
        for (index, words) in now.enumerated() {
            if index >= before.count {
                added.insert("\(name)[\(index)]")
            } else if words != before[index] {
                was["\(name)[\(index)]"] = before[index]
            }
        }
        let rest = before.dropFirst(now.count).map { (words: $0, amount: Phrase(same: "")) }
        if !rest.isEmpty { gone[name] = rest }
    }

    private mutating func compare(_ now: PointsTable, _ before: PointsTable) {
        var rows: [[String]: [PointsRow]] = [:]
        for part in before.parts { for row in part.rows { rows[Self.key(row, part), default: []].append(row) } }
        for (index, part) in now.parts.enumerated() {
            let old = before.parts.first { $0.name == part.name }
            if let old, Self.frame(old) != Self.frame(part) { was[now.setting(ofPart: index)] = Self.frame(old) }
            if old == nil { added.insert(now.setting(ofPart: index)) }
            for (place, row) in part.rows.enumerated() {
                let (key, name) = (Self.key(row, part), now.setting(ofRow: place, inPart: index))
                guard var alike = rows[key], !alike.isEmpty else {
                    added.insert(name)
                    continue
                }
                let same = alike.removeFirst()
                rows[key] = alike
                if same.amount != row.amount || same.maxGroup != row.maxGroup { was[name] = Self.amount(same) }
            }
        }
        for part in before.parts {
            for row in part.rows where rows[Self.key(row, part)]?.isEmpty == false {
                rows[Self.key(row, part)]!.removeFirst()
                gone["pointsTable.\(part.name)", default: []].append((Wording.row(row), Self.amount(row)))
            }
            if !now.parts.contains(where: { $0.name == part.name }) {
                gone["pointsTable.\(part.name)", default: []].insert((Phrase(same: part.name), Self.frame(part)), at: 0)
            }
        }
    }

    private static func key(_ row: PointsRow, _ part: PointsPart) -> [String] {
        [part.name, row.name ?? ""] + row.conditions.map { Wording.condition($0).english }
    }

    /// What a row earns.
    static func amount(_ row: PointsRow) -> Phrase {
        let group = row.maxGroup.map { Phrase("（\($0) の中で最大）", " (most of \($0))") } ?? Phrase(same: "")
        switch row.amount {
        case .points(let points): return Phrase("\(points)\(group.japanese)", "\(points)\(group.english)")
        case .value: return Phrase("列の値\(group.japanese)", "the column's value\(group.english)")
        case .refusal(let reason): return Phrase("対象外（\(reason)）", "not eligible (\(reason))")
        }
    }

    /// How a part is made, without its rows.
    static func frame(_ part: PointsPart) -> Phrase {
        let combine = Wording.combination(part.combine)
        var (japanese, english) = ([combine.japanese], [combine.english])
        if !part.parts.isEmpty {
            japanese.append(part.parts.joined(separator: "・"))
            english.append("of \(part.parts.joined(separator: ", "))")
        }
        for (number, name) in [
            (part.factor, Phrase("倍率", "factor")), (part.floor, Phrase("下限", "floor")), (part.cap, Phrase("上限", "cap")),
            (part.missing, Phrase("ないとき", "where missing")),
        ] {
            guard let number else { continue }
            japanese.append("\(name.japanese) \(number)")
            english.append("\(name.english) \(number)")
        }
        if !part.when.isEmpty {
            let conditions = part.when.map(Wording.condition)
            japanese.append("条件 " + conditions.map(\.japanese).joined(separator: "、"))
            english.append("when " + conditions.map(\.english).joined(separator: ", "))
        }
        return Phrase(japanese.joined(separator: "、"), english.joined(separator: ", "))
    }
}
