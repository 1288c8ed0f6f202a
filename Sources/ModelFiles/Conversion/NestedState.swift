import ModelGraph
import Tensor

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
