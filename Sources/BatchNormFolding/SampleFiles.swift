import ArrayFiles
import Bytes
import Calibration
import Elements
import Inference
import ModelGraph

/// Samples for the inputs of a model, in files that are read batch by batch.
///
/// ```swift
/// let images = GivenArrays(input: nil, file: try ArrayFile(opening: "images.npy"))
/// let samples = try SampleFiles(of: file, in: [[images]])
/// let report = try file.calibrate(on: FileBatches(of: samples), options: CalibrationOptions())
/// ```
public struct SampleFiles {
  /// For each file, or group of files, the arrays of the inputs in their order.
  private let parts: [[ModelInputArray]]
  /// The number of the first sample of each part.
  private let starts: [Int]
  /// How many samples there are.
  public let count: Int

  /// Finds the arrays of each input of a model.
  ///
  /// - Parameters:
  ///   - file: the model.
  ///   - parts: files that follow each other; what is in one part belongs to the same samples. An array of the shape of
  ///     one sample is one.
  /// - Throws: `RunError` where an input has no array or one of another shape, or there is no sample.
  public init(of file: ModelFile, in parts: [[GivenArrays]]) throws {
    let graph = file.model.graph
    let arrays = try parts.map {
      try ModelInputArray.all(of: graph, in: $0, model: file.path, isCut: true)
    }
    var (starts, count) = ([Int](), 0)
    for part in arrays {
      starts.append(count)
      count += part.first?.sampleCount ?? 0
    }
    guard count > 0 else { throw RunError(file.path, "there are no data for it") }
    for array in arrays.joined() where array.sampleShape.elementCount == 0 {
      throw RunError(
        array.path, "its samples have the shape \(describe(array.sampleShape)), and so no elements")
    }
    self.parts = arrays
    self.starts = starts
    self.count = count
    for part in arrays {
      for (array, first) in zip(part, arrays[0]) where array.sampleShape != first.sampleShape {
        throw RunError(
          array.path,
          """
          its samples have the shape \(describe(array.sampleShape)), and those of \(ByteString(first.path)) have \
          \(describe(first.sampleShape))
          """)
      }
    }
  }

  /// One array for each input with some samples, in this order.
  ///
  /// - Throws: `RunError` for elements that are not finite or cannot be computed with.
  func arrays<Scalar: InferenceScalar>(of samples: [Int]) throws -> [DenseArray<Scalar>] {
    var values = parts[0].map { _ in [Scalar]() }
    for (input, array) in parts[0].enumerated() {
      values[input].reserveCapacity(samples.count * array.sampleShape.elementCount)
    }
    for run in samples.runs {
      var rest = run
      while !rest.isEmpty {
        let part = self.part(of: rest.lowerBound)
        let end = min(rest.upperBound, starts[part] + (parts[part].first?.sampleCount ?? 0))
        let own = rest.lowerBound - starts[part]..<end - starts[part]
        for (input, array) in parts[part].enumerated() {
          values[input] += try array.finiteValues(ofSamples: own) as [Scalar]
        }
        rest = end..<rest.upperBound
      }
    }
    return zip(parts[0], values).map { DenseArray(shape: [samples.count] + $0.sampleShape, values: $1) }
  }

  /// The part that a sample is in: the last one that begins at or before it and is not empty.
  private func part(of sample: Int) -> Int {
    var (low, high) = (0, starts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= sample { low = middle } else { high = middle }
    }
    return low
  }
}

extension [Int] {
  /// The numbers as ranges of those that follow each other.
  fileprivate var runs: [Range<Int>] {
    var runs: [Range<Int>] = []
    for number in self {
      if let last = runs.last, last.upperBound == number {
        runs[runs.count - 1] = last.lowerBound..<number + 1
      } else {
        runs.append(number..<number + 1)
      }
    }
    return runs
  }
}
