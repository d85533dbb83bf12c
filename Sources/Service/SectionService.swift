import Admissions
import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOSSL
import Synchronization

/// The section's service: the monthly job in a browser, on one machine of a closed network.
public struct SectionService: Sendable {
    let office: Office

    /// Opens the data, or makes it where there is none.
    ///
    /// - Throws: ``ServiceFault`` where the options would serve children's data unprotected.
    public init(_ options: ServiceOptions, logger: Logger, now: @escaping @Sendable () -> Date = { Date() }) throws {
        if !options.isLoopback && !options.isSecure {
            throw ServiceFault(
                .forbidden, "unprotected",
                Phrase(
                    "暗号化なしでは、この機械の外へ児童の記録を出しません。--tls で証明書と鍵を指定するか、HTTPSの代理サーバーの後ろで --behind-proxy を付けてください。",
                    "Children's data are not served beyond this machine without encryption. Give a certificate and key with --tls, or put an HTTPS proxy before the service and add --behind-proxy."
                ))
        }
        office = try Office(options, logger: logger, now: now)
    }

    /// Invites the first person, who may do everything but must not be the only one: whoever runs cannot approve.
    ///
    /// - Returns: The path of the invitation, or `nil` where there are people already.
    public func inviteFirst(login: String, name: String, roles: Set<Role>) async throws -> String? {
        let people = try await office.accounts.people()
        if people.contains(where: { $0.login == login }) { return nil }
        let (_, secret) = try await office.accounts.invite(login: login, name: name, roles: roles)
        return "/join/\(secret)"
    }

    /// Whether nobody was invited yet.
    public func isNew() async throws -> Bool { try await office.accounts.people().isEmpty }

    /// The application; `listens` is called with the port when it answers.
    public func application(listens: @escaping @Sendable (Int) async -> Void = { _ in }) throws
        -> some ApplicationProtocol
    {
        let options = office.options
        let channel = HTTP1Channel.Configuration(idleTimeout: .seconds(60))
        let server: HTTPServerBuilder
        if let certificate = options.certificate {
            let chain = try NIOSSLCertificate.fromPEMFile(certificate.chain).map {
                NIOSSLCertificateSource.certificate($0)
            }
            let key = try NIOSSLPrivateKey(file: certificate.key, format: .pem)
            server = try .tls(
                .http1(configuration: channel),
                tlsConfiguration: .makeServerConfiguration(certificateChain: chain, privateKey: .privateKey(key)))
        } else {
            server = .http1(configuration: channel)
        }
        return Application(
            router: Reception(office: office).router(), server: server,
            configuration: .init(address: .hostname(options.host, port: options.port), serverName: nil),
            onServerRunning: { channel in await listens(channel.localAddress?.port ?? options.port) },
            logger: office.logger)
    }

    /// Serves until SIGTERM or SIGINT.
    public func run(listens: @escaping @Sendable (Int) async -> Void) async throws {
        try await office.desk.resume()
        try await application(listens: listens).runService()
    }
}

extension SectionService {
    /// Opens the data and serves until a signal ends it.
    ///
    /// - Parameter tells: Gets what the administrator should read, such as where the service answers.
    /// - Throws: What kept it from starting.
    public static func serve(_ options: ServiceOptions, tells: @escaping @Sendable (Phrase) -> Void) throws {
        var logger = Logger(label: "enmusubi")
        logger.logLevel = .notice
        let service = try SectionService(options, logger: logger)
        let ended = DispatchSemaphore(value: 0)
        let failure = Mutex<(any Error)?>(nil)
        Task.detached {
            do {
                try await service.run { port in
                    let place = "\(options.certificate == nil ? "http" : "https")://\(options.host):\(port)"
                    if let path = try? await service.inviteAdministrator() {
                        tells(
                            Phrase(
                                "はじめての起動です。\(Int(Accounts.invitationHours))時間以内に、次の招待リンクで管理者のパスワードを決めてください（一度だけ使えます）: \(place)\(path)",
                                "This is the first start. Set the administrator's password within \(Int(Accounts.invitationHours)) hours by this invitation, which works once: \(place)\(path)"
                            ))
                    }
                    tells(
                        Phrase(
                            "\(place) で受け付けています。終えるときは Ctrl-C を押してください。", "Serving at \(place). Ctrl-C ends it."))
                }
            } catch {
                failure.withLock { $0 = error }
            }
            ended.signal()
        }
        ended.wait()
        if let error = failure.withLock({ $0 }) { throw error }
    }

    /// Invites the administrator where nobody was invited yet.
    private func inviteAdministrator() async throws -> String? {
        guard try await isNew() else { return nil }
        return try await inviteFirst(login: "admin", name: "管理者", roles: [.administrator])
    }
}
