import Admissions
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Synchronization

@testable import Service

/// A service in a folder of its own, with a clock that a test sets, asked without a socket.
struct Section: ~Copyable {
    let home: URL
    let service: SectionService
    let clock: TestClock

    init(_ change: (inout ServiceOptions) -> Void = { _ in }) throws {
        home = FileManager.default.temporaryDirectory.appending(path: "section-\(UUID().uuidString)")
        var options = ServiceOptions(data: home, program: URL(fileURLWithPath: "/nowhere/enmusubi"))
        change(&options)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let clock = TestClock()
        self.clock = clock
        service = try SectionService(options, logger: logger, now: { clock.time })
    }

    deinit { try? FileManager.default.removeItem(at: home) }

    var office: Office { service.office }

    /// Somebody with the roles, without a password.
    func person(_ login: String, _ roles: Set<Role>) async throws -> Person {
        _ = try await office.accounts.invite(login: login, name: login, roles: roles)
        guard let person = try await office.accounts.known(login) else { fatalError("\(login) was not made") }
        return person
    }

    /// The cookie of a new log-in, and its form token.
    func logIn(_ person: Person) async throws -> (cookie: String, formToken: String) {
        let secret = try await office.accounts.begin(person, from: "192.0.2.7")
        guard let (_, login) = try await office.accounts.visitor(secret) else { fatalError("the log-in has ended") }
        return ("\(Reception.cookieName(office.options))=\(secret)", login.formToken)
    }

    /// Asks, with a log-in and its form token where they are given.
    func ask(
        _ client: some TestClientProtocol, _ method: HTTPRequest.Method, _ path: String, cookie: String? = nil,
        formToken: String? = nil, more: HTTPFields = [:], body: String? = nil
    ) async throws -> TestResponse {
        var headers = more
        if let cookie { headers[.cookie] = cookie }
        if let formToken { headers[HTTPField.Name("X-Form-Token")!] = formToken }
        return try await client.execute(
            uri: path, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) })
    }
}

/// A clock that stands still until a test moves it.
final class TestClock: Sendable {
    private let now = Mutex(Date(timeIntervalSince1970: 1_800_000_000))

    var time: Date { now.withLock { $0 } }

    func move(by seconds: Double) { now.withLock { $0 += seconds } }
}
