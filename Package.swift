// swift-tools-version: 6.1
import PackageDescription

// Each target may import only what its line allows; Tests/ArchitectureTests holds the table true.
let package = Package(
    name: "Enmusubi",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "enmusubi", targets: ["enmusubi"]),
        .library(name: "Admissions", targets: ["Admissions"]),
        .library(name: "Tables", targets: ["Tables"]),
        .library(name: "Workbooks", targets: ["Workbooks"]),
        .library(name: "CaseFiles", targets: ["CaseFiles"]),
        .library(name: "Programs", targets: ["Programs"]),
        .library(name: "Allocating", targets: ["Allocating"]),
        .library(name: "Verifying", targets: ["Verifying"]),
        .library(name: "Explaining", targets: ["Explaining"]),
        .library(name: "Asking", targets: ["Asking"]),
        .library(name: "Ledger", targets: ["Ledger"]),
        .library(name: "Comparing", targets: ["Comparing"]),
        .library(name: "Reports", targets: ["Reports"]),
        .library(name: "Rounds", targets: ["Rounds"]),
        .library(name: "Batches", targets: ["Batches"]),
        .library(name: "Service", targets: ["Service"]),
        .library(name: "SyntheticCity", targets: ["SyntheticCity"]),
    ],
    traits: [
        .trait(name: "GLPK", description: "Builds the GLPK solver backend; the binary is then under the GPL 3."),
        .default(enabledTraits: ["GLPK"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.34.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.9.0"),
    ],
    targets: [
        .target(
            name: "CGLPK",
            cSettings: [.define("ENMUSUBI_GLPK", .when(traits: ["GLPK"]))],
            linkerSettings: [.linkedLibrary("glpk", .when(traits: ["GLPK"]))]
        ),
        .systemLibrary(name: "CZip", providers: [.apt(["libzip-dev"])]),
        .systemLibrary(name: "CExpat", providers: [.apt(["libexpat1-dev"])]),
        .systemLibrary(name: "CXlsxWriter", providers: [.apt(["libxlsxwriter-dev"])]),
        // The plugin writes the commit into it.
        .plugin(name: "CommitVersion", capability: .buildTool(), exclude: ["commit.sh"]),
        .target(name: "BuildVersion", plugins: ["CommitVersion"]),
        // The plugin embeds the page that scripts/guide makes of docs/ja.
        .plugin(name: "EmbeddedGuide", capability: .buildTool(), exclude: ["embed.sh"]),
        .target(name: "Guide", exclude: ["guide.html"], plugins: ["EmbeddedGuide"]),
        .target(name: "Admissions", dependencies: [.product(name: "Crypto", package: "swift-crypto")]),
        .target(name: "Tables"),
        .target(name: "Workbooks", dependencies: ["CZip", "CExpat", "CXlsxWriter"]),
        .target(
            name: "CaseFiles",
            dependencies: ["Admissions", "Tables", "Workbooks", .product(name: "Yams", package: "Yams")]),
        .target(name: "Programs", dependencies: ["CGLPK"]),
        .target(name: "Allocating", dependencies: ["Admissions", "Programs"]),
        .target(name: "Verifying", dependencies: ["Admissions"]),
        .target(name: "Explaining", dependencies: ["Admissions", "Verifying"]),
        .target(name: "Ledger", dependencies: ["Admissions", .product(name: "GRDB", package: "GRDB.swift")]),
        .target(name: "Asking", dependencies: ["Admissions", "Programs", "Allocating", "Explaining"]),
        .target(name: "Comparing", dependencies: ["Admissions", "Programs", "Allocating", "Verifying", "Asking"]),
        .target(
            name: "Reports",
            dependencies: [
                "Admissions", "Tables", "Workbooks", "Explaining", "Asking", "Comparing",
                .product(name: "Mustache", package: "swift-mustache"),
            ],
            resources: [.embedInCode("Resources")]
        ),
        .target(
            name: "Rounds",
            dependencies: [
                "BuildVersion", "Admissions", "Tables", "Workbooks", "CaseFiles", "Programs", "Allocating",
                "Verifying", "Explaining", "Asking", "Comparing", "Reports",
            ]),
        .target(
            name: "Batches",
            dependencies: [
                "Admissions", "Tables", "CaseFiles", "Programs", "Allocating", "Verifying", "Explaining", "Reports",
                "Rounds", "Ledger",
            ]),
        .target(
            name: "Service",
            dependencies: [
                "Admissions", "BuildVersion", "Guide", "Tables", "CaseFiles", "Reports", "Rounds", "Ledger", "Batches",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            resources: [.embedInCode("Resources")]
        ),
        // An optimised squareRoot() calls libm, which nothing else links here.
        .target(
            name: "SyntheticCity", dependencies: ["Admissions", "Verifying"],
            linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]
        ),
        // What a process of the command line has one of: streams, signals, a heap.
        .target(
            name: "Terminal",
            dependencies: [
                "Admissions", "CaseFiles", "Programs", "Reports", "Rounds", "Ledger", "Batches", "Service",
                .product(name: "Logging", package: "swift-log"), .product(name: "Yams", package: "Yams"),
            ],
            resources: [.embedInCode("Resources")]
        ),
        .executableTarget(
            name: "enmusubi",
            dependencies: [
                "Admissions",
                "BuildVersion",
                "Guide",
                "Tables",
                "CaseFiles",
                "Programs",
                "Allocating",
                "Explaining",
                "Asking",
                "Ledger",
                "Reports",
                "Rounds",
                "Batches",
                "Service",
                "SyntheticCity",
                "Terminal",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .executableTarget(
            name: "library-example", dependencies: ["Admissions", "Allocating", "Verifying"], path: "examples/library",
            exclude: ["README.md"]
        ),
        // Mutated inputs for every reader; run by scripts/fuzz.
        .executableTarget(
            name: "fuzz-readers",
            dependencies: [
                "Admissions", "Allocating", "Asking", "CaseFiles", "Comparing", "Explaining", "Ledger", "Programs",
                "Reports", "Tables", "Verifying", "Workbooks", "ZipFiles",
            ],
            path: "Tests/Fuzz/Readers"
        ),
        // Writes zip files, sound ones and others, for the tests of workbooks and their fuzzer.
        .target(name: "ZipFiles", path: "Tests/ZipFiles"),
        .target(name: "MarketOracle", dependencies: ["Admissions"], path: "Tests/MarketOracle"),
        .testTarget(name: "BuildVersionTests", dependencies: ["BuildVersion"]),
        .testTarget(name: "AdmissionsTests", dependencies: ["Admissions"]),
        .testTarget(name: "TablesTests", dependencies: ["Tables"]),
        .testTarget(
            name: "WorkbooksTests", dependencies: ["Tables", "Workbooks", "ZipFiles"], resources: [.copy("Fixtures")]
        ),
        .testTarget(
            name: "CaseFilesTests",
            dependencies: ["Admissions", "CaseFiles", "SyntheticCity", "Tables", "Workbooks", "ZipFiles"]),
        .testTarget(name: "ProgramsTests", dependencies: ["Programs", "CGLPK"]),
        .testTarget(
            name: "AllocatingTests",
            dependencies: ["Admissions", "Allocating", "MarketOracle", "Programs", "SyntheticCity", "Verifying"]),
        .testTarget(
            name: "VerifyingTests", dependencies: ["Admissions", "MarketOracle", "SyntheticCity", "Verifying"]),
        .testTarget(name: "ExplainingTests", dependencies: ["Admissions", "Explaining", "MarketOracle", "Verifying"]),
        .testTarget(
            name: "AskingTests",
            dependencies: [
                "Admissions", "Allocating", "Asking", "Explaining", "MarketOracle", "Programs", "SyntheticCity",
                "Verifying",
            ]),
        .testTarget(name: "ComparingTests", dependencies: ["Admissions", "Allocating", "Comparing", "MarketOracle"]),
        .testTarget(
            name: "ReportsTests",
            dependencies: [
                "Admissions", "Allocating", "Asking", "Comparing", "Explaining", "MarketOracle", "Reports", "Verifying",
            ]),
        // Stands before the C library in the test program alone.
        .target(name: "DiskFaults", path: "Tests/DiskFaults", linkerSettings: [.linkedLibrary("dl")]),
        .testTarget(name: "LedgerTests", dependencies: ["Admissions", "CaseFiles", "DiskFaults", "Ledger"]),
        .testTarget(name: "SyntheticCityTests", dependencies: ["Admissions", "Allocating", "SyntheticCity"]),
        .testTarget(name: "MarketOracleTests", dependencies: ["Admissions", "MarketOracle"]),
        .testTarget(
            name: "RoundsTests",
            dependencies: [
                "Admissions", "Allocating", "Asking", "CaseFiles", "Explaining", "Ledger", "MarketOracle", "Programs",
                "Rounds", "SyntheticCity", "Tables", "Verifying",
            ]),
        .testTarget(
            name: "BatchesTests",
            dependencies: ["Admissions", "Batches", "CaseFiles", "Ledger", "Programs", "Rounds", "enmusubi"]),
        .testTarget(
            name: "ServiceTests",
            dependencies: [
                "Admissions", "CaseFiles", "Service",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
            ]),
        .testTarget(name: "TerminalTests", dependencies: ["Admissions", "Terminal", "enmusubi"]),
        .testTarget(name: "ArchitectureTests"),
    ],
    swiftLanguageModes: [.v6]
)

// Only `make docs` needs the plugin, so that no other build fetches or resolves it.
if Context.environment["ENMUSUBI_DOCS"] != nil {
    package.dependencies.append(.package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"))
}
