import Folding
import Testing

@testable import ONNXFormat

/// Convolutions of one tensor that become one, where that was asked for.
@Suite struct MergedConvolutionTests {
  private let options = FoldOptions(mergesBranches: true)

  /// A convolution of x with a square kernel of as many channels, zeros around so that all have one size, and a stride of 2.
  private func convolution(_ size: Int64, groups: Int64 = 1, as output: String) -> [UInt8] {
    let pad = size / 2
    return node(
      "Conv", ["x", "kernel\(size)"], [output],
      ["strides": [2, 2], "pads": [pad, pad, pad, pad], "group": .integer(groups)])
  }

  @Test func `Each with its own zeros, at a stride, and with a batch normalization`() throws {
    for groups in [1, 3] as [Int64] {
      let sizes: [Int64] = [5, 3, 1]
      var model = SmallModel()
      model.nodes =
        sizes.map { convolution($0, groups: groups, as: "c\($0)") } + [
          normalization(of: "c3", as: "n"), node("Add", ["c5", "n"], ["s"]), node("Add", ["s", "c1"], ["y"]),
        ]
      model.initializers =
        sizes.map { kernel("kernel\($0)", [3, 3 / groups, $0, $0]) } + normalizationConstants(3)
      let folded = try FoldedModel(model, options: options)
      #expect(folded.count == 1)
      #expect(folded.operators == ["Conv"])
      #expect(try folded.verdict() == .equal)
    }
  }

  @Test(arguments: [([0, 0, 2, 2], [2, 2], 1), ([1, 1, 1, 1], [1, 1], 2)] as [([Int64], [Int64], Int)])
  func `Zeros on one side only are where the taps are, and another stride is another convolution`(
    pads: [Int64], strides: [Int64], left: Int
  ) throws {
    var model = SmallModel()
    let values = { (numbers: [Int64]) in Attribute.integers(numbers) }
    model.nodes = [
      convolution(5, as: "a"),
      node("Conv", ["x", "kernel3"], ["b"], ["strides": values(strides), "pads": values(pads)]),
      node("Slice", ["b", "starts", "ends", "axes"], ["part"]),
      node("Add", ["a", left == 1 ? "b" : "part"], ["y"]),
    ]
    if left == 1 { model.nodes.remove(at: 2) }
    model.initializers =
      [kernel("kernel5", [3, 3, 5, 5]), kernel("kernel3", [3, 3, 3, 3])] + [
        initializer("starts", integers: [0, 0]), initializer("ends", integers: [4, 4]),
        initializer("axes", integers: [2, 3]),
      ]
    let folded = try FoldedModel(model, options: options)
    #expect(folded.operators.count { $0 == "Conv" } == left)
    #expect(try folded.verdict() == .equal)
  }
}
