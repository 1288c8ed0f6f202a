import ArgumentParser
import BatchNormFolding
import Bytes
import Elements
import Jobs
import Reports

/// `bnfold convert`.
struct ConvertCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    "convert",
    abstract: "Write a model in another format, or with weights of another type, and change nothing else.",
    arguments: "<input> <output>",
    discussion: """
      The format is told by the end of the output's name: .h5, .keras, .weights.h5, .safetensors or .onnx; or say it \
      with --to. The output appears only after it has been read back: the architecture has to be the same, and every \
      element of every array, bit for bit. With --dtype, each element has to be the one next to it in the new type, \
      and the report says how far that is.

      An ONNX model stays one; its weights move into a file beside it, or from there into the model.

      A state dictionary (safetensors or HDF5 without an architecture) can be converted between safetensors and HDF5.
      """,
    examples: [
      "bnfold convert model.keras model.h5",
      "bnfold convert model.keras half.keras --dtype float16",
    ])

  @Argument(help: "The file to be converted.", completion: .models)
  var input: String

  @Argument(help: "Where to write the result.", completion: .models)
  var output: String

  @OptionGroup var architectureOption: ArchitectureOption

  @Option(
    help: "Where to write the architecture, for formats that have weights only.", completion: .architectures)
  var outputArchitecture: String?

  @Option(name: .customLong("to"), help: "The format of the output.")
  var format: FileFormat?

  @Option(help: "What weights that are floating-point numbers become, rounded to nearest, ties to even.")
  var dtype: WeightType?

  @Option(
    help:
      "The release of Keras 2 that shall load it, such as 2.13; the one that wrote the input unless given.")
  var kerasVersion: String?

  @Flag(
    inversion: .prefixedNo,
    help: """
      Put the weights of an ONNX model into a file beside it, OUTPUT.data, or all of them into the model; as the \
      input has them unless given.
      """)
  var externalData: Bool?

  @Flag(help: "Replace the output if it exists.")
  var force = false

  @OptionGroup var reportOptions: ReportOptions

  @OptionGroup var readingOptions: ReadingOptions

  /// What weights can become.
  enum WeightType: String, ExpressibleByArgument, CaseIterable {
    case float16, bfloat16, float32

    var elementType: ElementType {
      switch self {
      case .float16: .float16
      case .bfloat16: .bfloat16
      case .float32: .float32
      }
    }
  }

  private var target: FileFormat? { format ?? FileFormat(path: output) }

  func check() throws {
    if input.isEmpty || output.isEmpty { throw ValidationError("A path is empty.") }
    guard let target else {
      throw ValidationError(
        "The name of the output does not end like any format; say it with --to (\(FileFormat.names)).")
    }
    if let kerasVersion, kerasVersion.prefixMatch(of: #/\d+\.\d/#) == nil {
      throw ValidationError(
        "\(kerasVersion) is not a release of Keras; say --keras-version 2.13, for example.")
    }
    if externalData != nil && target != .onnx {
      throw ValidationError("Only ONNX models have weights in other files; omit --external-data.")
    }
    if outputArchitecture != nil && !target.hasSeparateArchitecture {
      throw ValidationError(
        "A \(target.rawValue) file has its architecture in it; omit --output-architecture.")
    }
  }

  func work() -> Work {
    Work([input], as: [.model]) { try convert() }
      .besides([architectureOption.architecture, output, outputArchitecture])
  }

  private func convert() throws -> Report {
    guard let target else { throw ValidationError("The output has no format.") }
    let given = ModelPaths(model: input, companion: architectureOption.architecture)
    let contained = readingOptions.contained
    let model = try contained.open(given)
    let isBeside = target == .onnx && externalData ?? model.hasExternalFiles
    let targets = ModelPaths(
      model: output, companion: isBeside ? ModelInput.elementsFile(of: output) : outputArchitecture)
    for read in [given] + model.parts.map({ ModelPaths(model: $0.path) }) {
      try targets.checkThatNothingIsOverwritten(read)
    }
    var files = try ModelOutput(targets, hasWeightsBeside: isBeside, replaces: force, like: model)
    let (answer, rounding) = try contained.convert(
      model, into: files,
      ConversionTarget(
        format: target, type: dtype?.elementType, release: kerasVersion.map { ByteString($0) },
        elementsFile: isBeside ? targets.companion.map { ByteString(String(PathParts($0).name)) } : nil))
    files.omitEmptyCompanion()
    let digests = reportOptions.wantsDigests
    var report = Report(
      "convert", inputs: try ReportedFile.of(model, as: (.model, .architecture), digests: digests))
    report.outputs = try ReportedFile.of(
      files.openForReading(), as: (.model, isBeside ? .part : .architecture), digests: digests)
    try files.publish()
    report.parts = [
      ModelPart(answer.summary, isDetail: false),
      ConversionPart(format: target, rounding: rounding, type: dtype?.elementType), readingOptions.trusted,
    ]
    report.notes = answer.notes
    if target.hasSeparateArchitecture, outputArchitecture == nil, answer.summary.frameworkVersion != nil {
      report.notes.append(
        "the architecture is not in this format; write it with --output-architecture FILE")
    }
    return report
  }
}

extension FileFormat: ExpressibleByArgument {
  /// All of them, for messages.
  static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
