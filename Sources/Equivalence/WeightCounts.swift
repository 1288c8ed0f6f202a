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

  /// The calls that an output depends on.
  var neededCalls: Set<Int> {
    var needed = Set(outputs.map(\.call))
    for index in calls.indices.reversed() where needed.contains(index) {
      needed.formUnion((calls[index].inputs + calls[index].controls).map(\.call))
    }
    return needed
  }

  /// Elements of constants of which no output depends on the tensor: the layers that compute with them have them as weights of
  /// their own.
  var heldConstantCount: Int {
    let needed = neededCalls
    let held = calls.indices.filter { !needed.contains($0) }.map { layers[calls[$0].layer] }
      .filter(\.operation.isConstant).reduce(0) { $0 + $1.interpretedWeightCount }
    return layers.reduce(held) { $0 + ($1.body?.heldConstantCount ?? 0) }
  }
}
