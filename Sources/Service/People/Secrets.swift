import Crypto
import CryptoExtras
import Foundation

/// A random text of 256 bits for links, log-ins and tokens. Only its hash is stored.
struct Secret: Sendable {
    let text: String

    init() {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
        text = Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing(
            "=", with: "")
    }

    var hash: String { Secret.hash(of: text) }

    static func hash(of text: String) -> String {
        Crypto.SHA256.hash(data: Data(text.utf8)).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    /// Whether two texts are equal, in a time that depends on their lengths alone.
    static func areEqual(_ left: String, _ right: String) -> Bool {
        let (left, right) = (Array(left.utf8), Array(right.utf8))
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

/// Hashes of passwords by scrypt (RFC 7914), with their parameters: `scrypt$N$r$p$salt$hash`.
enum Passwords {
    /// As OWASP's password storage advice: 32 MiB, three times.
    private static let (rounds, blockSize, parallelism) = (1 << 15, 8, 3)
    static let shortest = 12
    static let longest = 256

    static func check(_ password: String) throws(ServiceFault) {
        guard (shortest...longest).contains(password.count) else {
            throw .invalid(
                "パスワードは\(shortest)文字以上\(longest)文字までにしてください。長い文のほうが覚えやすく、安全です。",
                "A password has \(shortest) to \(longest) characters. A long sentence is easy to remember and safe.")
        }
    }

    static func hash(_ password: String) throws -> String {
        var generator = SystemRandomNumberGenerator()
        let salt = Data((0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) })
        let key = try derive(password, salt, rounds, blockSize, parallelism)
        return "scrypt$\(rounds)$\(blockSize)$\(parallelism)$\(salt.base64EncodedString())$\(key.base64EncodedString())"
    }

    static func isRight(_ password: String, for stored: String) throws -> Bool {
        let parts = stored.split(separator: "$")
        guard parts.count == 6, parts[0] == "scrypt", let rounds = Int(parts[1]), let size = Int(parts[2]),
            let parallelism = Int(parts[3]), let salt = Data(base64Encoded: String(parts[4]))
        else { return false }
        let key = try derive(password, salt, rounds, size, parallelism)
        return Secret.areEqual(key.base64EncodedString(), String(parts[5]))
    }

    private static func derive(
        _ password: String, _ salt: Data, _ rounds: Int, _ size: Int, _ parallelism: Int
    ) throws -> Data {
        try KDF.Scrypt.deriveKey(
            from: Data(password.precomposedStringWithCompatibilityMapping.utf8), salt: salt, outputByteCount: 32,
            rounds: rounds, blockSize: size, parallelism: parallelism
        ).withUnsafeBytes { Data($0) }
    }
}

/// Hashes passwords one after the other, so that many log-ins at once take the memory of one.
actor PasswordDesk {
    func hash(_ password: String) throws -> String { try Passwords.hash(password) }
    func isRight(_ password: String, for stored: String) throws -> Bool { try Passwords.isRight(password, for: stored) }
}
