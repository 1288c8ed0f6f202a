import Bytes
import Elements
import ModelGraph

/// A layer without weights that a map can move through: what it does and the map commute, in some way.
///
/// A passage is pure: it is given the map of one of the layer's tensors and gives the maps of all others, or refuses.
protocol Passage {
  /// The rule's name in the ledger.
  static var name: String { get }

  /// What it does, in a line.
  static var summary: String { get }

  /// Whether it is about this operation.
  static func matches(_ operation: Operation) -> Bool

  /// The maps of the layer's other tensors.
  ///
  /// - Throws: `Refusal` where the layer and the map do not commute.
  static func maps(_ request: PassageRequest) throws(Refusal) -> [(Port, TensorMap)]
}

/// One of the tensors of a call.
enum Port: Hashable, Sendable {
  case input(Int)
  case output
}

/// A map that wants to pass a layer.
struct PassageRequest {
  /// The layer's name with the models around it.
  let path: ByteString
  let operation: Operation
  let inputs: [PartialShape?]
  let output: PartialShape?
  /// The tensor whose map is given.
  let port: Port
  let map: TensorMap
  /// Which input of a sum can take the shift best.
  let shiftedInput: Int
  /// What the layer multiplies with and adds, if it does that.
  let channelAffine: ChannelAffineLayer?
}

extension PassageRequest {
  /// The shape of the tensor whose map is given.
  var shape: PartialShape? {
    switch port {
    case .input(let number): inputs[number]
    case .output: output
    }
  }

  /// The other end of a layer with one input.
  var opposite: Port { port == .output ? .input(0) : .output }

  /// The shape at the other end.
  var oppositeShape: PartialShape? { port == .output ? inputs.first ?? nil : output }

  /// - Throws: `Refusal` unless the map is along the channels of a layer that moves over the spatial axes.
  func requireChannels(_ format: DataFormat, rank: Int) throws(Refusal) {
    guard map.axis == format.channelAxis(rank: rank) else {
      throw Refusal(.axisMismatch, "its axis (\(map.axis)) is not the axis of \(path)'s channels")
    }
  }

  /// A shape all of whose sizes but the batch are known.
  func known(_ shape: PartialShape?) throws(Refusal) -> Shape {
    guard let shape else { throw Refusal(.axisMismatch, "the shapes at \(path) are not known") }
    let sizes = shape.dropFirst().compactMap { $0 }
    guard sizes.count == shape.count - 1 else {
      throw Refusal(.axisMismatch, "the shapes at \(path) are not known in full")
    }
    return sizes
  }

  /// The map of a tensor that stays as it is.
  ///
  /// - Throws: `Refusal` for more channels than any network has, which an architecture can claim for nothing.
  func identity(channels: Int) throws(Refusal) -> TensorMap {
    guard channels <= 1 << 22 else { throw refusal(.axisMismatch, "has \(channels) channels") }
    return .identity(axis: map.axis, channels: channels)
  }

  func refusal(_ code: Refusal.Code, _ what: String) -> Refusal { Refusal(code, "\(path) \(what)") }
}

/// All passages.
enum Passages {
  static var all: [any Passage.Type] {
    [
      ThroughIdentity.self, ThroughReshaping.self, ThroughPermutation.self, ThroughCropping.self,
      ThroughAveraging.self, ThroughMaximum.self, ThroughZeroPadding.self, ThroughRectification.self,
      ThroughChannelAffine.self, SplitAtConcatenation.self, SplitAtSum.self, SplitAtMaximum.self,
      ThroughProduct.self,
    ]
  }

  static func passage(for operation: Operation) -> (any Passage.Type)? {
    all.first { $0.matches(operation) }
  }
}
