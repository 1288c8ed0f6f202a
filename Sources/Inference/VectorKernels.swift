import CKernels

/// The innermost loops for one element type, in the widest vectors that this processor has.
///
/// What each of them computes stands in `CKernels/include/kernels.h`; they are functions of C without any state.
public struct VectorKernels<Element>: @unchecked Sendable {
  typealias Source = UnsafePointer<Element>
  typealias Target = UnsafeMutablePointer<Element>
  typealias Sources = UnsafePointer<Source?>
  typealias Targets = UnsafePointer<Target?>

  /// Columns of a right matrix that are multiplied at a time.
  let panelColumns: Int
  /// Rows of a product that are computed at a time.
  let tileRows: Int
  /// Elements from one row of a block of the left matrix to the next.
  let leftStride: Int
  /// Copies a block of the left matrix.
  let gather: (Sources?, Int, Int, Int, Int, Int, Target?) -> Void
  /// Adds to, or sets, the columns of one panel in some rows of a product.
  let multiply: (Source?, Int, Int, Source?, Int, Int, Targets?, Int, Bool) -> Void
  /// Writes the columns of one panel one row behind the other.
  let pack: (Source?, Int, Int, Int, Int, Target?) -> Void
  /// Sums of products channel by channel.
  let multiplyChannels: (Sources?, Int, Source?, Int, Int, Target?) -> Void
  /// `(x - mean) * scale + beta` in each row.
  let normalize: (Target?, Int, Int, Source?, Source?, Source?, Int) -> Void
  /// `x + bias` in each row.
  let addToRows: (Target?, Int, Int, Source?, Int) -> Void
  /// `x <= 0 ? 0 : x > ceiling ? ceiling : x` in each row.
  let rectify: (Target?, Int, Int, Int, Element) -> Void
  /// `1 / (1 + exp(-x))` in each row, or x times it.
  let sigmoid: (Target?, Int, Int, Int, Bool) -> Void
}

extension VectorKernels<Float> {
  /// - Parameter instructionSet: from 0, what every processor of the kind has, upwards.
  init(instructionSet: Int) {
    let kernels = bnfold_kernels32(instructionSet)
    self.init(
      panelColumns: kernels.panelColumns, tileRows: kernels.tileRows, leftStride: kernels.leftStride,
      gather: kernels.gather, multiply: kernels.multiply, pack: kernels.pack,
      multiplyChannels: kernels.multiplyChannels,
      normalize: kernels.normalize, addToRows: kernels.addToRows, rectify: kernels.rectify,
      sigmoid: kernels.sigmoid)
  }

  static let fastest = VectorKernels(instructionSet: bnfold_instruction_sets() - 1)
}

extension VectorKernels<Double> {
  /// - Parameter instructionSet: from 0, what every processor of the kind has, upwards.
  init(instructionSet: Int) {
    let kernels = bnfold_kernels64(instructionSet)
    self.init(
      panelColumns: kernels.panelColumns, tileRows: kernels.tileRows, leftStride: kernels.leftStride,
      gather: kernels.gather, multiply: kernels.multiply, pack: kernels.pack,
      multiplyChannels: kernels.multiplyChannels,
      normalize: kernels.normalize, addToRows: kernels.addToRows, rectify: kernels.rectify,
      sigmoid: kernels.sigmoid)
  }

  static let fastest = VectorKernels(instructionSet: bnfold_instruction_sets() - 1)
}
