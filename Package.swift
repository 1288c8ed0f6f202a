// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

let package = Package(
  name: "bnfold",
  products: [
    .executable(name: "bnfold", targets: ["bnfold"]),
    .library(name: "BatchNormFolding", targets: ["BatchNormFolding"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-numerics", from: "1.1.1"),
  ],
  targets: [
    // MARK: - 0 System libraries: shims only
    .systemLibrary(name: "CDeflate", pkgConfig: "libdeflate", providers: [.apt(["libdeflate-dev"])]),
    .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"])]),
    .systemLibrary(name: "CLinux"),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

    // MARK: - 0 The innermost loops of the forward pass, for several instruction sets
    .target(name: "CKernels"),

    // MARK: - 1 Values
    .target(name: "Tensor", swiftSettings: strict),

    // MARK: - 1 The operating system: files by descriptor, and processes that may die
    .target(name: "Files", dependencies: ["CLinux", "Tensor"], swiftSettings: strict),
    .target(name: "Supervision", dependencies: ["CLinux", "Files", "Tensor"], swiftSettings: strict),

    .target(name: "Compression", dependencies: ["CDeflate", "CZlib", "Tensor"], swiftSettings: strict),

    .target(name: "Arrays", dependencies: ["CLinux", "Files", "Tensor"], swiftSettings: strict),

    .target(name: "YAML", dependencies: ["CYAML", "Tensor"], swiftSettings: strict),

    // MARK: - 2 Containers: named arrays and bytes; they know nothing of Keras
    .target(
      name: "HDF5",
      dependencies: ["Arrays", "CHDF5", "CLinux", "Compression", "Files", "Supervision", "Tensor"],
      swiftSettings: strict),
    .target(
      name: "Safetensors", dependencies: ["Arrays", "Files", "LosslessJSON", "Tensor"], swiftSettings: strict),
    .target(name: "NumPy", dependencies: ["Tensor"], swiftSettings: strict),
    .target(name: "Zip", dependencies: ["Compression", "Files", "Tensor"], swiftSettings: strict),
    .target(name: "LosslessJSON", dependencies: ["Tensor"], swiftSettings: strict),

    // MARK: - 3 What differs between named arrays
    .target(
      name: "Comparison", dependencies: ["Arrays", "Files", "LosslessJSON", "Tensor"], swiftSettings: strict),

    // MARK: - 3 The model: layers, edges, weights by role; it knows no file
    .target(name: "ModelGraph", dependencies: ["Tensor"], swiftSettings: strict),

    // MARK: - 4 What is done with a model
    .target(name: "Folding", dependencies: ["ModelGraph", "Tensor"], swiftSettings: strict),
    .target(
      name: "Inference",
      dependencies: [
        "CKernels", "CLinux", "ModelGraph", "Tensor", .product(name: "RealModule", package: "swift-numerics"),
      ],
      swiftSettings: strict),
    .target(
      name: "Equivalence", dependencies: ["CKernels", "Inference", "ModelGraph", "Tensor"],
      swiftSettings: strict),

    .target(name: "Calibration", dependencies: ["Inference", "ModelGraph", "Tensor"], swiftSettings: strict),

    // MARK: - 5 What all formats of model files share
    .target(
      name: "ModelFormats",
      dependencies: [
        "Comparison", "Files", "Folding", "HDF5", "LosslessJSON", "ModelGraph", "Safetensors", "Tensor",
        "Zip",
      ],
      swiftSettings: strict),
    .target(
      name: "ArrayFiles",
      dependencies: ["Arrays", "Files", "ModelFormats", "NumPy", "Safetensors", "Tensor", "Zip"],
      swiftSettings: strict),

    // MARK: - 6 The formats; none knows another one
    .target(
      name: "KerasFormat",
      dependencies: [
        "Arrays", "Comparison", "Files", "Folding", "HDF5", "LosslessJSON", "ModelFormats", "ModelGraph",
        "Safetensors", "Tensor", "Zip",
      ],
      swiftSettings: strict),
    .target(
      name: "StateDictionaryFormat",
      dependencies: [
        "Arrays", "Comparison", "Equivalence", "Files", "Folding", "HDF5", "LosslessJSON", "ModelFormats",
        "ModelGraph", "Safetensors", "Tensor", "YAML",
      ],
      swiftSettings: strict),

    // MARK: - 7 The public facade
    .target(
      name: "BatchNormFolding",
      dependencies: [
        "Arrays", "Calibration", "Comparison", "Equivalence", "Files", "Folding", "HDF5", "Inference",
        "ArrayFiles", "KerasFormat", "ModelFormats", "ModelGraph", "Safetensors", "StateDictionaryFormat",
        "Tensor",
      ],
      swiftSettings: strict),

    // MARK: - 8 What a command asks for, done in a contained process
    .target(
      name: "Jobs",
      dependencies: [
        "BatchNormFolding", "Calibration", "Equivalence", "Files", "Folding", "HDF5", "Inference",
        "ArrayFiles", "KerasFormat", "ModelFormats", "ModelGraph", "StateDictionaryFormat", "Supervision",
        "Tensor",
      ],
      swiftSettings: strict),

    // MARK: - 9 The command line
    .executableTarget(
      name: "bnfold",
      dependencies: [
        "BatchNormFolding", "Jobs", "LosslessJSON", "Tensor",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    // MARK: - Tests
    .target(
      name: "Fixtures",
      dependencies: [
        "Files", "HDF5", "Inference", "LosslessJSON", "ArrayFiles", "KerasFormat", "ModelFormats",
        "ModelGraph", "Tensor",
      ],
      path: "Fixtures",
      exclude: [
        "README.md", "generate.py", "generator", "keras2", "keras3", "malformed", "manifest.json", "training",
        "foreign", "releases", "unusual", "verdict",
      ],
      sources: ["FilesByPath.swift", "Fixtures.swift", "SlowTests.swift", "Tensors.swift"],
      swiftSettings: strict),
    .testTarget(name: "TensorTests", dependencies: ["Tensor"], swiftSettings: strict),
    .testTarget(
      name: "ComparisonTests", dependencies: ["Arrays", "Comparison", "LosslessJSON", "Tensor"],
      swiftSettings: strict),
    .testTarget(name: "SupervisionTests", dependencies: ["Supervision", "Tensor"], swiftSettings: strict),
    .testTarget(
      name: "SafetensorsTests", dependencies: ["Files", "Fixtures", "Safetensors", "Tensor"],
      swiftSettings: strict),
    .testTarget(
      name: "StateDictionaryFormatTests",
      dependencies: [
        "Arrays", "Equivalence", "Files", "Fixtures", "Folding", "ModelGraph", "Safetensors",
        "StateDictionaryFormat", "Tensor",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ZipTests", dependencies: ["Compression", "Files", "Fixtures", "Tensor", "Zip"],
      swiftSettings: strict),
    .testTarget(name: "LosslessJSONTests", dependencies: ["LosslessJSON", "Tensor"], swiftSettings: strict),
    .testTarget(name: "NumPyTests", dependencies: ["NumPy", "Tensor"], swiftSettings: strict),
    .testTarget(name: "HDF5Tests", dependencies: ["Fixtures", "HDF5", "Tensor"], swiftSettings: strict),
    .testTarget(
      name: "KerasFormatTests",
      dependencies: [
        "Arrays", "BatchNormFolding", "Files", "Fixtures", "HDF5", "LosslessJSON", "ArrayFiles",
        "KerasFormat", "ModelFormats", "ModelGraph",
        "Safetensors", "Tensor",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "FoldingTests",
      dependencies: [
        "Equivalence", "Folding", "Inference", "ArrayFiles", "KerasFormat", "ModelFormats", "ModelGraph",
        "Tensor",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "InferenceTests",
      dependencies: [
        "BatchNormFolding", "CKernels", "Fixtures", "Inference", "ModelGraph", "Tensor",
        .product(name: "RealModule", package: "swift-numerics"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "EquivalenceTests",
      dependencies: [
        "BatchNormFolding", "Equivalence", "Fixtures", "Folding", "ArrayFiles", "KerasFormat", "ModelFormats",
        "ModelGraph", "Tensor",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "CalibrationTests",
      dependencies: [
        "Arrays", "BatchNormFolding", "Calibration", "Fixtures", "Inference", "ArrayFiles", "KerasFormat",
        "ModelFormats", "ModelGraph",
        "Tensor",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "BatchNormFoldingTests",
      dependencies: [
        "Arrays", "BatchNormFolding", "Files", "Fixtures", "HDF5", "Inference", "LosslessJSON", "ArrayFiles",
        "KerasFormat", "ModelFormats",
        "ModelGraph", "Safetensors", "Tensor",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "CommandLineTests",
      dependencies: ["Fixtures", "Inference", "LosslessJSON", "NumPy", "Tensor", "bnfold"],
      swiftSettings: strict),
  ]
)
