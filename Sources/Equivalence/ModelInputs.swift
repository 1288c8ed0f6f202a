import Inference
import ModelGraph
import Tensor

/// Random inputs for a whole model.
struct ModelInputs {
  /// Sizes for axes that the model leaves open, tried in this order until the model runs.
  static let openSizes = [32, 96, 224]
  /// Above this many elements a sample, one sample is enough: every weight is used in many places.
  private static let elementsOfALargeSample = 1 << 14

  /// One array for each input: values between -1 and 1, or indices where an embedding reads them.
  ///
  /// - Throws: `EvaluationError` where the shape of an input is not known.
  static func make<Scalar: InferenceScalar>(
    for graph: Graph, openSize: Int, seed: UInt64, as: Scalar.Type = Scalar.self
  ) throws -> [DenseArray<Scalar>] {
    var generator = SeededGenerator(seed: seed)
    let shapes = try graph.inputs.map { try shape(of: $0, in: graph, openSize: openSize) }
    let batch = shapes.contains { $0.dropFirst().reduce(1, *) > elementsOfALargeSample } ? 1 : 2
    return zip(graph.inputs, shapes).map { reference, shape in
      var shape = shape
      if shape[0] == 0 { shape[0] = batch }
      let rows = vocabulary(of: reference, in: graph)
      let values = (0..<shape.elementCount).map { _ in
        let number = generator.nextSigned()
        return rows.map { Scalar(Int((number + 1) / 2 * Double($0)) % $0) } ?? Scalar(number)
      }
      return DenseArray(shape: shape, values: values)
    }
  }

  /// The shape with sizes for open axes; 0 for an open batch.
  private static func shape(of input: TensorReference, in graph: Graph, openSize: Int) throws -> Shape {
    let layer = graph.layers[graph.calls[input.call].layer]
    guard case .input(let shape?, _) = layer.operation, !shape.isEmpty else {
      throw EvaluationError(.notRun("the shape of this input is not in the file"), layer: layer.name)
    }
    let sizes = [shape[0] ?? 0] + shape.dropFirst().map { $0 ?? openSize }
    guard let count = sizes.dropFirst().map({ $0 }).checkedElementCount, count <= 1 << 26 else {
      throw EvaluationError(.notRun("this input is too large"), layer: layer.name)
    }
    return sizes
  }

  /// The number of rows of the smallest embedding that reads an input; nil if none does.
  private static func vocabulary(of input: TensorReference, in graph: Graph) -> Int? {
    graph.calls.filter { $0.inputs.contains(input) }.compactMap { call in
      if case .embedding(let embedding) = graph.layers[call.layer].operation {
        embedding.vocabularySize
      } else {
        nil
      }
    }.min()
  }
}
