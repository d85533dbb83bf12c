// swift-tools-version: 6.1
import PackageDescription

// Each target may import only what stands above it; Tests/ArchitectureTests holds the table true.
let package = Package(
    name: "Enmusubi",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "Programs", targets: ["Programs"])
    ],
    traits: [
        .trait(name: "GLPK", description: "Builds the GLPK solver backend; the binary is then under the GPL 3."),
        .default(enabledTraits: ["GLPK"]),
    ],
    dependencies: [],
    targets: [
        .target(
            name: "CGLPK",
            cSettings: [.define("ENMUSUBI_GLPK", .when(traits: ["GLPK"]))],
            linkerSettings: [.linkedLibrary("glpk", .when(traits: ["GLPK"]))]
        ),
        .target(name: "Programs", dependencies: ["CGLPK"]),
        .testTarget(name: "ProgramsTests", dependencies: ["Programs", "CGLPK"]),
    ],
    swiftLanguageModes: [.v6]
)
