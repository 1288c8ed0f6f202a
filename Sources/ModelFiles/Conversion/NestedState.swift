import ModelGraph
import Tensor

/// Where layers whose weights bnfold carries without interpreting them keep them among their objects.
///
/// Files that arrange weights by name have one list for each layer, so that only this tells what belongs where.
/// Source: the attributes of the classes in keras/src/layers and tf_keras/src/layers, in the order in which their
/// weights are made.
struct NestedState {
  private let generation: KerasGeneration

  init(generation: KerasGeneration) { self.generation = generation }

  /// The paths of the objects of a class, each with an equal share of its weights; nil for a class of which bnfold does
  /// not know them.
  func paths(ofClass name: ByteString) -> [[ByteString]]? {
    switch name {
    case "LSTM", "GRU", "SimpleRNN", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D": return [["cell"]]
    case "Bidirectional": return [["forward_layer", "cell"], ["backward_layer", "cell"]]
    case "MultiHeadAttention":
      let prefix: ByteString = generation == .keras2 ? "_" : ""
      return ["query", "key", "value", "output"].map { [prefix + $0 + "_dense"] }
    case "LayerNormalization", "GroupNormalization", "RMSNormalization", "Normalization",
      "LocallyConnected1D", "LocallyConnected2D":
      return [[]]
    default: return nil
    }
  }

  /// The weights of a layer in a file that arranges them by object, in the order in which they were made.
  ///
  /// - Returns: nil where it is not known.
  func inOrder(_ variables: [Variable], ofClass name: ByteString) -> [Variable]? {
    var objects: [[ByteString]: [(number: Int, variable: Variable)]] = [:]
    for variable in variables {
      let path = variable.name.split(separator: UInt8(ascii: "/"))
      guard path.count > 1, path[path.count - 2] == "vars", let number = Int("\(path[path.count - 1])") else {
        return nil
      }
      objects[Array(path.dropLast(2)), default: []].append((number, variable))
    }
    var ordered: [Variable] = []
    for path in paths(ofClass: name) ?? [[]] {
      let owners = objects.keys.filter { $0.suffix(path.count).elementsEqual(path) }
      guard owners.count <= 1 else { return nil }
      guard let owner = owners.first, let own = objects.removeValue(forKey: owner) else { continue }
      ordered += own.sorted { $0.number < $1.number }.map(\.variable)
    }
    return objects.isEmpty ? ordered : nil
  }
}
