import Elements
import ModelGraph
import Testing

/// What an operation makes of shapes, by a rule of Keras.
struct ShapeCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let operation: Operation
  let inputs: [PartialShape?]
  let output: PartialShape?

  init(_ rule: String, _ operation: Operation, _ inputs: PartialShape?..., gives output: PartialShape?) {
    self.init(rule, operation, inputs: inputs, gives: output)
  }

  init(_ rule: String, _ operation: Operation, inputs: [PartialShape?], gives output: PartialShape?) {
    testDescription = rule
    self.operation = operation
    self.inputs = inputs
    self.output = output
  }

  func check(_ location: SourceLocation = #_sourceLocation) {
    #expect(operation.outputShape(inputs: inputs) == output, sourceLocation: location)
  }
}

extension Operation {
  /// A convolution with three filters, one axis for each number of the kernel's size.
  static func convolution(
    _ kernelSize: [Int], _ padding: Padding? = nil, strides: [Int]? = nil,
    dilation: [Int]? = nil, kind: Convolution.Kind = .regular(groups: 1), filters: Int? = 3,
    format dataFormat: DataFormat = .channelsLast
  ) -> Operation {
    let ones = kernelSize.map { _ in 1 }
    return .convolution(
      Convolution(
        kind: kind, kernelSize: kernelSize, strides: strides ?? ones, dilation: dilation ?? ones,
        padding: padding ?? .none(rank: kernelSize.count), dataFormat: dataFormat, filters: filters,
        usesBias: true, activation: .linear))
  }

  /// Maxima over windows that do not overlap, unless strides are given.
  static func pooling(
    _ poolSize: [Int], _ padding: Padding? = nil, strides: [Int]? = nil,
    format dataFormat: DataFormat = .channelsLast
  ) -> Operation {
    .pooling(
      Pooling(
        reduction: .maximum, poolSize: poolSize, strides: strides ?? poolSize,
        padding: padding ?? .none(rank: poolSize.count),
        dataFormat: dataFormat))
  }

  static func globalPooling(
    rank: Int, keepsAxes: Bool, format dataFormat: DataFormat = .channelsLast
  ) -> Operation {
    .globalPooling(
      GlobalPooling(reduction: .average, rank: rank, keepsAxes: keepsAxes, dataFormat: dataFormat))
  }

  static func dense(_ units: Int) -> Operation {
    .dense(Dense(units: units, usesBias: true, activation: .linear))
  }

  static func recurrent(
    _ cell: Recurrent.Cell = .simple, units: Int, returnsSequences: Bool = false, returnsStates: Bool = false
  ) -> Operation {
    .recurrent(
      Recurrent(cell, units: units, returnsSequences: returnsSequences, returnsStates: returnsStates))
  }
}

extension Recurrent {
  init(_ cell: Cell = .simple, units: Int, returnsSequences: Bool = false, returnsStates: Bool = false) {
    self.init(
      cell: cell, units: units, usesBias: true, activation: .tanh, recurrentActivation: .sigmoid,
      returnsSequences: returnsSequences, returnsStates: returnsStates, goesBackwards: false)
  }
}
