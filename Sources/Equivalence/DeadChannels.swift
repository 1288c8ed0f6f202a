import Bytes
import Elements
import ModelGraph

extension Proof {
  /// Channels that layers with kernels give and that are constant, since the kernels are 0 there.
  func deadChannels(_ tensor: Int, _ other: Int) throws -> [Int: (old: Double, new: Double)] {
    guard let producer = old.tensors[tensor].producer, let second = new.tensors[other].producer else {
      return [:]
    }
    let before = try old.nodes[producer].deadChannels(models.old.weights)
    guard !before.isEmpty else { return [:] }
    let after = try new.nodes[second].deadChannels(models.new.weights)
    return Dictionary(
      uniqueKeysWithValues: before.compactMap { channel, value in
        after[channel].map { (channel, (value, $0)) }
      })
  }
}

extension FlatGraph.Node {
  /// Elements that are read at a time.
  private static let blockElements = 1 << 14

  /// The output channels whose kernel is 0, and the constants that they give; empty for another layer.
  ///
  /// - Throws: what the store throws.
  func deadChannels(_ store: any WeightStore) throws -> [Int: Double] {
    guard part != .activation, let kernel, kernel.elementType.isFloatingPoint, let axes else { return [:] }
    var isDead = [Bool](repeating: true, count: axes.outputs)
    for block in (0..<kernel.shape.elementCount).blocks(of: Self.blockElements) {
      let elements: [Double] = try kernel.elements(from: store, range: block)
      for (offset, element) in elements.enumerated() where element != 0 {
        isDead[axes.output.channel(ofElement: block.lowerBound + offset)] = false
      }
      if !isDead.contains(true) { return [:] }
    }
    let values: [Double] = try bias?.elements(from: store) ?? [Double](repeating: 0, count: axes.outputs)
    guard values.count == axes.outputs else { return [:] }
    return Dictionary(uniqueKeysWithValues: isDead.indices.filter { isDead[$0] }.map { ($0, values[$0]) })
  }

  /// The axes of the kernel; nil where there are several ways to see them.
  private var axes: KernelAxes? {
    guard let kernel, let linear = operation.linearMap else { return nil }
    return linear.axes(of: linear.first, shape: kernel.shape)
  }
}
