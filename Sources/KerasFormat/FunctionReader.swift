import Bytes
import LosslessJSON
import ModelGraph

/// Translates a function in a graph into an operation, with the numbers that its call fixes.
///
/// Keras 3 has attributes beside the function's name, and tensors and numbers in the call; tf_keras has all of them in the
/// call. Source: keras/src/ops/operation.py `Operation.get_config`; tf_keras/src/layers/core/tf_op_layer.py.
struct FunctionReader {
  let name: ByteString
  private var attributes: LayerConfiguration
  private let operands: [Argument]

  /// What stands in a place of the call.
  private enum Argument {
    /// A tensor, by its number among the call's inputs.
    case tensor(Int)
    case value(JSONValue)
  }

  /// - Parameters:
  ///   - name: of the function, as `Add` or `math.add`.
  ///   - attributes: what Keras 3 writes beside the name; for tf_keras, the call's named arguments.
  ///   - call: the places of the call, tensors and others.
  private init(name: ByteString, attributes: LayerConfiguration, operands: [Argument]) {
    self.name = name
    self.attributes = attributes
    self.operands = operands
  }

  /// The operation of a function that is called once; nil for one that bnfold does not know.
  ///
  /// - Parameter element: the function's element in the list of layers.
  static func operation(of element: JSONValue, generation: KerasGeneration) -> Operation? {
    guard let nodes = element["inbound_nodes"]?.array, nodes.count == 1, let configuration = element["config"]
    else { return nil }
    let reader: FunctionReader
    if generation == .keras3 {
      guard let name = element["class_name"]?.string, let written = nodes[0]["args"]?.array else {
        return nil
      }
      guard nodes[0]["kwargs"]?.members?.allSatisfy({ $0.value.isNull }) ?? true else { return nil }
      reader = FunctionReader(
        name: name, attributes: LayerConfiguration(configuration, generation: generation),
        operands: operands(in: written))
    } else {
      guard let name = configuration["function"]?.string, let call = OperationLayerCall(nodes[0]) else {
        return nil
      }
      var attributes = LayerConfiguration(call.named, generation: generation)
      _ = attributes.take("y")
      reader = FunctionReader(
        name: name, attributes: attributes,
        operands: (0..<call.tensors).map { .tensor($0) } + (call.number.map { [.value($0)] } ?? []))
    }
    return reader.operation()
  }

  /// The places of a call of Keras 3; a list of tensors is as good as the tensors themselves.
  private static func operands(in arguments: [JSONValue]) -> [Argument] {
    var count = 0
    var operands: [Argument] = []
    for argument in arguments {
      let list = argument.array.flatMap { $0.allSatisfy(isTensor) ? $0 : nil } ?? [argument]
      for value in list {
        operands.append(isTensor(value) ? .tensor(count) : .value(value))
        if isTensor(value) { count += 1 }
      }
    }
    return operands
  }

  private static func isTensor(_ value: JSONValue) -> Bool {
    value["class_name"]?.string == "__keras_tensor__"
  }

  private func operation() -> Operation? {
    var reader = self
    guard let operation = try? reader.read(), reader.attributes.unknownAttribute == nil else { return nil }
    return operation
  }
}

extension FunctionReader {
  private mutating func read() throws(NotUnderstood) -> Operation? {
    if let combination = Self.combinations[name] { return combined(combination) }
    if let (reduction) = Self.reductions[name] {
      let axes = try optionalAxes()
      let keepsAxes = try attributes.boolean("keepdims", default: false)
      return isSingle ? .function(.reduction(reduction, axes: axes, keepsAxes: keepsAxes)) : nil
    }
    if isSingle, let function = Self.elementFunctions[name] { return .function(.elementwise(function)) }
    if isSingle, let activation = try activation() { return .activation(activation) }
    return try readShapes()
  }

  private var isSingle: Bool { if operands.count == 1, case .tensor = operands[0] { true } else { false } }

  private func combined(_ combination: TensorFunction.Combination) -> Operation? {
    let list = operands.compactMap { operand -> TensorFunction.Operand? in
      switch operand {
      case .tensor(let number): .tensor(number)
      case .value(let value): value.double.map { .number($0) }
      }
    }
    guard list.count == 2, operands.count == 2 else { return nil }
    return .function(.combination(combination, list[0], list[1]))
  }

  /// Attributes of functions that are activations.
  private mutating func activation() throws(NotUnderstood) -> Activation? {
    switch name {
    case "Relu", "nn.relu": return .relu(RectifiedLinear())
    case "Relu6", "nn.relu6": return .relu(RectifiedLinear(maxValue: 6))
    case "LeakyRelu":
      return .relu(RectifiedLinear(negativeSlope: try attributes.number("negative_slope", default: 0.2)))
    case "Elu": return .elu(alpha: try attributes.number("alpha", default: 1))
    case "Celu": return .celu(alpha: try attributes.number("alpha", default: 1))
    case "Selu", "nn.selu": return .selu
    case "Sigmoid", "math.sigmoid", "nn.sigmoid": return .sigmoid
    case "Tanh", "math.tanh", "nn.tanh": return .tanh
    case "Softplus", "math.softplus", "nn.softplus": return .softplus
    case "Softsign", "math.softsign", "nn.softsign": return .softsign
    case "Silu", "nn.silu": return .swish
    case "HardSigmoid": return .hardSigmoid3
    case "HardSilu": return .hardSwish
    case "Gelu": return .gelu(approximate: try attributes.boolean("approximate", default: true))
    case "Mish": return .mish
    case "HardTanh": return .hardTanh
    case "TanhShrink": return .tanhShrink
    case "HardShrink": return .hardShrink(threshold: try attributes.number("threshold", default: 0.5))
    case "SoftShrink": return .softShrink(threshold: try attributes.number("threshold", default: 0.5))
    case "Squareplus": return .squareplus(b: try attributes.number("b", default: 4))
    case "SparsePlus": return .sparsePlus
    case "SparseSigmoid": return .sparseSigmoid
    case "LogSigmoid": return .logSigmoid
    case "Softmax", "nn.softmax": return .softmax(axes: try attributes.axes(default: -1))
    case "LogSoftmax", "nn.log_softmax": return .logSoftmax(axes: try attributes.axes(default: -1))
    default: return nil
    }
  }

  /// Functions that move elements or join tensors.
  private mutating func readShapes() throws(NotUnderstood) -> Operation? {
    let tensors = operands.filter { if case .tensor = $0 { true } else { false } }.count
    switch name {
    case "Concatenate", "concat":
      let axis = try attributes.integer("axis", default: name == "concat" ? nil : 0)
      return tensors == operands.count ? .merge(.concatenate(axis: axis)) : nil
    case "Stack", "stack":
      let axis = try attributes.integer("axis", default: 0)
      return tensors == operands.count ? .function(.stack(axis: axis)) : nil
    case "Matmul", "linalg.matmul":
      return tensors == 2 && operands.count == 2 ? .function(.matrixProduct) : nil
    case "GetItem":
      guard operands.count == 2, tensors == 1, case .value(let key) = operands[1],
        let selections = TensorFunction.Selection.all(key)
      else { return nil }
      return .function(.selection(selections))
    default: break
    }
    guard isSingle else { return nil }
    switch name {
    case "identity": return .identity
    case "Reshape", "reshape":
      let target = try attributes.integers(name == "reshape" ? "shape" : "newshape")
      guard target.filter({ $0 == -1 }).count <= 1, target.allSatisfy({ $0 >= -1 }) else { return nil }
      return .reshape(.allAxes(target))
    case "Transpose", "compat.v1.transpose":
      let key: ByteString = name == "Transpose" ? "axes" : "perm"
      let isGiven = attributes.json[key].map { !$0.isNull } ?? false
      return .transpose(Transposition(axes: isGiven ? try attributes.integers(key) : nil))
    case "ExpandDims", "expand_dims": return .reshape(.expansion(axes: try attributes.axes(default: 0)))
    case "Squeeze", "compat.v1.squeeze": return .reshape(.squeeze(axes: try optionalAxes()))
    case "Clip":
      let bounds = (try attributes.number("x_min"), try attributes.number("x_max"))
      return bounds.0 <= bounds.1 ? .function(.elementwise(.clip(bounds.0...bounds.1))) : nil
    case "Pad":
      guard try attributes.text("mode", default: "constant") == "constant" else { return nil }
      return .function(.zeroPadding(try attributes.edges("pad_width")))
    default: return nil
    }
  }

  private mutating func optionalAxes() throws(NotUnderstood) -> [Int]? {
    guard let value = attributes.take("axis"), !value.isNull else { return nil }
    return try attributes.axes(default: 0)
  }

  private static let combinations: [ByteString: TensorFunction.Combination] = [
    "Add": .add, "math.add": .add, "__operators__.add": .add, "Subtract": .subtract,
    "math.subtract": .subtract,
    "Multiply": .multiply, "math.multiply": .multiply, "TrueDivide": .divide, "Divide": .divide,
    "math.truediv": .divide, "math.divide": .divide, "Maximum": .maximum, "math.maximum": .maximum,
    "Minimum": .minimum, "math.minimum": .minimum, "Power": .power, "math.pow": .power,
  ]
  private static let reductions: [ByteString: TensorFunction.Reduction] = [
    "Sum": .sum, "math.reduce_sum": .sum, "Mean": .mean, "math.reduce_mean": .mean, "Max": .maximum,
    "math.reduce_max": .maximum, "Min": .minimum, "math.reduce_min": .minimum, "Prod": .product,
    "Var": .variance, "Std": .standardDeviation,
  ]
  private static let elementFunctions: [ByteString: TensorFunction.ElementFunction] = [
    "Absolute": .absolute, "Abs": .absolute, "math.abs": .absolute, "Negative": .negative,
    "math.negative": .negative, "Square": .square, "math.square": .square, "Sqrt": .squareRoot,
    "math.sqrt": .squareRoot, "Rsqrt": .inverseSquareRoot, "math.rsqrt": .inverseSquareRoot,
    "Reciprocal": .reciprocal, "Exp": .exponential, "math.exp": .exponential, "Expm1": .exponentialMinusOne,
    "Log": .logarithm, "math.log": .logarithm, "Log1p": .logarithmOfOnePlus, "Sin": .sine, "Cos": .cosine,
    "Sign": .sign, "Floor": .floor, "Ceil": .ceiling,
  ]
}

extension TensorFunction.Selection {
  /// The key of `x[key]`; nil where something in it is not understood.
  fileprivate static func all(_ key: JSONValue) -> [Self]? {
    var selections: [Self] = []
    for entry in key.array ?? [key] {
      guard let selection = Self(entry) else { return nil }
      selections.append(selection)
    }
    return selections
  }

  private init?(_ entry: JSONValue) {
    if entry.isNull {
      self = .newAxis
    } else if let index = entry.smallInteger {
      self = .index(index)
    } else if entry["class_name"]?.string == "__ellipsis__" {
      self = .ellipsis
    } else if entry["class_name"]?.string == "__slice__", let slice = entry["config"] {
      let parts = ["start", "stop", "step"].map { slice[$0].flatMap { $0.isNull ? nil : $0 } }
      guard parts.allSatisfy({ $0 == nil || $0?.smallInteger != nil }), parts[2]?.smallInteger ?? 1 > 0 else {
        return nil
      }
      self = .range(
        start: parts[0]?.smallInteger, stop: parts[1]?.smallInteger, step: parts[2]?.smallInteger ?? 1)
    } else {
      return nil
    }
  }
}
