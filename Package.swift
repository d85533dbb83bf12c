// swift-tools-version: 6.1
import PackageDescription

// Each target may import only what stands above it; Tests/ArchitectureTests holds the table true.
let package = Package(
    name: "Enmusubi",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "Admissions", targets: ["Admissions"]),
        .library(name: "SyntheticCity", targets: ["SyntheticCity"]),
    ],
    traits: [
        .trait(name: "GLPK", description: "Builds the GLPK solver backend; the binary is then under the GPL 3."),
        .default(enabledTraits: ["GLPK"]),
    ],
    dependencies: [],
    targets: [
        .target(name: "Admissions"),
        // An optimised squareRoot() calls libm, which nothing else links here.
        .target(
            name: "SyntheticCity", dependencies: ["Admissions"],
            linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),
        .testTarget(name: "AdmissionsTests", dependencies: ["Admissions"]),
        .testTarget(name: "SyntheticCityTests", dependencies: ["Admissions", "SyntheticCity"]),
    ],
    swiftLanguageModes: [.v6]
)
