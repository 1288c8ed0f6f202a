import Glibc
import Synchronization

/// The matrix products of OpenBLAS, loaded when the first forward pass begins.
///
/// Loaded and not linked, for two reasons: commands that multiply nothing start in half the time, and the number of
/// OpenBLAS's own threads has to be set before the library is loaded. Its threads would spin on the processors
/// that bnfold uses itself, and would make the bits of a sum depend on their number.
/// Source: OpenBLAS, USAGE.md and interface/gemm.c.
struct OpenBLAS: Sendable {
  typealias SinglePrecision =
    @convention(c) (
      Int32, Int32, Int32, Int32, Int32, Int32, Float, UnsafePointer<Float>, Int32, UnsafePointer<Float>,
      Int32, Float, UnsafeMutablePointer<Float>, Int32
    ) -> Void
  typealias DoublePrecision =
    @convention(c) (
      Int32, Int32, Int32, Int32, Int32, Int32, Double, UnsafePointer<Double>, Int32, UnsafePointer<Double>,
      Int32, Double, UnsafeMutablePointer<Double>, Int32
    ) -> Void

  /// `CblasRowMajor`, `CblasNoTrans` and `CblasTrans` of cblas.h.
  static let rowMajor: Int32 = 101
  static let notTransposed: Int32 = 111
  static let transposed: Int32 = 112

  let sgemm: SinglePrecision
  let dgemm: DoublePrecision
  /// Whether calls have to wait for each other.
  ///
  /// The variant without threads (`openblas_get_parallel` is 0) mixes up the work memory of concurrent calls: one
  /// check in about forty failed with it, none in three hundred with the others.
  private let isExclusive: Bool

  private static let names = ["libopenblas.so.0", "libopenblas.so"]

  /// The library; nil if it is not installed.
  static let loaded: OpenBLAS? = {
    setenv("OPENBLAS_NUM_THREADS", "1", 1)
    for name in names {
      guard let handle = dlopen(name, RTLD_NOW | RTLD_LOCAL) else { continue }
      guard let sgemm = dlsym(handle, "cblas_sgemm"), let dgemm = dlsym(handle, "cblas_dgemm"),
        let parallel = dlsym(handle, "openblas_get_parallel")
      else { continue }
      let variant = unsafeBitCast(parallel, to: (@convention(c) () -> Int32).self)()
      return OpenBLAS(
        sgemm: unsafeBitCast(sgemm, to: SinglePrecision.self),
        dgemm: unsafeBitCast(dgemm, to: DoublePrecision.self), isExclusive: variant == 0)
    }
    return nil
  }()

  private static let door = Mutex<Void>(())

  /// Runs a product, alone if the library needs that.
  func call(_ product: () -> Void) {
    if isExclusive { Self.door.withLock { _ in product() } } else { product() }
  }
}

/// OpenBLAS is not installed, so that no model can be run.
public struct MatrixLibraryMissing: Error, CustomStringConvertible {
  public let description =
    "OpenBLAS is not installed, and without it no model can be run for the check; install libopenblas0"

  /// - Throws: `MatrixLibraryMissing` unless the library is there.
  public static func check() throws(MatrixLibraryMissing) {
    if OpenBLAS.loaded == nil { throw MatrixLibraryMissing() }
  }
}
