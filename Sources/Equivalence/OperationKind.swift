import ModelGraph

extension Operation {
  /// Whether another operation is one of the same kind, whatever its attributes are.
  func isSameKind(as other: Operation) -> Bool {
    if case .convolution(let one) = self, case .convolution(let two) = other {
      return caseName(of: one.kind) == caseName(of: two.kind)
    }
    if case .function(let one) = self, case .function(let two) = other { return one.isSameKind(as: two) }
    if case .tensor(let one) = self, case .tensor(let two) = other {
      return caseName(of: one.kind) == caseName(of: two.kind)
    }
    return caseName(of: self) == caseName(of: other)
  }

  /// Whether it gives a tensor that is in the file.
  var isConstant: Bool {
    guard case .tensor(let operation) = self else { return false }
    return operation.kind == .constant
  }
}

extension TensorFunction {
  fileprivate func isSameKind(as other: TensorFunction) -> Bool {
    switch (self, other) {
    case (.combination(let one, _, _), .combination(let two, _, _)): one == two
    case (.elementwise(let one), .elementwise(let two)): caseName(of: one) == caseName(of: two)
    default: caseName(of: self) == caseName(of: other)
    }
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
