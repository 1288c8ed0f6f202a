import Elements
import ModelGraph

/// A layer as it runs over arrays that have the channels of their tensors, axis 1, in memory as the last axis.
///
/// The loops want channels last. Where a tensor has them first, it is kept as they want it from the first layer that does to the last
/// one that can: in between nothing is moved.
package struct ChannelsLastForm {
  package var layer: Layer
  /// The rank of the tensors; smaller inputs are given sizes of 1 in front.
  let rank: Int
  /// Whether its inputs are to have their channels last, rather than where the tensors have them.
  package var takesChannelsLast = true
  /// Whether its result is an array with channels last.
  package var givesChannelsLast = true

  fileprivate init(_ layer: Layer, rank: Int) { (self.layer, self.rank) = (layer, rank) }
}

extension Operation {
  /// Whether it may give channels last though no input has them.
  var mayBeginChannelsLast: Bool { if case .transpose = self { true } else { wantsChannelsLast } }

  /// Whether the loops want the channels of the input last, where its tensor has them at axis 1.
  var wantsChannelsLast: Bool {
    switch self {
    case .convolution(let convolution): convolution.dataFormat == .channelsFirst
    case .pooling(let pooling): pooling.dataFormat == .channelsFirst
    case .globalPooling(let pooling): pooling.dataFormat == .channelsFirst
    case .zeroPadding(_, let format), .cropping(_, let format), .upSampling(_, _, let format):
      format == .channelsFirst
    case .resizing(let resizing): resizing.dataFormat == .channelsFirst
    default: false
    }
  }
}

extension Layer {
  /// The layer over channels last; nil for one that needs the order of the tensors.
  ///
  /// - Parameters:
  ///   - ranks: of its inputs.
  ///   - areKept: whether an input is kept with channels last already; those are of the largest rank.
  package func overChannelsLast(ranks: [Int], areKept: [Bool]) -> ChannelsLastForm? {
    guard wrapped.isEmpty, body == nil, let rank = ranks.max(), rank > 2,
      zip(ranks, areKept).allSatisfy({ $0 == rank || !$1 })
    else { return nil }
    let isKept = areKept.contains(true)
    if !isKept, case .transpose(let transposition) = operation {
      // What moves the channels to axis 1 leaves them where they are in memory.
      guard transposition.order(rank: rank) == ChannelMove(rank: rank).first else { return nil }
      var form = ChannelsLastForm(with(.identity), rank: rank)
      form.takesChannelsLast = false
      return form
    }
    guard isKept || operation.wantsChannelsLast else { return nil }
    guard let (operation, gives) = operation.overChannelsLast(rank: rank, ranks: ranks) else { return nil }
    var form = ChannelsLastForm(with(operation), rank: rank)
    form.givesChannelsLast = gives
    return form.movingWeights(of: self.operation)
  }

  private func with(_ operation: Operation) -> Layer {
    var layer = self
    layer.operation = operation
    return layer
  }
}

extension ChannelsLastForm {
  /// Weights that are combined with the tensors element by element, as arrays with channels last; nil where that moves elements.
  fileprivate func movingWeights(of original: Operation) -> ChannelsLastForm? {
    var form = self
    switch original {
    case .parametricReLU: return form.moveWeight(.alpha, hasBatch: false) ? form : nil
    case .function(.combination(let combination, let left, let right)):
      var operands = [left, right]
      for (index, operand) in operands.enumerated() {
        guard case .weight(let position, let shape) = operand else { continue }
        guard form.moveWeight(.operand(position), hasBatch: true), let moved = moved(shape, hasBatch: true)
        else { return nil }
        operands[index] = .weight(position, moved)
      }
      form.layer.operation = .function(.combination(combination, operands[0], operands[1]))
      return form
    case .tensor(var operation) where operation.kind == .parametricReLU:
      for case (let position, .weight(let shape)) in operation.operands.enumerated() {
        guard form.moveWeight(.operand(position), hasBatch: true), let moved = moved(shape, hasBatch: true)
        else { return nil }
        operation.operands[position] = .weight(moved)
      }
      form.layer.operation = .tensor(operation)
      return form
    default: return form
    }
  }

  private mutating func moveWeight(_ role: Role, hasBatch: Bool) -> Bool {
    guard let index = layer.variables?.firstIndex(where: { $0.role == role }),
      let shape = layer.variables?[index].shape, let moved = moved(shape, hasBatch: hasBatch)
    else { return false }
    layer.variables?[index].shape = moved
    return true
  }

  /// The shape with channels last; nil where elements would change their order.
  ///
  /// - Parameter hasBatch: whether axis 0 is the batch, rather than the channels.
  private func moved(_ shape: Shape, hasBatch: Bool) -> Shape? {
    let full = hasBatch ? rank : rank - 1
    guard shape.count <= full, hasBatch || shape.count == full else { return nil }
    let padded = [Int](repeating: 1, count: rank - shape.count) + shape
    guard padded[1] == 1 || padded[2...].allSatisfy({ $0 == 1 }) else { return nil }
    let moved = ChannelMove(rank: rank).last.map { padded[$0] }
    return Array(moved.suffix(full))
  }
}

/// The two orders of the axes of a tensor with its channels at axis 1.
package struct ChannelMove {
  let rank: Int

  package init(rank: Int) { self.rank = rank }

  /// For each axis of the array with channels last the axis of the tensor.
  package var last: [Int] { [0] + Array(2..<rank) + [1] }

  /// For each axis of the tensor the axis of the array.
  package var first: [Int] { [0, rank - 1] + Array(1..<rank - 1) }

  /// Where axes of the tensor are in the array; nil for axes that it does not have.
  func places(of axes: [Int]) -> [Int]? {
    let places = axes.compactMap { normalizedAxis($0, rank: rank) }
    return places.count == axes.count ? places.map { first[$0] } : nil
  }
}
