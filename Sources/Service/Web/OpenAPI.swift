import Admissions
import Foundation

/// The description of the API (OpenAPI 3.1), made of the table of operations.
enum OpenAPI {
    /// A JSON value, so that the description can be written as it will stand.
    indirect enum Value: Encodable, Sendable, ExpressibleByStringLiteral, ExpressibleByDictionaryLiteral,
        ExpressibleByArrayLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral
    {
        case text(String)
        case number(Int)
        case flag(Bool)
        case list([Value])
        case object([String: Value])

        init(stringLiteral text: String) { self = .text(text) }
        init(integerLiteral number: Int) { self = .number(number) }
        init(booleanLiteral flag: Bool) { self = .flag(flag) }
        init(arrayLiteral list: Value...) { self = .list(list) }
        init(dictionaryLiteral pairs: (String, Value)...) { self = .object(Dictionary(uniqueKeysWithValues: pairs)) }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .text(let text): try container.encode(text)
            case .number(let number): try container.encode(number)
            case .flag(let flag): try container.encode(flag)
            case .list(let list): try container.encode(list)
            case .object(let object): try container.encode(object)
            }
        }
    }

    /// - Parameter version: Of the program.
    static func document(_ operations: [Operation], version: String) -> Value {
        var paths: [String: [String: Value]] = [:]
        for operation in operations {
            paths[template(operation.path), default: [:]][operation.method.rawValue.lowercased()] = item(operation)
        }
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "園結び Enmusubi", "version": .text(version),
                "description": .text(
                    "Everything that the pages of the section's service do. A fault is application/problem+json with a `code` for programs and a sentence in English and Japanese."
                ),
            ],
            "servers": [["url": .text(Operation.prefix)]],
            "security": [["token": []], ["cookie": [], "formToken": []]],
            "paths": .object(paths.mapValues { .object($0) }),
            "components": [
                "securitySchemes": [
                    "token": ["type": "http", "scheme": "bearer"],
                    "cookie": ["type": "apiKey", "in": "cookie", "name": "enmusubi"],
                    "formToken": ["type": "apiKey", "in": "header", "name": "X-Form-Token"],
                ],
                "schemas": [
                    "Problem": [
                        "type": "object", "required": ["status", "code", "title", "japanese"],
                        "properties": [
                            "status": ["type": "integer"], "code": ["type": "string"], "title": ["type": "string"],
                            "japanese": ["type": "string"],
                        ],
                    ]
                ],
                "responses": [
                    "Problem": [
                        "description": "Refused, or a fault; nothing was changed unless it says so.",
                        "content": [
                            "application/problem+json": ["schema": ["$ref": "#/components/schemas/Problem"]]
                        ],
                    ]
                ],
            ],
        ]
    }

    /// Such as `/rounds/{round}/files`.
    static func template(_ path: String) -> String {
        path.split(separator: "/").map { $0.hasPrefix(":") ? "/{\($0.dropFirst())}" : "/\($0)" }.joined()
    }

    /// The variable parts of a path.
    static func variables(_ path: String) -> [String] {
        path.split(separator: "/").filter { $0.hasPrefix(":") }.map { String($0.dropFirst()) }
    }

    /// Whether a variable part is a number that the service gave.
    private static func isNumber(_ variable: String) -> Bool {
        ["round", "version", "run", "person", "token", "login", "acceptance", "entry"].contains(variable)
    }

    private static func item(_ operation: Operation) -> Value {
        var parameters: [Value] = variables(operation.path).map { name in
            [
                "name": .text(name), "in": "path", "required": true,
                "schema": isNumber(name)
                    ? ["type": "integer", "minimum": 1, "maximum": 9_007_199_254_740_991]
                    : ["type": "string", "minLength": 1],
            ]
        }
        let isInQuery = operation.method == .get || operation.body == .file
        if isInQuery {
            parameters += operation.fields.map { field in
                [
                    "name": .text(field.name), "in": "query", "required": .flag(field.isRequired),
                    "description": .text(field.summary.english), "schema": schema(field),
                ]
            }
        }
        var item: [String: Value] = [
            "operationId": .text(operation.id), "summary": .text(operation.summary.english),
            "description": .text(
                "\(operation.summary.japanese)\n\nPermission: \(operation.permission.rawValue) (roles: "
                    + Role.allCases.filter(operation.permission.roles.contains).map(\.rawValue).joined(separator: ", ")
                    + ")."),
            "parameters": .list(parameters),
            "responses": [
                "2XX": ["description": "Done.", "content": ["application/json": ["schema": [:]]]],
                "4XX": ["$ref": "#/components/responses/Problem"],
                "5XX": ["$ref": "#/components/responses/Problem"],
            ],
        ]
        switch operation.body {
        case .none: break
        case .file:
            item["requestBody"] = [
                "required": true,
                "content": ["application/octet-stream": ["schema": ["type": "string", "format": "binary"]]],
            ]
        case .fields:
            let required = operation.fields.filter(\.isRequired).map { Value.text($0.name) }
            item["requestBody"] = [
                "required": .flag(!required.isEmpty),
                "content": [
                    "application/json": [
                        "schema": [
                            "type": "object", "required": .list(required),
                            "properties": .object(
                                Dictionary(
                                    operation.fields.map { ($0.name, schema($0)) }, uniquingKeysWith: { $1 })),
                        ]
                    ]
                ],
            ]
        }
        return .object(item)
    }

    private static func schema(_ field: Operation.Field) -> Value {
        var schema: [String: Value] = ["type": "string", "description": .text(field.summary.english)]
        if let values = field.values { schema["enum"] = .list(values.map { .text($0) }) }
        return .object(schema)
    }
}
