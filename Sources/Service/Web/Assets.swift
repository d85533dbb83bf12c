import Foundation

/// The style and the scripts of the pages: files of Resources, inside the program. Their addresses carry a part of their hash,
/// so that browsers keep them until they change.
struct Assets: Sendable {
    let path: String
    let bytes: [UInt8]
    let type: String

    init(_ name: String, _ bytes: [UInt8], _ type: String) {
        let hash = Secret.hash(of: String(decoding: bytes, as: UTF8.self))
        path = "/assets/\(hash.prefix(12))/\(name)"
        self.bytes = bytes
        self.type = type
    }

    static let style = Assets(
        "app.css",
        PackageResources.app_css + PackageResources.files_css + PackageResources.check_css + PackageResources.run_css
            + PackageResources.result_css + PackageResources.people_css, "text/css; charset=utf-8")
    static let script = Assets("app.js", PackageResources.app_js, "text/javascript; charset=utf-8")
    static let files = Assets("files.js", PackageResources.files_js, "text/javascript; charset=utf-8")
    static let check = Assets("check.js", PackageResources.check_js, "text/javascript; charset=utf-8")
    static let run = Assets("run.js", PackageResources.run_js, "text/javascript; charset=utf-8")
    static let result = Assets("result.js", PackageResources.result_js, "text/javascript; charset=utf-8")
    static let people = Assets("people.js", PackageResources.people_js, "text/javascript; charset=utf-8")

    static let routes: [Route] = [style, script, files, check, run, result, people].map { asset in
        .page(asset.path, .anybody) { _ in .file(FileAnswer(bytes: asset.bytes, type: asset.type)) }
    }
}
