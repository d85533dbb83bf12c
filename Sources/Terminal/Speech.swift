import Admissions
import Foundation

/// In which language people are told.
public enum Speech {
    /// The language that somebody chose: with `--lang`, else with `ENMUSUBI_LANG`, else by the locale; else `usual`.
    ///
    /// The locale chooses Japanese where the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is set begins with `ja`. It never
    /// chooses English, because every program starts with some locale.
    ///
    /// - Parameters:
    ///   - said: What `--lang` says; `nil`: it was not given.
    ///   - usual: The language where nobody chose one.
    ///   - environment: The variables of the process.
    public static func language(
        said: Language?, usual: Language = .english, environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> Language {
        if let said { return said }
        if let wanted = environment["ENMUSUBI_LANG"]?.lowercased(),
            let language = Language.allCases.first(where: { wanted.hasPrefix($0.rawValue) })
        {
            return language
        }
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        return locale?.lowercased().hasPrefix(Language.japanese.rawValue) == true ? .japanese : usual
    }

    /// The language of the process where no command has read its arguments: for help and usage errors.
    public static let ofProcess = language(said: said(in: Array(CommandLine.arguments.dropFirst())))

    /// What `--lang` says in the arguments of a command; `nil` where it says nothing, or no language.
    static func said(in arguments: [String]) -> Language? {
        let options = arguments.prefix { $0 != "--" }
        var said: Language?
        for (index, option) in options.enumerated() {
            if option == "--lang", index + 1 < options.count { said = Language(rawValue: options[index + 1]) ?? said }
            if option.hasPrefix("--lang=") { said = Language(rawValue: String(option.dropFirst(7))) ?? said }
        }
        return said
    }
}
