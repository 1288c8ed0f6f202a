import Bytes
import ModelGraph

/// What the name of a saved weight says of its owner: `c1/kernel:0` belongs to a layer `c1` and is a kernel.
///
/// Keras loads by position and ignores the names. They are independent evidence of what was saved: where a position
/// and a name disagree, either Keras does not restore its own file, or bnfold's order is not Keras's.
struct WeightNameEvidence {
  private let owner: ByteString?
  private let variable: ByteString

  init(_ name: ByteString) {
    var parts = name.split(separator: UInt8(ascii: "/"))
    let last = parts.popLast() ?? ""
    variable = last.split(separator: UInt8(ascii: ":")).first ?? ""
    owner = parts.last
  }

  /// Whether the name contradicts that the weight belongs to a layer and has a role.
  ///
  /// - Parameters:
  ///   - layer: the layer that is given the weight.
  ///   - others: names of all layers that the weight could belong to.
  func contradicts(_ role: Role, of layer: Layer, others: Set<ByteString>) -> Bool {
    if let owner, others.contains(owner), owner != layer.name, owner != layer.core.name { return true }
    guard let roles = Self.roles[variable] else { return false }
    return !roles.contains(role.withoutPart)
  }

  private static let roles: [ByteString: Set<Role>] = [
    "kernel": [.kernel, .depthwiseKernel], "depthwise_kernel": [.depthwiseKernel],
    "pointwise_kernel": [.pointwiseKernel], "recurrent_kernel": [.recurrentKernel], "bias": [.bias],
    "gamma": [.gamma], "beta": [.beta],
    "moving_mean": [.movingMean], "moving_variance": [.movingVariance], "embeddings": [.embeddings],
  ]
}
