import Yams

/// The characters of a settings file while some of them are replaced. Every edit says whether the file is written so that it can
/// be made; whether it then says what it should is for the caller to see.
struct SettingsPage {
    private var scalars: [Unicode.Scalar]
    private let lines: YAMLLines
    private let lineEnd: [Unicode.Scalar]

    init(_ text: String) {
        scalars = Array(text.unicodeScalars)
        lines = YAMLLines(of: scalars)
        lineEnd = scalars.contains("\r") ? ["\r", "\n"] : ["\n"]
    }

    var text: String { String(String.UnicodeScalarView(scalars)) }

    private func offset(of node: Node) -> Int? {
        guard let place = node.mark.flatMap(lines.offset) else { return nil }
        return place <= scalars.count ? place : nil
    }

    /// Whether a map or a list is written in brackets; its style as the parser tells it is that of its end.
    private func begins(_ node: Node, with bracket: Unicode.Scalar) -> Bool {
        offset(of: node).map { $0 < scalars.count && scalars[$0] == bracket } ?? false
    }

    /// Where a text or a list in one line stands.
    private func range(of node: Node) -> Range<Int>? {
        guard let place = offset(of: node) else { return nil }
        if let text = node.scalar?.string {
            for written in ["\"\(text)\"", "'\(text)'", text].map({ Array($0.unicodeScalars) })
            where scalars[place...].starts(with: written) {
                return place..<place + written.count
            }
            return nil
        }
        guard node.sequence != nil, begins(node, with: "[") else { return nil }
        let line = scalars[place...].prefix { $0 != "\n" && $0 != "\r" }
        return line.firstIndex(of: "]").map { place..<$0 + 1 }
    }

    private mutating func replace(_ range: Range<Int>, _ text: String) {
        scalars.replaceSubrange(range, with: Array(text.unicodeScalars))
    }

    mutating func replace(_ node: Node, by text: String) -> Bool {
        guard let range = range(of: node) else { return false }
        replace(range, text)
        return true
    }

    mutating func insert(_ entry: String, into parent: Node, isRoot: Bool) -> Bool {
        guard let map = parent.mapping else { return false }
        if let place = offset(of: parent), begins(parent, with: "{") {
            if let last = Array(map).last, let range = range(of: last.value) {
                replace(range.upperBound..<range.upperBound, ", \(entry)")
            } else {
                replace(place + 1..<place + 1, map.isEmpty ? entry : "\(entry), ")
            }
            return true
        }
        let end = String(String.UnicodeScalarView(lineEnd))
        if isRoot {
            let start = scalars.isEmpty || scalars.last == "\n" ? "" : end
            replace(scalars.count..<scalars.count, "\(start)\(entry)\(end)")
            return true
        }
        // Before the first entry that begins a line.
        for (key, _) in map {
            guard let mark = key.mark, let place = offset(of: key) else { continue }
            let indent = scalars[lines.starts[mark.line - 1]..<place]
            guard indent.allSatisfy({ $0 == " " }) else { continue }
            let start = lines.starts[mark.line - 1]
            replace(start..<start, String(repeating: " ", count: indent.count) + entry + end)
            return true
        }
        return false
    }

    mutating func remove(_ key: Node, _ value: Node, from parent: Node) -> Bool {
        guard let start = offset(of: key), let end = range(of: value)?.upperBound,
            let line = key.mark?.line, line == value.mark?.line
        else { return false }
        if begins(parent, with: "{") {
            // With the comma behind it, or the one before it.
            var (from, to) = (start, end)
            func isBlank(_ place: Int) -> Bool { scalars.indices.contains(place) && scalars[place] == " " }
            while isBlank(to) { to += 1 }
            if to < scalars.count, scalars[to] == "," {
                to += 1
                while isBlank(to) { to += 1 }
            } else {
                to = end
                while isBlank(from - 1) { from -= 1 }
                if from > 0, scalars[from - 1] == "," { from -= 1 }
            }
            replace(from..<to, "")
            return true
        }
        guard scalars[lines.starts[line - 1]..<start].allSatisfy({ $0 == " " }) else { return false }
        replace(lines.starts[line - 1]..<(line < lines.starts.count ? lines.starts[line] : scalars.count), "")
        return true
    }

    /// Moves an entry of a list with its lines.
    mutating func move(_ items: [Node], from old: Int, to new: Int) -> Bool {
        let firsts = items.compactMap { $0.mark?.line }
        guard firsts.count == items.count, zip(firsts, firsts.dropFirst()).allSatisfy(<) else { return false }
        let ends = Array(firsts.dropFirst()) + [Self.lastLine(of: items[items.count - 1]) + 1]
        var entries = zip(firsts, ends).map { first, end in
            let start = lines.starts[first - 1]
            var line = Array(scalars[start..<(end - 1 < lines.starts.count ? lines.starts[end - 1] : scalars.count)])
            if line.last != "\n" { line += lineEnd }
            return line
        }
        let whole = lines.starts[firsts[0] - 1]
        let end = ends[ends.count - 1]
        let stop = end - 1 < lines.starts.count ? lines.starts[end - 1] : scalars.count
        entries.insert(entries.remove(at: old), at: new)
        scalars.replaceSubrange(whole..<stop, with: entries.flatMap { $0 })
        return true
    }

    private static func lastLine(of node: Node) -> Int {
        let own = node.mark?.line ?? 1
        let inner = (node.sequence.map { Array($0) } ?? []) + (node.mapping?.flatMap { [$0.key, $0.value] } ?? [])
        return inner.map(lastLine).max().map { max(own, $0) } ?? own
    }
}
