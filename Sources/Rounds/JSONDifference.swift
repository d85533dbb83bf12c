import Foundation

/// A value of a JSON text.
indirect enum JSONValue: Decodable, Equatable {
    case object([String: JSONValue])
    case array([JSONValue])
    case text(String)
    case number(Double)
    case flag(Bool)
    case null

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let array = try? container.decode([JSONValue].self) {
            self = .array(array)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    /// Where another value differs, as paths such as `levels[0].bound`, in order; only the path of a list where lists differ in
    /// length.
    func differences(from other: JSONValue, at path: String = "") -> [String] {
        switch (self, other) {
        case (.object(let own), .object(let others)):
            return Set(own.keys).union(others.keys).sorted().flatMap { key -> [String] in
                // A name that is no field's is not repeated: it may hold anything.
                let name = key.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") } ? key : "?"
                let inner = path.isEmpty ? name : "\(path).\(name)"
                guard let first = own[key], let second = others[key] else { return [inner] }
                return first.differences(from: second, at: inner)
            }
        case (.array(let own), .array(let others)) where own.count == others.count:
            return own.indices.flatMap { own[$0].differences(from: others[$0], at: "\(path)[\($0)]") }
        default: return self == other ? [] : [path]
        }
    }
}
