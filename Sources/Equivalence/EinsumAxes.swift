import Elements
import ModelGraph

/// Which axes of an einsum layer's kernel a scale can be along.
struct EinsumAxes {
  private let einsum: EinsumDense
  private let inputRank: Int?
  private let isWrapped: Bool

  /// - Parameter inputRank: with the time axis of a wrapper.
  init(_ einsum: EinsumDense, inputRank: Int?, isWrapped: Bool) {
    self.einsum = einsum
    self.inputRank = inputRank
    self.isWrapped = isWrapped
  }

  /// Tries the output axes that only the kernel has: each from the last one on, then several taken as one.
  ///
  /// - Parameters:
  ///   - kernel: its shape.
  ///   - step: compares the kernels along axes, and gives the relation along an axis of the output.
  ///   - isUnchanged: whether inputs and weights are the same, asked where there is no such axis.
  ///   - refusal: for an input that is related along an axis that the kernel does not sum over.
  func relation(
    kernel: Shape, input: Relation, slack: Double,
    step: (KernelAxes, ChannelAxis, [ChannelRelation]?) throws -> Relation,
    isUnchanged: () throws -> Bool, refusal: () -> Mismatch
  ) throws -> Relation {
    let inputAxis = try input.channels.map { relations in
      guard let axis = contracted(relations.axis), kernel[axis] == relations.channels.count else {
        throw refusal()
      }
      return axis
    }
    var first: (any Error)?
    for places in outputPlaces {
      let labels = places.map { einsum.outputLabels[$0] }
      guard
        let axes = KernelAxes(
          shape: kernel, outputs: labels.compactMap { einsum.kernelLabels.firstIndex(of: $0) },
          input: inputAxis),
        let output = self.axis(ofOutputs: places)
      else { continue }
      do {
        return try step(axes, output, try channels(input, besides: labels, slack: slack))
      } catch {
        first = first ?? error
      }
    }
    if let first { throw first }
    guard try isUnchanged() else { throw refusal() }
    return .identity
  }

  /// More axes than these are not taken together.
  private static let mostAxes = 4

  /// Sets of output axes that only the kernel has, smaller ones first.
  private var outputPlaces: [[Int]] {
    let places = einsum.outputLabels.indices.filter {
      einsum.kernelLabels.contains(einsum.outputLabels[$0])
        && !einsum.inputLabels.contains(einsum.outputLabels[$0])
    }
    let alone = places.reversed().map { [$0] }
    guard (2...Self.mostAxes).contains(places.count) else { return alone }
    let sets = (0..<1 << places.count).map { set in
      places.indices.filter { set & (1 << $0) != 0 }.map { places[$0] }
    }
    return alone + sets.filter { $0.count > 1 }.sorted { $0.count < $1.count }
  }

  /// The relations of the input; without a shift, where the kernel has other axes that are not summed over.
  private func channels(_ input: Relation, besides labels: [UInt8], slack: Double) throws
    -> [ChannelRelation]?
  {
    guard let channels = input.channels?.channels else { return nil }
    let isAlone = einsum.kernelLabels.allSatisfy {
      labels.contains($0) || !einsum.outputLabels.contains($0)
    }
    guard !isAlone else { return channels }
    let unshifted = channels.compactMap { $0.withoutShift(slack: slack) }
    guard unshifted.count == channels.count else {
      throw Mismatch.unknown("a shift before an equation with several outputs is not followed", of: -1)
    }
    return unshifted
  }

  /// The kernel's axis that is summed over with an axis of the input; nil if it is not.
  private func contracted(_ axis: ChannelAxis) -> Int? {
    guard let index = axis.index(rank: inputRank), let inputRank else { return nil }
    let rank = isWrapped ? inputRank - 1 : inputRank
    let elided = rank - einsum.inputLabels.count
    let place = (isWrapped ? index - 1 : index) - (einsum.ellipsis == .leading ? elided : 0)
    guard einsum.ellipsis != .none || elided == 0, einsum.inputLabels.indices.contains(place) else {
      return nil
    }
    let label = einsum.inputLabels[place]
    return einsum.outputLabels.contains(label) ? nil : einsum.kernelLabels.firstIndex(of: label)
  }

  private func axis(ofOutputs places: [Int]) -> ChannelAxis? {
    var behind = 0
    if einsum.ellipsis == .trailing {
      guard let inputRank else { return nil }
      behind = (isWrapped ? inputRank - 1 : inputRank) - einsum.inputLabels.count
    }
    let distances = places.map { einsum.outputLabels.count - $0 + behind }
    return distances.count == 1 ? .fromBack(distances[0]) : .joined(fromBack: distances)
  }
}
