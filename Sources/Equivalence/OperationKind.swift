import ModelGraph

extension Operation {
  /// Whether another operation is one of the same kind, whatever its attributes are.
  func isSameKind(as other: Operation) -> Bool {
    if case .convolution(let one) = self, case .convolution(let two) = other {
      return caseName(of: one.kind) == caseName(of: two.kind)
    }
    return caseName(of: self) == caseName(of: other)
  }
}

/// The name of an enumeration's case, without what belongs to it.
private func caseName(of value: Any) -> String {
  Mirror(reflecting: value).children.first?.label ?? "\(value)"
}

extension AttributeList {
  /// The operation itself, in words.
  var kind: String { attributes.first.map { "\($0.name) \($0.value)" } ?? "" }
}
