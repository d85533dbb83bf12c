import Crypto
import Foundation

/// The policy of a page that stands for itself, such as report.html: its own scripts and styles run, by their hashes, and nothing
/// is fetched.
enum OwnPage {
    static func policy(of bytes: [UInt8]) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        let scripts = hashes(of: "script", in: text)
        return "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src "
            + (scripts.isEmpty ? "'none'" : scripts.joined(separator: " "))
            + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    }

    private static func hashes(of element: String, in text: String) -> [String] {
        var hashes: [String] = []
        var rest = text[...]
        while let open = rest.range(of: "<\(element)"), let end = rest[open.upperBound...].firstIndex(of: ">"),
            let close = rest[end...].range(of: "</\(element)>")
        {
            let content = rest[rest.index(after: end)..<close.lowerBound]
            let digest = Data(Crypto.SHA256.hash(data: Data(content.utf8))).base64EncodedString()
            hashes.append("'sha256-\(digest)'")
            rest = rest[close.upperBound...]
        }
        return hashes
    }
}
