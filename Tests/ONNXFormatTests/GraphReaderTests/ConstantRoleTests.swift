import Bytes
import Elements
import ModelGraph
import Testing

@testable import ONNXFormat

/// Constants are weights of the layers that read them, with the roles that these have for them.
@Suite struct ConstantRoleTests {
  private static let kernel = initializer("kernel", [4, 3, 3, 3])

  @Test func `A convolution has a kernel and a bias`() throws {
    let source = try SmallModel(
      initializers: [Self.kernel, initializer("bias", [4])],
      nodes: [node("Conv", ["x", "kernel", "bias"], ["y"], ["pads": [1, 2, 3, 4], "strides": [2, 1]])]
    ).source()
    let layer = try #require(source.layer())
    #expect(layer.variables?.map(\.role) == [.kernel, .bias])
    #expect(layer.variables?.map(\.name) == ["kernel", "bias"])
    guard case .convolution(let convolution) = layer.operation else {
      Issue.record("\(layer.operation)")
      return
    }
    #expect(convolution.kind == .regular(groups: 1) && convolution.kernelLayout == .outputFirst)
    #expect(convolution.filters == 4 && convolution.usesBias && convolution.strides == [2, 1])
    #expect(
      convolution.padding == .explicit([EdgeAmounts(before: 1, after: 3), EdgeAmounts(before: 2, after: 4)]))
    #expect(try source.numbers(.kernel) == (1...108).map { Double($0) })
    #expect(try source.numbers(.bias) == [1, 2, 3, 4])
    #expect(source.graph.calls.last?.inputs.count == 1)
  }

  @Test func `A batch normalization has gamma, beta and the statistics, along axis 1`() throws {
    let source = try SmallModel(
      initializers: normalizationConstants, nodes: [batchNormalization(["epsilon": 0.5])]
    ).source()
    let layer = try #require(source.layer())
    #expect(layer.variables?.map(\.role) == [.gamma, .beta, .movingMean, .movingVariance])
    #expect(layer.variables?.map(\.name) == ["gamma", "beta", "mean", "variance"])
    guard case .batchNormalization(let normalization) = layer.operation else {
      Issue.record("\(layer.operation)")
      return
    }
    #expect(normalization.axes == [1] && normalization.epsilon == 0.5 && normalization.obstacle == nil)
  }

  @Test func `Gemm is a dense layer, whose factors scale kernel and bias`() throws {
    var model = SmallModel(
      inputs: [input("x", [2, 3])], initializers: [initializer("b", [3, 2]), initializer("c", [2])],
      nodes: [node("Gemm", ["x", "b", "c"], ["y"], ["alpha": 0.5, "beta": 3.0])])
    let source = try model.source()
    #expect(source.layer()?.operation == .dense(Dense(units: 2, usesBias: true, activation: .linear)))
    #expect(try source.numbers(.kernel) == [0.5, 1, 1.5, 2, 2.5, 3])
    #expect(try source.numbers(.bias) == [3, 6])
    model.initializers[0] = initializer("b", [2, 3])
    model.nodes = [node("Gemm", ["x", "b"], ["y"], ["transB": 1])]
    let transposed = try model.source()
    #expect(
      transposed.layer()?.operation
        == .dense(Dense(units: 2, usesBias: false, activation: .linear, kernelLayout: .linear)))
    #expect(try transposed.numbers(.kernel) == [1, 2, 3, 4, 5, 6])
  }

  @Test(arguments: [
    (node("Gemm", ["x", "b", "c"], ["y"], ["transA": 1]), [Role.operand(1), .operand(2)]),
    (node("Gemm", ["x", "b", "d"], ["y"]), [.operand(1), .operand(2)]),
    (node("Gemm", ["b", "x"], ["y"]), [.operand(0)]),
    (node("MatMul", ["b", "x"], ["y"]), [.operand(0)]),
  ])
  func `A product that is no dense layer has operands`(product: [UInt8], roles: [Role]) throws {
    let source = try SmallModel(
      inputs: [input("x", [3, 3])],
      initializers: [initializer("b", [3, 3]), initializer("c", [3]), initializer("d", [3, 1])],
      nodes: [product]
    ).source()
    guard case .tensor(let operation) = source.layer()?.operation else {
      Issue.record("\(String(describing: source.layer()?.operation))")
      return
    }
    #expect(source.layer()?.variables?.map(\.role) == roles)
    #expect(operation.operands.filter { $0 == .tensor(0) }.count == 1)
  }

  @Test func `The right factor of MatMul is a kernel`() throws {
    let source = try SmallModel(
      inputs: [input("x", [2, 3])], initializers: [initializer("b", [3, 2])],
      nodes: [node("MatMul", ["x", "b"], ["y"])]
    ).source()
    #expect(source.layer()?.operation == .dense(Dense(units: 2, usesBias: false, activation: .linear)))
    #expect(source.layer()?.variables?.map(\.role) == [.kernel])
  }

  @Test func `An operand of Add is a weight at its position`() throws {
    var model = SmallModel(initializers: [initializer("c", [8])], nodes: [node("Add", ["x", "c"], ["y"])])
    #expect(
      try model.source().layer()?.operation == .function(.combination(.add, .tensor(0), .weight(1, [8]))))
    model.nodes = [node("Add", ["c", "x"], ["y"])]
    let source = try model.source()
    #expect(source.layer()?.operation == .function(.combination(.add, .weight(0, [8]), .tensor(0))))
    #expect(source.layer()?.variables?.map(\.role) == [.operand(0)])
    model.nodes = [node("Add", ["x", "x"], ["y"])]
    #expect(
      try model.source().layer()?.operation == .function(.combination(.add, .tensor(0), .tensor(1))))
  }

  @Test func `A constant that is an output of the model is a layer that the file does not have`() throws {
    let source = try SmallModel(initializers: [initializer("c", [2])], outputs: ["c"]).source()
    #expect(source.layer("c")?.isImplicit == true)
    #expect(try source.numbers(.operand(0), of: "c") == [1, 2])
    #expect(source.parts.map(\.name) == ["(model)"])
  }
}
