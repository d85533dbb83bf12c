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
                return file.report(root, .file(.settingInvalid), "The file must be a map of columns.")
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
                    Problem(.table(.fileTooLarge), file: name, "The file is larger than 1 MiB; is it a settings file?")
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
                        "The file is empty; it must name the round and its rules.")
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

    /// Takes over what was found in a profile's own file.
    mutating func adopt(_ file: SettingsFile) {
        problems += file.problems
        if !file.sha256.isEmpty {
            profileFile = InputFile(name: file.fileName, encoding: file.inputEncoding, sha256: file.sha256)
        }
    }

    private static func problem(of error: any Error, in name: String) -> Problem {
        switch error as? YamlError {
        case .scanner(_, let text, let mark, _), .parser(_, let text, let mark, _), .composer(_, let text, let mark, _):
            Problem(
                .file(.yamlSyntax), file: name, line: mark.line, column: mark.column,
                "This is no YAML from here on: \(text).")
        case .duplicatedKeysInMapping(let keys, let context):
            Problem(
                .file(.settingTwice), file: name, line: context.mark.line, column: context.mark.column,
                "A setting stands twice in the map that begins here: \(keys.joined(separator: ", ")); make one of them, "
                    + "with what both say.")
        default: Problem(.file(.yamlSyntax), file: name, line: 1, column: 1, "This is no YAML file.")
        }
    }

    // MARK: The parts

    private mutating func read(_ root: Node, in folder: URL) {
        guard root.mapping != nil else {
            report(root, .file(.settingInvalid), "The file must be a map of settings, such as municipality: さいたま市.")
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
            report(root, .file(.settingMissing), "\(name) is missing.")
        }
        settings.municipality = text(entries["municipality"], "municipality") ?? ""
        settings.round = text(entries["round"], "round") ?? ""
        settings.month = value(entries["month"], "month", "must be a month such as 2027-04") { PlacementMonth($0) }
        settings.rules.drawSeed = text(entries["drawSeed"], "drawSeed")
        readRules(entries, into: &settings.rules)
        if let table = entries["pointsTable"] { settings.rules.pointsTable = pointsTable(table) }
        if let blankSeats: BlankSeats = choice(entries["blankSeats"], "blankSeats") { settings.blankSeats = blankSeats }
        if let ages = value(
            entries["keepsClosed"], "keepsClosed", "must be class ages such as 0, 3-5 or 0;2",
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
            report(node, .file(.settingInvalid), "priority must be a list, such as - {key: points, order: descending}.")
            return []
        }
        var keys: [PriorityKey] = []
        for (index, entry) in sequence.enumerated() {
            let name = "priority[\(index)]"
            guard entry.mapping != nil else {
                report(
                    entry, .file(.settingInvalid),
                    "Each priority key is a map, such as {key: points, order: descending}.")
                continue
            }
            let entries = map(entry, name: name, known: Self.known(in: "priority"))
            if entries["key"] == nil { report(entry, .file(.settingMissing), "key is missing in this priority key.") }
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
            report(entry, .file(.settingMissing), "order is missing in this priority key.")
            return nil
        }
        guard let order: PriorityKey.Order = choice(node, "order") else { return nil }
        if !rule.values.isEmpty, order == .descending {
            report(
                node, .file(.settingInvalid),
                "values names the best first, so that order can only be ascending; write the list the other way round.")
        }
        return order
    }

    /// `column` of a key `lives_in_area`.
    private mutating func readColumn(of entry: Node, _ entries: [String: Node], into rule: inout PriorityKey) {
        guard let node = entries["column"] else { return }
        guard rule.source == .livesInArea else {
            return report(node, .file(.settingInvalid), "column belongs to the key lives_in_area only; remove it here.")
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
                    + (rule.source == .points ? ", or a part of the points table that is made of points." : "."))
        }
        guard let items = node.sequence, !items.isEmpty else {
            return report(
                node, .file(.settingInvalid),
                "onlyWhen must be a list of conditions, such as [{wishRank: 1}, {part: points, from: 16}].")
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
            value(entries[setting], setting, "must be a number such as 16, 12.5 or 1/2") {
                foldedFigures($0).flatMap { ExactNumber(fraction: $0) }
            }
        }
        let (from, to) = (bound("from"), bound("to"))
        if entries["from"] == nil, entries["to"] == nil {
            report(node, .file(.settingMissing), "A condition on a part needs from, to or both.")
        } else if let from, let to, to < from {
            report(node, .file(.settingInvalid), "No number is at least \(from) and at most \(to); correct from or to.")
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
                    "\(setting) says what a column of children.csv holds; the key \(rule.name) has no such column.")
            }
            if rule.publication == .band {
                report(
                    node, .file(.settingInvalid), "\(setting) has no ranges; write public: yes or no in place of band.")
            }
        }
        if let node = entries["letters"], let usesLetters = truth(node, "letters") {
            rule.usesLetters = usesLetters
            if usesLetters, entries["values"] != nil {
                report(node, .file(.settingInvalid), "letters and values exclude each other; remove one.")
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
                "values must be a list of different texts, the best first, such as [災害, 疾病, 就労].")
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
                    "public: band needs bands, where the ranges meet, such as bands: [100000, 200000].")
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
                "bands must be numbers that ascend, such as [100000, 200000], of a key with public: band.")
            return []
        }
        return numbers
    }

    /// `- {name: support first, who: support}`; `who` is `all`, a group or `!group`.
    private mutating func readPhases(_ node: Node) -> [Phase] {
        if refuseEmpty(node, "phases") { return [] }
        guard let sequence = node.sequence else {
            report(node, .file(.settingInvalid), "phases must be a list, such as - {name: general, who: all}.")
            return []
        }
        var phases: [Phase] = []
        for (index, entry) in sequence.enumerated() {
            let place = "phases[\(index)]"
            guard entry.mapping != nil else {
                report(entry, .file(.settingInvalid), "Each phase is a map, such as {name: general, who: all}.")
                continue
            }
            let entries = map(entry, name: place, known: Self.known(in: "phases"))
            for setting in ["name", "who"] where entries[setting] == nil {
                report(entry, .file(.settingMissing), "\(setting) is missing in this phase.")
            }
            let who = value(entries["who"], "who", "must be all, a group or !group") { text in
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
                node, .file(.settingInvalid), "siblings must be a map, such as {timing: together, facility: sameOnly}.")
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
            entries["nearKilometres"], "nearKilometres", "must be a number of kilometres such as 1.5",
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
                    "twins must be a map such as {timing: together, facility: sameOnly}.")
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
                let suggestion = similar.map { "; is \($0) meant?" } ?? "; known are \(known.joined(separator: ", "))."
                report(key, .file(.settingUnknown), "There is no setting \(setting) here\(suggestion)")
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
            "\(name) is empty; indent what belongs to it below it, or remove the line.")
        return true
    }

    func isNull(_ node: Node) -> Bool { node.tag == Tag(.null) || node.null != nil }

    mutating func text(_ node: Node?, _ name: String) -> String? {
        value(node, name, "must be a text") { $0 }
    }

    /// A text that people see: one line with something on it.
    mutating func title(_ node: Node?, _ name: String) -> String? {
        value(node, name, "must be one line of text that can be seen") {
            let text = $0.trimmingCharacters(in: .whitespacesAndNewlines)
            return folded(text).isEmpty || text.contains(where: \.isNewline) ? nil : text
        }
    }

    mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ node: Node?, _ name: String
    ) -> Choice? {
        let choices = Choice.allCases.map(\.rawValue)
        return value(node, name, "must be one of \(choices.joined(separator: ", "))") { Choice(rawValue: $0) }
    }

    mutating func truth(_ node: Node?, _ name: String) -> Bool? {
        value(node, name, "must be true or false") { ["true": true, "false": false][$0] }
    }

    /// The node made a value; an error where it is there and that fails.
    mutating func value<Value>(
        _ node: Node?, _ name: String, _ demand: String, _ make: (String) -> Value?
    ) -> Value? {
        guard let node else { return nil }
        let text = node.scalar?.string
        if let text, text.unicodeScalars.contains(where: \.isUnwelcome) {
            report(node, .table(.controlCharacter), "There is a control character in \(name); remove it.")
            return nil
        }
        if let text, !isNull(node), !text.isEmpty, let value = make(text) { return value }
        report(node, .file(.settingInvalid), "\(name) \(demand).")
        return nil
    }

    mutating func report(_ node: Node, _ code: Problem.Code, _ message: String) {
        problems.append(
            Problem(code, file: fileName, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1, message))
    }
}
