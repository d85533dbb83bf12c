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
        .target(name: "Programs")
    ],
    swiftLanguageModes: [.v6]
)
