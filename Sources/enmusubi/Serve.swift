import Admissions
import ArgumentParser
import Foundation
import Logging
import Service
import Terminal

struct Serve: TellingCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve the monthly job to the section's browsers.",
        discussion: """
            Everything is in one folder, which is made where it is not there. The first start prints an invitation for the
            administrator, who invites the others. It listens on this machine alone unless --address says otherwise, and then
            only with --tls or behind a proxy that speaks HTTPS. SIGTERM and Ctrl-C end it; runs go on after the next start.
            docs/service.md says how to look after it.

            EXAMPLES:
              enmusubi serve --data data
              enmusubi serve --data data --address 0.0.0.0:8443 --tls chain.pem key.pem
            """)

    @Option(help: "The folder of the service's data.", completion: .directory) var data: String
    @Option(help: "Where to listen, as HOST:PORT; port 0: any free one.") var address = "127.0.0.1:8080"
    @Option(
        parsing: .upToNextOption, help: "The files of the certificate chain and of its key (PEM), for HTTPS.",
        completion: .file())
    var tls: [String] = []
    @Flag(help: "A proxy before the service speaks HTTPS with the browsers and tells their address.")
    var behindProxy = false
    @Option(
        help: "Listen on a Unix socket instead, for a proxy of this machine that speaks HTTPS.", completion: .file())
    var unixSocket: String?
    @Option(help: "The header in which that proxy names who has logged in at the city's single sign-on.")
    var ssoHeader: String?
    @Flag(help: "Whoever handed in a result may approve it as well.") var onePerson = false
    @OptionGroup var speech: LanguageOption

    func validate() throws {
        if tls.count != 0 && tls.count != 2 {
            throw ValidationError("--tls には証明書と鍵の二つのファイルを指定してください。", "--tls takes two files: the chain and the key.")
        }
        _ = try valid(OptionValues.hostAndPort(address))
    }

    var console: Console { Console(isJSON: false, language: speech.chosen()) }

    func perform(_ console: Console) throws {
        var options = ServiceOptions(
            data: URL(fileURLWithPath: data), program: Bundle.main.executableURL ?? URL(fileURLWithPath: "enmusubi"))
        (options.host, options.port) = try OptionValues.hostAndPort(address)
        if tls.count == 2 { options.certificate = (tls[0], tls[1]) }
        (options.unixSocket, options.ssoHeader) = (unixSocket, ssoHeader)
        options.isBehindProxy = behindProxy
        options.needsTwoPeople = !onePerson
        try SectionService.serve(options, whenAsked: Interruption.whenFirst) { phrase in
            console.say(phrase)
            Output.flush()
        }
    }
}
