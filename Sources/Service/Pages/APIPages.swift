import Admissions
import BuildVersion
import Reports

/// What programs may ask and do: the description for them, and a page for those who write them.
enum APIPages {
    static let routes: [Route] = [
        .page("/api", .everybody) { visit in .page(page(visit)) },
        .page("\(Operation.prefix)/openapi.json", .everybody) { _ in
            .json(OpenAPI.document(Routes.operations, version: ProgramVersion.text))
        },
    ]

    private static func page(_ visit: Visit) -> Markup {
        let place = visit.request.head.authority ?? visit.office.options.host
        let start = "\(visit.office.options.isSecure ? "https" : "http")://\(place)\(Operation.prefix)"
        let list = Permission.allCases.map { permission -> Markup in
            let operations = Routes.operations.filter { $0.permission == permission }
            if operations.isEmpty { return "" }
            let roles = Role.allCases.filter(permission.roles.contains)
            return """
                <section><h2 id="\(permission.rawValue)">\(visit.say(permission.phrase))</h2>
                <p class="note">\(visit.say("必要な役割（どれか一つ）: ", "Roles, one of: "))\(PeoplePages.tags(visit, roles))</p>
                \(operations.map { operation(visit, $0, start) }.joined())</section>
                """
        }.joined()
        return Frame.page(visit, title: Phrase("API の説明", "The API")) {
            """
            <p>\(visit.say("画面でできることは、すべてほかのプログラムからもできます。トークンは、管理者が「利用者」の画面でつくります。", "A program can do whatever the pages do. An administrator makes its token under People."))
            <a href="\(Operation.prefix)/openapi.json">openapi.json</a> \(visit.say("は機械で読める説明です（OpenAPI 3.1）。", "is the description for machines (OpenAPI 3.1)."))</p>
            <p>\(visit.say("断られたときの答えは application/problem+json で、code がプログラム用の語、title と japanese が理由と対処です。", "A refusal is application/problem+json: code is a word for programs, title and japanese say why and what to do."))</p>
            \(list)
            """
        }
    }

    private static func operation(_ visit: Visit, _ operation: Operation, _ start: String) -> Markup {
        let fields = operation.fields.map { field -> Markup in
            let values = field.values.map { ": " + $0.joined(separator: ", ") } ?? ""
            return """
                <dt><code>\(field.name)</code>\(field.isRequired ? "" : " " + visit.say("（省略可）", "(optional)"))</dt><dd>\(visit.say(field.summary))\(values)</dd>
                """
        }.joined()
        let facts: Markup = operation.fields.isEmpty ? "" : "<dl class=\"facts\">\(fields)</dl>"
        return """
            <div class="operation"><h3>\(visit.say(operation.summary)) <small><code>\(operation.method.rawValue) \(Operation.prefix)\(OpenAPI.template(operation.path))</code></small></h3>
            \(facts)
            <pre tabindex="0">\(example(operation, start))</pre></div>
            """
    }

    /// A line for a shell that asks for the operation.
    static func example(_ operation: Operation, _ start: String) -> String {
        // A variable part stands in capitals, as something to fill in.
        var address =
            start
            + operation.path.split(separator: "/").map { part in
                part.hasPrefix(":") ? "/\(part.dropFirst().uppercased())" : "/\(part)"
            }.joined()
        let head = "curl -H \"Authorization: Bearer $TOKEN\""
        let asked = operation.fields.filter(\.isRequired)
        if operation.body == .fields {
            let body = asked.map { "\"\($0.name)\": \"\($0.values?.first ?? "...")\"" }.joined(separator: ", ")
            return "\(head) -H 'Content-Type: application/json' \\\n  -d '{\(body)}' \(address)"
        }
        if !asked.isEmpty { address += "?" + asked.map { "\($0.name)=..." }.joined(separator: "&") }
        return operation.body == .file ? "\(head) --data-binary @FILE '\(address)'" : "\(head) '\(address)'"
    }
}
