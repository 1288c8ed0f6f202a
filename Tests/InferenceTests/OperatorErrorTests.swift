import Bytes
import Elements
import Inference
import ModelGraph
import Testing

/// Operands that no operator can use end in an error, before memory is taken for a result.
@Suite struct OperatorErrorTests {
  private typealias Value = TensorValue<Float>

  private static func list(_ values: [Int64], _ type: ElementType = .int64) -> Value {
    .integers(IntegerArray(shape: [values.count], values: values, type: type))
  }

  private static let one = Value.numbers(DenseArray(shape: [1], values: [1]))
  private static let matrix = Value.numbers(DenseArray(shape: [2, 3], values: [1, 2, 3, 4, 5, 6]))

  private func run(_ operation: Operation, _ inputs: [Value]) throws -> [Value] {
    let layer = Layer(name: "layer", className: "Layer", operation: operation)
    return try GraphEvaluator<Float>(weights: NoWeights()).evaluate(layer, inputs).values
  }

  private func run(_ kind: TensorOperator, _ inputs: [Value], outputs: Int = 1) throws -> [Value] {
    try run(
      .tensor(TensorOperation(kind, operands: inputs.indices.map { .tensor($0) }, outputCount: outputs)),
      inputs)
  }

  private static let tooLarge: [(String, TensorOperator, [Value])] = [
    ("expand", .expand, [one, list([1 << 20, 1 << 20])]),
    ("tile", .tile, [one, list([1 << 40])]),
    ("constant of shape", .constantOfShape(.float32, bits: 0), [list([1 << 31, 1 << 31, 0])]),
    ("range", .range, [list([0]), list([.max]), list([1])]),
    ("range to the lowest number", .range, [list([0]), list([.min]), list([-1])]),
    ("range from the lowest number", .range, [list([.min]), list([-1]), list([1])]),
    ("pad", .pad(.constant), [one, list([0, 1 << 29])]),
    ("one hot", .oneHot(axis: -1), [list([0, 1]), list([1 << 40]), list([0, 1])]),
    (
      "gather", .gather(axis: 0),
      [
        .numbers(DenseArray(repeating: 0, shape: [1, 1 << 15])),
        .integers(IntegerArray(shape: [1 << 14], values: [Int64](repeating: 0, count: 1 << 14))),
      ]
    ),
  ]

  @Test(arguments: tooLarge.map(\.0)) func `a result that would be too large`(_ name: String) throws {
    let (_, kind, inputs) = try #require(Self.tooLarge.first { $0.0 == name })
    let error = #expect(throws: EvaluationError.self) { try run(kind, inputs) }
    guard case .tooLarge = error?.rule else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  /// Found by FuzzONNXGraph.
  @Test func `A region of a resize that is not cropped is not looked at`() throws {
    let resizing = TensorResizing(mode: .linear, coordinates: .halfPixel)
    let scales = Value.numbers(DenseArray(shape: [2], values: [1, 2]))
    let result = try run(.resize(resizing), [Self.matrix, Self.one, scales])
    #expect(result.first?.shape == [2, 6])
  }

  @Test func `A range by the lowest step ends after one`() throws {
    let result = try run(.range, [Self.list([5]), Self.list([.min + 6]), Self.list([.min])])
    #expect(result.first?.integers?.values == [5])
  }

  /// Far numbers are no sizes, and nothing is computed with them.
  @Test(arguments: [Int64.min, .min + 1, .max])
  func `A shape that far numbers would give is not known`(number: Int64) {
    let scalar: PartialShape = []
    let pads = [Int64](repeating: number, count: 4)
    #expect(
      TensorOperator.pad(.constant).outputShapes(operands: [[2, 3], [4]], values: [nil, pads], count: 1) == [
        nil
      ])
    #expect(
      TensorOperator.range.outputShapes(
        operands: [scalar, scalar, scalar], values: [[0], [number], [number < 0 ? -1 : 1]], count: 1) == [
          [nil]
        ])
  }

  private static let misfits: [(String, TensorOperator, [Value])] = [
    ("an index past the end", .gather(axis: 0), [matrix, list([2])]),
    ("the smallest index", .gather(axis: 0), [matrix, list([.min])]),
    ("an axis that is not there", .gather(axis: 2), [matrix, list([0])]),
    ("another number of elements", .reshape(allowsZero: false), [matrix, list([4, 2])]),
    ("two open sizes", .reshape(allowsZero: false), [matrix, list([-1, -1])]),
    ("negative repeats", .tile, [matrix, list([1, -1])]),
    ("a step of 0", .slice, [matrix, list([0]), list([1]), list([0]), list([0])]),
    ("an axis twice", .unsqueeze, [matrix, list([0, 0])]),
    ("parts that are not all", .split(axis: 1), [matrix, list([1, 1])]),
    ("more than there is goes", .pad(.constant), [matrix, list([0, -2, 0, -2])]),
    ("less than any number is added", .pad(.constant), [matrix, list([.min, .min, .min, .min])]),
    (
      "too many of the largest", .topElements(axis: 1, areLargest: true, areSorted: true),
      [matrix, list([4])]
    ),
    ("a range without a step", .range, [list([0]), list([1]), list([0])]),
    ("matrices that do not fit", .matrixProduct, [matrix, matrix]),
    ("no such equation", .einsum("ij,jk->ix"), [matrix, matrix]),
    ("an axis of size 3 goes", .squeeze, [matrix, list([1])]),
    (
      "scales for other axes", .resize(TensorResizing(mode: .linear, coordinates: .halfPixel)),
      [
        matrix, .numbers(DenseArray(shape: [0], values: [])), one,
      ]
    ),
  ]

  @Test(arguments: misfits.map(\.0)) func `operands that do not fit`(_ name: String) throws {
    let (_, kind, inputs) = try #require(Self.misfits.first { $0.0 == name })
    let error = #expect(throws: EvaluationError.self) {
      try run(kind, inputs, outputs: name.contains("parts") ? 2 : 1)
    }
    guard case .shape = error?.rule else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func `an operand that is missing`() {
    #expect(throws: EvaluationError.self) { try run(.expand, [Self.one]) }
  }

  @Test func `integers divided by 0`() {
    for combination in [TensorFunction.Combination.divide, .remainder(hasDividendSign: true)] {
      let operation = Operation.function(.combination(combination, .tensor(0), .tensor(1)))
      #expect(throws: EvaluationError.self) { try run(operation, [Self.list([1]), Self.list([0])]) }
    }
  }

  @Test(
    arguments: [
      (TensorFunction.Combination.add, ElementType.integer(bits: 8, isSigned: true), 127, 1, -128),
      (.subtract, .integer(bits: 8, isSigned: false), 0, 1, 255),
      (.multiply, .integer(bits: 32, isSigned: true), 1 << 30, 4, 0),
      (.multiply, .int64, .max, 2, -2),
      (.divide, .int64, .min, -1, .min),
      (.divide, .int64, -7, 2, -3),
      (.divide, .integer(bits: 64, isSigned: false), -1, 2, .max),
      (.remainder(hasDividendSign: true), .int64, -7, 3, -1),
      (.remainder(hasDividendSign: false), .int64, -7, 3, 2),
      (.power, .int64, 2, 64, 0), (.power, .int64, -1, -3, -1), (.power, .int64, 2, -1, 0),
      (.maximum, .integer(bits: 64, isSigned: false), -1, 5, -1),
    ] as [(TensorFunction.Combination, ElementType, Int64, Int64, Int64)])
  func `integers wrap around and are truncated`(
    _ combination: TensorFunction.Combination, _ type: ElementType, _ left: Int64, _ right: Int64,
    _ expected: Int64
  ) throws {
    let found = try run(
      .function(.combination(combination, .tensor(0), .tensor(1))),
      [Self.list([left], type), Self.list([right], type)])
    #expect(found[0].integers == IntegerArray(shape: [1], values: [expected], type: type))
  }

  @Test(
    arguments: [
      (ElementType.int64, [Int64(-1), 0, 2, 0]), (.integer(bits: 8, isSigned: false), [255, 0, 2, 0]),
      (.boolean, [1, 1, 1, 1]),
    ] as [(ElementType, [Int64])])
  func `numbers become integers without their fractions`(_ type: ElementType, _ expected: [Int64]) throws {
    let numbers = Value.numbers(DenseArray(shape: [4], values: [-1.9, 0.5, 2.5, .nan]))
    #expect(try run(.cast(type), [numbers])[0].integers?.values == expected)
  }

  @Test(arguments: [(ElementType.float16, Float(2048)), (.bfloat16, 2048), (.float32, 2049)])
  func `a cast rounds to the type`(_ type: ElementType, _ expected: Float) throws {
    let number = Value.numbers(DenseArray(shape: [], values: [2049]))
    #expect(try run(.cast(type), [number])[0].numbers.values == [expected])
  }

  @Test func `what is no number stays none`() throws {
    let values = [Self.one, Value.numbers(DenseArray(shape: [1], values: [.nan]))]
    for kind in [TensorOperator.maximum, .minimum] {
      #expect(try run(kind, values)[0].numbers.values[0].isNaN)
      #expect(try run(kind, values.reversed())[0].numbers.values[0].isNaN)
    }
    #expect(try run(.clip, [values[1], Self.one, Self.one])[0].numbers.values[0].isNaN)
  }
}
