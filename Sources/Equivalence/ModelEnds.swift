import Bytes
import Elements
import ModelGraph

/// Whether two models can be given the same inputs, and give as many outputs.
struct ModelEnds {
  private let old: Graph
  private let new: Graph

  init(_ old: Graph, _ new: Graph) { (self.old, self.new) = (old, new) }

  /// The first difference; nil if there is none.
  var mismatch: Mismatch? {
    func differs(_ subject: String, _ expected: String, _ found: String) -> Mismatch {
      .attribute(subject, expected, found, of: -1)
    }
    if old.obstacle != new.obstacle {
      return differs("class of the model", old.obstacle ?? "plain", new.obstacle ?? "plain")
    }
    if old.inputs.count != new.inputs.count {
      return differs("number of inputs", "\(old.inputs.count)", "\(new.inputs.count)")
    }
    if old.outputs.count != new.outputs.count {
      return differs("number of outputs", "\(old.outputs.count)", "\(new.outputs.count)")
    }
    func words(_ names: [ByteString]) -> String { names.map(\.description).joined(separator: ", ") }
    if old.outputNames != new.outputNames {
      return differs("names of the outputs", words(old.outputNames), words(new.outputNames))
    }
    let names = [old, new].map { graph in graph.inputs.map { graph.inputLayer($0).name } }
    if names[0] != names[1] {
      if Set(names[0]) == Set(names[1]) {
        return differs("order of the inputs", words(names[0]), words(names[1]))
      }
      if old.isOperatorGraph { return differs("names of the inputs", words(names[0]), words(names[1])) }
    }
    if let mismatch = declarationMismatch(differs) { return mismatch }
    for (number, (before, after)) in zip(old.inputs, new.inputs).enumerated() {
      let (first, second) = (old.inputLayer(before).operation, new.inputLayer(after).operation)
      guard case .input(let shape, let type) = first, case .input(let other, let otherType) = second else {
        continue
      }
      func words(_ shape: PartialShape?) -> String { shape.map { describe($0) } ?? "not known" }
      if shape != other { return differs("shape of input \(number)", words(shape), words(other)) }
      if type != otherType { return differs("type of input \(number)", "\(type)", "\(otherType)") }
    }
    return nil
  }
}

extension ModelEnds {
  /// What differs in what the files say of outputs, and of values that the caller may replace.
  private func declarationMismatch(_ differs: (String, String, String) -> Mismatch) -> Mismatch? {
    if old.isOperatorGraph != new.isOperatorGraph {
      return differs("kind of the model", old.kind, new.kind)
    }
    let replaceable = [old, new].map(\.replaceableValues)
    if replaceable[0] != replaceable[1] {
      return differs(
        "inputs that have a value of their own", words(replaceable[0]), words(replaceable[1]))
    }
    for (number, (before, after)) in zip(old.outputTypes, new.outputTypes).enumerated() {
      if let before, let after, before != after {
        return differs("type of output \(number)", "\(before)", "\(after)")
      }
    }
    for (number, (before, after)) in zip(old.outputShapes, new.outputShapes).enumerated() {
      guard let before, let after else { continue }
      // An unknown size is not one that differs.
      let differ = zip(before, after).contains { $0 != nil && $1 != nil && $0 != $1 }
      if before.count != after.count || differ {
        return differs("shape of output \(number)", describe(before), describe(after))
      }
    }
    return nil
  }

  private func words(_ values: [String]) -> String {
    values.isEmpty ? "none" : values.joined(separator: ", ")
  }
}

extension Graph {
  fileprivate var kind: String { isOperatorGraph ? "a graph of operators" : "a graph of layers" }

  /// Names, types and shapes of the values that the caller may replace.
  fileprivate var replaceableValues: [String] {
    layers.filter(\.isReplaceable).map { layer in
      let kinds = (layer.variables ?? []).map { "\($0.elementType)\(describe($0.shape))" }
      return "\(layer.name) (\(kinds.joined(separator: ", ")))"
    }.sorted()
  }

  fileprivate func inputLayer(_ reference: TensorReference) -> Layer { layers[calls[reference.call].layer] }
}
