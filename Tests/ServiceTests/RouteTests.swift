import Admissions
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import Service

/// Walks every route of the table.
@Suite("All routes")
struct RouteTests {
    /// A path of the route with a value in the place of each variable part.
    static func path(_ route: Route, _ value: String = "999") -> String {
        route.path.split(separator: "/", omittingEmptySubsequences: false)
            .map { $0.hasPrefix(":") ? value : String($0) }.joined(separator: "/")
    }

    static func isAPI(_ route: Route) -> Bool { route.path.hasPrefix(Operation.prefix) }

    /// Whether an answer is the refusal of somebody who has not logged in.
    static func asksForLogin(_ response: TestResponse, _ route: Route) -> Bool {
        isAPI(route)
            ? response.status == .unauthorized
            : response.status == .seeOther && response.headers[.location]?.hasPrefix("/login?next=") == true
    }

    static func text(_ response: TestResponse) -> String { String(buffer: response.body) }

    /// Whether an answer is the refusal of somebody who lacks the permission.
    static func isForbidden(_ response: TestResponse) -> Bool {
        response.status == .forbidden
            && (text(response).contains(ServiceFault.forbidden.phrase.japanese)
                || text(response).contains("\"code\":\"forbidden\""))
    }

    @Test("Nobody gets further than the log-in, but on the routes for anybody")
    func nobody() async throws {
        let section = try Section()
        try await section.service.application().test(.router) { client in
            for route in Routes.all {
                let response = try await section.ask(client, route.method, Self.path(route))
                #expect(
                    Self.asksForLogin(response, route) == (route.access != .anybody),
                    "\(route.method) \(route.path): \(response.status)")
                #expect(response.status.code < 500, "\(route.path)")
            }
        }
    }

    @Test("Each role gets what the table of permissions says, and nothing else", arguments: Role.allCases)
    func roles(_ role: Role) async throws {
        let section = try Section()
        let person = try await section.person("somebody", [role])
        // The last administrator stays one.
        _ = try await section.person("admin", [.administrator])
        try await section.service.application().test(.router) { client in
            for route in Routes.all {
                let (cookie, formToken) = try await section.logIn(person)
                let response = try await section.ask(
                    client, route.method, Self.path(route), cookie: cookie, formToken: formToken)
                let isAllowed: Bool
                switch route.access {
                case .anybody, .everybody: isAllowed = true
                case .with(let permission): isAllowed = permission.roles.contains(role)
                }
                #expect(
                    Self.isForbidden(response) == !isAllowed,
                    "\(role) \(route.method) \(route.path): \(response.status)")
                #expect(!Self.asksForLogin(response, route), "\(route.path)")
                #expect(response.status.code < 500, "\(route.method) \(route.path): \(Self.text(response))")
            }
        }
    }

    @Test("A change without the form token, or with another's, is refused on every route")
    func formTokens() async throws {
        let section = try Section()
        let person = try await section.person("all", Set(Role.allCases))
        let (_, another) = try await section.logIn(person)
        try await section.service.application().test(.router) { client in
            for route in Routes.all where route.method != .get {
                for token in [nil, "", "x", another] {
                    let (cookie, _) = try await section.logIn(person)
                    let response = try await section.ask(
                        client, route.method, Self.path(route), cookie: cookie, formToken: token)
                    #expect(response.status == .forbidden, "\(route.path) with \(token ?? "none"): \(response.status)")
                }
                // A page of another site, though it should know the token.
                let (cookie, token) = try await section.logIn(person)
                let response = try await section.ask(
                    client, route.method, Self.path(route), cookie: cookie, formToken: token,
                    more: [HTTPField.Name("Sec-Fetch-Site")!: "cross-site"])
                #expect(response.status == .forbidden, "\(route.path): \(response.status)")
            }
        }
    }

    @Test("Every answer carries the headers that protect a page")
    func headers() async throws {
        let section = try Section()
        let person = try await section.person("all", Set(Role.allCases))
        try await section.service.application().test(.router) { client in
            for path in Routes.all.filter({ $0.method == .get }).map({ Self.path($0) }) + [
                "/nowhere", "/api/v1/nowhere",
            ] {
                let (cookie, _) = try await section.logIn(person)
                let response = try await section.ask(client, .get, path, cookie: cookie)
                let policy = response.headers[.contentSecurityPolicy] ?? ""
                #expect(policy.hasPrefix("default-src 'none'"), "\(path)")
                #expect(policy.contains("frame-ancestors 'none'"), "\(path)")
                #expect(!policy.contains("script-src 'unsafe-inline'"), "\(path)")
                #expect(response.headers[HTTPField.Name("X-Content-Type-Options")!] == "nosniff", "\(path)")
                #expect(response.headers[HTTPField.Name("X-Frame-Options")!] == "DENY", "\(path)")
                #expect(response.headers[HTTPField.Name("Referrer-Policy")!] == "same-origin", "\(path)")
                if !path.hasPrefix("/assets/") {
                    #expect(response.headers[.cacheControl] == "no-store", "\(path)")
                }
            }
        }
    }

    /// Values of a path's variable parts that have opened other programs.
    static let hostile = [
        "..%2f..%2f..%2fetc%2fpasswd", "..", "%2e%2e", "%00", "1%00", "%ff%fe", "%c0%ae%c0%ae", "%0d%0aSet-Cookie:x=y",
        "%3Cscript%3Ealert(1)%3C%2Fscript%3E", "%22%20onmouseover%3D%22alert(1)", "'%20OR%201=1--", "-1", "0",
        "9223372036854775808", "1e9", "%E5%85%90%E7%AB%A5", String(repeating: "a", count: 3_000), "%", "%zz", "~", "*",
    ]

    @Test("No part of a path opens a file, breaks a page or fails")
    func hostilePaths() async throws {
        let section = try Section()
        let person = try await section.person("all", Set(Role.allCases))
        try await section.service.application().test(.router) { client in
            for route in Routes.all where route.path.contains(":") {
                for value in Self.hostile {
                    let (cookie, token) = try await section.logIn(person)
                    let response = try await section.ask(
                        client, route.method, Self.path(route, value), cookie: cookie, formToken: token)
                    #expect(response.status.code < 500, "\(route.path) with \(value)")
                    let text = Self.text(response)
                    #expect(!text.contains("<script>alert"), "\(route.path) with \(value)")
                    #expect(!text.contains("\" onmouseover"), "\(route.path) with \(value)")
                    #expect(!text.contains("root:"), "\(route.path) with \(value)")
                    #expect(response.headers[.setCookie]?.hasPrefix("x=") != true, "\(route.path)")
                }
            }
        }
    }

    @Test("A hostile name is text on every page that shows it")
    func hostileNames() async throws {
        let section = try Section()
        let name = "<script>alert(1)</script>\" onmouseover=\"x"
        _ = try await section.office.accounts.invite(login: "evil", name: name, roles: Set(Role.allCases))
        let person = try #require(try await section.office.accounts.known("evil"))
        _ = try await section.office.accounts.makeToken(String(name.prefix(60)), roles: [.viewer], by: person)
        let month = try #require(PlacementMonth("2027-04"))
        _ = try await section.office.rounds.make(
            municipality: name, month: month, name: name, files: ["case.yaml": Array("format: 1\n".utf8)], by: person,
            what: .init(name, name))
        try await section.service.application().test(.router) { client in
            for route in Routes.all where route.method == .get && !Self.isAPI(route) {
                let (cookie, _) = try await section.logIn(person)
                let response = try await section.ask(client, .get, Self.path(route, "1"), cookie: cookie)
                #expect(response.status.code < 500, "\(route.path)")
                #expect(!Self.text(response).contains("<script>alert"), "\(route.path)")
                #expect(!Self.text(response).contains("\" onmouseover=\""), "\(route.path)")
            }
        }
    }

    @Test("A body of fields beyond its limit is refused")
    func largeBodies() async throws {
        let section = try Section()
        let person = try await section.person("all", Set(Role.allCases))
        let large = "name=" + String(repeating: "a", count: Reception.mostFieldBytes)
        try await section.service.application().test(.router) { client in
            for route in Routes.all where route.body == .fields {
                let (cookie, token) = try await section.logIn(person)
                let response = try await section.ask(
                    client, route.method, Self.path(route), cookie: cookie, formToken: token, body: large)
                #expect(response.status == .contentTooLarge, "\(route.path): \(response.status)")
            }
        }
    }

    @Test("Every request with a body is logged, every operation has one name, and every route is there once")
    func table() {
        // A question that needs a body changes nothing, and is logged as what it shows.
        for route in Routes.all where route.method != .get { #expect(route.logged != .nothing, "\(route.path)") }
        let names = Routes.operations.map(\.id)
        #expect(Set(names).count == names.count)
        let routes = Routes.all.map { "\($0.method) \($0.path)" }
        #expect(Set(routes).count == routes.count)
    }
}
