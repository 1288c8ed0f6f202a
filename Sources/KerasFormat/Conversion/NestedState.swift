import Bytes
import ModelGraph

/// Where layers whose weights bnfold carries without interpreting them keep them among their objects.
///
/// Files that arrange weights by name have one list for each layer, so that only this tells what belongs where.
/// Source: the attributes of the classes in keras/src/layers and tf_keras/src/layers, in the order in which their
/// weights are made. Classes with several such objects are not among them: when one is frozen, the list has another order.
enum NestedState {
  /// The path of the object that has the weights of a class; nil for a class of which bnfold does not know it.
  static func path(ofClass name: ByteString) -> [ByteString]? {
    switch name {
    case "LSTM", "GRU", "SimpleRNN", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D": ["cell"]
    case "LayerNormalization", "GroupNormalization", "RMSNormalization", "Normalization",
      "LocallyConnected1D", "LocallyConnected2D":
      []
    default: nil
    }
  }

  /// The paths of the objects of a layer that have its weights, with how many each has, in the order of the weights.
  ///
  /// - Parameter expected: the weights that the layer must have.
  static func objects(
    of operation: Operation, _ expected: [ExpectedVariable], generation: KerasGeneration
  ) -> [(path: [ByteString], count: Int)] {
    var objects: [(path: [ByteString], count: Int)] = []
    for variable in expected {
      let path = path(of: variable.role, in: operation, generation: generation)
      if objects.last?.path == path {
        objects[objects.count - 1].count += 1
      } else {
        objects.append((path, 1))
      }
    }
    return objects
  }

  /// Keras 3 finds the projections of an attention by properties, tf_keras by the attributes themselves.
  private static func path(
    of role: Role, in operation: Operation, generation: KerasGeneration
  ) -> [ByteString] {
    if case .recurrent = operation { return ["cell"] }
    guard case .of(let part, _) = role else { return [] }
    let hidden: ByteString = generation == .keras3 ? "" : "_"
    switch part {
    case .forward: return ["forward_layer", "cell"]
    case .backward: return ["backward_layer", "cell"]
    case .query: return [hidden + "query_dense"]
    case .key: return [hidden + "key_dense"]
    case .value: return [hidden + "value_dense"]
    case .output: return [hidden + "output_dense"]
    }
  }

  /// The weights of a layer in a file that arranges them by object, in the order in which they were made.
  ///
  /// - Returns: nil where it is not known, because they are in several objects.
  static func inOrder(_ variables: [Variable]) -> [Variable]? {
    var owners: Set<[ByteString]> = []
    var ordered: [(number: Int, variable: Variable)] = []
    for variable in variables {
      let path = variable.name.split(separator: UInt8(ascii: "/"))
      guard path.count > 1, path[path.count - 2] == "vars", let number = Int("\(path[path.count - 1])") else {
        return nil
      }
      owners.insert(Array(path.dropLast(2)))
      ordered.append((number, variable))
    }
    guard owners.count <= 1 else { return nil }
    return ordered.sorted { $0.number < $1.number }.map(\.variable)
  }
}
