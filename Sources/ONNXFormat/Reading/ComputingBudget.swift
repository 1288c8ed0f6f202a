import Elements
import ModelGraph

/// How much may be computed of constants while a model is read, so that a few nodes cannot ask for all memory and time.
///
/// What is beyond stays a node, which is computed when the model runs.
struct ComputingBudget {
  /// Elements that are read and made.
  private var elements: Int
  /// Products of numbers that are added up.
  private var products: Int

  /// Elements of an operand or a result.
  private static let largestCount = 1 << 20

  /// - Parameter bytes: of the model's file, which has more constants of its own where it is larger.
  init(forBytes bytes: Int) {
    elements = 1 << 22 + bytes / 2
    products = 1 << 26 + bytes
  }

  /// Takes what a layer needs.
  ///
  /// - Parameters:
  ///   - operation: of the layer.
  ///   - operands: the shapes of its inputs and its weights.
  ///   - results: the shapes of its results.
  /// - Returns: whether there was enough, otherwise nothing is taken.
  mutating func take(_ operation: Operation, operands: [Shape], results: [Shape]) -> Bool {
    let (read, made) = (operands.compactMap(\.checkedElementCount), results.compactMap(\.checkedElementCount))
    guard read.count == operands.count, made.count == results.count,
      (read + made).allSatisfy({ $0 <= Self.largestCount })
    else { return false }
    let count = (read + made).reduce(0, +)
    let total = operation.addsProducts ? ([made.reduce(0, +)] + operation.longestSum(of: operands)) : [0]
    guard count <= elements, let total = total.checkedElementCount, total <= products else { return false }
    (elements, products) = (elements - count, products - total)
    return true
  }
}

extension Operation {
  /// Whether an element of the result may be a sum over many elements of the operands, each of which is in many results.
  fileprivate var addsProducts: Bool {
    switch self {
    case .dense, .convolution, .einsumDense, .pooling, .attention, .recurrent, .bidirectional, .merge(.dot),
      .function(.matrixProduct):
      return true
    case .tensor(let operation):
      switch operation.kind {
      case .matrixProduct, .generalProduct, .einsum, .recurrence, .localResponseNormalization, .resize,
        .maximumPooling:
        return true
      case .layer(let inner, _): return inner.addsProducts
      default: return false
      }
    default: return false
    }
  }

  /// Numbers whose product is not below the length of the longest sum.
  fileprivate func longestSum(of operands: [Shape]) -> [Int] {
    switch self {
    case .dense, .function(.matrixProduct): return [operands.joined().max() ?? 0]
    // A window may be larger than what it sees.
    case .convolution, .pooling: return [operands.map(\.elementCount).min() ?? 0]
    case .tensor(let operation):
      switch operation.kind {
      case .matrixProduct, .generalProduct: return [operands.joined().max() ?? 0]
      case .layer(let inner, _): return inner.longestSum(of: operands)
      default: break
      }
    default: break
    }
    return operands.map(\.elementCount)
  }
}
