import Bytes
import ModelGraph

/// The operators of ONNX that bnfold knows, each read from its node whatever the version is.
///
/// Source: ONNX operator specification and its changelog, https://onnx.ai/onnx/operators and onnx/docs/Changelog.md. A reader asks
/// for the version where the meaning of a node has changed.
enum OperatorTable {
  /// What a node computes.
  typealias Reader = @Sendable (inout NodeReading) throws(CarriedReason) -> Operation

  /// The versions whose operators are known.
  static let versions: ClosedRange<Int64> = 1...28

  /// Whether a node of a version is understood: of those before 6 only operators that are the same in all of them.
  static func knows(_ name: ByteString, inVersion version: Int64) -> Bool {
    version >= 6 || sinceTheFirst.contains(name)
  }

  private static let sinceTheFirst: Set<ByteString> = [
    "And", "ArgMax", "ArgMin", "AveragePool", "Constant", "Conv", "ConvTranspose", "DepthToSpace", "Flatten",
    "Gather", "GlobalAveragePool", "GlobalMaxPool", "LRN", "LogSoftmax", "MatMul", "MaxPool", "Not", "Or",
    "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin",
    "ReduceProd", "ReduceSum", "ReduceSumSquare", "Shape", "Size", "Slice", "Softmax", "Softplus", "Softsign",
    "SpaceToDepth", "Squeeze", "Transpose", "Unsqueeze", "Xor",
  ]

  /// The reader of an operator; nil where it is not known.
  static subscript(name: ByteString) -> Reader? { readers[name] }

  private static let readers: [ByteString: Reader] = {
    let families = [
      linear, normalizations, activations, pooling, elementwise, combinations, reductions, shapes, places,
      elements, resizing, recurrences,
    ]
    return families.reduce(into: [:]) { all, family in all.merge(family) { first, _ in first } }
  }()
}
