import Elements
import ModelGraph

/// The elements of a vector of few integers, as far as they are known: the sizes of a tensor whose batch is open, and what is
/// picked out and joined of them.
struct PartialSizes {
  /// Elements that are followed, at most.
  private static let most = 64

  /// Nil where nothing is known, not even how many there are.
  private(set) var result: [Int64?]?

  /// - Parameters:
  ///   - layer: what computes the vector.
  ///   - inputs: what it reads.
  ///   - known: the elements of a weight of integers.
  init(_ layer: Layer, _ inputs: [NodeReading.Operand], known: (Variable) -> [Int64]?) {
    let first = inputs.first?.sizes
    switch layer.operation {
    case .identity, .reshape: result = first
    case .function(.selection(let selections)): result = first.flatMap { Self.selected($0, selections) }
    case .tensor(let operation):
      func elements(_ position: Int) -> [Int64?]? {
        guard operation.operands.indices.contains(position) else { return nil }
        return switch operation.operands[position] {
        case .tensor(let number): inputs[number].sizes
        case .weight: layer.variable(.operand(position)).flatMap(known)?.map { $0 }
        case .absent: nil
        }
      }
      switch operation.kind {
      case .shape(let start, let end):
        guard let shape = inputs.first?.shape else { return }
        result = TensorFunction.positions(of: start, end, 1, size: shape.count).all.map { place in
          shape[place].map { Int64($0) }
        }
      case .cast(.integer(let bits, true)) where bits >= 32: result = first
      case .squeeze, .unsqueeze, .reshape: result = operation.operands.first == .tensor(0) ? first : nil
      case .gather(axis: 0):
        guard let values = elements(0), let places = elements(1) else { return }
        result = Self.picked(values, at: places)
      case .concatenate(axis: 0):
        let parts = operation.operands.indices.map(elements)
        let joined = parts.compactMap { $0 }
        result = joined.count == parts.count ? Array(joined.joined()) : nil
      default: break
      }
    default: break
    }
    if let count = result?.count, count > Self.most { result = nil }
  }

  private static func selected(_ values: [Int64?], _ selections: [TensorFunction.Selection]) -> [Int64?]? {
    guard selections.count == 1 else { return nil }
    switch selections[0] {
    case .range(let start, let stop, let step) where step > 0:
      return TensorFunction.positions(of: start, stop, step, size: values.count).all.map { values[$0] }
    case .index(let index): return picked(values, at: [Int64(index)])
    default: return nil
    }
  }

  private static func picked(_ values: [Int64?], at places: [Int64?]) -> [Int64?]? {
    var result: [Int64?] = []
    for place in places {
      guard let place, let index = normalizedAxis(Int(clamping: place), rank: values.count) else {
        return nil
      }
      result.append(values[index])
    }
    return result
  }

  /// The shape of a tensor after a reshape to sizes of which some are not known.
  static func reshaped(_ input: PartialShape?, to sizes: [Int64?], allowsZero: Bool) -> PartialShape? {
    let total = input.flatMap { $0.contains(nil) ? nil : $0.compactMap { $0 }.checkedElementCount }
    let known = sizes.compactMap { $0 }
    let rest: Int? = {
      // Where each other size is known, the one that is left follows.
      guard let total, known.count == sizes.count, !known.contains(0) else { return nil }
      let others = known.filter { $0 > 0 }.map { Int(clamping: $0) }
      return others.checkedElementCount.flatMap { $0 > 0 && total % $0 == 0 ? total / $0 : nil }
    }()
    return sizes.enumerated().map { axis, size in
      switch size {
      case nil: nil
      case 0? where !allowsZero: input.flatMap { $0.indices.contains(axis) ? $0[axis] : nil }
      case let size? where size < 0: rest
      case let size?: Int(exactly: size)
      }
    }
  }
}
