import Bytes
import Elements
import Inference
import ModelGraph

/// Weights in memory.
struct ArrayStore: WeightStore {
  var arrays: [[Double]]

  func bytes(ofWeight number: Int, elements: Range<Int>) throws -> [UInt8] {
    ElementType.float64.encode(Array(arrays[number][elements]))
  }
}

/// A layer with weights in memory.
struct SingleLayer {
  var layer: Layer
  private var store = ArrayStore(arrays: [])

  /// - Parameters:
  ///   - operation: what it computes.
  ///   - weights: its weights, in order.
  ///   - first: the number of the first of them, in a store that holds those of other layers, too.
  init(
    _ operation: Operation, _ weights: [(role: Role, array: DenseArray<Double>)] = [],
    firstWeight first: Int = 0
  ) {
    layer = Layer(name: "layer", className: "Test", operation: operation)
    layer.variables = weights.enumerated().map { number, weight in
      Variable(
        role: weight.role, isTrainable: true, name: "weight", shape: weight.array.shape,
        elementType: .float64, value: .stored(first + number))
    }
    store.arrays = weights.map(\.array.values)
  }

  /// - Throws: what the forward pass throws.
  func result<Scalar: InferenceScalar>(
    of input: DenseArray<Scalar>, threads: Int = 1
  ) throws -> DenseArray<Scalar> {
    try GraphEvaluator(weights: store, sharing: WorkSharing(threads: threads)).evaluate(layer, [input])
      .outputs[0]
  }
}

extension DenseArray<Double> {
  /// Numbers from -1 to 1.
  static func random(_ shape: Shape, _ generator: inout SeededGenerator) -> DenseArray {
    DenseArray(shape: shape, values: (0..<shape.elementCount).map { _ in generator.nextSigned() })
  }

  /// Whole numbers around 0, each `period` of them the same.
  static func counting(_ shape: Shape, period: Int) -> DenseArray {
    DenseArray(shape: shape, values: (0..<shape.elementCount).map { Double($0 % period - period / 2) })
  }
}
