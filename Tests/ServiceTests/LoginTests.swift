import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import Service

@Suite("Log-ins")
struct LoginTests {
    private static let password = "a long sentence of the tests"

    private static func joined(_ section: borrowing Section, _ login: String) async throws -> Person {
        let (_, secret) = try await section.office.accounts.invite(login: login, name: login, roles: [.viewer])
        return try await section.office.accounts.join(secret, password: password)
    }

    @Test("A log-in ends after the minutes without a visit that the administrator chose, and after twelve hours")
    func idle() async throws {
        let section = try Section()
        let person = try await section.person("sato", [.viewer])
        let accounts = section.office.accounts
        try await section.office.settings.set(.init(needsTwoPeople: true, idleMinutes: 20))
        let secret = try await accounts.begin(person, from: "")
        section.clock.move(by: 19 * 60)
        #expect(try await accounts.visitor(secret) != nil)
        section.clock.move(by: 19 * 60)
        #expect(try await accounts.visitor(secret) != nil)
        section.clock.move(by: 21 * 60)
        #expect(try await accounts.visitor(secret) == nil)

        let long = try await accounts.begin(person, from: "")
        for _ in 0..<47 {
            section.clock.move(by: 15 * 60)
            #expect(try await accounts.visitor(long) != nil)
        }
        section.clock.move(by: 15 * 60)
        #expect(try await accounts.visitor(long) == nil)
    }

    @Test("A clock that is set back neither lengthens a log-in nor locks anybody out")
    func clockSetBack() async throws {
        let section = try Section()
        let person = try await Self.joined(section, "sato")
        let accounts = section.office.accounts
        for _ in 0..<5 {
            await #expect(throws: ServiceFault.self) {
                try await accounts.logIn("sato", password: "wrong", from: "192.0.2.1")
            }
        }
        let secret = try await accounts.begin(person, from: "")
        section.clock.move(by: -30)
        #expect(try await accounts.visitor(secret) != nil)
        section.clock.move(by: -86_400)
        #expect(try await accounts.visitor(secret) == nil)
        #expect(try await accounts.logIn("sato", password: Self.password, from: "192.0.2.1").0 == person)
    }

    @Test("Guesses are slowed by name and by terminal, also over a restart, and a right password ends the count")
    func throttle() async throws {
        let section = try Section()
        _ = try await Self.joined(section, "sato")
        _ = try await Self.joined(section, "ito")
        func code(_ login: String, _ password: String, _ accounts: Accounts, from address: String) async -> String? {
            do {
                _ = try await accounts.logIn(login, password: password, from: address)
                return nil
            } catch { return (error as? ServiceFault)?.code }
        }
        let accounts = section.office.accounts
        for _ in 0..<4 { #expect(await code("sato", "wrong", accounts, from: "192.0.2.1") == "wrongLogin") }
        #expect(await code("sato", Self.password, accounts, from: "192.0.2.1") == nil)
        for _ in 0..<5 { #expect(await code("sato", "wrong", accounts, from: "192.0.2.1") == "wrongLogin") }
        // As after a restart: nothing is kept in memory.
        let again = Accounts(section.office.store)
        #expect(await code("sato", Self.password, again, from: "192.0.2.2") == "throttled")
        #expect(await code("ito", Self.password, again, from: "192.0.2.1") == nil)
        section.clock.move(by: 901)
        #expect(await code("sato", Self.password, again, from: "192.0.2.1") == nil)
    }

    @Test("Cookies are for this host, out of reach of scripts and of other sites")
    func cookies() async throws {
        let section = try Section { $0.isBehindProxy = true }
        _ = try await Self.joined(section, "sato")
        try await section.service.application().test(.router) { client in
            let response = try await section.ask(
                client, .post, "/login",
                body: "login=sato&password=\(Self.password.replacing(" ", with: "+"))&next=//elsewhere.example")
            #expect(response.status == .seeOther)
            #expect(response.headers[.location] == "/")
            let cookie = response.headers[.setCookie] ?? ""
            #expect(cookie.hasPrefix("__Host-enmusubi="))
            for flag in ["HttpOnly", "SameSite=Strict", "Secure", "Path=/"] {
                #expect(cookie.contains(flag), "\(cookie)")
            }
            #expect(!cookie.contains("Domain"))
        }
    }

    @Test("A log-in gets a secret of its own, whatever cookie came with it, and ends where it is logged out")
    func fixation() async throws {
        let section = try Section()
        let person = try await Self.joined(section, "sato")
        try await section.service.application().test(.router) { client in
            let planted = "enmusubi=planted"
            let response = try await section.ask(
                client, .post, "/login", cookie: planted,
                body: "login=sato&password=\(Self.password.replacing(" ", with: "+"))")
            #expect(response.headers[.setCookie]?.hasPrefix(planted) == false)
            #expect(try await section.ask(client, .get, "/account", cookie: planted).status == .seeOther)

            let (cookie, token) = try await section.logIn(person)
            #expect(try await section.ask(client, .get, "/account", cookie: cookie).status == .ok)
            #expect(
                try await section.ask(client, .post, "/logout", cookie: cookie, formToken: token).status == .seeOther)
            #expect(try await section.ask(client, .get, "/account", cookie: cookie).status == .seeOther)
        }
    }

    @Test("Roles that change end all log-ins, and the last administrator stays one")
    func changedRoles() async throws {
        let section = try Section()
        let accounts = section.office.accounts
        let person = try await section.person("sato", [.viewer])
        let administrator = try await section.person("admin", [.administrator])
        let secret = try await accounts.begin(person, from: "")
        try await accounts.change(person.id, roles: [.entry], isActive: nil)
        #expect(try await accounts.visitor(secret) == nil)
        await #expect(throws: ServiceFault.self) {
            try await accounts.change(administrator.id, roles: [.viewer], isActive: nil)
        }
        await #expect(throws: ServiceFault.self) {
            try await accounts.change(administrator.id, roles: nil, isActive: false)
        }
    }

    @Test("A new password ends the other log-ins, and needs the present one")
    func ownPassword() async throws {
        let section = try Section()
        let accounts = section.office.accounts
        let person = try await Self.joined(section, "sato")
        let (one, other) = (try await accounts.begin(person, from: ""), try await accounts.begin(person, from: ""))
        let kept = try #require(try await accounts.visitor(one)?.1)
        await #expect(throws: ServiceFault.self) {
            try await accounts.changePassword(
                of: person, from: "wrong", to: "another long sentence", keeping: kept, address: "")
        }
        #expect(try await accounts.visitor(other) != nil)
        try await accounts.changePassword(
            of: person, from: Self.password, to: "another long sentence", keeping: kept, address: "")
        #expect(try await accounts.visitor(one) != nil)
        #expect(try await accounts.visitor(other) == nil)
        #expect(try await accounts.logIn("sato", password: "another long sentence", from: "").0 == person)
    }

    @Test("A token has its roles until it is ended, and makes no tokens")
    func tokens() async throws {
        let section = try Section()
        let accounts = section.office.accounts
        let administrator = try await section.person("admin", [.administrator])
        let (id, secret) = try await accounts.makeToken("core", roles: [.administrator], by: administrator)
        let holder = try #require(try await accounts.holder(ofToken: secret))
        #expect(holder.roles == [.administrator])
        await #expect(throws: ServiceFault.self) { try await accounts.makeToken("x", roles: [.viewer], by: holder) }
        try await accounts.endToken(id)
        #expect(try await accounts.holder(ofToken: secret) == nil)
    }

    @Test("Equal texts are found equal, and others are not, whatever their length")
    func comparison() {
        #expect(Secret.areEqual("abc", "abc"))
        for other in ["abd", "xbc", "ab", "abcd", ""] { #expect(!Secret.areEqual("abc", other)) }
    }

    @Test("Somebody in a loop is stopped, and others go on")
    func pace() throws {
        let (pace, now) = (Pace(), Date(timeIntervalSince1970: 1_800_000_000))
        for _ in 0..<Pace.mostInMinute { try pace.count("sato", at: now) }
        #expect(throws: ServiceFault.self) { try pace.count("sato", at: now) }
        try pace.count("ito", at: now)
        try pace.count("sato", at: now + 60)
    }

    @Test("The city's single sign-on logs in whom it names, and nobody else")
    func singleSignOn() async throws {
        let section = try Section {
            $0.unixSocket = "/nowhere/socket"
            $0.ssoHeader = "X-Remote-User"
        }
        _ = try await section.person("sato", [.viewer])
        _ = try await section.person("ito", [.administrator])
        let name = HTTPField.Name("X-Remote-User")!
        try await section.service.application().test(.router) { client in
            for headers in [[:], [name: ""], [name: "unknown"], [name: "sato,ito"]] as [HTTPFields] {
                #expect(try await section.ask(client, .get, "/account", more: headers).status == .forbidden)
            }
            let response = try await section.ask(client, .get, "/account", more: [name: "sato"])
            #expect(response.status == .ok)
            let cookie = String(try #require(response.headers[.setCookie]).prefix { $0 != ";" })
            // Another name on the same browser is another person.
            let other = try await section.ask(client, .get, "/people", cookie: cookie, more: [name: "ito"])
            #expect(other.status == .ok)
            #expect(
                try await section.ask(client, .get, "/people", cookie: cookie, more: [name: "sato"]).status
                    == .forbidden)
            #expect(try await section.ask(client, .post, "/login", body: "login=sato&password=x").status == .forbidden)
        }
        #expect(throws: StartFault.openHeader) { _ = try Section { $0.ssoHeader = "X-Remote-User" } }
    }
}
