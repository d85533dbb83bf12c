// swift-tools-version: 6.1
import PackageDescription

// Kept apart from the package above, so that nobody who depends on that one fetches what measuring needs.
let package = Package(
    name: "EnmusubiBenchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "Enmusubi", path: ".."),
        // Without its traits: they count allocations, which nothing here reads, and cost time.
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
    ],
    targets: [
        .executableTarget(
            name: "Suites",
            dependencies: [
                .product(name: "Admissions", package: "Enmusubi"),
                .product(name: "Allocating", package: "Enmusubi"),
                .product(name: "CaseFiles", package: "Enmusubi"),
                .product(name: "Programs", package: "Enmusubi"),
                .product(name: "SyntheticCity", package: "Enmusubi"),
                .product(name: "Tables", package: "Enmusubi"),
                .product(name: "Verifying", package: "Enmusubi"),
                .product(name: "Workbooks", package: "Enmusubi"),
                .product(name: "Benchmark", package: "benchmark"),
            ],
            path: "Benchmarks/Suites",
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]
        )
    ],
    swiftLanguageModes: [.v6]
)
