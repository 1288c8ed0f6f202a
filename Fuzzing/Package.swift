// swift-tools-version: 6.2
import PackageDescription

// A package of its own, since the flags that libFuzzer needs may not stand in a package that others depend on.
let instrumented: [SwiftSetting] = [.unsafeFlags(["-parse-as-library"])]
let library = Target.Dependency.product(name: "BatchNormFolding", package: "bnfold")

let package = Package(
  name: "fuzzing",
  dependencies: [.package(name: "bnfold", path: "..")],
  targets: [.target(name: "FuzzedFile", dependencies: [library])]
    + [
      "FuzzJSON", "FuzzArchitecture", "FuzzNames", "FuzzPlan", "FuzzSafetensors", "FuzzShardList",
      "FuzzTensorModel", "FuzzZip", "FuzzNumPy", "FuzzWire", "FuzzONNXModel",
      "FuzzONNXGraph",
    ].map { name in
      .executableTarget(name: name, dependencies: ["FuzzedFile", library], swiftSettings: instrumented)
    })
