import Calibration
import Inference
import ModelGraph
import Parallel

extension ModelFile {
  /// Estimates the statistics of the batch normalizations from data; neither the file nor this value changes.
  ///
  /// - Parameters:
  ///   - batches: the data.
  ///   - options: how, and of which layers.
  ///   - progress: is told before each batch how many samples have been run, and how many there are in all passes.
  /// - Returns: what was found; `withStatistics` puts it into the model.
  /// - Throws: `UnknownLayer` for a layer that there is not, `RunError` where a layer cannot be run or calibrated or the data
  ///   do not fit, or what reading the files throws.
  public func calibrate(
    on batches: FileBatches, options: CalibrationOptions,
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> CalibrationReport {
    do {
      let estimation = try StatisticsEstimation(
        of: Model(graph: model.graph.inRunOrder, weights: model.weights), options: options,
        trainingVariance: options.convention == .fractionKept ? source.trainingVariance : .unbiased)
      let total = estimation.passCount * batches.sampleCount
      return try estimation.run(on: batches, sharing: WorkSharing(threads: processorCount())) {
        let (passes, rest) = $0.quotientAndRemainder(dividingBy: batches.count)
        progress(passes * batches.sampleCount + batches.sampleCount(ofFirst: rest), total)
      }
    } catch let error as CalibrationError {
      if case .noSuchLayer = error.rule {
        throw UnknownLayer(name: error.layer, file: path, known: batchNormalizationNames)
      }
      throw RunError(path, "\(error)")
    } catch let error as EvaluationError {
      throw RunError(path, "\(error)")
    }
  }

  /// This model with other statistics, to be folded or written; the file does not change.
  ///
  /// - Throws: `RunError` for statistics that are not those of a batch normalization of this model.
  public func withStatistics(_ layers: [LayerStatistics]) throws -> ModelFile {
    var graph = model.graph
    for layer in layers {
      guard graph.layer(at: layer.address)?.accepts(layer.statistics) == true else {
        throw RunError(path, "statistics are given for a layer that has none like them")
      }
      graph[layer.address].set(layer.statistics)
    }
    return ModelFile(self, graph: graph)
  }

  /// This model as it is, to be written.
  public func unfolded() throws -> FoldedModel { try fold(FoldOptions(rules: .nothing)) }
}

/// The statistics of one batch normalization.
public struct LayerStatistics: Sendable, Hashable, Codable {
  public let address: LayerAddress
  public let statistics: ChannelStatistics

  public init(address: LayerAddress, statistics: ChannelStatistics) {
    self.address = address
    self.statistics = statistics
  }
}

extension CalibrationReport {
  /// The new statistics of all layers that were calibrated.
  public var statistics: [LayerStatistics] {
    layers.map { LayerStatistics(address: $0.address, statistics: $0.new) }
  }
}

extension Layer {
  /// Whether it is a batch normalization with as many channels, and the numbers are statistics.
  fileprivate func accepts(_ statistics: ChannelStatistics) -> Bool {
    statistics.arePossible
      && [Role.movingMean, .movingVariance].allSatisfy { variable($0)?.shape == [statistics.channels] }
  }
}
