import Elements
import ModelGraph
import RealModule

/// A type that the forward pass can run in: Float as deployed, Double as the oracle.
public protocol InferenceScalar: Real, ComputedElement {
  /// The innermost loops.
  static var kernels: VectorKernels<Self> { get }

  /// Runs a graph; a requirement, so that each type has a specialized copy of the whole forward pass.
  static func run(
    _ graph: Graph, inputs: [TensorValue<Self>], weights: any WeightStore, sharing: WorkSharing,
    observer: LayerObserver<Self>?, training: TrainingMode<Self>?
  ) throws -> Evaluation<Self>

  /// Runs a layer, which may be of a graph of operators.
  static func run(
    _ layer: Layer, inputs: [TensorValue<Self>], weights: any WeightStore, sharing: WorkSharing,
    isOperator: Bool
  ) throws -> Evaluation<Self>

  /// The moments of the channels of an array, block by block.
  static func blockMoments(of array: DenseArray<Self>, axis: Int, sharing: WorkSharing) -> [BlockMoments]

  /// (x - mean) * scale + beta along an axis.
  static func normalize(
    _ array: DenseArray<Self>, mean: [Self], scale: [Self], beta: [Self], axis: Int, sharing: WorkSharing
  ) -> DenseArray<Self>
}

extension Float: InferenceScalar {
  public static var kernels: VectorKernels<Float> { .fastest }

  public static func run(
    _ graph: Graph, inputs: [TensorValue<Float>], weights: any WeightStore, sharing: WorkSharing,
    observer: LayerObserver<Float>?, training: TrainingMode<Float>?
  ) throws -> Evaluation<Float> {
    try ForwardPass<Float>(weights: weights, sharing: sharing).evaluate(
      graph, inputs: inputs, observer: observer, training: training)
  }

  public static func run(
    _ layer: Layer, inputs: [TensorValue<Float>], weights: any WeightStore, sharing: WorkSharing,
    isOperator: Bool
  ) throws -> Evaluation<Float> {
    try ForwardPass<Float>(weights: weights, sharing: sharing).evaluate(layer, inputs, isOperator: isOperator)
  }

  public static func blockMoments(
    of array: DenseArray<Float>, axis: Int, sharing: WorkSharing
  ) -> [BlockMoments] {
    array.blockMoments(axis: axis, sharing: sharing)
  }

  public static func normalize(
    _ array: DenseArray<Float>, mean: [Float], scale: [Float], beta: [Float], axis: Int, sharing: WorkSharing
  ) -> DenseArray<Float> {
    array.normalized(mean: mean, scale: scale, beta: beta, axis: axis, sharing: sharing)
  }
}

extension Double: InferenceScalar {
  public static var kernels: VectorKernels<Double> { .fastest }

  public static func run(
    _ graph: Graph, inputs: [TensorValue<Double>], weights: any WeightStore, sharing: WorkSharing,
    observer: LayerObserver<Double>?, training: TrainingMode<Double>?
  ) throws -> Evaluation<Double> {
    try ForwardPass<Double>(weights: weights, sharing: sharing).evaluate(
      graph, inputs: inputs, observer: observer, training: training)
  }

  public static func run(
    _ layer: Layer, inputs: [TensorValue<Double>], weights: any WeightStore, sharing: WorkSharing,
    isOperator: Bool
  ) throws -> Evaluation<Double> {
    try ForwardPass<Double>(weights: weights, sharing: sharing).evaluate(
      layer, inputs, isOperator: isOperator)
  }

  public static func blockMoments(
    of array: DenseArray<Double>, axis: Int, sharing: WorkSharing
  ) -> [BlockMoments] {
    array.blockMoments(axis: axis, sharing: sharing)
  }

  public static func normalize(
    _ array: DenseArray<Double>, mean: [Double], scale: [Double], beta: [Double], axis: Int,
    sharing: WorkSharing
  ) -> DenseArray<Double> {
    array.normalized(mean: mean, scale: scale, beta: beta, axis: axis, sharing: sharing)
  }
}
