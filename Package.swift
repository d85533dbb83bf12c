// swift-tools-version: 6.1
import PackageDescription

// Each target may import only what stands above it; Tests/ArchitectureTests holds the table true.
let package = Package(
    name: "Enmusubi",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "Admissions", targets: ["Admissions"]),
        .library(name: "Tables", targets: ["Tables"]),
    ],
    traits: [
        .trait(name: "GLPK", description: "Builds the GLPK solver backend; the binary is then under the GPL 3."),
        .default(enabledTraits: ["GLPK"]),
    ],
    dependencies: [],
    targets: [
        .target(name: "Admissions"),
        .target(name: "Tables"),
        .testTarget(name: "TablesTests", dependencies: ["Tables"]),
        .testTarget(name: "AdmissionsTests", dependencies: ["Admissions"]),
        .target(name: "MarketOracle", dependencies: ["Admissions"], path: "Tests/MarketOracle"),
        .testTarget(name: "MarketOracleTests", dependencies: ["MarketOracle"]),
    ],
    swiftLanguageModes: [.v6]
)
