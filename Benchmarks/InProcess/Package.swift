// swift-tools-version: 6.2
import PackageDescription

// What bnfold does, without the processes that contain it: what these cost is the difference.
let package = Package(
  name: "in-process",
  dependencies: [.package(name: "bnfold", path: "../..")],
  targets: [
    .executableTarget(
      name: "InProcess", dependencies: [.product(name: "BatchNormFolding", package: "bnfold")])
  ])
