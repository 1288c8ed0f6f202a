import ModelGraph
import Tensor

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

  /// Tries the output axes that only the kernel has, from the last one on.
  ///
  /// - Parameters:
  ///   - kernel: its shape.
  ///   - step: compares the kernels along axes, and gives the relation along an axis of the output.
  ///   - refusal: for an input that is related along an axis that the kernel does not sum over.
  func relation(
    kernel: Shape, input: Relation, slack: Double,
    step: (KernelAxes, ChannelAxis, [ChannelRelation]?) throws -> Relation, refusal: () -> Mismatch
  ) throws -> Relation {
    let inputAxis = try input.channels.map { relations in
      guard let axis = contracted(relations.axis), kernel[axis] == relations.channels.count else {
        throw refusal()
      }
      return axis
    }
    var first: (any Error)?
    for (place, label) in einsum.outputLabels.enumerated().reversed() {
      guard let axis = einsum.kernelLabels.firstIndex(of: label), !einsum.inputLabels.contains(label),
        let axes = KernelAxes(shape: kernel, output: axis, input: inputAxis),
        let output = self.axis(ofOutput: place)
      else { continue }
      do {
        return try step(axes, output, try channels(input, besides: label, slack: slack))
      } catch {
        first = first ?? error
      }
    }
    throw first ?? refusal()
  }

  /// The relations of the input; without a shift, where the kernel has more than one axis that is not summed over.
  private func channels(_ input: Relation, besides label: UInt8, slack: Double) throws -> [ChannelRelation]? {
    guard let channels = input.channels?.channels else { return nil }
    let isAlone = einsum.kernelLabels.allSatisfy { $0 == label || !einsum.outputLabels.contains($0) }
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

  private func axis(ofOutput place: Int) -> ChannelAxis? {
    let fromBack = ChannelAxis.fromBack(einsum.outputLabels.count - place)
    guard einsum.ellipsis == .trailing else { return fromBack }
    guard let inputRank else { return nil }
    let elided = (isWrapped ? inputRank - 1 : inputRank) - einsum.inputLabels.count
    return .fromBack(einsum.outputLabels.count - place + elided)
  }
}
