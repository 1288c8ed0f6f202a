import ModelGraph
import Testing

@testable import KerasFormat

/// Sizes and borders of padded convolutions, by the rules in Keras's keras/src/backend/common/backend_utils.py.
@Suite struct PaddingWordTests {
  private func convolution(
    _ kind: Convolution.Kind, size: Int, stride: Int, dilation: Int = 1
  ) -> Convolution {
    Convolution(
      kind: kind, kernelSize: [size], strides: [stride], dilation: [dilation], padding: .none(rank: 1),
      dataFormat: .channelsLast, filters: 1, usesBias: false, activation: .linear)
  }

  @Test func `Causal padding puts all zeros before the sequence`() {
    var causal = convolution(.regular(groups: 1), size: 3, stride: 2, dilation: 2)
    causal.pad(.causal, outputPadding: nil)
    #expect(causal.padding == .explicit([EdgeAmounts(before: 4, after: 0)]))
    #expect(causal.spatialSize(axis: 0, input: 7) == 4)
    #expect(causal.paddingName == "causal")
  }

  /// A window of a transposed convolution: the input has five elements, the result `size`.
  struct Transposed: Sendable {
    let padding: PaddingWord
    let kernel: Int
    let stride: Int
    var dilation = 1
    let added: Int?
    let size: Int
  }

  @Test(arguments: [
    Transposed(padding: .valid, kernel: 3, stride: 2, added: nil, size: 11),
    Transposed(padding: .valid, kernel: 2, stride: 3, added: nil, size: 15),
    Transposed(padding: .valid, kernel: 3, stride: 1, dilation: 2, added: nil, size: 9),
    Transposed(padding: .valid, kernel: 2, stride: 3, added: 0, size: 14),
    Transposed(padding: .valid, kernel: 3, stride: 2, added: 1, size: 12),
    Transposed(padding: .same, kernel: 3, stride: 2, added: nil, size: 10),
    Transposed(padding: .same, kernel: 2, stride: 3, added: nil, size: 15),
    Transposed(padding: .same, kernel: 3, stride: 2, added: 1, size: 10),
    Transposed(padding: .same, kernel: 3, stride: 2, added: 0, size: 9),
    Transposed(padding: .same, kernel: 4, stride: 2, added: 1, size: 9),
    Transposed(padding: .same, kernel: 2, stride: 2, dilation: 2, added: 0, size: 9),
  ])
  func
    `A transposed convolution has (5 - 1) * stride, its kernel or what is left of it, and the added padding`(
      window: Transposed
    )
  {
    var transposed = convolution(
      .transposed(outputPadding: []), size: window.kernel, stride: window.stride, dilation: window.dilation)
    transposed.pad(window.padding, outputPadding: window.added.map { [$0] })
    #expect(transposed.spatialSize(axis: 0, input: 5) == window.size)
  }
}
