// swift-tools-version: 6.1
import PackageDescription

// Each target may import only what its line allows; Tests/ArchitectureTests holds the table true.
let package = Package(
    name: "Enmusubi",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "Admissions", targets: ["Admissions"]),
        .library(name: "Tables", targets: ["Tables"]),
        .library(name: "Explaining", targets: ["Explaining"]),
        .library(name: "SyntheticCity", targets: ["SyntheticCity"]),
    ],
    traits: [
        .trait(name: "GLPK", description: "Builds the GLPK solver backend; the binary is then under the GPL 3."),
        .default(enabledTraits: ["GLPK"]),
    ],
    dependencies: [],
    targets: [
        .target(name: "Admissions"),
        .target(name: "Tables"),
        .target(name: "Explaining", dependencies: ["Admissions", "Verifying"]),
        .target(name: "SyntheticCity", dependencies: ["Admissions"]),
        .target(name: "MarketOracle", dependencies: ["Admissions"], path: "Tests/MarketOracle"),
        .testTarget(name: "AdmissionsTests", dependencies: ["Admissions"]),
        .testTarget(name: "TablesTests", dependencies: ["Tables"]),
        .testTarget(name: "SyntheticCityTests", dependencies: ["SyntheticCity"]),
        .testTarget(name: "MarketOracleTests", dependencies: ["MarketOracle"]),
    ],
    swiftLanguageModes: [.v6]
)
