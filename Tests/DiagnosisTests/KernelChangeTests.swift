import Bytes
import Diagnosis
import Elements
import ModelGraph
import Testing

/// Ranges of kernels before and after a fold.
@Suite struct KernelChangeTests {
  /// A network of one convolution, whose kernel has a row for each input channel.
  private func network(_ rows: [[Double]]) -> Model {
    var network = Network()
    _ = network.convolution("conv", rows, after: network.input([4, 4, rows.count]))
    return network.model
  }

  @Test func `Each output channel has its largest magnitude`() throws {
    let before = network([[1, -2, 0.5, 0], [-0.5, 1, 0.25, 0]])
    let after = network([[10, -2, 0, 0], [-5, 1, 0, 0]])
    let change = try #require(try KernelComparison(from: before, to: after).changes().first)
    #expect(change.layer == "conv" && change.channels == 4 && change.deadChannels == 2)
    #expect(change.before.smallest == 0.5 && change.before.median == 1 && change.before.largest == 2)
    #expect(change.before.lowerQuartile == 0.75 && change.before.upperQuartile == 1.5)
    #expect(change.after.smallest == 2 && change.after.largest == 10)
    #expect(change.before.spread == 4 && change.after.spread == 5 && change.widening == 1.25)
    #expect(change.largestError == nil)
  }

  @Test func `A kernel that is the same has not changed`() throws {
    let model = network([[1, 2]])
    #expect(try KernelComparison(from: model, to: network([[1, 2]])).changes().isEmpty)
    #expect(try KernelComparison(from: model, to: network([[1, 2], [3, 4]])).changes().isEmpty)
  }

  @Test(arguments: [ElementType.float16, .bfloat16, .float32])
  func `The error is in units of the stored type`(type: ElementType) throws {
    let unit = try #require(type.ulpOfOne)
    func model(_ element: Double, _ type: ElementType) -> Model {
      var network = Network()
      let dense = Dense(units: 1, usesBias: false, activation: .linear)
      let layer = network.layer("dense", .dense(dense), [(.kernel, [1, 1], [element])], type: type)
      _ = network.add(layer, [network.input([1])])
      return network.model
    }
    for (exact, expected) in [(3 + 0.5 * unit, 0.25), (3 + 8 * unit, 4)] {
      var unrounded = model(exact, .float64)
      unrounded.graph.layers[1].variables?[0].value = .computed([exact])
      let change = try #require(
        try KernelComparison(from: model(1, type), to: model(3, type), exact: unrounded).changes().first)
      #expect(change.largestError == expected)
    }
  }

  @Test func `Channels of each kind of kernel`() throws {
    let depthwise = Convolution(
      kind: .depthwise(multiplier: 2), kernelSize: [2], strides: [1], dilation: [1], padding: .none(rank: 1),
      dataFormat: .channelsLast, filters: nil, usesBias: false, activation: .linear)
    let transposed = Convolution(
      kind: .transposed(outputPadding: [0]), kernelSize: [2], strides: [1], dilation: [1],
      padding: .none(rank: 1),
      dataFormat: .channelsLast, filters: 2, usesBias: false, activation: .linear)
    let einsum = EinsumDense(
      inputLabels: Array("ab".utf8), kernelLabels: Array("cb".utf8), outputLabels: Array("ac".utf8),
      ellipsis: .none, biasLabels: nil, activation: .linear)
    let cases: [(Operation, Role, Shape, [Double], [Double])] = [
      (.convolution(depthwise), .depthwiseKernel, [2, 1, 2], [1, 8, 2, 4], [2, 8]),
      // The output channels are the axis before the last.
      (.convolution(transposed), .kernel, [2, 2, 1], [1, 8, 2, 4], [2, 8]),
      (.einsumDense(einsum), .kernel, [2, 2], [1, 2, 8, 4], [2, 8]),
    ]
    for (operation, role, shape, elements, expected) in cases {
      func model(_ factor: Double) -> Model {
        var network = Network()
        let layer = network.layer("layer", operation, [(role, shape, elements.map { factor * $0 })])
        _ = network.add(layer, [network.input([4, 1])])
        return network.model
      }
      let change = try #require(try KernelComparison(from: model(1), to: model(3)).changes().first)
      #expect([change.before.smallest, change.before.largest] == expected)
      #expect([change.after.smallest, change.after.largest] == expected.map { 3 * $0 })
    }
  }
}
