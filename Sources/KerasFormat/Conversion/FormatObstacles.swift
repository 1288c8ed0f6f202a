import ModelGraph

/// What of a model some formats cannot hold.
extension Graph {
  /// Whether some of its layers with weights are frozen and others are not.
  var isPartlyFrozen: Bool { Set(frozenFlags).count > 1 }

  private var frozenFlags: [Bool] {
    layers.flatMap { layer in
      layer.core.body?.frozenFlags ?? ((layer.core.variables ?? []).isEmpty ? [] : [layer.trainable])
    }
  }

  /// The first function, those in inner models included.
  var firstFunction: Layer? {
    for layer in layers {
      if layer.isFunction { return layer }
      if let inner = layer.core.body?.firstFunction { return inner }
    }
    return nil
  }
}
