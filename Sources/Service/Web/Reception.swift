import Admissions
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Reports

/// What every request passes: who asks, whether it may, what is logged, and how the answer is sent.
struct Reception: Sendable {
    let office: Office

    /// A context that knows the terminal's address.
    struct Context: RequestContext {
        var coreContext: CoreRequestContextStorage
        let remoteAddress: SocketAddress?

        init(source: ApplicationRequestContextSource) {
            coreContext = .init(source: source)
            remoteAddress = source.channel.remoteAddress
        }
    }

    /// A body of fields has at most this many bytes.
    static let mostFieldBytes = 1 << 20
    /// A file has at most this many bytes.
    static let mostFileMegabytes = 100

    func router() -> Router<Context> {
        let router = Router(context: Context.self)
        router.add(middleware: UnknownPath(reception: self))
        for route in Routes.all {
            router.on(RouterPath(route.path), method: route.method) { request, context in
                await answer(request, context, by: route)
            }
        }
        return router
    }

    /// Answers for paths that no route has, with a page or a problem like every other refusal.
    private struct UnknownPath: RouterMiddleware {
        let reception: Reception

        func handle(
            _ request: Request, context: Context, next: (Request, Context) async throws -> Response
        ) async throws -> Response {
            do {
                return try await next(request, context)
            } catch let error as HTTPError where error.status == .notFound {
                let route = Route.page(request.uri.path, .anybody) { _ in throw ServiceFault.notFound }
                return await reception.answer(request, context, by: route)
            }
        }
    }

    // MARK: One request

    fileprivate func answer(_ request: Request, _ context: Context, by route: Route) async -> Response {
        let isAPI = route.path.hasPrefix(Operation.prefix)
        var visit = Visit(
            office: office, request: request,
            parameters: context.parameters.reduce(into: [:]) {
                $0[String($1.key)] = String($1.value)
            },
            query: Self.fields(ofForm: request.uri.query ?? ""), fields: [:], person: nil, login: nil,
            language: Self.language(of: request), address: address(of: request, context), isAPI: isAPI)
        var response: Response
        do {
            (visit, response) = try await open(visit, route)
        } catch {
            response = refusal(error, for: visit)
        }
        if route.logged == .changed || response.status == .forbidden
            || (route.logged != .nothing && response.status.kind == .successful)
        {
            do {
                try await log(visit, route, response.status)
            } catch {
                // Nothing is shown or kept secret that the log does not know of.
                office.logger.error("the access log cannot be written: \(type(of: error))")
                response = refusal(
                    ServiceFault(
                        .serviceUnavailable, "noAccessLog",
                        Phrase(
                            "アクセス記録を書けないため、表示できません。管理者に知らせてください。",
                            "The access log cannot be written, so nothing is shown. Tell the administrator.")),
                    for: visit)
            }
        }
        return response
    }

    private func log(_ visit: Visit, _ route: Route, _ status: HTTPResponse.Status) async throws {
        // The secret of an invitation is left out, however it is written.
        let path = route.path.contains(":secret") ? route.path : visit.request.uri.path
        let record = ["child", "household"].lazy
            .compactMap { visit.parameters[$0] ?? visit.fields[$0] ?? visit.query[$0] }.first
        let (number, hash) = try await office.log.write(
            AccessLog.Entry(
                at: Store.text(office.store.now()), who: visit.person?.login ?? "", address: visit.address,
                kind: route.logged.rawValue, what: "\(visit.request.method.rawValue) \(path.prefix(500))",
                round: visit.parameters["round"] ?? "", record: String((record ?? "").prefix(200)),
                status: status.code))
        if number.isMultiple(of: Anchors.distance) {
            try await office.log.flush()
            try await office.anchors.keep(number, hash)
        }
    }

    private func open(_ visit: Visit, _ route: Route) async throws -> (Visit, Response) {
        var person: Person?
        var login: Login?
        var cookie: Cookie?
        let bearer = visit.request.headers[.authorization].flatMap { header in
            header.hasPrefix("Bearer ") ? String(header.dropFirst("Bearer ".count)) : nil
        }
        if let bearer, visit.isAPI {
            person = try await office.accounts.holder(ofToken: bearer)
        } else {
            if let secret = visit.request.cookies[Self.cookieName(office.options)]?.value,
                let (who, what) = try await office.accounts.visitor(secret)
            {
                (person, login) = (who, what)
            }
            if let header = office.options.ssoHeader, route.access != .anybody {
                let named = try await signedOn(visit, header)
                if named.id != person?.id {
                    let secret = try await office.accounts.begin(named, from: visit.address)
                    cookie = LoginPages.cookie(secret, office.options)
                    (person, login) = try await office.accounts.visitor(secret) ?? (named, nil)
                }
            }
        }
        if route.method != .get || route.logged == .exported {
            try office.pace.count(person?.login ?? "from \(visit.address)", at: office.store.now())
        }
        var fields: [String: String] = [:]
        if route.body == .fields {
            let buffer: NIOCore.ByteBuffer
            do {
                buffer = try await visit.request.body.collect(upTo: Self.mostFieldBytes)
            } catch is NIOTooManyBytesError {
                throw ServiceFault.tooLarge(megabytes: Self.mostFieldBytes >> 20)
            }
            fields = try Self.fields(of: buffer, type: visit.request.headers[.contentType] ?? "")
        }
        var visit = Visit(
            office: office, request: visit.request, parameters: visit.parameters, query: visit.query, fields: fields,
            person: person, login: login, language: visit.language, address: visit.address, isAPI: visit.isAPI)
        do {
            switch route.access {
            case .anybody: break
            case .everybody: if person == nil { throw ServiceFault.needsLogin }
            case .with(let permission):
                guard let person else { throw ServiceFault.needsLogin }
                guard person.may(permission) else { throw ServiceFault.forbidden }
            }
            if route.method != .get { try Self.requireOwnPage(visit, hasToken: bearer != nil && visit.isAPI) }
            if route.isPageOfRound, let id = Int64(visit.parameters["round"] ?? ""),
                let round = try await office.rounds.round(id)
            {
                // These pages read the case in any event.
                if route.path.hasSuffix("/check") { _ = try await office.cases.opened(round.id, round.version) }
                visit.progress = try await office.progress(of: round)
            }
            var response = try await Self.response(route.handler(visit), visit)
            if let cookie { response.setCookie(cookie) }
            return (visit, response)
        } catch {
            return (visit, refusal(error, for: visit))
        }
    }

    /// Who the proxy says has logged in at the city's single sign-on.
    private func signedOn(_ visit: Visit, _ header: String) async throws -> Person {
        let names = HTTPField.Name(header).map { visit.request.headers[values: $0] } ?? []
        guard names.count == 1, let name = names.first, !name.isEmpty,
            let person = try await office.accounts.known(name.trimmingCharacters(in: .whitespaces))
        else {
            throw ServiceFault(
                .forbidden, "unknownPerson",
                Phrase(
                    "庁内の認証で分かったあなたのログイン名は、このサービスの利用者として登録されていません。管理者に、同じログイン名での招待を頼んでください。",
                    "The name that the city's single sign-on gave is not known here. Ask the administrator to invite you under that log-in name."
                ))
        }
        return person
    }

    /// Refuses a change that another site's page asks for. A log-in's forms carry its token; before the log-in the browser
    /// itself says where the form stands.
    private static func requireOwnPage(_ visit: Visit, hasToken: Bool) throws(ServiceFault) {
        if hasToken { return }
        if let site = visit.request.headers[HTTPField.Name("Sec-Fetch-Site")!], site != "same-origin", site != "none" {
            throw .expired
        }
        if let origin = visit.request.headers[.origin], let host = visit.request.head.authority,
            origin != "http://\(host)", origin != "https://\(host)"
        {
            throw .expired
        }
        guard let login = visit.login else { return }
        let given = visit.request.headers[HTTPField.Name("X-Form-Token")!] ?? visit.fields["formToken"] ?? ""
        guard Secret.areEqual(given, login.formToken) else { throw .expired }
    }

    private func address(of request: Request, _ context: Context) -> String {
        if office.options.hasProxy, let forwarded = request.headers[HTTPField.Name("X-Forwarded-For")!],
            let last = forwarded.split(separator: ",").last
        {
            return last.trimmingCharacters(in: .whitespaces)
        }
        return context.remoteAddress?.ipAddress ?? ""
    }

    // MARK: Reading

    static func cookieName(_ options: ServiceOptions) -> String { options.isSecure ? "__Host-enmusubi" : "enmusubi" }

    private static func language(of request: Request) -> Language {
        request.cookies["language"].flatMap { Language(rawValue: $0.value) } ?? .japanese
    }

    /// The fields of a form's text, percent-encoded; the last value of a name counts, and several are joined by commas.
    static func fields(ofForm text: String) -> [String: String] {
        var fields: [String: String] = [:]
        for part in text.split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            func decoded(_ text: Substring) -> String {
                text.replacing("+", with: " ").removingPercentEncoding ?? ""
            }
            let (name, value) = (decoded(pair[0]), pair.count > 1 ? decoded(pair[1]) : "")
            fields[name] = fields[name].map { $0 + "," + value } ?? value
        }
        return fields
    }

    private static func fields(of buffer: NIOCore.ByteBuffer, type: String) throws -> [String: String] {
        let text = String(buffer: buffer)
        guard type.hasPrefix("application/json") else { return fields(ofForm: text) }
        guard !text.isEmpty else { return [:] }
        guard let object = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] else {
            throw ServiceFault(
                .badRequest, "noObject", Phrase("本文がJSONのオブジェクトではありません。", "The body is no JSON object."))
        }
        return try object.mapValues { value in
            switch value {
            case let text as String: return text
            case let list as [String]: return list.joined(separator: ",")
            case let number as NSNumber:
                return isBoolean(number) ? (number.boolValue ? "true" : "false") : number.stringValue
            case is NSNull: return ""
            default:
                throw ServiceFault(
                    .badRequest, "noText",
                    Phrase("項目の値は文字列・数・真偽値にしてください。", "A field is a text, a number or a boolean."))
            }
        }
    }

    // MARK: Answering

    private static func response(_ answer: Answer, _ visit: Visit) throws -> Response {
        switch answer {
        case .page(let markup, let status):
            return send(Array(markup.text.utf8), "text/html; charset=utf-8", status)
        case .next(let place, let cookies):
            var response = send([], "text/plain; charset=utf-8", .seeOther)
            response.headers[.location] = place
            for cookie in cookies { response.setCookie(cookie) }
            return response
        case .json(let value, let status):
            return send(try json(value), "application/json; charset=utf-8", status)
        case .file(let file):
            var response = send(file.bytes, file.type, .ok)
            if let name = file.name {
                let encoded = name.inAddress
                response.headers[.contentDisposition] = "attachment; filename*=UTF-8''\(encoded)"
            }
            if file.isOwnPage { response.headers[.contentSecurityPolicy] = OwnPage.policy(of: file.bytes) }
            if file.name == nil, !file.isOwnPage,
                file.type.hasPrefix("text/css") || file.type.hasPrefix("text/javascript")
            {
                response.headers[.cacheControl] = "public, max-age=31536000, immutable"
            }
            return response
        case .events(let stream):
            var response = Response(
                status: .ok, headers: headers("text/event-stream"),
                body: ResponseBody { writer in
                    for await text in stream {
                        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map {
                            "data: \($0)\n"
                        }
                        try await writer.write(NIOCore.ByteBuffer(string: lines.joined() + "\n"))
                    }
                    try await writer.finish(nil)
                })
            response.headers[HTTPField.Name("X-Accel-Buffering")!] = "no"
            return response
        }
    }

    static func json(_ value: any Encodable & Sendable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(value))
    }

    private static func send(_ bytes: [UInt8], _ type: String, _ status: HTTPResponse.Status) -> Response {
        Response(
            status: status, headers: headers(type), body: ResponseBody(byteBuffer: NIOCore.ByteBuffer(bytes: bytes)))
    }

    private static func headers(_ type: String) -> HTTPFields {
        var headers = HTTPFields()
        headers[.contentType] = type
        headers[.contentSecurityPolicy] =
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
            + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        headers[HTTPField.Name("X-Content-Type-Options")!] = "nosniff"
        headers[HTTPField.Name("X-Frame-Options")!] = "DENY"
        headers[HTTPField.Name("Referrer-Policy")!] = "same-origin"
        headers[HTTPField.Name("Cross-Origin-Opener-Policy")!] = "same-origin"
        headers[HTTPField.Name("Cross-Origin-Resource-Policy")!] = "same-origin"
        headers[HTTPField.Name("Permissions-Policy")!] = "camera=(), microphone=(), geolocation=()"
        headers[.cacheControl] = "no-store"
        return headers
    }

    private func refusal(_ error: any Error, for visit: Visit) -> Response {
        let fault: ServiceFault
        if let known = ServiceFault(of: error) {
            fault = known
        } else {
            // The error may quote a file; its kind is enough to find the place.
            office.logger.error("\(visit.request.method.rawValue) failed with \(type(of: error))")
            fault = ServiceFault(
                .internalServerError, "failed",
                Phrase(
                    "思いがけない不具合が起きました。入力した内容は保存されていないことがあります。前のページに戻って確かめ、同じことが続くときは管理者に知らせてください。",
                    "Something unexpected went wrong. What you entered may not be saved. Go back and look; tell the administrator if it happens again."
                ))
        }
        struct Problem: Encodable, Sendable { let status: Int, code: String, title: String, japanese: String }
        if visit.isAPI {
            let problem = Problem(
                status: fault.status.code, code: fault.code, title: fault.phrase.english,
                japanese: fault.phrase.japanese)
            let bytes = (try? Self.json(problem)) ?? []
            return Self.send(bytes, "application/problem+json; charset=utf-8", fault.status)
        }
        if fault.code == ServiceFault.needsLogin.code {
            var response = Self.send([], "text/plain; charset=utf-8", .seeOther)
            response.headers[.location] =
                "/login?next=\(visit.request.uri.path.inAddress)"
            return response
        }
        let page = Frame.page(
            visit, title: fault.status.kind == .serverError ? Phrase("不具合", "Fault") : Phrase("できませんでした", "Refused")
        ) {
            """
            <p class="fault" role="alert">\(visit.say(fault.phrase))</p>
            <p><a href="/">\(visit.say("一覧へ戻る", "Back to the list"))</a></p>
            """
        }
        return Self.send(Array(page.text.utf8), "text/html; charset=utf-8", fault.status)
    }
}

/// Whether a number of a JSON text is `true` or `false`.
private func isBoolean(_ number: NSNumber) -> Bool { String(cString: number.objCType) == "c" }
