import ModelGraph
import RealModule
import Tensor

/// A type that the forward pass can run in: Float as deployed, Double as the oracle.
public protocol InferenceScalar: Real, ComputedElement {
  /// c = a * op(b) + beta * c for row-major matrices.
  ///
  /// - Parameters:
  ///   - transposesB: whether b has shape (n, k) rather than (k, n).
  ///   - m: rows of a and c.
  ///   - n: columns of c.
  ///   - k: columns of a.
  ///   - a: shape (m, k).
  ///   - lda: elements from one row of a to the next.
  ///   - b: shape (k, n), or (n, k).
  ///   - ldb: elements from one row of b to the next.
  ///   - beta: what is kept of c; with 0 it need not be initialized.
  ///   - c: shape (m, n), the result.
  ///   - ldc: elements from one row of c to the next.
  static func multiply(
    transposesB: Bool, m: Int, n: Int, k: Int, a: UnsafePointer<Self>, lda: Int, b: UnsafePointer<Self>,
    ldb: Int, beta: Self, c: UnsafeMutablePointer<Self>, ldc: Int)

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
  public static func run(
    _ graph: Graph, inputs: [DenseArray<Float>], weights: any WeightStore, sharing: WorkSharing,
    observer: LayerObserver<Float>?
  ) throws -> Evaluation<Float> {
    try MatrixLibraryMissing.check()
    return try ForwardPass<Float>(weights: weights, sharing: sharing).evaluate(
      graph, inputs: inputs, observer: observer)
  }

  public static func run(
    _ layer: Layer, inputs: [DenseArray<Float>], weights: any WeightStore, sharing: WorkSharing
  ) throws -> Evaluation<Float> {
    try MatrixLibraryMissing.check()
    return try ForwardPass<Float>(weights: weights, sharing: sharing).evaluate(layer, inputs)
  }

  public static func multiply(
    transposesB: Bool, m: Int, n: Int, k: Int, a: UnsafePointer<Float>, lda: Int, b: UnsafePointer<Float>,
    ldb: Int, beta: Float, c: UnsafeMutablePointer<Float>, ldc: Int
  ) {
    guard m > 0, n > 0, let library = OpenBLAS.loaded else { return }
    library.call {
      library.sgemm(
        OpenBLAS.rowMajor, OpenBLAS.notTransposed, transposesB ? OpenBLAS.transposed : OpenBLAS.notTransposed,
        Int32(m), Int32(n), Int32(k), 1, a, Int32(lda), b, Int32(ldb), beta, c, Int32(ldc))
    }
  }
}

extension Double: InferenceScalar {
  public static func run(
    _ graph: Graph, inputs: [DenseArray<Double>], weights: any WeightStore, sharing: WorkSharing,
    observer: LayerObserver<Double>?
  ) throws -> Evaluation<Double> {
    try MatrixLibraryMissing.check()
    return try ForwardPass<Double>(weights: weights, sharing: sharing).evaluate(
      graph, inputs: inputs, observer: observer)
  }

  public static func run(
    _ layer: Layer, inputs: [DenseArray<Double>], weights: any WeightStore, sharing: WorkSharing
  ) throws -> Evaluation<Double> {
    try MatrixLibraryMissing.check()
    return try ForwardPass<Double>(weights: weights, sharing: sharing).evaluate(layer, inputs)
  }

  public static func multiply(
    transposesB: Bool, m: Int, n: Int, k: Int, a: UnsafePointer<Double>, lda: Int, b: UnsafePointer<Double>,
    ldb: Int, beta: Double, c: UnsafeMutablePointer<Double>, ldc: Int
  ) {
    guard m > 0, n > 0, let library = OpenBLAS.loaded else { return }
    library.call {
      library.dgemm(
        OpenBLAS.rowMajor, OpenBLAS.notTransposed, transposesB ? OpenBLAS.transposed : OpenBLAS.notTransposed,
        Int32(m), Int32(n), Int32(k), 1, a, Int32(lda), b, Int32(ldb), beta, c, Int32(ldc))
    }
  }
}
