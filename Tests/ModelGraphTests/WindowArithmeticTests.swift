import ModelGraph
import Testing

/// Sizes and borders of windows, against windows that are laid down one by one.
@Suite struct WindowArithmeticTests {
  private struct Window: CustomTestStringConvertible {
    let input: Int
    let size: Int
    let stride: Int
    let dilation: Int

    var extent: Int { (size - 1) * dilation + 1 }
    var testDescription: String { "\(input), \(size), stride \(stride), dilation \(dilation)" }

    static let all = (1...9).flatMap { input in
      (1...4).flatMap { size in
        (1...3).flatMap { stride in
          (1...2).map { Window(input: input, size: size, stride: stride, dilation: $0) }
        }
      }
    }
  }

  @Test(arguments: Window.all)
  private func `Without padding every window lies inside`(window: Window) {
    let starts = stride(from: 0, to: window.input, by: window.stride)
      .filter { $0 + window.extent <= window.input }
    let size = WindowArithmetic.outputSize(
      input: window.input, window: window.size, stride: window.stride, dilation: window.dilation,
      padding: .valid)
    #expect(size == (starts.isEmpty ? nil : starts.count))
  }

  /// Every step has a window, and no border is longer than the last window needs.
  @Test(arguments: Window.all)
  private func `Same padding has a window for every step, and as few zeros as that takes`(window: Window) {
    let size = WindowArithmetic.outputSize(
      input: window.input, window: window.size, stride: window.stride, dilation: window.dilation,
      padding: .same)
    let steps = stride(from: 0, to: window.input, by: window.stride).map { $0 }
    #expect(size == steps.count)
    let needed = max(0, (steps.last ?? 0) + window.extent - window.input)
    let before = WindowArithmetic.paddingBefore(
      input: window.input, window: window.size, stride: window.stride, dilation: window.dilation,
      padding: .same)
    // What cannot be shared evenly goes behind.
    #expect(before == needed / 2)
  }

  @Test(arguments: Window.all)
  private func `Causal padding lets a window end at its step`(window: Window) {
    let before = WindowArithmetic.paddingBefore(
      input: window.input, window: window.size, stride: window.stride, dilation: window.dilation,
      padding: .causal)
    #expect(window.extent - before == 1)
  }

  /// An output has an element wherever the window of an input element reaches.
  @Test(arguments: Window.all)
  private func `A transposed window reaches as far as the last input`(window: Window) {
    let size = WindowArithmetic.transposedOutputSize(
      input: window.input, window: window.size, stride: window.stride, dilation: window.dilation,
      padding: .valid, outputPadding: nil)
    let reached = (window.input - 1) * window.stride + window.extent
    #expect(size == max(reached, window.input * window.stride))
  }
}
