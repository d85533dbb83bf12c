import Admissions
import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOSSL
import ServiceLifecycle
import Synchronization

/// The section's service: the monthly job in a browser, on one machine of a closed network.
public struct SectionService: Sendable {
    let office: Office

    /// Opens the data, or makes it where there is none.
    ///
    /// - Throws: ``StartFault`` where the options would serve children's data unprotected.
    public init(_ options: ServiceOptions, logger: Logger, now: @escaping @Sendable () -> Date = { Date() }) throws {
        if !options.isLoopback && !options.isSecure { throw StartFault.unprotected }
        if options.ssoHeader != nil && options.unixSocket == nil { throw StartFault.openHeader }
        office = try Office(options, logger: logger, now: now)
    }

    /// The application; `listens` is called with the port when it answers.
    public func application(listens: @escaping @Sendable (Int) async -> Void = { _ in }) throws
        -> some ApplicationProtocol
    {
        let options = office.options
        let channel = HTTP1Channel.Configuration(
            additionalChannelHandlers: [RequestDeadline()], idleTimeout: .seconds(60),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 100))
        let server: HTTPServerBuilder
        if let certificate = options.certificate {
            do {
                let chain = try NIOSSLCertificate.fromPEMFile(certificate.chain).map {
                    NIOSSLCertificateSource.certificate($0)
                }
                let key = try NIOSSLPrivateKey(file: certificate.key, format: .pem)
                server = try .tls(
                    .http1(configuration: channel),
                    tlsConfiguration: .makeServerConfiguration(certificateChain: chain, privateKey: .privateKey(key)))
            } catch {
                throw StartFault.badCertificate(chain: certificate.chain, key: certificate.key)
            }
        } else {
            server = .http1(configuration: channel)
        }
        let address: BindAddress =
            options.unixSocket.map { .unixDomainSocket(path: $0) } ?? .hostname(options.host, port: options.port)
        return Application(
            router: Reception(office: office).router(), server: server,
            configuration: .init(address: address, serverName: nil),
            onServerRunning: { channel in
                // The owner and the group of the service, so that the proxy can be a member of it.
                if let path = options.unixSocket { chmod(path, 0o660) }
                await listens(channel.localAddress?.port ?? options.port)
            },
            logger: office.logger)
    }

    /// Serves until it is asked to end; what is being answered is answered then.
    ///
    /// - Parameter whenAsked: Gets what ends the service.
    public func run(
        listens: @escaping @Sendable (Int) async -> Void, whenAsked: (@escaping @Sendable () -> Void) -> Void
    ) async throws {
        try await office.anchors.keepNewest(of: office.log)
        try await office.desk.resume()
        var configuration = ServiceGroupConfiguration(
            services: [try application(listens: listens)], logger: office.logger)
        configuration.maximumGracefulShutdownDuration = .seconds(5)
        let group = ServiceGroup(configuration: configuration)
        whenAsked { Task { await group.triggerGracefulShutdown() } }
        do { try await group.run() } catch is CancellationError {
            // Somebody was still reading after five seconds.
        }
        try await office.anchors.keepNewest(of: office.log)
    }
}

extension SectionService {
    /// Opens the data and serves until it is asked to end.
    ///
    /// - Parameters:
    ///   - whenAsked: Gets what ends the service; a signal calls it.
    ///   - tells: Gets what the administrator should read, such as where the service answers.
    /// - Throws: ``StartFault``: what kept it from starting.
    public static func serve(
        _ options: ServiceOptions, whenAsked: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void,
        tells: @escaping @Sendable (Phrase) -> Void
    ) throws {
        let lock = try DataLock(options.data)
        let service: SectionService
        do {
            var logger = Logger(label: "enmusubi", factory: { StreamLogHandler.standardError(label: $0) })
            logger.logLevel = .notice
            service = try SectionService(options, logger: logger)
            try service.office.store.removeUnfinishedCases()
        } catch let fault as StartFault {
            throw fault
        } catch {
            throw StartFault.inaccessible(options.data.path, error)
        }
        let ended = DispatchSemaphore(value: 0)
        let failure = Mutex<(any Error)?>(nil)
        Task.detached {
            do {
                try await service.run(
                    listens: { port in await service.tell(options, port, tells) }, whenAsked: whenAsked)
            } catch {
                failure.withLock { $0 = error }
            }
            ended.signal()
        }
        ended.wait()
        withExtendedLifetime(lock) {}
        guard let error = failure.withLock({ $0 }) else { return }
        if let fault = error as? StartFault { throw fault }
        if let error = error as? IOError {
            throw StartFault.cannotListen(
                options.unixSocket ?? "\(options.place):\(options.port)",
                reason: Phrase(systemError: error.errnoCode))
        }
        if error is SocketAddressError {
            throw StartFault.cannotListen(
                "\(options.place):\(options.port)", reason: Phrase("そのアドレスは見つかりません", "there is no such address"))
        }
        throw StartFault.inaccessible(options.data.path, error)
    }

    /// Says where the service answers, and how the administrator joins where nobody has.
    private func tell(_ options: ServiceOptions, _ port: Int, _ tells: @Sendable (Phrase) -> Void) async {
        let place =
            options.unixSocket ?? "\(options.certificate == nil ? "http" : "https")://\(options.place):\(port)"
        if let path = try? await inviteAdministrator() {
            let link = (options.unixSocket == nil ? place : "https://...") + path
            tells(
                Phrase(
                    "はじめての起動です。\(Int(Accounts.invitationHours))時間以内に、次の招待リンクで管理者のパスワードを決めてください（一度だけ使えます）: \(link)",
                    "This is the first start. Set the administrator's password within \(Int(Accounts.invitationHours)) hours by this invitation, which works once: \(link)"
                ))
        }
        tells(
            Phrase("\(place) で受け付けています。終えるときは Ctrl-C を押してください。", "Serving at \(place). Ctrl-C ends it."))
    }

    /// Invites the administrator where nobody was invited yet.
    ///
    /// - Returns: The path of the invitation; `nil` where there are people.
    private func inviteAdministrator() async throws -> String? {
        guard try await office.accounts.people().isEmpty else { return nil }
        let (_, secret) = try await office.accounts.invite(login: "admin", name: "管理者", roles: [.administrator])
        return "/join/\(secret)"
    }
}
