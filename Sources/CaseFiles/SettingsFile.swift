import Admissions
import Foundation
import Tables
import Yams

/// What `case.yaml` says.
struct Settings {
    var municipality = ""
    var round = ""
    var month: PlacementMonth?
    var rules = Rules(priority: [], drawSeed: nil)
    var blankSeats = BlankSeats.notOffered
    /// Whether the result is written as a workbook as well.
    var writesWorkbook = false
    /// By what a report counts the children: further columns of the children's table, and parts of the points table.
    var reportGroups: [String] = []
}

/// What a blank cell of seats in the facilities' table means.
enum BlankSeats: String, CaseIterable {
    /// The class is not offered.
    case notOffered
    /// The class is offered and full: 0.
    case zero
}

/// Reads `case.yaml`: every setting checked, every problem with its place.
struct SettingsFile {
    static let name = CaseTable.settings.fileName
    /// A case lacks ``name``.
    static let missing = Problem(
        .file(.fileMissing), file: name, "A case needs this file.", "案件に必要なファイルです。フォルダに置いてください。")
    /// Where the file lies in its folder: ``name``, or a profile of its own.
    let fileName: String
    /// `nil` where the file is no YAML at all.
    private(set) var settings: Settings?
    /// How the files of the case differ from the standard form.
    private(set) var profile = ColumnProfile.standard
    /// Whether nothing is wrong with the profile; else the tables cannot be read by it.
    private(set) var hasSoundProfile = true
    /// Whether a points table is there, sound or not.
    var hasPointsTable: Bool { places["pointsTable"] != nil }
    /// A profile's own file, where `columns` names one.
    private(set) var profileFile: InputFile?
    private(set) var problems: [Problem] = []
    private(set) var inputEncoding = InputEncoding.utf8
    private(set) var sha256 = ""
    /// Where each setting stands, by the name that findings use.
    private(set) var places: [String: Mark] = [:]

    /// Settings that a misspelt one seems to mean; they are not reported as missing.
    private var misspelt: Set<String> = []

    /// Every setting that is known, by the map that holds it; the empty name is the file itself.
    static let knownSettings: [(map: String, settings: [String])] = [
        (
            "",
            [
                "municipality", "round", "month", "priority", "drawSeed", "objective", "householdPriority", "siblings",
                "pointsTable", "blankSeats", "keepsClosed", "phases",
                "columns", "excel", "report",
            ]
        ),
        ("priority", ["key", "order", "blank", "public", "bands", "column", "values", "letters", "onlyWhen"]),
        (
            "siblings",
            [
                "timing", "facility", "aggregate", "countFirst", "keptSeat", "followLead", "nearKilometres", "twins",
            ]
        ),
        ("siblings.twins", ["timing", "facility"]),
        ("phases", ["name", "who"]),
        ("pointsTable", ["name"] + conditionWords + ["when", "points", "refuse", "maxGroup"]),
        ("pointsTable.wishRank", ["from", "to"]),
        ("pointsTable.PART", ["rows", "of", "combine", "factor", "floor", "cap", "when", "missing"]),
        (
            "columns",
            [
                "profile", "files", "children", "facilities", "households", "joint_wishes", "seat_limits", "pins",
                "declines", "withdrawals", "manual", "blank",
                "values", "patterns", "settings", "result",
            ]
        ),
        ("columns.files", ["file", "sheet", "header", "separator", "leaveOut"]),
        ("columns.patterns", ["timing", "facility"]),
        ("columns.result", ["file", "encoding", "header", "columns", "outcomes"]),
        ("columns.result.columns.COLUMN", ["column", "text", "month"]),
        ("columns.result.outcomes", ["placed", "stays", "held", "conditional"]),
        ("report", ["groups"]),
        ("columns.settings", ["priority", "objective", "householdPriority", "siblings"]),
    ]

    /// The settings of one map.
    static func known(in map: String) -> [String] { knownSettings.first { $0.map == map }!.settings }

    func isMisspelt(_ setting: String) -> Bool { misspelt.contains(setting) }

    /// Remembers where the setting that findings call `name` stands.
    mutating func note(place name: String, at node: Node) { places[name] = node.mark }

    /// A file this large is no settings file.
    private static let byteLimit = 1 << 20

    /// Reads `case.yaml`.
    init(in folder: URL) {
        self.init(named: Self.name, in: folder) { file, root in file.read(root, in: folder) }
        profile.lookForWorkbooks(in: folder)
    }

    /// Reads a profile that has a file of its own.
    init(profileNamed name: String, in folder: URL) {
        self.init(named: name, in: folder) { file, root in
            guard root.mapping != nil else {
                return file.report(
                    root, .file(.settingInvalid), "The file must be a map of columns.", "ファイルには列の対応を「名前: 値」の形で書いてください。")
            }
            file.profile = file.profile(fromMap: root)
        }
    }

    private init(named name: String, in folder: URL, _ body: (inout SettingsFile, Node) -> Void) {
        fileName = name
        let bytes: [UInt8]
        do { bytes = try fileBytes(name, in: folder, limit: Self.byteLimit) } catch {
            if case .tooLarge = error {
                problems = [
                    Problem(
                        .table(.fileTooLarge), file: name, "The file is larger than 1 MiB; is it a settings file?",
                        "ファイルが 1 MiB を超えています。設定のファイルか確かめてください。")
                ]
            } else {
                problems = [error.problem(in: name)]
            }
            return
        }
        sha256 = SHA256.digest(of: bytes).description
        do {
            let text = try DecodedText(bytes)
            inputEncoding = InputEncoding(text)
            guard let root = try Yams.compose(yaml: String(decoding: text.utf8, as: UTF8.self)) else {
                problems = [
                    Problem(
                        .table(.emptyFile), file: name, line: 1, column: 1,
                        "The file is empty; it must name the round and its rules.",
                        "ファイルが空です。利用調整の回と規則を書いてください。")
                ]
                return
            }
            body(&self, root)
        } catch let problem as TableProblem {
            problems = [Problem(problem, file: name)]
        } catch {
            problems = [Self.problem(of: error, in: name)]
        }
    }

    /// The file of this name is no YAML at all.
    static func noYAML(_ name: String) -> Problem {
        Problem(
            .file(.yamlSyntax), file: name, line: 1, column: 1, "This is no YAML file; is it the right one?",
            "YAML のファイルではありません。正しいファイルか確かめてください。")
    }

    /// Takes over what was found in a profile's own file.
    mutating func adopt(_ file: SettingsFile) {
        problems += file.problems
        if !file.sha256.isEmpty {
            profileFile = InputFile(name: file.fileName, encoding: file.inputEncoding, sha256: file.sha256)
        }
    }

    /// What kept a file from being read as YAML.
    static func problem(of error: any Error, in name: String) -> Problem {
        switch error as? YamlError {
        case .scanner(_, let text, let mark, _), .parser(_, let text, let mark, _), .composer(_, let text, let mark, _):
            Problem(
                .file(.yamlSyntax), file: name, line: mark.line, column: mark.column,
                "This is no YAML from here on: \(text). Look at the indents and colons.",
                "ここから先が YAML として読めません（\(text)）。字下げとコロンを確かめてください。")
        case .duplicatedKeysInMapping(let keys, let context):
            Problem(
                .file(.settingTwice), file: name, line: context.mark.line, column: context.mark.column,
                "A setting stands twice in the map that begins here: \(keys.map { "\($0)" }); make one of them, with what both say.",
                "ここから始まるまとまりに、同じ設定が二回あります: \(keys.map { "\($0)" })。両方の内容を一つにまとめてください。")
        default: noYAML(name)
        }
    }

    // MARK: The parts

    private mutating func read(_ root: Node, in folder: URL) {
        guard root.mapping != nil else {
            report(
                root, .file(.settingInvalid), "The file must be a map of settings, such as municipality: さいたま市.",
                "ファイルには設定を municipality: さいたま市 のように書いてください。")
            return
        }
        var settings = Settings()
        let entries = map(root, name: "", known: Self.known(in: ""))
        if let columns = entries["columns"] {
            let before = problems.count
            profile = profile(columns, in: folder)
            hasSoundProfile = problems.count == before
        }
        settings.rules = profile.rules
        for name in ["municipality", "round", "month"] + (settings.rules.priority.isEmpty ? ["priority"] : [])
        where entries[name] == nil && !misspelt.contains(name) {
            report(root, .file(.settingMissing), "\(name) is missing; write it.", "設定「\(name)」がありません。書いてください。")
        }
        settings.municipality = text(entries["municipality"], "municipality") ?? ""
        settings.round = text(entries["round"], "round") ?? ""
        settings.month = value(
            entries["month"], "month",
            Sentence("must be a month such as 2027-04 or 令和9年4月", "2027-04 や令和9年4月のような月を書いてください")
        ) { PlacementMonth(written: $0) }
        settings.rules.drawSeed = text(entries["drawSeed"], "drawSeed")
        readRules(entries, into: &settings.rules)
        if let table = entries["pointsTable"] { settings.rules.pointsTable = pointsTable(table) }
        if let blankSeats: BlankSeats = choice(entries["blankSeats"], "blankSeats") { settings.blankSeats = blankSeats }
        if let ages = value(
            entries["keepsClosed"], "keepsClosed",
            Sentence("must be class ages such as 0, 3-5 or 0;2", "0、3-5、0;2 のようにクラス年齢を書いてください"),
            { foldedFigures($0).flatMap { AgeSet($0) } })
        {
            settings.rules.keepsClosed = ages
        }
        if let excel = truth(entries["excel"], "excel") { settings.writesWorkbook = excel }
        if let report = entries["report"] { settings.reportGroups = reportGroups(report) }
        if let phases = entries["phases"] { settings.rules.phases = readPhases(phases) }
        self.settings = settings
    }

    /// The settings that a profile may hold as well.
    mutating func readRules(_ entries: [String: Node], into rules: inout Rules) {
        if let objective: Objective = choice(entries["objective"], "objective") { rules.objective = objective }
        if let priority: HouseholdPriority = choice(entries["householdPriority"], "householdPriority") {
            rules.householdPriority = priority
        }
        if let priority = entries["priority"] { rules.priority = keys(priority) }
        if let siblings = entries["siblings"] { readSiblings(siblings, into: &rules.siblings) }
    }

    private mutating func keys(_ node: Node) -> [PriorityKey] {
        places["priority"] = node.mark
        if refuseEmpty(node, "priority") { return [] }
        guard let sequence = node.sequence else {
            report(
                node, .file(.settingInvalid), "priority must be a list, such as - {key: points, order: descending}.",
                "priority は - {key: points, order: descending} のような並びにしてください。")
            return []
        }
        var keys: [PriorityKey] = []
        for (index, entry) in sequence.enumerated() {
            let name = "priority[\(index)]"
            guard entry.mapping != nil else {
                report(
                    entry, .file(.settingInvalid),
                    "Each priority key is a map, such as {key: points, order: descending}.",
                    "優先順位の基準は、それぞれ {key: points, order: descending} のように書いてください。")
                continue
            }
            let entries = map(entry, name: name, known: Self.known(in: "priority"))
            if entries["key"] == nil {
                report(
                    entry, .file(.settingMissing), "key is missing in this priority key.",
                    "この優先順位の基準に key がありません。基準の名前を書いてください。")
            }
            guard let key = text(entries["key"], name) else { continue }
            let blank: PriorityKey.Blank = choice(entries["blank"], "blank") ?? .isError
            let publication: PriorityKey.Publication? = choice(entries["public"], "public")
            var rule = PriorityKey(folded(key), .ascending, blank: blank, publication: publication)
            rule.bands = bands(of: entry, entries, publication)
            readColumn(of: entry, entries, into: &rule)
            readTexts(entries, into: &rule)
            readRestriction(entries, into: &rule)
            // Without the conditions that could not be read the key would be another.
            if rule.source == .met, rule.onlyWhen.isEmpty, entries["onlyWhen"] != nil { continue }
            guard let order = order(of: entry, entries, rule) else { continue }
            rule.order = order
            places["priority[\(keys.count)]"] = entry.mark
            keys.append(rule)
        }
        return keys
    }

    /// Which values of a key come first; where that is not said, the usual order of keys that have one.
    private mutating func order(of entry: Node, _ entries: [String: Node], _ rule: PriorityKey) -> PriorityKey.Order? {
        guard let node = entries["order"] else {
            let isOfTexts = entries["values"] != nil || entries["letters"] != nil
            if let usual = isOfTexts ? .ascending : rule.source.usualOrder { return usual }
            report(
                entry, .file(.settingMissing), "order is missing in this priority key.",
                "この優先順位の基準に order がありません。ascending か descending を書いてください。")
            return nil
        }
        guard let order: PriorityKey.Order = choice(node, "order") else { return nil }
        if !rule.values.isEmpty, order == .descending {
            report(
                node, .file(.settingInvalid),
                "values names the best first, so that order can only be ascending; write the list the other way round.",
                "values は優先する順に書くため、order は ascending だけです。並びを逆に書いてください。")
        }
        return order
    }

    /// `column` of a key `lives_in_area`.
    private mutating func readColumn(of entry: Node, _ entries: [String: Node], into rule: inout PriorityKey) {
        guard let node = entries["column"] else { return }
        guard rule.source == .livesInArea else {
            return report(
                node, .file(.settingInvalid), "column belongs to the key lives_in_area only; remove it here.",
                "column は lives_in_area の基準にだけ書けます。ここでは消してください。")
        }
        rule.column = text(node, "column").map(folded)
    }

    /// `onlyWhen`: whom a key is for.
    private mutating func readRestriction(_ entries: [String: Node], into rule: inout PriorityKey) {
        guard let node = entries["onlyWhen"] else { return }
        if rule.source == .points || rule.source == .draw {
            return report(
                node, .file(.settingInvalid),
                "onlyWhen cannot stand at the key \(rule.name); write the key met with these conditions before it"
                    + (rule.source == .points ? ", or a part of the points table that is made of points." : "."),
                "優先順位の基準「\(rule.name)」に onlyWhen は書けません。この条件を持つ met の基準を前に書く"
                    + (rule.source == .points ? "か、points を元にした指数表の区分を使って" : "ように直して") + "ください。")
        }
        guard let items = node.sequence, !items.isEmpty else {
            return report(
                node, .file(.settingInvalid),
                "onlyWhen must be a list of conditions, such as [{wishRank: 1}, {part: points, from: 16}].",
                "onlyWhen は [{wishRank: 1}, {part: points, from: 16}] のような条件の並びにしてください。")
        }
        let isOfPart = { (item: Node) in item.mapping?["part"] != nil }
        rule.onlyWhen.parts = items.filter(isOfPart).compactMap { partRange($0) }
        let others = Node.sequence(Node.Sequence(items.filter { !isOfPart($0) }, Tag(.implicit), .any, node.mark))
        rule.onlyWhen.conditions = conditions(in: others, besides: ["part"]) ?? []
    }

    /// `{part: points, from: 16}`.
    private mutating func partRange(_ node: Node) -> KeyRestriction.PartRange? {
        let entries = map(node, name: "", known: ["part", "from", "to"], notesPlaces: false)
        func bound(_ setting: String) -> ExactNumber? {
            value(
                entries[setting], setting,
                Sentence("must be a number such as 16, 12.5 or 1/2", "16、12.5、1/2 のような数を書いてください")
            ) {
                foldedFigures($0).flatMap { ExactNumber(fraction: $0) }
            }
        }
        let (from, to) = (bound("from"), bound("to"))
        if entries["from"] == nil, entries["to"] == nil {
            report(
                node, .file(.settingMissing), "A condition on a part needs from, to or both.",
                "区分の条件には from か to が要ります。書いてください。")
        } else if let from, let to, to < from {
            report(
                node, .file(.settingInvalid), "No number is at least \(from) and at most \(to); correct from or to.",
                "\(from) 以上で \(to) 以下の数はありません。from か to を直してください。")
            return nil
        }
        return title(entries["part"], "part").map { KeyRestriction.PartRange(folded($0), from: from, to: to) }
    }

    /// `values` and `letters`: what a key's column holds in place of numbers and dates.
    private mutating func readTexts(_ entries: [String: Node], into rule: inout PriorityKey) {
        for setting in ["values", "letters"] {
            guard let node = entries[setting] else { continue }
            guard rule.source == .attribute || rule.source.isComputed && rule.column == nil else {
                return report(
                    node, .file(.settingInvalid),
                    "\(setting) says what a column of \(file: .children) holds; the key \(rule.name) has no such column; remove it.",
                    "\(setting) は \(file: .children) の列の内容を書く設定ですが、基準「\(rule.name)」にはその列がありません。\(setting) を消してください。")
            }
            if rule.publication == .band {
                report(
                    node, .file(.settingInvalid), "\(setting) has no ranges; write public: yes or no in place of band.",
                    "\(setting) には範囲がありません。public: には band でなく yes か no を書いてください。")
            }
        }
        if let node = entries["letters"], let usesLetters = truth(node, "letters") {
            rule.usesLetters = usesLetters
            if usesLetters, entries["values"] != nil {
                report(
                    node, .file(.settingInvalid), "letters and values exclude each other; remove one.",
                    "letters と values は同時に使えません。どちらかを消してください。")
            }
        }
        guard let node = entries["values"] else { return }
        let nodes = node.sequence.map { Array($0) } ?? []
        let texts = nodes.compactMap { title($0, "values") }.map { folded($0) }
        // Each that is no text has its error.
        if texts.count < nodes.count { return }
        guard !texts.isEmpty, Set(texts).count == texts.count else {
            return report(
                node, .file(.settingInvalid),
                "values must be a list of different texts, the best first, such as [災害, 疾病, 就労].",
                "values は [災害, 疾病, 就労] のように、優先する順に違う語を並べてください。")
        }
        rule.values = texts
    }

    /// Where the ranges of a key with `public: band` begin: numbers, ascending.
    private mutating func bands(
        of entry: Node, _ entries: [String: Node], _ publication: PriorityKey.Publication?
    ) -> [ExactNumber] {
        guard let node = entries["bands"] else {
            if publication == .band {
                report(
                    entry, .file(.settingMissing),
                    "public: band needs bands, where the ranges meet, such as bands: [100000, 200000].",
                    "public: band には、範囲の境を bands: [100000, 200000] のように書いてください。")
            }
            return []
        }
        let bands = node.sequence?.map { $0.scalar.flatMap { ExactNumber($0.string) } } ?? []
        let numbers = bands.compactMap { $0 }
        guard publication == .band, !numbers.isEmpty, numbers.count == bands.count,
            zip(numbers, numbers.dropFirst()).allSatisfy({ $0 < $1 })
        else {
            report(
                node, .file(.settingInvalid),
                "bands must be numbers that ascend, such as [100000, 200000], of a key with public: band.",
                "bands は、public: band の基準に [100000, 200000] のように小さい順の数で書いてください。")
            return []
        }
        return numbers
    }

    /// `- {name: support first, who: support}`; `who` is `all`, a group or `!group`.
    private mutating func readPhases(_ node: Node) -> [Phase] {
        if refuseEmpty(node, "phases") { return [] }
        guard let sequence = node.sequence else {
            report(
                node, .file(.settingInvalid), "phases must be a list, such as - {name: general, who: all}.",
                "phases は - {name: general, who: all} のような並びにしてください。")
            return []
        }
        var phases: [Phase] = []
        for (index, entry) in sequence.enumerated() {
            let place = "phases[\(index)]"
            guard entry.mapping != nil else {
                report(
                    entry, .file(.settingInvalid), "Each phase is a map, such as {name: general, who: all}.",
                    "段階は、それぞれ {name: general, who: all} のように書いてください。")
                continue
            }
            let entries = map(entry, name: place, known: Self.known(in: "phases"))
            for setting in ["name", "who"] where entries[setting] == nil {
                report(
                    entry, .file(.settingMissing), "\(setting) is missing in this phase; write it.",
                    "この段階に \(setting) がありません。書いてください。")
            }
            let who = value(
                entries["who"], "who", Sentence("must be all, a group or !group", "all、区分名、!区分名 のどれかを書いてください")
            ) { text in
                text == "all" ? .everyone : GroupCondition(folded(text))
            }
            guard let name = title(entries["name"], "name"), let who else { continue }
            places["phases[\(phases.count)]"] = entry.mark
            phases.append(Phase(folded(name), who: who))
        }
        return phases
    }

    private mutating func readSiblings(_ node: Node, into rules: inout SiblingRules) {
        if refuseEmpty(node, "siblings") { return }
        guard node.mapping != nil else {
            return report(
                node, .file(.settingInvalid), "siblings must be a map, such as {timing: together, facility: sameOnly}.",
                "siblings は {timing: together, facility: sameOnly} のように書いてください。")
        }
        places["siblings"] = node.mark
        let entries = map(node, name: "siblings", known: Self.known(in: "siblings"))
        if let timing: Timing = choice(entries["timing"], "timing") { rules.timing = timing }
        if let facility: FacilityAnswer = choice(entries["facility"], "facility") { rules.facility = facility }
        if let aggregate: Aggregate = choice(entries["aggregate"], "aggregate") { rules.aggregate = aggregate }
        if let keptSeat: KeptSeat = choice(entries["keptSeat"], "keptSeat") { rules.keptSeat = keptSeat }
        if let countFirst = truth(entries["countFirst"], "countFirst") { rules.countFirst = countFirst }
        if let followLead = truth(entries["followLead"], "followLead") { rules.followLead = followLead }
        if let distance = value(
            entries["nearKilometres"], "nearKilometres",
            Sentence("must be a number of kilometres such as 1.5", "1.5 のようなキロメートルの数を書いてください"),
            { ExactNumber($0) })
        {
            rules.nearKilometres = distance
        }
        if let twins = entries["twins"] {
            if refuseEmpty(twins, "twins") { return }
            if twins.mapping != nil {
                let answers = map(twins, name: "siblings.twins", known: Self.known(in: "siblings.twins"))
                rules.twinsTiming = choice(answers["timing"], "timing")
                rules.twinsFacility = choice(answers["facility"], "facility")
            } else {
                report(
                    twins, .file(.settingInvalid),
                    "twins must be a map such as {timing: together, facility: sameOnly}.",
                    "twins は {timing: together, facility: sameOnly} のように書いてください。")
            }
        }
    }

    // MARK: Nodes

    /// The entries of a map by name; others than the known are reported.
    ///
    /// - Parameter notesPlaces: Whether findings may name its settings.
    mutating func map(_ node: Node, name: String, known: [String], notesPlaces: Bool = true) -> [String: Node] {
        var entries: [String: Node] = [:]
        for (key, value) in node.mapping! {
            guard let setting = key.scalar?.string, known.contains(setting) else {
                let setting = key.scalar?.string ?? ""
                let similar = nearest(to: setting, among: known)
                if let similar { misspelt.insert(similar) }
                let suggestion =
                    similar.map { Sentence("; is \($0) meant?", "「\($0)」のことではありませんか。") }
                    ?? Sentence("; known are \(known).", "ここに書けるのは \(known) です。")
                report(
                    key, .file(.settingUnknown),
                    Sentence("There is no setting \(setting) here", "設定「\(setting)」はここにはありません。") + suggestion)
                continue
            }
            entries[setting] = value
            if notesPlaces { places[name.isEmpty ? setting : "\(name).\(setting)"] = key.mark }
        }
        return entries
    }

    /// Reports a setting that must have something below it and has nothing, as where an indent was lost.
    mutating func refuseEmpty(_ node: Node, _ name: String) -> Bool {
        guard isNull(node) else { return false }
        report(
            node, .file(.settingInvalid),
            "\(name) is empty; indent what belongs to it below it, or remove the line.",
            "設定「\(name)」が空です。その内容を下に字下げして書くか、行を消してください。")
        return true
    }

    func isNull(_ node: Node) -> Bool { node.tag == Tag(.null) || node.null != nil }

    mutating func text(_ node: Node?, _ name: String) -> String? {
        value(node, name, Sentence("must be a text", "文字を書いてください")) { $0 }
    }

    /// A text that people see: one line with something on it.
    mutating func title(_ node: Node?, _ name: String) -> String? { title(node, Phrase(name, name)) }

    mutating func title(_ node: Node?, _ name: Phrase) -> String? {
        value(node, name, Sentence("must be one line of text that can be seen", "目に見える一行の文字を書いてください")) {
            let text = $0.trimmingCharacters(in: .whitespacesAndNewlines)
            return folded(text).isEmpty || text.contains(where: \.isNewline) ? nil : text
        }
    }

    mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ node: Node?, _ name: String
    ) -> Choice? {
        let choices = Choice.allCases.map(\.rawValue)
        return value(node, name, Sentence("must be one of \(choices)", "\(choices) のどれかを書いてください")) {
            Choice(rawValue: $0)
        }
    }

    mutating func truth(_ node: Node?, _ name: String) -> Bool? {
        value(node, name, Sentence("must be true or false", "true か false を書いてください")) {
            ["true": true, "false": false][$0]
        }
    }

    /// The node made a value; an error where it is there and that fails.
    ///
    /// - Parameters:
    ///   - node: The node; `nil`: there is none.
    ///   - name: What the setting is called.
    ///   - demand: What follows its name: what it must be.
    ///   - make: Makes the value.
    mutating func value<Value>(
        _ node: Node?, _ name: String, _ demand: Sentence, _ make: (String) -> Value?
    ) -> Value? {
        value(node, Phrase(name, name), demand, make)
    }

    private mutating func value<Value>(
        _ node: Node?, _ name: Phrase, _ demand: Sentence, _ make: (String) -> Value?
    ) -> Value? {
        guard let node else { return nil }
        let text = node.scalar?.string
        if let text, text.unicodeScalars.contains(where: \.isUnwelcome) {
            report(
                node, .table(.controlCharacter), "There is a control character in \(name); remove it.",
                "設定「\(name)」に制御文字が入っています。取り除いてください。")
            return nil
        }
        if let text, !isNull(node), !text.isEmpty, let value = make(text) { return value }
        report(
            node, .file(.settingInvalid), Sentence("\(name) ", "設定「\(name)」には、") + demand + Sentence(".", "。"))
        return nil
    }

    mutating func report(_ node: Node, _ code: Problem.Code, _ sentence: Sentence) {
        problems.append(
            Problem(code, file: fileName, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1, sentence))
    }

    mutating func report(_ node: Node, _ code: Problem.Code, _ english: Telling, _ japanese: Telling) {
        report(node, code, Sentence(english, japanese))
    }
}
