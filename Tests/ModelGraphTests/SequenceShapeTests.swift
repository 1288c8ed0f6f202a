import Elements
import ModelGraph
import Testing

/// Shapes of layers over sequences, by Keras's rules.
@Suite struct SequenceShapeTests {
  /// Source: keras/src/layers/rnn/rnn.py `compute_output_shape`.
  @Test(arguments: [
    ShapeCase("the last step", .recurrent(units: 7), [nil, 5, 6], gives: [nil, 7]),
    ShapeCase("all steps", .recurrent(units: 7, returnsSequences: true), [2, 5, 6], gives: [2, 5, 7]),
    ShapeCase(
      "so many as there are", .recurrent(units: 7, returnsSequences: true), [nil, nil, nil],
      gives: [nil, nil, 7]),
    ShapeCase("no sequence", .recurrent(units: 7), [nil, 6], gives: nil),
    ShapeCase(
      "more than a sequence", .recurrent(units: 7, returnsSequences: true), [2, 3, 5, 6], gives: nil),
  ])
  func `A recurrent layer gives its units, at each step if it returns sequences`(shape: ShapeCase) {
    shape.check()
  }

  /// Source: keras/src/layers/rnn/lstm.py and gru.py, `state_size` of the cells.
  @Test(
    arguments: [
      (.simple, 1), (.gatedUnit(resetsAfter: true), 1), (.longShortTermMemory, 2),
    ] as [(Recurrent.Cell, Int)])
  func `The states follow, each of the batch and the units`(cell: Recurrent.Cell, states: Int) throws {
    var chain = GraphChain(input: [nil, 5, 6])
    chain.add(.recurrent(cell, units: 7, returnsSequences: true, returnsStates: true))
    let shapes = ShapeInference(of: chain.graph).shapes
    #expect(shapes[TensorReference(call: 1)] == [nil, 5, 7])
    for state in 1...states { #expect(shapes[TensorReference(call: 1, output: state)] == [nil, 7]) }
    #expect(shapes[TensorReference(call: 1, output: states + 1)] == nil)
  }

  private static func bidirectional(_ merge: Merge?, returnsSequences: Bool) -> Operation {
    let direction = Recurrent(units: 7, returnsSequences: returnsSequences)
    return .bidirectional(Bidirectional(forward: direction, backward: direction, merge: merge))
  }

  /// Source: keras/src/layers/rnn/bidirectional.py `compute_output_shape`.
  @Test(arguments: [
    ShapeCase(
      "concatenated", bidirectional(.concatenate(axis: -1), returnsSequences: false), [nil, 5, 6],
      gives: [nil, 14]),
    ShapeCase(
      "concatenated steps", bidirectional(.concatenate(axis: -1), returnsSequences: true), [nil, 5, 6],
      gives: [nil, 5, 14]),
    ShapeCase("added", bidirectional(.add, returnsSequences: true), [nil, nil, 6], gives: [nil, nil, 7]),
    ShapeCase("both alone", bidirectional(nil, returnsSequences: false), [3, 5, 6], gives: [3, 7]),
    ShapeCase("no sequence", bidirectional(.add, returnsSequences: false), [3, 6], gives: nil),
  ])
  func `Two directions have twice the units, or are merged`(shape: ShapeCase) { shape.check() }

  private static func attention(output: Int? = nil, query: Int = 0) -> Operation {
    var arguments = MultiHeadAttention.Arguments()
    (arguments.query, arguments.value, arguments.key) = (query, 1 - query, 1 - query)
    return .attention(
      MultiHeadAttention(
        heads: 2, keyDimension: 3, valueDimension: 4, usesBias: true, outputDimension: output,
        arguments: arguments))
  }

  /// Source: keras/src/layers/attention/multi_head_attention.py `compute_output_shape`.
  @Test(arguments: [
    ShapeCase("as the query", attention(), [nil, 5, 6], [nil, 8, 9], gives: [nil, 5, 6]),
    ShapeCase("a size of its own", attention(output: 10), [nil, 5, 6], [nil, 8, 9], gives: [nil, 5, 10]),
    ShapeCase(
      "the query is the second input", attention(query: 1), [nil, 5, 6], [nil, 8, 9], gives: [nil, 8, 9]),
    ShapeCase("of unknown steps", attention(), [nil, nil, 6], [nil, 8, 6], gives: [nil, nil, 6]),
    ShapeCase("there is no such input", attention(query: 1), [nil, 5, 6], gives: nil),
  ])
  func `Attention gives a row for each step of its query`(shape: ShapeCase) { shape.check() }
}
