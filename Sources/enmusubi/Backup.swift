import Admissions
import ArgumentParser
import Foundation
import Service
import Terminal

struct Backup: TellingCommand {
    static let configuration = CommandConfiguration(
        abstract: "Save the data of the section's service, also while it runs.",
        discussion: """
            Copies people, rounds, files, results, the ledger and the access log into a new folder and verifies the copy. It is
            written whole or not at all. It holds records of children: keep it as carefully as the data.

            EXAMPLES:
              enmusubi backup --data data --out saved
            """)

    @Option(help: "The folder of the service's data.", completion: .directory) var data: String
    @Option(name: .out, help: "The folder to write; it must not exist, or be empty.", completion: .directory)
    var out: String
    @OptionGroup var speech: LanguageOption

    var console: Console { Console(isJSON: false, language: speech.chosen()) }

    func perform(_ console: Console) throws {
        let counts = try SectionBackup.make(of: URL(fileURLWithPath: data), at: URL(fileURLWithPath: out))
        console.say(Phrase("\(out) に保存し、確かめました: ", "saved to \(out) and verified: ") + counts.phrase)
    }
}

struct Restore: TellingCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring the data of the section's service back from a backup.",
        discussion: """
            Verifies the backup, then copies it into a new folder, which `enmusubi serve --data` takes. All log-ins end.

            EXAMPLES:
              enmusubi restore saved --data data-restored
            """)

    @Argument(help: "The folder that backup wrote.", completion: .directory) var backup: String
    @Option(help: "The folder to write; it must not exist, or be empty.", completion: .directory) var data: String
    @OptionGroup var speech: LanguageOption

    var console: Console { Console(isJSON: false, language: speech.chosen()) }

    func perform(_ console: Console) throws {
        let counts = try SectionBackup(URL(fileURLWithPath: backup)).restore(to: URL(fileURLWithPath: data))
        console.say(Phrase("\(data) に戻しました: ", "restored to \(data): ") + counts.phrase)
    }
}
