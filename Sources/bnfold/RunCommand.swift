import ArgumentParser
import BatchNormFolding
import Bytes
import Jobs
import Reports

/// `bnfold run`.
struct RunCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    "run",
    abstract: "Run a model on arrays from files.", arguments: "<model> -i <file> -o <output>",
    discussion: """
      Arrays are read from .npy, .npz and .safetensors files, whichever their first bytes say; the results are written \
      in the format that the end of the output's name tells. An array belongs to the input that has its name; say \
      --input NAME=FILE for another one. Arrays without such a name belong to the inputs in their order.

      Every array has the samples as its first axis. A model computes as at inference: dropout and noise do nothing, \
      batch normalization uses the moving statistics.
      """,
    examples: [
      "bnfold run model.keras -i samples.npy -o results.npy",
      "bnfold run model.keras -i samples.npy -o layers.npz --layers",
    ])

  @Argument(
    help: "The model: .h5, .keras, .onnx, .safetensors, or weights (.weights.h5) with --architecture.",
    completion: .models)
  var model: String

  @Option(
    name: .shortAndLong, parsing: .singleValue,
    help: ArgumentHelp("A file with arrays for the inputs; once for each file.", valueName: "[name=]file"),
    completion: .arrays)
  var input: [String]

  @Option(
    name: .shortAndLong, help: "Where to write the results: .npy for a single one, .npz or .safetensors.",
    completion: .arrays)
  var output: String

  @OptionGroup var architectureOption: ArchitectureOption

  @Option(
    help: """
      The type that is computed in, and that the results have; unless given float64 where an \
      input or an output of an ONNX model has it, and float32 elsewhere; its results have the types that it states.
      """)
  var dtype: ComputedType?

  @Flag(help: "Write the results of all layers by their names, instead of the model's own.")
  var layers = false

  @Flag(help: "Replace the output if it exists.")
  var force = false

  @OptionGroup var reportOptions: ReportOptions

  @OptionGroup var readingOptions: ReadingOptions

  private var format: ArrayFile.Format? { ArrayFile.Format(path: output) }

  private var given: [NamedPath] { input.map { NamedPath($0) } }

  func check() throws {
    if model.isEmpty || output.isEmpty || given.contains(where: \.hasNothing) {
      throw ValidationError("A path or a name is empty.")
    }
    guard let format else {
      throw ValidationError("The name of the output has to end in .npy, .npz or .safetensors.")
    }
    if layers, format == .numPy {
      throw ValidationError(
        "An .npy file holds one array; write the results of the layers to .npz or .safetensors.")
    }
  }

  func work() -> Work {
    Work([ReportedFile(.model, model)] + given.map { ReportedFile(.array, $0.path) }) { try compute() }
      .besides([architectureOption.architecture, output])
  }

  private func compute() throws -> Report {
    guard let format else { throw ValidationError("The output has no format.") }
    let paths = ModelPaths(model: model, companion: architectureOption.architecture)
    let target = ModelPaths(model: output, companion: nil)
    try target.checkThatNothingIsOverwritten(paths)
    for array in given {
      try target.checkThatNothingIsOverwritten(
        ModelPaths(model: array.path, companion: nil), role: "one of the inputs")
    }
    let contained = readingOptions.contained
    let job = RunJob(
      inputNames: given.map(\.name), format: format, type: dtype?.elementType, showsLayers: layers)
    let input = try contained.open(paths)
    let files = try ModelOutput(target, replaces: force, like: input)
    let answer = try contained.run(input, on: given.map(\.path), into: files, job)
    let digests = reportOptions.wantsDigests
    var report = Report(
      "run",
      inputs: try ReportedFile.of(input, as: (.model, .architecture), digests: digests)
        + given.map { ReportedFile(.array, $0.path) })
    report.outputs = try ReportedFile.of(
      files.openForReading(), as: (.array, .architecture), digests: digests)
    try files.publish()
    report.parts = [
      ModelPart(answer.summary), ArraysPart(answer), readingOptions.trusted,
    ]
    report.notes = answer.notes
    return report
  }
}
