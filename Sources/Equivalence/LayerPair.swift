import Bytes
import Elements
import ModelGraph

/// A call of the original and one of the folded model that may be the same.
struct LayerPair {
  let old: FlatGraph.Node
  let new: FlatGraph.Node
  let oldStore: any WeightStore
  let newStore: any WeightStore
  let arithmetic: Arithmetic
  /// Whether weights whose bits cannot be read are known to have been carried as they were.
  let trustsCarriedWeights: Bool
  /// Whether masks go through the model beside the tensors, which some classes pass on and others do not.
  let hasMasks: Bool
  /// Where subnormal weights are counted.
  let subnormals: WeightTally
  /// Where weights that are not numbers are counted.
  let nonFinite: WeightTally
  /// Where channels are noted that differ to no effect.
  let hidden: HiddenChannels

  /// Elements that are compared at a time.
  private static let blockElements = 1 << 16

  /// The same pair with the weights of the original in another store.
  func reading(_ store: any WeightStore) -> LayerPair {
    LayerPair(
      old: old, new: new, oldStore: store, newStore: newStore, arithmetic: arithmetic,
      trustsCarriedWeights: trustsCarriedWeights, hasMasks: hasMasks, subnormals: subnormals,
      nonFinite: nonFinite, hidden: hidden)
  }

  func mismatch(_ subject: String, _ expected: String, _ found: String) -> Mismatch {
    .attribute(subject, expected, found, of: new.layerNumber)
  }

  /// Whether two weights are the same, bit for bit, and for the same.
  ///
  /// - Throws: what the stores throw.
  func areIdentical(_ weight: Variable, _ other: Variable) throws -> Bool {
    guard weight.shape == other.shape, weight.elementType == other.elementType,
      weight.role.isSame(as: other.role)
    else { return false }
    return try firstDifference(weight, other) == nil
  }

  /// Whether two lists of weights are the same, in the same order.
  ///
  /// - Throws: what the stores throw.
  func areIdentical(_ weights: [Variable], _ others: [Variable]) throws -> Bool {
    guard weights.count == others.count else { return false }
    return try zip(weights, others).allSatisfy { try areIdentical($0, $1) }
  }

  /// The first elements whose bits differ.
  private func firstDifference(_ weight: Variable, _ other: Variable) throws -> Range<Int>? {
    guard case .stored(let number) = weight.value, case .stored(let otherNumber) = other.value,
      weight.elementType.byteCount != nil
    else {
      guard weight.elementType.isFloatingPoint else {
        if trustsCarriedWeights { return nil }
        throw Mismatch.unknown("elements of type \(weight.elementType) are not compared", of: new.layerNumber)
      }
      let elements: ([Double], [Double]) = (
        try weight.elements(from: oldStore), try other.elements(from: newStore)
      )
      let place = elements.0.indices.first { elements.0[$0].bitPattern != elements.1[$0].bitPattern }
      return place.map { $0..<$0 + 1 }
    }
    var count = 0
    for block in (0..<weight.shape.elementCount).blocks(of: Self.blockElements) {
      let bytes = try oldStore.bytes(ofWeight: number, elements: block)
      if bytes != (try newStore.bytes(ofWeight: otherNumber, elements: block)) { return block }
      // They are in the processor's cache now.
      count += bytes.withUnsafeBytes { weight.elementType.nonFiniteCount(in: $0) }
    }
    nonFinite.add(count, ofLayer: new.layerNumber, weight: other.name)
    return nil
  }

  /// - Throws: `Mismatch` unless both have the same weights, bit for bit, or what the stores throw.
  func requireIdenticalWeights() throws {
    try requireIdenticalWeights(old.variables, new.variables)
  }

  private func requireIdenticalWeights(_ weights: [Variable], _ others: [Variable]) throws {
    guard weights.count == others.count else {
      throw mismatch("number of weights", "\(weights.count)", "\(others.count)")
    }
    for (weight, other) in zip(weights, others) {
      guard weight.role.isSame(as: other.role) else {
        throw mismatch("weight", weight.role.subject, other.role.subject)
      }
      try requireSameKind(weight, other)
      guard let block = try firstDifference(weight, other) else { continue }
      throw try difference(of: weight, other, in: block)
    }
  }

  /// - Throws: `Mismatch` for weights of different shapes or types.
  func requireSameKind(_ weight: Variable, _ other: Variable) throws(Mismatch) {
    let name = weight.role.subject
    guard weight.shape == other.shape else {
      throw mismatch("shape of the \(name)", describe(weight.shape), describe(other.shape))
    }
    guard weight.elementType == other.elementType else {
      throw mismatch("element type of the \(name)", "\(weight.elementType)", "\(other.elementType)")
    }
  }

  private func difference(of weight: Variable, _ other: Variable, in block: Range<Int>) throws -> Mismatch {
    guard weight.elementType.isFloatingPoint else {
      return mismatch(weight.role.subject, "other bits", "at element \(block.lowerBound) or after it")
    }
    var found: Mismatch?
    var count = 0
    for block in (block.lowerBound..<weight.shape.elementCount).blocks(of: Self.blockElements) {
      let elements: ([Double], [Double]) = (
        try weight.elements(from: oldStore, range: block), try other.elements(from: newStore, range: block)
      )
      for (offset, (expected, value)) in zip(elements.0, elements.1).enumerated()
      where expected.bitPattern != value.bitPattern {
        count += 1
        guard found == nil else { continue }
        found = element(of: other, at: block.lowerBound + offset, expected: expected, found: value)
      }
    }
    var mismatch = found ?? self.mismatch(weight.role.subject, "", "")
    mismatch.count = count
    return mismatch
  }

  /// An element of a weight that has another value than it has to have.
  func element(of weight: Variable, at index: Int, expected: Double, found: Double) -> Mismatch {
    var mismatch = mismatch(
      weight.role.subject, "\(expected.shortest(weight.elementType))", "\(found.shortest(weight.elementType))"
    )
    mismatch.place = describe(weight.shape.position(ofElement: index))
    mismatch.ulps = weight.elementType.ulps(from: expected, to: found)
    return mismatch
  }
}

extension ElementType {
  /// The distance between two values in units in the last place of the first; nil where there is none.
  func ulps(from expected: Double, to found: Double) -> Double? {
    guard isFloatingPoint, expected.isFinite, found.isFinite else { return nil }
    let half = HalfUnits(self).around(abs(rounded(expected))).above
    return abs(found - expected) / (2 * half)
  }
}

extension Double {
  /// As few digits as tell the value from others of its type.
  func shortest(_ type: ElementType) -> String { type == .float64 ? "\(self)" : "\(Float(self))" }
}

extension Array where Element == Int {
  /// The index in each axis of an element in row-major order.
  func position(ofElement index: Int) -> [Int] {
    var rest = index
    var position = self
    for axis in indices.reversed() where self[axis] > 0 {
      position[axis] = rest % self[axis]
      rest /= self[axis]
    }
    return position
  }
}

/// A shape or position for people, as `[3, 3, 64]`.
func describe(_ numbers: [Int]) -> String { "\(numbers)" }

extension Role {
  /// Whether two weights are for the same; of those that are only carried the order has to tell.
  fileprivate func isSame(as other: Role) -> Bool {
    switch (self, other) {
    case (.other, .other): true
    default: self == other
    }
  }

  /// What the weight is called in a report.
  var subject: String {
    switch self {
    case .kernel: "kernel"
    case .bias: "bias"
    case .recurrentKernel: "recurrent kernel"
    case .of(let part, let role): "\(part) \(role.subject)"
    case .depthwiseKernel: "depthwise kernel"
    case .pointwiseKernel: "pointwise kernel"
    case .scale: "scale"
    case .gamma: "gamma"
    case .beta: "beta"
    case .movingMean: "moving mean"
    case .movingVariance: "moving variance"
    case .alpha: "alpha"
    case .embeddings: "embeddings"
    case .mean: "mean"
    case .variance: "variance"
    case .count: "count"
    case .operand(let position): "operand \(position)"
    case .other(let number): "weight \(number)"
    }
  }
}
