import Bytes
import Elements
import ModelGraph

extension OperatorTable {
  /// Products with kernels.
  static let linear: [ByteString: Reader] = [
    "Conv": { (node) throws(CarriedReason) in try node.convolution() },
    "ConvTranspose": { (node) throws(CarriedReason) in try node.transposedConvolution() },
    "Gemm": { (node) throws(CarriedReason) in try node.generalProduct() },
    "MatMul": { (node) throws(CarriedReason) in try node.matrixProduct() },
    "Einsum": { (node) throws(CarriedReason) in
      let equation = try node.attributes.text("equation", or: "")
      guard equation.isUTF8 else { throw .attribute("equation") }
      return try node.tensorOperation(.einsum(equation.description))
    },
  ]
}

extension NodeReading {
  private var kernelRank: Int? { shape(1).map { $0.count - 2 } ?? shape(0).map { $0.count - 2 } }

  /// The sizes of a kernel's spatial axes, by its shape or by the attribute that repeats them.
  private mutating func kernelSize(rank: Int) throws(CarriedReason) -> [Int] {
    let written = try attributes.integers("kernel_shape")
    let kernel = shape(1)?.dropFirst(2).compactMap { $0 }
    let size = (kernel?.count == rank ? kernel : nil) ?? written ?? []
    guard size.count == rank, size.allSatisfy({ $0 > 0 }), written == nil || written == size else {
      throw .attribute("kernel_shape")
    }
    return size
  }

  fileprivate mutating func convolution() throws(CarriedReason) -> Operation {
    try requireOperands(2...3)
    try requireOutputs(1)
    guard let rank = kernelRank, (1...3).contains(rank) else { throw .rank }
    let groups = try attributes.integer("group", or: 1)
    let size = try kernelSize(rank: rank)
    let window = try WindowAttributes(&attributes, rank: rank)
    guard let filters = shape(1)?.first ?? nil, groups > 0, filters % groups == 0 else {
      throw .attribute("group")
    }
    try requireVectors(2...2, of: filters)
    return try layer(
      .convolution(
        Convolution(
          kind: .regular(groups: groups), kernelSize: size, strides: window.strides,
          dilation: window.dilation, padding: window.padding, dataFormat: .channelsFirst, filters: filters,
          usesBias: has(2), activation: .linear, kernelLayout: .outputFirst)), [.kernel, .bias])
  }

  fileprivate mutating func transposedConvolution() throws(CarriedReason) -> Operation {
    try requireOperands(2...3)
    try requireOutputs(1)
    guard let rank = kernelRank, (1...3).contains(rank) else { throw .rank }
    let groups = try attributes.integer("group", or: 1)
    let size = try kernelSize(rank: rank)
    var outputPadding = try attributes.integers("output_padding") ?? [Int](repeating: 0, count: rank)
    let outputShape = try attributes.integers("output_shape")
    let autoPad: ByteString = attributes.has("auto_pad") ? "set" : ""
    var window = try WindowAttributes(&attributes, rank: rank)
    guard outputPadding.count == rank, outputPadding.allSatisfy({ $0 >= 0 }) else {
      throw .attribute("output_padding")
    }
    if let outputShape {
      let sizes = outputShape.suffix(rank)
      guard sizes.count == rank, let shape = shape(0), shape.count == rank + 2 else { throw .rank }
      window = try window.transposed(
        to: Array(sizes), input: Array(shape.dropFirst(2)), size: size, outputPadding: &outputPadding)
    } else if !autoPad.isEmpty, case .same = window.padding, window.dilation.contains(where: { $0 != 1 }) {
      throw .attribute("auto_pad")
    }
    guard let inner = shape(1).flatMap({ $0.count > 1 ? $0[1] : nil }), groups > 0 else {
      throw .attribute("group")
    }
    try requireVectors(2...2, of: inner * groups)
    return try layer(
      .convolution(
        Convolution(
          kind: .transposed(outputPadding: outputPadding, groups: groups), kernelSize: size,
          strides: window.strides, dilation: window.dilation, padding: window.padding,
          dataFormat: .channelsFirst, filters: inner * groups, usesBias: has(2), activation: .linear,
          kernelLayout: .inputFirst)), [.kernel, .bias])
  }

  /// y = alpha A B + beta C: a dense layer where A is not transposed, and B and C are constants.
  fileprivate mutating func generalProduct() throws(CarriedReason) -> Operation {
    try requireOperands(2...3)
    try requireOutputs(1)
    let (alpha, beta) = (try attributes.float("alpha", or: 1), try attributes.float("beta", or: 1))
    if version < 7 { attributes.ignore("broadcast") }
    let (left, right) = (try attributes.flag("transA"), try attributes.flag("transB"))
    let units = constant(1).flatMap { $0.shape.count == 2 ? $0.shape[right ? 0 : 1] : nil }
    guard shape(0).map({ $0.count == 2 }) ?? true else { throw .rank }
    if let units { spreadBias(over: units) }
    let isBias = !has(2) || constant(2).map { $0.shape == [units ?? -1] } ?? false
    guard let units, !left, isBias, alpha.isFinite, beta.isFinite,
      constant(1)?.elementType.isFloatingPoint == true,
      constant(2).map(\.elementType.isFloatingPoint) ?? true
    else {
      return try tensorOperation(
        .generalProduct(alpha: alpha, beta: beta, transposesA: left, transposesB: right))
    }
    let dense = Dense(
      units: units, usesBias: has(2), activation: .linear, kernelLayout: right ? .linear : .transposed)
    let operation = try layer(.dense(dense), [.kernel, .bias])
    scaleWeight(.kernel, by: Double(alpha))
    scaleWeight(.bias, by: Double(beta))
    return operation
  }

  /// A constant C with one number for all columns, or one for each of them in one row, is a bias.
  private mutating func spreadBias(over units: Int) {
    guard let bias = constant(2), bias.shape.count <= 2, bias.shape != [units] else { return }
    if bias.shape == [1, units] {
      setOperand(
        2,
        constant: ConstantTable.Constant(number: bias.number, shape: [units], elementType: bias.elementType))
    } else if bias.shape.elementCount == 1, let element = element(of: bias) {
      setOperand(2, constant: add(.filled(element), bias.elementType, shape: [units]))
    }
  }

  fileprivate mutating func matrixProduct() throws(CarriedReason) -> Operation {
    try requireOperands(2...2)
    guard let kernel = constant(1), kernel.shape.count == 2, constant(0) == nil,
      kernel.elementType.isFloatingPoint
    else { return try tensorOperation(.matrixProduct) }
    try requireOutputs(1)
    return try layer(
      .dense(Dense(units: kernel.shape[1], usesBias: false, activation: .linear)), [.kernel])
  }
}

extension WindowAttributes {
  private init(strides: [Int], dilation: [Int], padding: Padding) {
    (self.strides, self.dilation, self.padding) = (strides, dilation, padding)
  }

  /// The padding that gives a transposed convolution a stated output; what is missing is added at its end.
  ///
  /// Source: ONNX operator specification, ConvTranspose, `output_shape`.
  fileprivate func transposed(
    to output: [Int], input: PartialShape, size: [Int], outputPadding: inout [Int]
  ) throws(CarriedReason) -> WindowAttributes {
    var amounts: [EdgeAmounts] = []
    for axis in output.indices {
      guard let length = input[axis] else { throw .attribute("output_shape") }
      let whole =
        strides[axis] * (length - 1) + outputPadding[axis] + (size[axis] - 1) * dilation[axis] + 1
        - output[axis]
      let total = max(whole, 0)
      outputPadding[axis] += total - whole
      let (less, more) = (total / 2, total - total / 2)
      let isUpper = if case .same(odd: .after) = padding { true } else { false }
      amounts.append(
        isUpper ? EdgeAmounts(before: less, after: more) : EdgeAmounts(before: more, after: less))
    }
    return WindowAttributes(strides: strides, dilation: dilation, padding: .explicit(amounts))
  }
}
