import Admissions
import HTTPTypes
import Hummingbird

/// A path that the service answers. All routes stand in ``Routes/all``: from there the router is built, permissions are asked,
/// the access log is written, the API is described, and tests walk them.
struct Route: Sendable {
    typealias Handler = @Sendable (Visit) async throws -> Answer

    let method: HTTPRequest.Method
    /// Such as `/rounds/:round/files`; a part that begins with a colon is variable.
    let path: String
    let access: Access
    let logged: Logged
    /// What the body is.
    let body: Body
    /// What the API says of it; `nil`: a page.
    let operation: Operation?
    let handler: Handler

    /// Who may use a route.
    enum Access: Hashable, Sendable {
        /// Anybody, without a log-in.
        case anybody
        /// Whoever has logged in.
        case everybody
        case with(Permission)
    }

    /// What the access log says of a visit. A change is always logged.
    enum Logged: String, Sendable {
        /// Nothing: no record of a child is shown.
        case nothing
        case seen, exported, changed
    }

    enum Body: Hashable, Sendable {
        case none
        /// A form, or a JSON object with the same fields.
        case fields
        /// A file, up to a number of bytes.
        case file
    }

    /// Whether it is a page that shows the steps of a round.
    var isPageOfRound: Bool {
        method == .get && operation == nil && path.hasPrefix("/rounds/:round/") && !path.hasSuffix("/events")
    }

    /// A page for people.
    static func page(
        _ path: String, _ access: Access, logged: Logged = .nothing, _ handler: @escaping Handler
    ) -> Route {
        Route(
            method: .get, path: path, access: access, logged: logged, body: .none, operation: nil, handler: handler)
    }

    /// Where a form goes that is no operation of the API, such as the log-in.
    static func form(_ path: String, _ access: Access, _ handler: @escaping Handler) -> Route {
        Route(
            method: .post, path: path, access: access, logged: .changed, body: .fields, operation: nil, handler: handler
        )
    }
}

/// Something that can be done or asked, by a page's form and by a program alike: `PATH` for forms, `/api/v1/PATH` for JSON.
struct Operation: Sendable {
    /// Its name for programs, such as `acceptDoubt`.
    let id: String
    let method: HTTPRequest.Method
    /// Below `/` and below `/api/v1`.
    let path: String
    let permission: Permission
    let summary: Phrase
    var logged: Route.Logged
    let body: Route.Body
    /// What it takes, in the query (GET) or in the body.
    let fields: [Field]
    let perform: @Sendable (Visit) async throws -> Outcome

    struct Field: Sendable {
        let name: String
        let summary: Phrase
        var isRequired = true
        /// Its possible values; `nil`: any text.
        var values: [String]?

        init(_ name: String, _ japanese: String, _ english: String, isRequired: Bool = true, values: [String]? = nil) {
            self.name = name
            summary = Phrase(japanese, english)
            self.isRequired = isRequired
            self.values = values
        }
    }

    struct Outcome: Sendable {
        /// What a program gets.
        var value: any Encodable & Sendable
        /// The page that a form leads to.
        var next: String
        var status: HTTPResponse.Status = .ok

        init(_ value: any Encodable & Sendable, next: String = "/", status: HTTPResponse.Status = .ok) {
            self.value = value
            self.next = next
            self.status = status
        }
    }

    /// A question: JSON alone, since a page shows the same with words around it.
    static func query(
        _ id: String, _ path: String, _ permission: Permission, _ summary: Phrase, logged: Route.Logged = .nothing,
        fields: [Field] = [], _ perform: @escaping @Sendable (Visit) async throws -> any Encodable & Sendable
    ) -> Operation {
        Operation(
            id: id, method: .get, path: path, permission: permission, summary: summary, logged: logged, body: .none,
            fields: fields, perform: { Outcome(try await perform($0)) })
    }

    /// A change: the target of a form, and of a program.
    static func change(
        _ id: String, _ path: String, _ permission: Permission, _ summary: Phrase, body: Route.Body = .fields,
        fields: [Field] = [], _ perform: @escaping @Sendable (Visit) async throws -> Outcome
    ) -> Operation {
        Operation(
            id: id, method: .post, path: path, permission: permission, summary: summary, logged: .changed, body: body,
            fields: fields, perform: perform)
    }

    static let prefix = "/api/v1"

    /// The routes under which it is reached.
    var routes: [Route] {
        let perform = perform
        var routes = [
            Route(
                method: method, path: Self.prefix + path, access: .with(permission), logged: logged, body: body,
                operation: self,
                handler: { visit in
                    let outcome = try await perform(visit)
                    return .json(outcome.value, status: outcome.status)
                })
        ]
        if method == .post, body == .fields {
            routes.append(
                Route(
                    method: .post, path: path, access: .with(permission), logged: logged, body: body, operation: self,
                    handler: { visit in .next(try await perform(visit).next) }))
        }
        return routes
    }
}

enum Routes {
    /// Every page that is no operation.
    static let pages: [Route] = [
        Assets.routes,
        LoginPages.routes,
        PeoplePages.routes,
        AccountPages.routes,
        AccessPages.routes,
        APIPages.routes,
        RoundPages.routes,
        FilesPages.routes,
        RunPages.routes,
        ApprovePages.routes,
        RulesPages.routes,
        CheckPages.routes,
        ResultPages.routes,
        HouseholdPages.routes,
    ].flatMap { $0 }
    /// Everything that can be done or asked.
    static let operations: [Operation] = [
        PeoplePages.operations,
        AccessPages.operations,
        RoundPages.operations,
        FilesPages.operations,
        RunPages.operations,
        ApprovePages.operations,
        RulesPages.operations,
        CheckPages.operations,
        ResultPages.operations,
        HouseholdPages.operations,
    ].flatMap { $0 }

    static let all: [Route] = pages + operations.flatMap(\.routes)
}
