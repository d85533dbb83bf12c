import Admissions
import Foundation
import GRDB
import Ledger

/// What kept the service from starting.
public enum StartFault: PhrasedError, Hashable, Sendable {
    /// Children's data would be served without encryption.
    case unprotected
    /// Anybody could send the header that names who has logged in.
    case openHeader
    /// The files of the certificate and its key are none.
    case badCertificate(chain: String, key: String)
    /// The data cannot be read or written.
    case inaccessible(path: String, reason: Phrase)
    /// Another service works with the data.
    case inUse(path: String)
    /// The address is taken, or is none of this machine.
    case cannotListen(String, reason: Phrase)

    static func inaccessible(_ path: String, _ error: any Error) -> Self {
        .inaccessible(path: path, reason: Phrase(reasonOf: error))
    }

    public var phrase: Phrase {
        switch self {
        case .unprotected:
            Phrase(
                "暗号化なしでは、この機械の外へ児童の記録を出しません。--tls で証明書と鍵を指定するか、HTTPSの代理サーバーの後ろで --behind-proxy を付けてください。",
                "Children's data are not served beyond this machine without encryption. Give a certificate and key with --tls, or put an HTTPS proxy before the service and add --behind-proxy."
            )
        case .openHeader:
            Phrase(
                "--sso-header は --unix-socket と一緒に指定してください。ほかの入口では、だれでもその名前を送れてしまいます。",
                "--sso-header needs --unix-socket: elsewhere anybody could send that header.")
        case .badCertificate(let chain, let key):
            Phrase(
                "証明書 \(chain) か鍵 \(key) を読めません。PEM形式で、この利用者が読めるファイルを指定してください。",
                "The certificate \(chain) or the key \(key) cannot be read. Give PEM files that this user may read.")
        case .inaccessible(let path, let reason):
            Phrase(
                "データのフォルダ \(path) を使えません（\(reason.japanese)）。フォルダの権限とディスクの空きを確かめてください。",
                "The folder of data \(path) cannot be used (\(reason.english)). Look at its permissions and the room on the disk."
            )
        case .inUse(let path):
            Phrase(
                "データのフォルダ \(path) は、すでに動いている別のサービスが使っています。そちらを終えるか、別の --data を指定してください。",
                "Another service works with the folder of data \(path). End that one, or give another --data.")
        case .cannotListen(let address, let reason):
            Phrase(
                "\(address) で待ち受けられません（\(reason.japanese)）。--address に、この機械の空いているアドレスとポートを指定してください。",
                "Cannot listen at \(address) (\(reason.english)). Give an address and a free port of this machine with --address."
            )
        }
    }
}

extension Phrase {
    /// Why the system refused something. Neither SQLite nor Foundation quotes what is in a file.
    init(reasonOf error: any Error) {
        var inner = error as NSError
        while let under = inner.userInfo[NSUnderlyingErrorKey] as? NSError { inner = under }
        if let error = error as? any PhrasedError {
            self = error.phrase
        } else if let error = error as? DatabaseError {
            self.init(same: error.message ?? "\(error.resultCode)")
        } else if inner.domain == NSPOSIXErrorDomain {
            self.init(systemError: Int32(inner.code))
        } else {
            self.init(same: inner.localizedDescription)
        }
    }
}

/// The right to serve a folder of data, which ends with the process.
final class DataLock {
    private let lock: LedgerLock

    init(_ data: URL) throws(StartFault) {
        do {
            try FileManager.default.createDirectory(
                at: data, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .inaccessible(data.path, error)
        }
        do { lock = try LedgerLock(data.appending(path: "service")) } catch {
            if case .busy = error { throw .inUse(path: data.path) }
            throw .inaccessible(data.path, error)
        }
    }
}
