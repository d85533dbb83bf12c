import Admissions
import Foundation
import Tables
import Yams

extension FollowingCase {
    /// `case.yaml` with the month, the round and the seed of the next case, and the profile's own file where there is one.
    ///
    /// - Parameter renamed: Files of tables that get another name.
    func settingsFiles(renaming renamed: [String: String]) throws(Problem) -> [OutputFile] {
        var changes: [(setting: String, text: String)] = [("month", draft.month.description), ("round", draft.round)]
        if let seed = draft.rules.drawSeed, seed != old.rules.drawSeed { changes.append(("drawSeed", seed)) }
        var files = [try rewritten(SettingsFile.name, changes, in: ["columns", "files"], renamed)]
        if let profile = SettingsFile(in: before.folder).profileFile {
            files.append(try rewritten(profile.name, [], in: ["files"], renamed))
        }
        return files
    }

    /// A settings file in which some texts are others, and nothing else.
    private func rewritten(
        _ name: String, _ changes: [(setting: String, text: String)], in path: [String], _ renamed: [String: String]
    ) throws(Problem) -> OutputFile {
        let bytes: [UInt8]
        do { bytes = try fileBytes(name, in: before.folder) } catch { throw error.problem(in: name) }
        guard let decoded = try? DecodedText(bytes),
            var root = try? Yams.compose(yaml: String(decoding: decoded.utf8, as: UTF8.self))
        else { throw SettingsFile.noYAML(name) }
        let form = TextForm(of: bytes, decoded)
        var text = SettingsText(String(decoding: decoded.utf8, as: UTF8.self))
        var isPlain = true
        for (setting, value) in changes {
            if let node = root[setting] {
                isPlain = text.replace(node, by: value) && isPlain
            } else {
                isPlain = text.append(setting, value) && isPlain
            }
            root[setting] = Node(value, Tag(.str), .doubleQuoted)
        }
        let files = path.reduce(root as Node?) { $0?[$1] }
        for (_, entry) in files?.mapping ?? Node.Mapping([]) {
            let node = entry.mapping == nil ? entry : entry["file"]
            guard let node, let name = node.scalar?.string, let other = renamed[name] else { continue }
            isPlain = text.replace(node, by: other) && isPlain
        }
        // One that is written in an unusual way is written anew, with the same settings.
        let whole = isPlain ? text.text : (try? Yams.serialize(node: root, allowUnicode: true)) ?? text.text
        do { return OutputFile(name: name, bytes: try form.encoded(Array(whole.utf8))) } catch {
            throw Problem(
                .table(.invalidEncoding), file: name,
                "The file cannot be written in its encoding: \("\(error)"). Save it as UTF-8 first.",
                "ファイルを元の文字コードで書けません（\("\(error)")）。UTF-8 で保存し直してください。")
        }
    }
}

extension ColumnProfile {
    /// The header that the profile gives a standard column; `nil` where it gives none.
    ///
    /// - Parameters:
    ///   - name: The standard name; that of a numbered column ends in its number, such as `seats_0`.
    ///   - table: The table.
    func header(of name: String, in table: CaseTable) -> String? {
        let headers = headers[Self.form(table)] ?? [:]
        if let header = headers[name] ?? sharedHeaders(of: table).first(where: { $0.name == name })?.header {
            return header
        }
        let digits = String(name.reversed().prefix { $0.isNumber }.reversed())
        guard let number = Int(digits), let template = headers[name.dropLast(digits.count) + "N"] else { return nil }
        return NumberedHeader.text(of: template, number)
    }
}
