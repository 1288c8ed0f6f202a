import ModelGraph

extension Layer {
  /// Elements of all weights whose types bnfold interprets, inner layers included.
  var interpretedWeightCount: Int {
    (variables ?? []).filter { $0.elementType.byteCount != nil }.reduce(0) { $0 + $1.shape.elementCount }
      + wrapped.reduce(0) { $0 + $1.interpretedWeightCount }
      + (body?.interpretedWeightCount ?? 0)
  }
}

extension Graph {
  /// Elements of all weights whose types bnfold interprets, inner layers included.
  var interpretedWeightCount: Int { layers.reduce(0) { $0 + $1.interpretedWeightCount } }
}
