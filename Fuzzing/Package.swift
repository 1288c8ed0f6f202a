// swift-tools-version: 6.2
import PackageDescription

// A package of its own, since the flags that libFuzzer needs may not stand in a package that others depend on.
let instrumented: [SwiftSetting] = [.unsafeFlags(["-parse-as-library"])]

let package = Package(
  name: "fuzzing",
  dependencies: [.package(name: "bnfold", path: "..")],
  targets: ["FuzzJSON", "FuzzArchitecture", "FuzzNames"].map { name in
    .executableTarget(
      name: name, dependencies: [.product(name: "BatchNormFolding", package: "bnfold")],
      swiftSettings: instrumented)
  })
