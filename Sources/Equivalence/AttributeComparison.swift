import ModelGraph

/// What a layer computes, written out for people attribute by attribute.
struct AttributeList {
  /// Names of attributes, outer ones in front, and their values.
  private(set) var attributes: [(name: String, value: String)] = []

  init(_ operation: Operation) { add(operation, name: "") }

  private mutating func add(_ value: Any, name: String) {
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .optional:
      guard let inner = mirror.children.first?.value else { return attributes.append((name, "none")) }
      add(inner, name: name)
    case .collection, nil: attributes.append((name, "\(value)"))
    case .enum:
      let title = name.isEmpty ? "operation" : name
      guard let inner = mirror.children.first else {
        return attributes.append((title, words("\(value)".split(separator: ".").last ?? "")))
      }
      let kind = words(inner.label ?? "")
      attributes.append((title, kind))
      add(inner.value, name: name.isEmpty ? kind : name)
    default:
      for child in mirror.children {
        let label = words((child.label ?? "").drop { $0 == "." || $0.isNumber })
        // The attributes of a layer go by their own names, those of what is in it by both.
        let outer = attributes.count == 1 ? "" : name
        add(child.value, name: [outer, label].filter { !$0.isEmpty }.joined(separator: " "))
      }
    }
  }

  /// `kernelSize` as `kernel size`.
  private func words(_ label: some StringProtocol) -> String {
    label.map { $0.isUppercase ? " \($0.lowercased())" : "\($0)" }.joined()
  }

  /// The first attribute that another list has in another way.
  func difference(to other: AttributeList) -> (name: String, value: String, other: String)? {
    for (own, second) in zip(attributes, other.attributes)
    where own.name != second.name || own.value != second.value {
      return own.name == second.name
        ? (own.name, own.value, second.value)
        : (own.name, "\(own.name) \(own.value)", "\(second.name) \(second.value)")
    }
    guard attributes.count != other.attributes.count else { return nil }
    return ("number of attributes", "\(attributes.count)", "\(other.attributes.count)")
  }
}

extension LayerPair {
  /// - Throws: `Mismatch` unless both calls compute the same with the weights and tensors that they are given.
  func requireSameAttributes() throws(Mismatch) {
    guard var difference = attributeDifference() else { return }
    difference.isOfAttribute = true
    throw difference
  }

  private func attributeDifference() -> Mismatch? {
    if old.operation.withoutBias != new.operation.withoutBias {
      let (before, after) = (
        AttributeList(old.operation.withoutBias), AttributeList(new.operation.withoutBias)
      )
      let found = before.difference(to: after)
      return mismatch(found?.name ?? "operation", found?.value ?? "", found?.other ?? "")
    }
    if old.layer.precision != new.layer.precision {
      return mismatch("precision policy", "\(old.layer.precision)", "\(new.layer.precision)")
    }
    if old.isTimeDistributed != new.isTimeDistributed {
      return mismatch("TimeDistributed", "\(old.isTimeDistributed)", "\(new.isTimeDistributed)")
    }
    if old.layer.isFunction != new.layer.isFunction {
      // A function computes in the type that it is given, a layer in its own.
      return mismatch(
        "kind", old.layer.isFunction ? "a function" : "a layer",
        new.layer.isFunction ? "a function" : "a layer")
    }
    if old.layer.isOpaque || hasMasks, old.layer.className != new.layer.className {
      return mismatch("class", "\(old.layer.className)", "\(new.layer.className)")
    }
    if old.layer.isReplaceable != new.layer.isReplaceable {
      return mismatch("kind", old.layer.kindOfConstant, new.layer.kindOfConstant)
    }
    if old.layer.configuration != new.layer.configuration {
      return mismatch("attributes", "those of the original", "others")
    }
    if old.call.training != new.call.training {
      return mismatch("training", old.call.training.words, new.call.training.words)
    }
    if old.call.unknownArguments != new.call.unknownArguments {
      return mismatch("arguments of the call", "those of the original", "others")
    }
    return nil
  }
}

extension Layer {
  fileprivate var kindOfConstant: String {
    isReplaceable ? "a value that the caller may replace" : "a constant"
  }
}

extension Optional where Wrapped == Bool {
  fileprivate var words: String { map { "\($0)" } ?? "not set" }
}

extension Operation {
  /// The operation as if it had a bias, which may have come or gone, and without what matters in training only.
  var withoutBias: Operation {
    switch self {
    case .batchNormalization(let normalization):
      return .batchNormalization(
        BatchNormalization(
          axes: normalization.axes, epsilon: normalization.epsilon, centers: true, scales: true,
          momentum: normalization.obstacle == nil ? nil : normalization.momentum,
          obstacle: normalization.obstacle))
    case .dense(var dense):
      // The kernels are compared, however their axes are ordered.
      (dense.usesBias, dense.kernelLayout) = (false, .transposed)
      return .dense(dense)
    case .convolution(var convolution):
      (convolution.usesBias, convolution.kernelLayout) = (false, nil)
      return .convolution(convolution)
    default: return with(bias: false)
    }
  }
}
