import ModelGraph
import RealModule
import Tensor

/// A type that the forward pass can run in: Float as deployed, Double as the oracle.
public protocol InferenceScalar: Real, ComputedElement {
  /// The innermost loops.
  static var kernels: VectorKernels<Self> { get }

  /// Runs a graph; a requirement, so that each type has a specialized copy of the whole forward pass.
  static func run(
    _ graph: Graph, inputs: [DenseArray<Self>], weights: any WeightStore, sharing: WorkSharing,
    observer: LayerObserver<Self>?
  ) throws -> Evaluation<Self>

  /// Runs a layer.
  static func run(
    _ layer: Layer, inputs: [DenseArray<Self>], weights: any WeightStore, sharing: WorkSharing
  ) throws -> Evaluation<Self>
}

extension Float: InferenceScalar {
  public static var kernels: VectorKernels<Float> { .fastest }

  public static func run(
    _ graph: Graph, inputs: [DenseArray<Float>], weights: any WeightStore, sharing: WorkSharing,
    observer: LayerObserver<Float>?
  ) throws -> Evaluation<Float> {
    try ForwardPass<Float>(weights: weights, sharing: sharing).evaluate(
      graph, inputs: inputs, observer: observer)
  }

  public static func run(
    _ layer: Layer, inputs: [DenseArray<Float>], weights: any WeightStore, sharing: WorkSharing
  ) throws -> Evaluation<Float> {
    try ForwardPass<Float>(weights: weights, sharing: sharing).evaluate(layer, inputs)
  }
}

extension Double: InferenceScalar {
  public static var kernels: VectorKernels<Double> { .fastest }

  public static func run(
    _ graph: Graph, inputs: [DenseArray<Double>], weights: any WeightStore, sharing: WorkSharing,
    observer: LayerObserver<Double>?
  ) throws -> Evaluation<Double> {
    try ForwardPass<Double>(weights: weights, sharing: sharing).evaluate(
      graph, inputs: inputs, observer: observer)
  }

  public static func run(
    _ layer: Layer, inputs: [DenseArray<Double>], weights: any WeightStore, sharing: WorkSharing
  ) throws -> Evaluation<Double> {
    try ForwardPass<Double>(weights: weights, sharing: sharing).evaluate(layer, inputs)
  }
}
