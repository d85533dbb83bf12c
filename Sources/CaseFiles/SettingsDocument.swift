import Admissions
import Foundation
import Tables
import Yams

/// A case.yaml as a text in which settings are changed one by one. Comments, order, and whatever is not changed stay as they are
/// written.
///
/// A change that cannot be made like this, such as of a text of several lines, is refused; nothing is ever lost.
public struct SettingsDocument: Sendable {
    public private(set) var text: String
    private let form: TextForm

    /// Where a setting stands: from the file inwards, by the names of maps and the positions in lists.
    public enum Step: Hashable, Sendable {
        case key(String)
        /// From 0.
        case index(Int)
    }

    /// What a setting says.
    public enum Value: Hashable, Sendable {
        case text(String)
        case list([String])
    }

    /// - Throws: The problem because of which the file is no YAML.
    public init(_ bytes: [UInt8]) throws(Problem) {
        let decoded: DecodedText
        do throws(TableProblem) { decoded = try DecodedText(bytes) } catch {
            throw Problem(error, file: SettingsFile.name)
        }
        form = TextForm(of: bytes, decoded)
        text = String(decoding: decoded.utf8, as: UTF8.self)
        let root: Node?
        do { root = try Yams.compose(yaml: text) } catch {
            throw SettingsFile.problem(of: error, in: SettingsFile.name)
        }
        guard root?.mapping != nil else { throw SettingsFile.noYAML(SettingsFile.name) }
    }

    /// The bytes of the file, encoded as it was.
    ///
    /// - Throws: ``UncorrectableCell/unencodable(_:)`` where the encoding lacks a character.
    public func bytes() throws(UncorrectableCell) -> [UInt8] {
        do { return try form.encoded(Array(text.utf8)) } catch { throw .unencodable("\(error.character)") }
    }

    /// What a setting says; `nil` where it is not written, or is more than a text or a list of texts.
    public func value(at path: [Step]) -> Value? {
        guard let node = root.flatMap({ Self.node(path, in: $0) }) else { return nil }
        if let list = node.sequence {
            let texts = list.compactMap { $0.scalar?.string }
            return texts.count == list.count ? .list(texts) : nil
        }
        return node.scalar.map { .text($0.string) }
    }

    private var root: Node? { (try? Yams.compose(yaml: text)) ?? nil }

    /// Writes a setting, or takes it out.
    ///
    /// - Parameter value: What it says then; `nil`: nothing, so that its default applies.
    /// - Throws: ``UnchangeableSetting`` where that cannot be done with everything else as it is.
    public mutating func set(_ value: Value?, at path: [Step]) throws(UnchangeableSetting) {
        if self.value(at: path) == value { return }
        guard let root else { throw UnchangeableSetting() }
        try adopt(Tree(root).setting(value.map(Tree.init), at: path[...])) { page in
            if let value {
                Self.node(path, in: root).map { page.replace($0, by: Self.written(value)) }
                    ?? Self.insert(value, at: path, into: root, &page)
            } else {
                Self.remove(path, from: root, &page)
            }
        }
    }

    /// Puts an entry of a list elsewhere.
    ///
    /// - Throws: ``UnchangeableSetting`` where its entries do not have lines of their own.
    public mutating func move(in path: [Step], from old: Int, to new: Int) throws(UnchangeableSetting) {
        guard let root, let list = Self.node(path, in: root)?.sequence, list.indices.contains(old),
            list.indices.contains(new), case .list(var items)? = Tree(root).value(at: path[...])
        else { throw UnchangeableSetting() }
        items.insert(items.remove(at: old), at: new)
        try adopt(Tree(root).setting(.list(items), at: path[...])) { page in page.move(Array(list), from: old, to: new)
        }
    }

    /// Makes an edit, if the text then says what it should and nothing else.
    private mutating func adopt(
        _ wanted: Tree?, _ edit: (inout SettingsPage) -> Bool
    ) throws(UnchangeableSetting) {
        var page = SettingsPage(text)
        guard let wanted, edit(&page), let root = (try? Yams.compose(yaml: page.text)) ?? nil, Tree(root) == wanted
        else {
            throw UnchangeableSetting()
        }
        text = page.text
    }

    // MARK: Finding and writing

    private static func node(_ path: some Collection<Step>, in root: Node) -> Node? {
        path.reduce(root as Node?) { node, step in
            switch step {
            case .key(let name): entry(name, of: node)?.value
            case .index(let index): node?.sequence.flatMap { $0.indices.contains(index) ? $0[index] : nil }
            }
        }
    }

    /// The entry of a map whose name is this one, apart from width and the like.
    private static func entry(_ name: String, of node: Node?) -> (key: Node, value: Node)? {
        node?.mapping?.first { $0.key.scalar.map { folded($0.string) } == folded(name) }
    }

    private static func written(_ value: Value) -> String {
        switch value {
        case .text(let text): written(text)
        case .list(let texts): "[\(texts.map(written).joined(separator: ", "))]"
        }
    }

    /// A text as a scalar of YAML: plain where it is a word or a number, else in quotes.
    private static func written(_ text: String) -> String {
        let isWord = text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x2E
                || byte == 0x2D
        }
        let isNumber = ExactNumber(text) != nil
        let begins = text.utf8.first.map { $0 != 0x2E && $0 != 0x2D } ?? false
        return isNumber || isWord && begins && text.lowercased() != "null" ? text : CaseFolder.quoted(text)
    }

    /// Inserts a setting into the innermost map that is there.
    private static func insert(_ value: Value, at path: [Step], into root: Node, _ page: inout SettingsPage) -> Bool {
        var depth = path.count - 1
        while depth > 0, node(path.prefix(depth), in: root) == nil { depth -= 1 }
        guard let parent = node(path.prefix(depth), in: root), parent.mapping != nil, case .key(let name) = path[depth]
        else { return false }
        var content = written(value)
        for step in path[(depth + 1)...].reversed() {
            guard case .key(let name) = step else { return false }
            content = "{\(written(name)): \(content)}"
        }
        return page.insert("\(written(name)): \(content)", into: parent, isRoot: depth == 0)
    }

    private static func remove(_ path: [Step], from root: Node, _ page: inout SettingsPage) -> Bool {
        guard case .key(let name)? = path.last, let parent = node(path.dropLast(), in: root),
            let (key, value) = entry(name, of: parent)
        else { return false }
        return page.remove(key, value, from: parent)
    }

    // MARK: What a text says

    /// What a text of YAML says, without how it is written.
    private indirect enum Tree: Equatable {
        case text(String)
        case list([Tree])
        case map([String: Tree])

        init(_ node: Node) {
            if let list = node.sequence {
                self = .list(list.map(Tree.init))
            } else if let map = node.mapping {
                self = .map(
                    Dictionary(map.map { ($0.key.scalar?.string ?? "", Tree($0.value)) }, uniquingKeysWith: { $1 }))
            } else {
                self = .text(node.scalar?.string ?? "")
            }
        }

        init(_ value: Value) {
            switch value {
            case .text(let text): self = .text(text)
            case .list(let texts): self = .list(texts.map(Tree.text))
            }
        }

        func value(at path: ArraySlice<Step>) -> Tree? {
            guard let step = path.first else { return self }
            switch (self, step) {
            case (.map(let map), .key(let name)): return map[Self.key(name, in: map)]?.value(at: path.dropFirst())
            case (.list(let list), .index(let index)):
                return list.indices.contains(index) ? list[index].value(at: path.dropFirst()) : nil
            default: return nil
            }
        }

        /// The same with another value at a path; `nil` where no map or list is on the way.
        func setting(_ value: Tree?, at path: ArraySlice<Step>) -> Tree? {
            guard let step = path.first else { return value }
            switch (self, step) {
            case (.map(var map), .key(let name)):
                let key = Self.key(name, in: map)
                if path.count == 1 {
                    map[key] = value
                } else {
                    guard let inner = (map[key] ?? .map([:])).setting(value, at: path.dropFirst()) else { return nil }
                    map[key] = inner
                }
                return .map(map)
            case (.list(var list), .index(let index)):
                guard list.indices.contains(index), let inner = list[index].setting(value, at: path.dropFirst()) else {
                    return nil
                }
                list[index] = inner
                return .list(list)
            default: return nil
            }
        }

        private static func key(_ name: String, in map: [String: Tree]) -> String {
            map[name] == nil ? map.keys.first { folded($0) == folded(name) } ?? name : name
        }
    }
}

/// A setting is written so that it cannot be changed with everything else as it is.
public struct UnchangeableSetting: PhrasedError, Hashable {
    public var phrase: Phrase {
        Phrase(
            "この設定は特別な書き方をされているため、欄では直せません。下の YAML で直してください。何も変わっていません。",
            "This setting is written in a way that cannot be changed by the form. Change it in the YAML below. Nothing was changed."
        )
    }
}

extension CaseFolder {
    /// What case.yaml says by itself, without the tables.
    ///
    /// - Returns: The rules, or `nil` where it is no YAML, and its problems.
    public func settings() -> (rules: Rules?, problems: [Problem]) {
        guard isThere(SettingsFile.name, in: url) else { return (nil, [SettingsFile.missing]) }
        let file = SettingsFile(in: url)
        return (file.settings?.rules, file.problems)
    }
}
