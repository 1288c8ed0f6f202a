import COpenBLAS
import RealModule

/// A type that the forward pass can run in: Float as deployed, Double as the oracle.
public protocol InferenceScalar: Real, BinaryFloatingPoint, Sendable {
  /// c = a * op(b) + beta * c for row-major matrices.
  ///
  /// - Parameters:
  ///   - transposesB: whether b has shape (n, k) rather than (k, n).
  ///   - m: rows of a and c.
  ///   - n: columns of c.
  ///   - k: columns of a.
  ///   - lda: elements from one row of a to the next; likewise for b and c.
  static func multiply(
    transposesB: Bool, m: Int, n: Int, k: Int, a: UnsafePointer<Self>, lda: Int, b: UnsafePointer<Self>,
    ldb: Int, beta: Self, c: UnsafeMutablePointer<Self>, ldc: Int)
}

/// OpenBLAS runs one product on one thread: its own threading changes the bits with the number of threads.
private let singleThreaded: Bool = {
  openblas_set_num_threads(1)
  return true
}()

extension Float: InferenceScalar {
  public static func multiply(
    transposesB: Bool, m: Int, n: Int, k: Int, a: UnsafePointer<Float>, lda: Int, b: UnsafePointer<Float>,
    ldb: Int, beta: Float, c: UnsafeMutablePointer<Float>, ldc: Int
  ) {
    guard singleThreaded, m > 0, n > 0 else { return }
    cblas_sgemm(
      CblasRowMajor, CblasNoTrans, transposesB ? CblasTrans : CblasNoTrans, Int32(m), Int32(n), Int32(k), 1, a,
      Int32(lda), b, Int32(ldb), beta, c, Int32(ldc))
  }
}

extension Double: InferenceScalar {
  public static func multiply(
    transposesB: Bool, m: Int, n: Int, k: Int, a: UnsafePointer<Double>, lda: Int, b: UnsafePointer<Double>,
    ldb: Int, beta: Double, c: UnsafeMutablePointer<Double>, ldc: Int
  ) {
    guard singleThreaded, m > 0, n > 0 else { return }
    cblas_dgemm(
      CblasRowMajor, CblasNoTrans, transposesB ? CblasTrans : CblasNoTrans, Int32(m), Int32(n), Int32(k), 1, a,
      Int32(lda), b, Int32(ldb), beta, c, Int32(ldc))
  }
}
