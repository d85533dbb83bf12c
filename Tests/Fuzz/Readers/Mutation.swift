/// Values that readers have stumbled over, or might.
enum Nasty {
    static let numbers = [
        "", "0", "-0", "00", "01", "1", "-1", "99", "100", "1.0", "0.1", ".5", "5.", "1e5", "1E+11",
        "999999999999999999",
        "1000000000000000000", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "2147483647",
        "2147483648", "-2147483648", "65535", "65536", "255", "256", "1/3", "NaN", "inf", "-inf", "0x10", "1_000",
        "1,000", "+5", "--1", "１２", "−3", "一", " 7 ", "7.000000000000000001", "0.000000000000000001",
        "-999999999999999999", "99999999999999999999999999999999999999", "12 ", "1 2",
    ]

    static let dates = [
        "2025-04-10", "2025-02-30", "2024-02-29", "令和7年4月1日", "R7.4.1", "H31.5.1", "平成31年4月30日", "20250401",
        "2025/4/1 0:00:00", "45757", "9999-12-31", "0000-00-00", "0001-01-01", "令和元年5月1日", "2025-4", "R99.1.1",
        "R0.1.1", "2027-04-01", "2021-04-02", "2021-04-01", "2027-03-31", "1900-01-01", "昭和64年1月7日", "7/4/10",
        "99999999", "00000000", "2025年13月1日", "令和年月日", "年月日", "日", "R..", "元年1月1日", "2025-04-10T00:00:00Z",
    ]

    static let words = [
        "yes", "no", "true", "false", "together", "independent", "any", "elder", "younger", "lead", "sameFirst",
        "sameOnly",
        "rankFirst", "all", "held", "placed", "stays", "points", "draw", "birth_date", "age_class", "near", "A", "B",
        "C",
        "X", "Y", "1", "2", "3", "!", "!a", "a", "a;b", ";", ";;;", "0-5", "5-3", "0;0;0", "-", "0-", "-5", "6",
        "priority",
        "placements", "ranks", "each", "best", "worst", "mean", "sum", "product", "preferred", "counts", "ignored",
        "error",
        "first", "last", "ascending", "descending", "sameFacility", "value", "希望", "第1希望", "はい", "○", "〇",
        "123456789018", "1234-5678-9018",
    ]

    static let formulas = [
        "=1", "'=1", "''=1", "'", "+x", "-x", "@x", "\t", "\t1", "＝1", "＋1", "－1", "＠x", "=cmd|' /C calc'!A0", "\"",
        "\"\"",
        "a\"b", "a,b", "a\nb", "a\rb", "a\r\nb", "\n", "\r", " a", "a ", "　a　", "\u{FEFF}1", "1\u{200B}", "1\u{200D}",
        "1\u{AD}", "1\u{2060}", "1\u{FE0F}", "1\u{E0100}", "\u{202E}1", "1\u{0}", "\u{1B}[31m", "1\u{7F}", "1\u{85}",
        "1\u{9B}", "1\u{2028}", "e\u{301}", "é", "が", "か\u{3099}", "𠮷", "～", "〜", "髙", "﨑", "①", "㈱", "ｶﾞ", "¥", "\\",
        "\u{10FFFF}", "\u{FFFD}", "👨‍👩‍👧", "Х", "x", "<b>", "&amp;", "{{x}}", "../x", "/etc/passwd", "javascript:alert(1)",
    ]

    static let headers = [
        "child_id", "household_id", "birth_date", "due_date", "age_class", "current_facility_id", "group",
        "sibling_facility_ids", "points", "draw", "wish_1", "wish_2", "wish_3", "wish_20", "wish_0", "wish_02",
        "wish_99999",
        "wish_9223372036854775807", "wish_9223372036854775808", "wish_-1", "wish_", "Wish_2", "wish 2", "第2希望", "希望２",
        "points_1", "points_2", "points_9223372036854775807", "facility_id", "name", "kind", "ward", "latitude",
        "longitude",
        "seats_0", "seats_1", "seats_6", "capacity_1", "enrolled_1", "margin_1", "min_age_months", "min_age_days",
        "timing",
        "facility", "lead_child_id", "prefer_child_id", "rank", "child_id_1", "facility_id_1", "child_id_0",
        "facility_id_9223372036854775807", "ages", "seats", "opens", "phase", "release", "by", "reason", "outcome",
        "date",
        "sibling_pattern", "tier", "tax", "waiting_months", "",
    ]

    /// Lines of case.yaml, among them some that are none.
    static let settings = [
        "objective: priority", "objective: placements", "objective: ranks", "objective:", "householdPriority: each",
        "householdPriority: best", "householdPriority: worst", "householdPriority: mean",
        "siblings: {timing: any, facility: rankFirst}",
        "siblings: {timing: together, facility: sameOnly, aggregate: worst}",
        "siblings: {timing: independent}", "siblings: {timing: elder, facility: sameFirst, followLead: true}",
        "siblings: {aggregate: product, countFirst: false, keptSeat: ignored}",
        "siblings: {nearKilometres: 1.2}", "siblings: {nearKilometres: -1}", "siblings: {nearKilometres: 1e300}",
        "siblings: {twins: {timing: any, facility: sameOnly}}", "siblings:", "siblings: []", "siblings: 1",
        "drawSeed: \"a\"", "drawSeed:", "drawSeed: 9999999999999999999999", "drawSeed: [1]", "month: 2027-04",
        "month: 2027-13", "month: 1900-01", "month: 2999-12", "month: 2027-05", "month: [2027-04]", "round: ''",
        "round: \"\\u0000\"", "round: \"a\\nb\"", "municipality: &a x", "municipality: *a",
        "priority: []", "priority: [{key: points, order: descending}]", "priority: [{key: draw}]",
        "priority: [{key: points, order: ascending, blank: last}, {key: birth_date, order: ascending}]",
        "priority: [points]", "priority: {key: points}",
        "priority: [{key: age_class, order: descending, blank: first}]",
        "phases: [{name: a, who: g}, {name: b, who: all}]", "phases: [{name: a, who: all}]", "phases:", "phases: []",
        "phases: [{name: a, who: '!g'}, {name: a, who: all}]", "phases: [{name: '', who: all}]",
        "pointsTable: [{attribute: tier, points: value}]", "pointsTable:",
        "pointsTable: [{attribute: tier, from: 1, to: 0, points: 5}]",
        "pointsTable: [{attribute: tier, value: [1, 2], points: 999999999999999999}]",
        "pointsTable: [{attribute: sibling_facility_ids, at: sameFacility, points: 5, maxGroup: a}]",
        "pointsTable: [{attribute: points, points: value}]", "pointsTable: [{}]",
        "pointsTable: {points: {rows: [{points: 1}], factor: 1/3, floor: -1, cap: 5}}",
        "pointsTable: {points: {of: [a], combine: mean, missing: 0}, a: {when: [{attribute: tier}], rows: [{points: 2}]}}",
        "pointsTable: {points: {of: [points]}}", "pointsTable: {points: {of: [b]}}", "pointsTable: {points: {}}",
        "pointsTable: {points: {rows: [{wishRank: {from: 1, to: 2}, at: siblingApplies, points: 1}, {at: A, refuse: x}]}}",
        "pointsTable: {points: {rows: [{count: under_school_age, from: 2, points: value, maxGroup: g}]}}",
        "pointsTable: {points: {rows: [{attribute: birth_date, monthsFrom: -999999999999999999, points: 1}]}}",
        "pointsTable: {points: {rows: [{when: [{attribute: tier, blank: true}, {attribute: tier}], points: 1}]}}",
        "columns: {profile: chilmai}", "columns: {profile: nosuch.yaml}", "columns: {profile: ../case.yaml}",
        "columns:",
        "columns: {files: {children: facilities.csv}}", "columns: {files: {children: nosuch.csv}}",
        "columns: {files: {children: case.yaml}}", "columns: {files: {children: ''}}",
        "columns: {files: {children: .}}",
        "columns: {children: {wish_N: wish_N}}", "columns: {children: {wish_N: N}}",
        "columns: {children: {wish_N: NN}}",
        "columns: {children: {child_id: household_id}}", "columns: {blank: ['', '-', A]}",
        "columns: {values: {timing: {1: together, 2: any}}}",
        "columns: {patterns: {1: {timing: any, facility: sameOnly}}}",
        "columns: {settings: {priority: [{key: points}]}}", "---", "...", "%YAML 1.2", "<<: {a: 1}", "? [a]",
        "? {a: b}\n: c",
        "a: !!binary x", "a: !!float .inf", "a: !!set {x}", "a: !!timestamp 2027", "\"a\": 'b'", "a: |\n  x",
        "a: >-\n  x",
        "a: &a [*a]", "a: [[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]", "\t", "- a", "# 注", "\u{FEFF}", "a: \"\\x", "~: ~",
        "0o17: 0x1f",
    ]

    /// One of all, as a cell could have it.
    static func cell(_ chance: inout Chance) -> String {
        switch chance.below(8) {
        case 0...2: chance.pick(numbers)
        case 3: chance.pick(dates)
        case 4, 5: chance.pick(words)
        case 6: chance.pick(formulas)
        default:
            chance.percent(95)
                ? "x" : String(repeating: chance.pick(["x", "園", "1"]), count: chance.pick([300, 70_000]))
        }
    }
}

/// Changes of bytes that know nothing of what they mean.
func mutateBytes(_ bytes: inout [UInt8], _ chance: inout Chance) {
    func place(_ chance: inout Chance) -> Int { chance.below(bytes.count + 1) }
    func range(_ chance: inout Chance) -> Range<Int> {
        let start = place(&chance)
        return start..<min(bytes.count, start + (chance.percent(70) ? chance.int(1...8) : chance.int(1...400)))
    }
    switch chance.below(14) {
    case 0 where !bytes.isEmpty: bytes[chance.below(bytes.count)] ^= 1 << UInt8(chance.below(8))
    case 1 where !bytes.isEmpty: bytes[chance.below(bytes.count)] = UInt8(chance.below(256))
    case 2: bytes.removeSubrange(range(&chance))
    case 3: bytes.insert(contentsOf: bytes[range(&chance)], at: place(&chance))
    case 4: bytes.insert(contentsOf: Nasty.cell(&chance).utf8, at: place(&chance))
    case 5: bytes.insert(chance.pick(Array("\",\n\r:;[]{}#&*!|>'%@`- \t\u{0}0".utf8)), at: place(&chance))
    case 6: bytes.removeSubrange(place(&chance)...)
    case 7: bytes.insert(contentsOf: [0xEF, 0xBB, 0xBF], at: chance.percent(50) ? 0 : place(&chance))
    case 8: bytes = Array(bytes.map { $0 == 10 ? [13, 10] : [$0] }.joined())
    case 9: bytes = bytes.map { $0 == 10 ? 13 : $0 }
    case 10:
        // As UTF-16, with or without its mark.
        let isBig = chance.percent(50)
        let units = (chance.percent(60) ? [0xFEFF] : []) + String(decoding: bytes, as: UTF8.self).utf16
        bytes = units.flatMap { (unit: UInt16) -> [UInt8] in
            let (high, low) = (UInt8(unit >> 8), UInt8(unit & 255))
            return isBig ? [high, low] : [low, high]
        }
    case 11:
        // Bytes that CP932 and UTF-8 read differently.
        let odd: [[UInt8]] = [
            [0x81, 0x40], [0x82, 0xA0], [0xFC, 0x4B], [0xFC, 0xFC], [0x85, 0x40], [0xA1], [0x80], [0xFF], [0xF0, 0x40],
            [0x81],
            [0xE3, 0x80], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE3, 0x80, 0x80], [0x87, 0x40],
        ]
        bytes.insert(contentsOf: chance.pick(odd), at: place(&chance))
    case 12:
        let part = range(&chance)
        bytes.replaceSubrange(part, with: bytes[part].reversed())
    default:
        var lines = bytes.split(separator: 10, omittingEmptySubsequences: false).map(Array.init)
        mutateList(&lines, &chance)
        bytes = Array(lines.joined(separator: [10]))
    }
}

/// Leaves out, doubles or moves an element.
func mutateList<Element>(_ list: inout [Element], _ chance: inout Chance) {
    guard !list.isEmpty else { return }
    switch chance.below(4) {
    case 0: list.remove(at: chance.below(list.count))
    case 1: list.insert(chance.pick(list), at: chance.below(list.count + 1))
    case 2: list.swapAt(chance.below(list.count), chance.below(list.count))
    default: list.removeSubrange(chance.below(list.count)...)
    }
}

/// Changes of a table that leave it a table, mostly.
func mutateTable(_ bytes: inout [UInt8], _ chance: inout Chance) {
    var rows = bytes.split(separator: 10).map {
        $0.split(separator: 44, omittingEmptySubsequences: false).map(Array.init)
    }
    guard let width = rows.first?.count, !rows.isEmpty else { return mutateBytes(&bytes, &chance) }
    let column = chance.below(width)
    let row = chance.below(rows.count)
    func set(_ row: Int, _ column: Int, _ value: [UInt8]) {
        if rows[row].indices.contains(column) { rows[row][column] = value }
    }
    switch chance.below(16) {
    case 0...4: set(row, column, quoted(Nasty.cell(&chance), &chance))
    case 5:
        // What stands elsewhere in the column, or anywhere.
        let other = chance.pick(rows)
        set(row, column, chance.percent(60) && other.indices.contains(column) ? other[column] : chance.pick(other))
    case 6:
        // A number beside what it was.
        if rows[row].indices.contains(column), let number = Int(String(decoding: rows[row][column], as: UTF8.self)) {
            set(row, column, Array(String(number &+ chance.int(-2...2)).utf8))
        }
    case 7:
        let value = chance.percent(50) ? quoted(Nasty.cell(&chance), &chance) : chance.pick(chance.pick(rows))
        for row in rows.indices.dropFirst() { set(row, column, value) }
    case 8: set(0, column, quoted(chance.pick(Nasty.headers), &chance))
    case 9: for row in rows.indices where column < rows[row].count { rows[row].remove(at: column) }
    case 10:
        let header = quoted(chance.pick(Nasty.headers), &chance)
        let from = chance.below(width)
        for row in rows.indices {
            rows[row].append(row == 0 ? header : rows[row].indices.contains(from) ? rows[row][from] : [])
        }
    case 11:
        let other = chance.below(width)
        for row in rows.indices where column < rows[row].count && other < rows[row].count {
            rows[row].swapAt(column, other)
        }
    case 12: rows.remove(at: row)
    case 13: mutateList(&rows[row], &chance)
    default:
        // A row again, with a cell of its own.
        var copy = rows[row]
        if let first = copy.indices.first { copy[first] = Array("n\(chance.below(1000))".utf8) }
        rows.append(copy)
    }
    bytes = Array(rows.map { Array($0.joined(separator: [44])) }.joined(separator: [10])) + [10]
}

/// A cell as it stands in a file.
private func quoted(_ text: String, _ chance: inout Chance) -> [UInt8] {
    let needsQuotes = text.utf8.contains { [44, 34, 10, 13].contains($0) }
    guard chance.percent(needsQuotes ? 90 : 5) else { return Array(text.utf8) }
    return Array("\"\(text.replacing("\"", with: "\"\""))\"".utf8)
}

/// Changes of case.yaml by lines and values.
func mutateSettings(_ bytes: inout [UInt8], _ chance: inout Chance) {
    var lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).map(
        String.init)
    guard !lines.isEmpty else { return mutateBytes(&bytes, &chance) }
    let line = chance.below(lines.count)
    switch chance.below(10) {
    case 0...2:
        let added = chance.pick(Nasty.settings)
        let key = added.prefix { $0 != ":" } + ":"
        if chance.percent(70) { lines.removeAll { $0.hasPrefix(key) } }
        lines.insert(added, at: min(lines.count, line))
    case 3: lines.insert(chance.pick(Nasty.settings), at: line)
    case 4, 5:
        // Another value behind one of the colons.
        let parts = lines[line].split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count > 1 else { return mutateBytes(&bytes, &chance) }
        let at = chance.int(1...parts.count - 1)
        let tail = parts[at].drop { $0 != "," && $0 != "}" }
        var changed = parts.map(String.init)
        changed[at] = " " + Nasty.cell(&chance) + tail
        lines[line] = changed.joined(separator: ":")
    case 6: lines[line] = (chance.percent(50) ? "  " : "") + lines[line].drop { $0 == " " }
    case 7: mutateList(&lines, &chance)
    case 8:
        lines[line] = lines[line].replacing(
            chance.pick(["{", "}", "[", "]", ": ", "- ", ","]), with: chance.pick(["", "[", "{", " "]))
    default: return mutateBytes(&bytes, &chance)
    }
    bytes = Array(lines.joined(separator: "\n").utf8)
}

/// Changes one file as befits its name.
func mutate(_ bytes: inout [UInt8], named name: String, _ chance: inout Chance) {
    if chance.percent(15) {
        mutateBytes(&bytes, &chance)
    } else if name.hasSuffix(".csv") {
        mutateTable(&bytes, &chance)
    } else if name.hasSuffix(".yaml") {
        mutateSettings(&bytes, &chance)
    } else {
        mutateBytes(&bytes, &chance)
    }
}

/// Changes some files of a folder; now and then one goes, or takes another's place.
func mutate(_ input: inout Input, _ chance: inout Chance) {
    for _ in 0..<chance.few() {
        let name = chance.pick(input.names)
        if chance.percent(2) {
            input.files[name] = chance.percent(50) ? nil : input.files[chance.pick(input.names)]
            if input.files.isEmpty { return }
        } else {
            mutate(&input.files[name]!, named: name, &chance)
        }
    }
}

/// A text made of parts, most of them from the lists.
func nastyText(_ chance: inout Chance, from lists: [[String]]) -> String {
    var bytes = Array((0..<chance.pick([1, 1, 1, 2, 3])).map { _ in chance.pick(chance.pick(lists)) }.joined().utf8)
    if chance.percent(30) { mutateBytes(&bytes, &chance) }
    return String(decoding: bytes.prefix(1 << 17), as: UTF8.self)
}
