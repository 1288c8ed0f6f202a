import ArgumentParser
import BatchNormFolding
import Bytes
import Elements
import Reports

/// How statistics are estimated.
struct EstimationArguments: ParsableArguments {
  @Option(help: "How they are estimated: pooled, population or ema.")
  var method = EstimationMethod.pooled

  @Option(help: "For ema: the momentum, as the convention means it; each layer's own if absent.")
  var momentum: Double?

  @Option(
    help: "For ema: keras (what stays; biased variances) or pytorch (what is new; unbiased variances).")
  var momentumConvention = MomentumConvention.fractionKept

  @Option(help: "Samples in a batch.")
  var batchSize = 32

  @Option(help: "How many batches; all data if absent.")
  var batches: Int?

  @Flag(inversion: .prefixedNo, help: "Draw the samples in random order, or take them as they are.")
  var shuffle = true

  @Option(help: "The seed of the random order, and of the inputs of the check with --fold.")
  var seed: UInt64 = 0

  @Option(
    help: ArgumentHelp(
      "Which batch normalizations: names with commas between, in which * matches any text. All that are trainable if absent.",
      valueName: "names"))
  var layers: [String] = []

  @Flag(help: "One layer after the other, each with those before it already calibrated; takes many passes.")
  var sequential = false

  @Option(help: "The type that is computed in.")
  var dtype = ComputedType.float32

  private var names: [String] {
    layers.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
  }

  func validate() throws {
    if method != .ema, momentum != nil || momentumConvention != .fractionKept {
      throw ValidationError("--momentum and --momentum-convention go with --method ema.")
    }
    if let momentum, !(0...1).contains(momentum) {
      throw ValidationError("--momentum is a number between 0 and 1.")
    }
    if !(1...largestAxis).contains(batchSize) {
      throw ValidationError("--batch-size is at least 1, and at most \(grouped(largestAxis)).")
    }
    if let batches, batches < 1 { throw ValidationError("--batches is at least 1.") }
    if names.contains("") { throw ValidationError("A name of --layers is empty.") }
  }

  var settings: EstimationSettings {
    EstimationSettings(
      method: method, momentum: momentum, convention: momentumConvention, batchSize: batchSize,
      isShuffled: shuffle, isSequential: sequential, type: dtype.elementType)
  }

  func options(watched: CalibrationOptions.WatchedLayer?) -> CalibrationOptions {
    CalibrationOptions(
      method: method, momentum: momentum, convention: momentumConvention,
      layers: names.isEmpty ? nil : names.map { LayerPattern(ByteString($0)) }, isSequential: sequential,
      elementType: dtype.elementType, watched: watched)
  }

  var batchOptions: BatchOptions {
    BatchOptions(size: batchSize, limit: batches, shuffles: shuffle, seed: seed)
  }
}

extension EstimationMethod: ExpressibleByArgument {}
extension MomentumConvention: ExpressibleByArgument {}
