// swift-tools-version: 6.2
import PackageDescription

// A program of somebody who knows the product, and nothing else of bnfold.
let package = Package(
  name: "client",
  dependencies: [.package(name: "bnfold", path: "../..")],
  targets: [
    .executableTarget(
      name: "Client", dependencies: [.product(name: "BatchNormFolding", package: "bnfold")],
      swiftSettings: [.treatAllWarnings(as: .error)])
  ])
