import ModelGraph
import Testing

/// Sizes and borders of windows, against windows that are laid down one by one.
@Suite struct AxisWindowTests {
  private struct Window: CustomTestStringConvertible {
    let input: Int
    let size: Int
    let stride: Int
    let dilation: Int

    var along: AxisWindow { AxisWindow(size: size, stride: stride, dilation: dilation) }
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
    let size = window.along.outputSize(input: window.input, padding: .none(rank: 1), axis: 0)
    #expect(size == (starts.isEmpty ? nil : starts.count))
  }

  /// Every step has a window, and no border is longer than the last window needs.
  @Test(arguments: Window.all)
  private func `Same padding has a window for every step, and as few zeros as that takes`(window: Window) {
    let size = window.along.outputSize(input: window.input, padding: .same, axis: 0)
    let steps = stride(from: 0, to: window.input, by: window.stride).map { $0 }
    #expect(size == steps.count)
    let needed = max(0, (steps.last ?? 0) + window.extent - window.input)
    let odd = needed % 2
    // What cannot be shared evenly goes to the end that is named.
    for (end, before) in [(Padding.End.after, needed / 2), (.before, needed / 2 + odd)] {
      let amounts = window.along.amounts(input: window.input, padding: .same(odd: end), axis: 0)
      #expect(amounts == EdgeAmounts(before: before, after: needed - before))
    }
  }

  @Test(arguments: Window.all)
  private func `Explicit padding lengthens the axis`(window: Window) {
    let padding = Padding.explicit([EdgeAmounts(before: 2, after: 1)])
    let longer = window.along.outputSize(input: window.input + 3, padding: .none(rank: 1), axis: 0)
    #expect(window.along.outputSize(input: window.input, padding: padding, axis: 0) == longer)
  }

  /// An output has an element wherever the window of an input element reaches.
  @Test(arguments: Window.all)
  private func `A transposed window reaches as far as the last input`(window: Window) {
    let size = window.along.transposedSize(
      input: window.input, padding: .none(rank: 1), axis: 0, outputPadding: 2)
    #expect(size == (window.input - 1) * window.stride + window.extent + 2)
  }

  @Test(arguments: Window.all)
  private func `A transposed window with same padding gives a stride for each input`(window: Window) {
    let missing = max(window.stride - window.extent, 0)
    let size = window.along.transposedSize(
      input: window.input, padding: .same, axis: 0, outputPadding: missing)
    #expect(size == window.input * window.stride)
  }
}
