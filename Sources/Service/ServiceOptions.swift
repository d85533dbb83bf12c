import Foundation

/// How the service is started.
public struct ServiceOptions: Sendable {
    /// The folder of its data; made where it is not there.
    public var data: URL
    /// The program itself, which runs rounds in processes of their own.
    public var program: URL
    public var host = "127.0.0.1"
    /// 0: any free port.
    public var port = 8080
    /// Files of a certificate chain and its key (PEM), for HTTPS.
    public var certificate: (chain: String, key: String)?
    /// Where to listen in the place of an address: the path of a Unix socket, for a proxy of the same machine that speaks HTTPS.
    public var unixSocket: String?
    /// The header in which that proxy names who has logged in at the city's single sign-on; believed on a Unix socket alone.
    public var ssoHeader: String?
    /// Whether a proxy in front of the service speaks HTTPS with the browsers.
    public var isBehindProxy = false
    /// How many runs may go on at the same time.
    public var runs = max(1, ProcessInfo.processInfo.activeProcessorCount)
    /// Whether whoever handed a result in may not approve it, until the administrator chooses.
    public var needsTwoPeople = true

    public init(data: URL, program: URL) {
        self.data = data
        self.program = program
    }

    /// Whether browsers come by HTTPS, so that cookies may be kept to it.
    var isSecure: Bool { certificate != nil || hasProxy }
    /// Whether a proxy tells the address of the terminal.
    var hasProxy: Bool { isBehindProxy || unixSocket != nil }
    /// Whether the service can be reached from this machine alone.
    var isLoopback: Bool { unixSocket != nil || ["127.0.0.1", "::1", "localhost"].contains(host) }
    /// Where it listens, for people.
    var place: String { unixSocket ?? (host.contains(":") ? "[\(host)]" : host) }
}
