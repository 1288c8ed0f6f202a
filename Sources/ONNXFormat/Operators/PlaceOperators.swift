import Bytes
import Elements
import ModelGraph

extension OperatorTable {
  /// Elements in other places.
  static let places: [ByteString: Reader] = [
    "Concat": { (node) throws(CarriedReason) in try node.concatenation() },
    "Slice": { (node) throws(CarriedReason) in try node.slice() },
    "Gather": { (node) throws(CarriedReason) in
      try node.tensorOperation(.gather(axis: try node.attributes.integer("axis", or: 0)))
    },
    "GatherElements": { (node) throws(CarriedReason) in
      try node.tensorOperation(.gatherElements(axis: try node.attributes.integer("axis", or: 0)))
    },
    "GatherND": { (node) throws(CarriedReason) in
      try node.tensorOperation(
        .gatherND(batchDimensions: try node.attributes.integer("batch_dims", or: 0)))
    },
    "Scatter": { (node) throws(CarriedReason) in try node.scatterElements() },
    "ScatterElements": { (node) throws(CarriedReason) in try node.scatterElements() },
    "ScatterND": { (node) throws(CarriedReason) in
      try node.tensorOperation(.scatterND(reduction: try node.scatterReduction()))
    },
    "Split": { (node) throws(CarriedReason) in
      let axis = try node.attributes.integer("axis", or: 0)
      node.attributes.ignore("num_outputs")
      if node.version < 13 { node.setOperand(1, integers: try node.attributes.integers("split")) }
      return try node.tensorOperation(.split(axis: axis), outputs: node.node.outputs.count)
    },
    "Pad": { (node) throws(CarriedReason) in try node.pad() },
    "Trilu": { (node) throws(CarriedReason) in
      try node.tensorOperation(.triangle(keepsUpper: try node.attributes.flag("upper", or: true)))
    },
    "DepthToSpace": { (node) throws(CarriedReason) in
      let mode = try node.attributes.text("mode", or: "DCR")
      guard mode == "DCR" || mode == "CRD" else { throw .attribute("mode") }
      return try node.tensorOperation(
        .depthToSpace(blockSize: try node.blockSize(), isColumnsFirst: mode == "CRD"))
    },
    "SpaceToDepth": { (node) throws(CarriedReason) in
      let mode = try node.attributes.text("mode", or: "DCR")
      guard mode == "DCR" || mode == "CRD" else { throw .attribute("mode") }
      return try node.tensorOperation(
        .spaceToDepth(blockSize: try node.blockSize(), isColumnsFirst: mode == "CRD"))
    },
    "NonZero": { (node) throws(CarriedReason) in try node.tensorOperation(.nonZero) },
    "OneHot": { (node) throws(CarriedReason) in
      try node.tensorOperation(.oneHot(axis: try node.attributes.integer("axis", or: -1)))
    },
  ]
}

extension NodeReading {
  fileprivate mutating func concatenation() throws(CarriedReason) -> Operation {
    guard attributes.has("axis") else { throw .attribute("axis") }
    let axis = try attributes.integer("axis", or: 0)
    guard !operands.isEmpty, operands.allSatisfy({ $0 != nil }) else { throw .operands(operands.count) }
    guard operands.allSatisfy({ $0?.constant == nil }) else {
      return try tensorOperation(.concatenate(axis: axis))
    }
    try requireOutputs(1)
    // A tensor may be joined with itself, so that numbers of inputs are not looked up.
    appendAllInputs()
    return .merge(.concatenate(axis: axis))
  }

  /// Before version 10 starts, ends and axes are attributes.
  fileprivate mutating func slice() throws(CarriedReason) -> Operation {
    if version < 10 {
      setOperand(1, integers: try attributes.integers("starts"))
      setOperand(2, integers: try attributes.integers("ends"))
      setOperand(3, integers: try attributes.integers("axes"))
    }
    try requireOperands(3...5)
    guard let selections = selections() else { return try tensorOperation(.slice) }
    try requireOutputs(1)
    _ = input(0)
    return .function(.selection(selections))
  }

  /// A slice as a selection of each axis, where all of it is known and no step is negative.
  private func selections() -> [TensorFunction.Selection]? {
    guard let rank = shape(0)?.count, let starts = integers(1), let ends = integers(2),
      starts.count == ends.count, !has(3) || integers(3) != nil, !has(4) || integers(4) != nil
    else { return nil }
    let axes = integers(3) ?? Array(starts.indices)
    let steps = integers(4) ?? starts.map { _ in 1 }
    guard axes.count == starts.count, steps.count == starts.count, steps.allSatisfy({ $0 > 0 }),
      let places = TensorFunction.places(axes, rank: rank), let last = places.max()
    else { return nil }
    var selections = [TensorFunction.Selection](
      repeating: .range(start: nil, stop: nil, step: 1), count: last + 1)
    for (number, axis) in axes.enumerated() {
      guard let place = normalizedAxis(axis, rank: rank) else { return nil }
      selections[place] = .range(start: starts[number], stop: ends[number], step: steps[number])
    }
    return selections
  }

  fileprivate mutating func scatterElements() throws(CarriedReason) -> Operation {
    let axis = try attributes.integer("axis", or: 0)
    return try tensorOperation(.scatterElements(axis: axis, reduction: try scatterReduction()))
  }

  fileprivate mutating func scatterReduction() throws(CarriedReason) -> TensorOperator.ScatterReduction {
    try attributes.choice(
      "reduction",
      ["none": .replace, "add": .add, "mul": .multiply, "max": .maximum, "min": .minimum])
  }

  /// Before version 11 pads and value are attributes.
  fileprivate mutating func pad() throws(CarriedReason) -> Operation {
    let mode: TensorOperator.PadMode = try attributes.choice(
      "mode", ["constant": .constant, "reflect": .reflect, "edge": .edge, "wrap": .wrap])
    var isZero = !has(2)
    if version < 11 {
      let value = try attributes.float("value", or: 0)
      setOperand(1, integers: try attributes.integers("pads"))
      if value != 0 { setOperand(2, floats: [value], shape: []) }
      isZero = value == 0
    }
    guard mode == .constant, isZero, !has(3), let pads = integers(1), let rank = shape(0)?.count,
      pads.count == 2 * rank, pads.allSatisfy((0...largestAxis).contains)
    else { return try tensorOperation(.pad(mode)) }
    try requireOutputs(1)
    _ = input(0)
    return .function(
      .zeroPadding((0..<rank).map { EdgeAmounts(before: pads[$0], after: pads[$0 + rank]) }))
  }

  fileprivate mutating func blockSize() throws(CarriedReason) -> Int {
    let size = try attributes.integer("blocksize", or: 0)
    guard size > 0 else { throw .attribute("blocksize") }
    return size
  }
}
