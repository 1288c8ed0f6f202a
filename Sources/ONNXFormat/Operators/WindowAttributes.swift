import Bytes
import Elements
import ModelGraph

/// The attributes that convolutions and pooling have in common.
///
/// Source: ONNX operator specification, Conv, ConvTranspose, MaxPool and AveragePool.
struct WindowAttributes {
  let strides: [Int]
  let dilation: [Int]
  let padding: Padding

  /// - Parameter rank: the number of spatial axes.
  /// - Throws: `CarriedReason` for attributes that do not fit that number, or that cannot be a window's.
  init(_ attributes: inout NodeAttributes, rank: Int) throws(CarriedReason) {
    strides = try Self.sizes("strides", &attributes, rank: rank)
    dilation = try Self.sizes("dilations", &attributes, rank: rank)
    let pads = try attributes.integers("pads")
    switch try attributes.text("auto_pad", or: "NOTSET") {
    case "NOTSET", "":
      let pads = pads ?? [Int](repeating: 0, count: 2 * rank)
      guard pads.count == 2 * rank, pads.allSatisfy({ $0 >= 0 }) else { throw .attribute("pads") }
      padding = .explicit((0..<rank).map { EdgeAmounts(before: pads[$0], after: pads[$0 + rank]) })
    case "VALID": padding = .none(rank: rank)
    case "SAME_UPPER": padding = .same(odd: .after)
    case "SAME_LOWER": padding = .same(odd: .before)
    default: throw .attribute("auto_pad")
    }
  }

  private static func sizes(
    _ name: ByteString, _ attributes: inout NodeAttributes, rank: Int
  ) throws(CarriedReason) -> [Int] {
    let sizes = try attributes.integers(name) ?? [Int](repeating: 1, count: rank)
    guard sizes.count == rank, sizes.allSatisfy({ $0 > 0 }) else { throw .attribute(name) }
    return sizes
  }
}
