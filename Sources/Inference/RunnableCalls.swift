import ModelGraph

extension Call {
  /// - Throws: `EvaluationError` for a call of a layer that is not run.
  func checkRunnable(_ layer: Layer) throws(EvaluationError) {
    if let obstacle = obstacle(of: layer) { throw EvaluationError(.notRun(obstacle), layer: layer.name) }
  }

  func isRunnable(_ layer: Layer) -> Bool { obstacle(of: layer) == nil }

  private func obstacle(of layer: Layer) -> String? {
    if case .opaque(let why) = layer.core.operation { return why }
    if training == true, !layer.isSameInTraining { return "it is called with training=True" }
    if !controls.isEmpty, !layer.ignoresMasks { return "it is given a mask, which is not run" }
    return hasUnknownArguments ? "it is called with arguments that bnfold does not understand" : nil
  }
}

extension Layer {
  /// Whether a mask changes nothing at inference.
  fileprivate var ignoresMasks: Bool {
    switch core.operation {
    case .identity, .batchNormalization: true
    default: false
    }
  }

  /// Whether the layer computes the same in training and at inference.
  fileprivate var isSameInTraining: Bool {
    switch core.operation {
    case .identity, .batchNormalization, .model, .opaque: false
    default: true
    }
  }
}
