import Bytes
import Elements
import Inference
import ModelGraph

/// Sizes that the axes of inputs get.
struct InputSize {
  /// For axes that the model leaves open.
  let open: Int
  /// What all others are cut to; nil where they stay as they are.
  let most: Int?

  /// What is enough for each weight to be used in many places.
  static let small = 64
}

/// Random inputs for a whole model.
struct ModelInputs {
  /// Sizes for axes that the model leaves open, tried in this order until the model runs.
  static let openSizes = [32, 96, 224]
  /// Above this many elements a sample, one sample is enough: every weight is used in many places.
  static let elementsOfALargeSample = 1 << 14

  /// One array for each input: values in each of some ranges; indices where a table is read by them, other integers 0 and 1.
  ///
  /// - Throws: `EvaluationError` where the shape of an input is not known.
  static func make<Scalar: InferenceScalar>(
    for graph: Graph, _ size: InputSize, ranges: [ClosedRange<Double>], seed: UInt64,
    as: Scalar.Type = Scalar.self
  ) throws -> [DenseArray<Scalar>] {
    let shapes = try graph.inputs.map { try shape(of: $0, in: graph, size) }
    let isLarge = shapes.contains { $0.dropFirst().reduce(1, *) > elementsOfALargeSample }
    let samples = isLarge ? 1 : 2
    var generator = SeededGenerator(seed: seed)
    return zip(graph.inputs, shapes).map { reference, shape in
      let rows = graph.rows(readBy: reference) ?? (graph.exactType(ofInput: reference) != nil ? 2 : nil)
      // A model with a batch of its own gets that, of the first kind; one number is as good as a batch of one.
      let fixed = shape.first == 0 ? nil : shape.first ?? 1
      let own = fixed == nil ? ranges : [ranges[0]]
      let values = own.flatMap { range in
        (0..<(fixed ?? samples) * shape.dropFirst().reduce(1, *)).map { _ -> Scalar in
          let fraction = (generator.nextSigned() + 1) / 2
          if let rows { return Scalar(Int(fraction * Double(rows)) % rows) }
          return Scalar(range.lowerBound + fraction * (range.upperBound - range.lowerBound))
        }
      }
      return DenseArray(
        shape: shape.isEmpty ? [] : [fixed ?? samples * ranges.count] + shape.dropFirst(), values: values)
    }
  }

  /// The shape with sizes for open axes; 0 for an open batch.
  private static func shape(of input: TensorReference, in graph: Graph, _ size: InputSize) throws -> Shape {
    let layer = graph.layers[graph.calls[input.call].layer]
    guard case .input(let shape?, _) = layer.operation, !shape.isEmpty || graph.isOperatorGraph else {
      throw EvaluationError(.notRun("the shape of this input is not in the file"), layer: layer.name)
    }
    guard !shape.isEmpty else { return [] }
    let sizes = [shape[0] ?? 0] + shape.dropFirst().map { min($0 ?? size.open, size.most ?? .max) }
    guard let count = sizes.dropFirst().map({ $0 }).checkedElementCount, count <= 1 << 26 else {
      throw EvaluationError(.notRun("this input is too large"), layer: layer.name)
    }
    return sizes
  }
}

extension Graph {
  /// Whether a sample of an input has so many elements that running takes long.
  var hasLargeInputs: Bool {
    inputs.contains { reference in
      guard case .input(let shape?, _) = layers[calls[reference.call].layer].operation else { return false }
      let count = shape.dropFirst().compactMap { $0 }.checkedElementCount
      return count.map { $0 > ModelInputs.elementsOfALargeSample } ?? true
    }
  }

  /// Whether an input has axes of any size beside the batch.
  var hasOpenAxes: Bool {
    inputs.contains { reference in
      if case .input(let shape?, _) = layers[calls[reference.call].layer].operation {
        return shape.dropFirst().contains(nil)
      }
      return false
    }
  }
}
