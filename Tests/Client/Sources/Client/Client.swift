import BatchNormFolding
import Glibc

/// Does with the library what the command line does, on fixtures; ends with an error where it cannot.
@main
enum Client {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 3 else { fatalError("usage: Client FIXTURES EMPTY_FOLDER") }
    let (fixtures, folder) = (arguments[1], arguments[2])
    try inspectAndFold(fixtures, folder)
    try runAndCalibrate(fixtures, folder)
    try convertAndCompare(fixtures, folder)
    try foldByPlan(folder)
    try fail(fixtures, folder)
  }

  private static func inspectAndFold(_ fixtures: String, _ folder: String) throws {
    var limits = ReadingLimits()
    limits.trustedClasses = ["MyLayer"]
    let model = try ModelFile(opening: "\(fixtures)/keras3/dense.h5", limits: limits)
    print(
      model.path, model.format, model.framework, model.frameworkVersion, model.layerCount,
      model.parameterCount)
    print(model.hasOptimizerState, model.hasTrainingConfiguration, model.model.graph.outputs.count)
    try require(model.trustedClassThatIsMissing == "MyLayer", "the model has no such class")
    for layer in model.layers {
      print(layer.path, layer.name, layer.depth, layer.className, layer.wrappedClassName ?? "-")
      print(layer.outputShape ?? [], layer.parameterCount)
    }
    for connection in model.connections { print(connection.from, connection.to) }

    var options = FoldOptions(rules: .direct, skipped: [], maxGrowth: 0)
    options.rules = .all
    let folded = try model.fold(options)
    for entry in folded.ledger.entries { print(entry) }
    print(folded.layerCount, folded.parameterCount)
    print(folded.notes, folded.graph.layers.count, folded.original.path)
    let output = folder + "/folded.h5"
    try model.checkNames(output)
    var writing = WriteOptions()
    (writing.checks, writing.requiresFullCheck, writing.seed) = (true, true, 7)
    let report = try folded.write(to: output, options: writing)
    try require(report?.passed == true, "the fold is not proven")
    writing.replaces = true
    try folded.write(to: output, options: writing)
    try require(!ModelFile.areSame(model.path, output), "two files are one")

    let other = try ModelFile(opening: output)
    let proof = try model.verify(other, inputs: .random(seed: 1))
    try require(proof.verdict == .equal && proof.isComplete, "\(proof)")
    print(proof.extent.calls, proof.extent.weights, proof.unroundedLayers, proof.differences)
    if case .run(let outputs) = proof.runs { for run in outputs { print(run) } }
  }

  private static func runAndCalibrate(_ fixtures: String, _ folder: String) throws {
    FreedMemory.keep()
    let model = try ModelFile(opening: "\(fixtures)/keras3/dense.h5")
    guard let width = model.layers.first?.outputShape?.last ?? nil else { fatalError("no input") }
    let values = (0..<8 * width).map { Float($0 % 11) / 11 }
    let bytes = values.withUnsafeBytes { Array($0) }
    let array = NamedArray(
      name: "", elementType: .float32, shape: [8, width],
      content: .decoded { range in Array(bytes[range]) })
    try ArrayFile.write([array], to: folder + "/data.npy")
    let data = GivenArrays(input: nil, file: try ArrayFile(opening: folder + "/data.npy"))
    let results = try ModelRun(of: model, on: [data]).results(in: .float64, ofAllLayers: true)
    for result in results { print(result.name, result.shape) }
    try require(model.verify(model, inputs: model.runInputs(from: [data])).passed, "a model is not itself")

    let batches = FileBatches(
      of: try SampleFiles(of: model, in: [[data]]),
      BatchOptions(size: 4, limit: 2, shuffles: true, seed: 1))
    print(batches.count, batches.sampleCount)
    let found = try model.calibrate(on: batches, options: CalibrationOptions(method: .pooled)) {
      done, total in
      print("\(done) of \(total)")
    }
    for layer in found.layers { print(layer.layer, layer.meanShift.median, layer.varianceRatio.largest) }
    let calibrated = try model.withStatistics(found.statistics)
    try calibrated.unfolded().write(to: folder + "/calibrated.h5")
    try calibrated.fold().write(to: folder + "/calibrated-and-folded.h5")
  }

  private static func convertAndCompare(_ fixtures: String, _ folder: String) throws {
    let file = try AnyModelFile(opening: "\(fixtures)/keras3/dense.h5")
    try file.verifyChecksums()
    let converted = try file.converted(to: .archive, type: .float16)
    print(converted.notes, converted.original)
    let rounding = try converted.write(to: folder + "/half.keras")
    for entry in rounding.entries { print(entry) }
    let half = try AnyModelFile(opening: folder + "/half.keras")
    try require(!file.difference(to: half).isEmpty, "rounding changes nothing")
    try file.converted(to: .safetensors).write(to: folder + "/same.safetensors", replaces: true)
    try require(
      try file.difference(to: AnyModelFile(opening: folder + "/same.safetensors")).isEmpty, "it differs")
  }

  private static func foldByPlan(_ folder: String) throws {
    let weights = try WeightsFile(opening: tinyStateDictionary(in: folder))
    print(weights.path, weights.tensorCount, weights.parameterCount, weights.tensors.map(\.name))
    print(weights.proposal().yaml(for: weights.path))
    let text = """
      version: 1
      folds:
        - {kernel: conv.weight, bias: conv.bias, layout: OIHW, gamma: bn.weight, beta: bn.bias,
           mean: bn.running_mean, variance: bn.running_var, epsilon: 1e-5, outcome: remove}
      """
    let plan = try WeightPlan(yaml: Array(text.utf8))
    let folded = try weights.fold(by: plan)
    print(folded.ledger.entries, folded.notes, folded.original.path)
    print(folded.tensorCount, folded.parameterCount)
    let output = folder + "/planned.safetensors"
    try weights.checkName(output)
    try require(folded.write(to: output)?.passed == true, "the planned fold is not proven")
    try require(weights.verify(WeightsFile(opening: output), plan: plan).passed, "it is not proven again")
  }

  private static func tinyStateDictionary(in folder: String) throws -> String {
    let shapes: [(ByteString, [Int])] = [
      ("conv.weight", [2, 1, 1, 1]), ("bn.weight", [2]), ("bn.bias", [2]), ("bn.running_mean", [2]),
      ("bn.running_var", [2]),
    ]
    let arrays = shapes.map { name, shape in
      NamedArray(
        name: name, elementType: .float32, shape: shape,
        content: .decoded { range in [UInt8](repeating: 63, count: range.count) })
    }
    let path = folder + "/weights.safetensors"
    try ArrayFile.write(arrays, to: path)
    return path
  }

  /// Errors say what they are about and what can be done.
  private static func fail(_ fixtures: String, _ folder: String) throws {
    do throws(ModelFileError) {
      _ = try ModelFile(opening: folder + "/weights.safetensors")
      fatalError("weights are not a model")
    } catch {
      try require(error.remedy == .foldByPlan && !"\(error)".isEmpty, "\(error)")
    }
    do {
      _ = try ModelFile(opening: "\(fixtures)/keras3/dense.h5").fold(FoldOptions(skipped: ["nowhere"]))
      fatalError("there is no such layer")
    } catch let error as UnknownLayer {
      try require(error.name == "nowhere" && error.similar == nil, "\(error)")
    }
  }

  private struct Failure: Error {
    let message: String
  }

  private static func require(_ isSo: @autoclosure () throws -> Bool, _ message: String) throws {
    guard try isSo() else { throw Failure(message: message) }
  }
}
