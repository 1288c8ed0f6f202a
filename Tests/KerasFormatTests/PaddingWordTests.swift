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

  /// `valid`: (input - 1) * stride + max(stride, extent); `same`: input * stride.
  @Test(arguments: [(1, 1), (2, 1), (3, 2), (2, 3), (1, 4), (5, 2)])
  func `A transposed convolution has the size that Keras infers`(size: Int, stride: Int) {
    var transposed = convolution(.transposed(outputPadding: []), size: size, stride: stride)
    transposed.pad(.valid, outputPadding: nil)
    #expect(transposed.spatialSize(axis: 0, input: 5) == 4 * stride + max(stride, size))
    transposed.pad(.same, outputPadding: nil)
    #expect(transposed.spatialSize(axis: 0, input: 5) == 5 * stride)
  }

  /// (input - 1) * stride + extent - 2 * (extent / 2) + output padding.
  @Test(arguments: [(1, 0, 9), (2, 0, 8), (3, 1, 10), (4, 1, 9), (5, 0, 9)])
  func `An output padding that is written lengthens what is cut`(size: Int, added: Int, output: Int) {
    var transposed = convolution(.transposed(outputPadding: []), size: size, stride: 2)
    transposed.pad(.same, outputPadding: [added])
    #expect(transposed.spatialSize(axis: 0, input: 5) == output)
  }
}
