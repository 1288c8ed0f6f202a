// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]
// What runs once a call, and not once an element; docs/decisions/0004-static-release.md has the sizes.
let small: [SwiftSetting] = strict + [.unsafeFlags(["-Osize"], .when(configuration: .release))]

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
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CDeflate", pkgConfig: "libdeflate", providers: [.apt(["libdeflate-dev"])]),
    .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"])]),
    .systemLibrary(name: "CLinux"),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

    // MARK: - 0 The innermost loops of the forward pass, for several instruction sets
    .target(name: "CKernels"),

    // MARK: - 0 What is known before the program starts
    .target(name: "CStart"),

    // MARK: - 1 Values
    .target(name: "Bytes", swiftSettings: strict),
    .target(name: "Elements", dependencies: [], swiftSettings: strict),
    .target(name: "Parallel", dependencies: ["CLinux"], swiftSettings: strict),

    // MARK: - 1 The operating system: files by descriptor, and processes that may die
    .target(name: "Files", dependencies: ["Bytes", "CLinux", "Parallel"], swiftSettings: strict),
    .target(
      name: "Supervision", dependencies: ["Bytes", "CLinux", "CStart", "Files"], swiftSettings: strict),

    .target(
      name: "Compression", dependencies: ["Bytes", "CDeflate", "CZlib", "Parallel"], swiftSettings: strict),

    .target(
      name: "Arrays", dependencies: ["Bytes", "CLinux", "Elements", "Files", "Parallel"],
      swiftSettings: strict),

    .target(name: "YAML", dependencies: ["Bytes", "CYAML"], swiftSettings: strict),

    // MARK: - 2 Containers: named arrays and bytes; they know nothing of Keras
    .target(
      name: "HDF5",
      dependencies: ["Arrays", "Bytes", "CHDF5", "Compression", "Elements", "Files"],
      swiftSettings: strict),
    .target(
      name: "Safetensors", dependencies: ["Arrays", "Bytes", "Elements", "Files", "LosslessJSON"],
      swiftSettings: strict),
    .target(name: "NumPy", dependencies: ["Elements"], swiftSettings: strict),
    .target(name: "Zip", dependencies: ["Bytes", "Compression", "Files"], swiftSettings: strict),
    .target(name: "LosslessJSON", dependencies: ["Bytes"], swiftSettings: strict),
    .target(name: "Wire", dependencies: ["Arrays", "Bytes", "Files"], swiftSettings: strict),

    // MARK: - 3 What differs between named arrays
    .target(
      name: "Comparison", dependencies: ["Arrays", "Bytes", "Elements", "Files", "LosslessJSON"],
      swiftSettings: strict),

    // MARK: - 3 The model: layers, edges, weights by role; it knows no file
    .target(name: "ModelGraph", dependencies: ["Bytes", "Elements"], swiftSettings: strict),

    // MARK: - 4 What is done with a model
    .target(
      name: "Folding", dependencies: ["Bytes", "Elements", "ModelGraph", "Parallel"], swiftSettings: strict),
    .target(
      name: "Inference",
      dependencies: [
        "Bytes", "CKernels", "CLinux", "Elements", "ModelGraph", "Parallel",
        .product(name: "RealModule", package: "swift-numerics"),
      ],
      swiftSettings: strict),
    .target(
      name: "Equivalence",
      dependencies: ["Bytes", "CKernels", "Elements", "Inference", "ModelGraph", "Parallel"],
      swiftSettings: strict),

    .target(
      name: "Calibration", dependencies: ["Bytes", "Elements", "Inference", "ModelGraph"],
      swiftSettings: strict),
    .target(
      name: "Diagnosis", dependencies: ["Bytes", "Elements", "ModelGraph", "Parallel"], swiftSettings: strict),

    // MARK: - 5 What all formats of model files share
    .target(
      name: "ModelFormats",
      dependencies: [
        "Bytes", "Comparison", "Elements", "Files", "Folding", "HDF5", "LosslessJSON", "ModelGraph",
        "Safetensors", "Wire", "Zip",
      ],
      swiftSettings: strict),
    .target(
      name: "ArrayFiles",
      dependencies: ["Arrays", "Bytes", "Files", "ModelFormats", "NumPy", "Safetensors", "Zip"],
      swiftSettings: strict),

    // MARK: - 6 The formats; none knows another one
    .target(
      name: "KerasFormat",
      dependencies: [
        "Arrays", "Bytes", "Comparison", "Elements", "Files", "Folding", "HDF5", "LosslessJSON",
        "ModelFormats", "ModelGraph", "Safetensors", "Zip",
      ],
      swiftSettings: strict),
    .target(
      name: "ONNXFormat",
      dependencies: [
        "Arrays", "Bytes", "Comparison", "Elements", "Files", "Folding", "Inference", "LosslessJSON",
        "ModelFormats", "ModelGraph", "Wire",
      ],
      swiftSettings: strict),
    .target(
      name: "StateDictionaryFormat",
      dependencies: [
        "Arrays", "Bytes", "Comparison", "Elements", "Equivalence", "Files", "Folding", "HDF5",
        "LosslessJSON", "ModelFormats", "ModelGraph", "Safetensors", "YAML",
      ],
      swiftSettings: strict),

    // MARK: - 7 The public facade
    .target(
      name: "BatchNormFolding",
      dependencies: [
        "ArrayFiles", "Arrays", "Bytes", "Calibration", "Comparison", "Diagnosis", "Elements", "Equivalence",
        "Files", "Folding", "Inference", "KerasFormat", "ModelFormats", "ModelGraph", "ONNXFormat",
        "Parallel",
        "StateDictionaryFormat",
      ],
      swiftSettings: strict),

    // MARK: - 8 What a command asks for, done in a contained process
    .target(
      name: "Jobs",
      dependencies: [
        "ArrayFiles", "BatchNormFolding", "Bytes", "CCrypto", "Calibration", "Diagnosis", "Elements",
        "Equivalence", "Files", "Folding", "HDF5", "Inference", "ModelFormats", "Parallel",
        "StateDictionaryFormat", "Supervision",
      ],
      swiftSettings: small),

    // MARK: - 9 What a command says, and one file for each way to draw it
    .target(
      name: "Reports",
      dependencies: [
        "BatchNormFolding", "Bytes", "Diagnosis", "Elements", "Jobs", "LosslessJSON", "ModelFormats",
      ],
      swiftSettings: small),

    // MARK: - 10 The command line
    .executableTarget(
      name: "bnfold",
      dependencies: [
        "BatchNormFolding", "Bytes", "Elements", "Jobs", "Parallel", "Reports", "Supervision",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: small),

    // MARK: - Tests
    .target(
      name: "Fixtures",
      dependencies: [
        "Bytes", "Elements", "Files", "HDF5", "Inference", "KerasFormat", "LosslessJSON", "ModelFormats",
        "ModelGraph",
      ],
      path: "Fixtures",
      exclude: [
        "README.md", "generate.py", "generator", "keras2", "keras3", "malformed", "manifest.json", "training",
        "exported", "foreign", "onnx", "operators", "releases", "unusual", "verdict",
      ],
      sources: ["FilesByPath.swift", "Fixtures.swift", "SlowTests.swift", "Tensors.swift"],
      swiftSettings: strict),
    .testTarget(name: "ArraysTests", dependencies: ["Arrays", "Elements"], swiftSettings: strict),
    .testTarget(name: "BytesTests", dependencies: ["Bytes"], swiftSettings: strict),
    .testTarget(name: "CompressionTests", dependencies: ["Compression"], swiftSettings: strict),
    .testTarget(name: "ElementsTests", dependencies: ["Bytes", "Elements"], swiftSettings: strict),
    .testTarget(name: "FilesTests", dependencies: ["Files", "Fixtures"], swiftSettings: strict),
    .testTarget(
      name: "ModelGraphTests", dependencies: ["Bytes", "Elements", "ModelGraph"], swiftSettings: strict),
    .testTarget(name: "ParallelTests", dependencies: ["Parallel"], swiftSettings: strict),
    .testTarget(
      name: "ONNXFormatTests",
      dependencies: [
        "Arrays", "Bytes", "Elements", "Equivalence", "Files", "Fixtures", "Folding", "ModelFormats",
        "ModelGraph", "ONNXFormat", "Wire",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "WireTests", dependencies: ["Arrays", "Bytes", "Files", "Fixtures", "Wire"], swiftSettings: strict
    ),
    .testTarget(name: "YAMLTests", dependencies: ["Bytes", "YAML"], swiftSettings: strict),
    .testTarget(
      name: "ComparisonTests", dependencies: ["Arrays", "Bytes", "Comparison", "Elements", "LosslessJSON"],
      swiftSettings: strict),
    .executableTarget(
      name: "SupervisedProbe", dependencies: ["Supervision"], path: "Tests/SupervisedProbe",
      swiftSettings: strict),
    .testTarget(
      name: "SupervisionTests",
      dependencies: ["Bytes", "CLinux", "Files", "Fixtures", "SupervisedProbe", "Supervision"],
      exclude: ["worker.sh"], swiftSettings: strict),
    .testTarget(
      name: "SafetensorsTests", dependencies: ["Arrays", "Files", "Fixtures", "Safetensors"],
      swiftSettings: strict),
    .testTarget(
      name: "StateDictionaryFormatTests",
      dependencies: [
        "Arrays", "Bytes", "Elements", "Equivalence", "Files", "Fixtures", "Folding", "ModelGraph",
        "Safetensors", "StateDictionaryFormat",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ZipTests", dependencies: ["Bytes", "Compression", "Files", "Fixtures", "Zip"],
      swiftSettings: strict),
    .testTarget(name: "LosslessJSONTests", dependencies: ["Bytes", "LosslessJSON"], swiftSettings: strict),
    .testTarget(name: "NumPyTests", dependencies: ["Elements", "NumPy"], swiftSettings: strict),
    .testTarget(
      name: "HDF5Tests", dependencies: ["Bytes", "Elements", "Fixtures", "HDF5"], swiftSettings: strict),
    .testTarget(
      name: "KerasFormatTests",
      dependencies: [
        "Arrays", "BatchNormFolding", "Bytes", "Elements", "Files", "Fixtures", "HDF5", "KerasFormat",
        "LosslessJSON", "ModelFormats", "ModelGraph", "Safetensors",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "FoldingTests",
      dependencies: [
        "Bytes", "Elements", "Equivalence", "Fixtures", "Folding", "Inference", "KerasFormat", "ModelGraph",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "InferenceTests",
      dependencies: [
        "BatchNormFolding", "Bytes", "CKernels", "Elements", "Fixtures", "Inference", "LosslessJSON",
        "ModelGraph", "Parallel", .product(name: "RealModule", package: "swift-numerics"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "EquivalenceTests",
      dependencies: [
        "Bytes", "Elements", "Equivalence", "Fixtures", "Folding", "KerasFormat", "ModelFormats",
        "ModelGraph",
        "ONNXFormat",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "DiagnosisTests",
      dependencies: [
        "BatchNormFolding", "Bytes", "Diagnosis", "Elements", "Equivalence", "Fixtures", "ModelGraph",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "CalibrationTests",
      dependencies: [
        "ArrayFiles", "Arrays", "BatchNormFolding", "Bytes", "Calibration", "Elements", "Fixtures",
        "Inference", "ModelFormats", "ModelGraph",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "BatchNormFoldingTests",
      dependencies: [
        "Arrays", "BatchNormFolding", "Bytes", "Elements", "Files", "Fixtures", "HDF5", "Inference",
        "KerasFormat", "LosslessJSON", "ModelFormats", "ModelGraph", "Safetensors",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ReportsTests",
      dependencies: ["BatchNormFolding", "Bytes", "Equivalence", "Jobs", "LosslessJSON", "Reports"],
      exclude: ["Snapshots"], swiftSettings: strict),
    .testTarget(
      name: "CommandLineTests",
      dependencies: [
        "BatchNormFolding", "Bytes", "Calibration", "Comparison", "Diagnosis", "Elements", "Fixtures", "Jobs",
        "LosslessJSON", "NumPy", "Parallel", "Reports", "Supervision", "bnfold",
      ],
      swiftSettings: strict),
  ]
)
