import Bytes
import ModelGraph

/// The names under which the format of Keras 3 keeps the state of the layers of a model.
///
/// They are made of the classes and counted in the order of the layers; the layers' own names play no role. Removing a
/// layer renames those of its class that come after it.
/// Source: keras/src/saving/saving_lib.py `_save_container_state`; keras/src/utils/naming.py and
/// tf_keras/src/utils/generic_utils.py `to_snake_case`.
struct ObjectKeys {
  let scheme: Scheme

  /// How releases list the layers of a model.
  enum Scheme: CaseIterable {
    /// Every layer once, in Keras 3 and in Keras 2 since 2.15.
    case layers
    /// Every layer once, under the name that Keras 2.14 has for the list.
    case dependencies
    /// In Keras 2.12 and 2.13, those with weights twice, of which the second is counted and not saved.
    ///
    /// Source: keras/engine/functional.py of these releases, `_layer_checkpoint_dependencies`.
    case dependenciesTwice

    /// The one that a release of Keras writes and looks for.
    init(version: ByteString) {
      let twice: [ByteString] = ["2.12.", "2.13."]
      if twice.contains(where: { version.hasPrefix($0) }) {
        self = .dependenciesTwice
      } else {
        self = version.hasPrefix("2.14.") ? .dependencies : .layers
      }
    }

    /// The name of the group of the layers.
    var container: ByteString { self == .layers ? "layers" : "_layer_checkpoint_dependencies" }
  }

  /// The key of each layer of a graph, by the layer's index, in Keras's order.
  ///
  /// - Parameter hasWeights: whether the layer with an index has weights, which the file may tell by its key.
  func keys(
    of graph: Graph, hasWeights: (Int, ByteString) -> Bool
  ) -> [(layer: Int, key: ByteString)] {
    var used: [ByteString: Int] = [:]
    return Self.listedLayers(of: graph).map { index in
      let name = key(ofClass: graph.layers[index].className)
      let number = used[name, default: 0]
      let key = number == 0 ? name : name + ByteString("_\(number)")
      let isTwice = scheme == .dependenciesTwice && hasWeights(index, key)
      used[name] = number + (isTwice ? 2 : 1)
      return (index, key)
    }
  }

  /// The same for a graph whose layers have been given their weights.
  func keys(of graph: Graph) -> [(layer: Int, key: ByteString)] {
    keys(of: graph) { index, _ in graph.layers[index].hasWeights }
  }

  /// What Keras calls the layers of a model, by their indices, in its order.
  static func listedLayers(of graph: Graph) -> [Int] {
    LayerOrder.order(of: graph).filter { isCounted(graph.layers[$0], in: graph) }
  }

  /// A list of layers does not count its input; functions are no layers.
  private static func isCounted(_ layer: Layer, in graph: Graph) -> Bool {
    if case .input = layer.operation, graph.isSequential { return false }
    return !layer.isFunction
  }

  /// Classes that files have another name for than Python.
  private static let classes: [ByteString: ByteString] = [
    "Model": "Functional", "GroupQueryAttention": "GroupedQueryAttention",
  ]

  /// A class's name in lower case, with underscores between its words.
  func key(ofClass name: ByteString) -> ByteString {
    // What a user has registered is written with the name of a package in front.
    let own = name.bytes.split(separator: UInt8(ascii: ">")).last.map(Array.init) ?? []
    let word = Self.classes[ByteString(own)]?.bytes ?? own.filter(\.isWordCharacter)
    var result: [UInt8] = []
    for (index, character) in splitBeforeWords(word).enumerated() {
      let isBoundary = index > 0 && character.isUpper && result.last?.isLower == true
      result += isBoundary ? [UInt8(ascii: "_"), character] : [character]
    }
    return ByteString(result.map { $0.isUpper ? $0 + 32 : $0 })
  }

  /// Puts an underscore before each capital letter with small ones behind it, unless it is the first character after
  /// another such word.
  private func splitBeforeWords(_ word: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var index = 0
    while index < word.count {
      result.append(word[index])
      var end = index + 2
      while end < word.count, word[end].isLower { end += 1 }
      if index + 1 < word.count, word[index + 1].isUpper, end > index + 2 {
        result.append(UInt8(ascii: "_"))
        result += word[index + 1..<end]
        index = end
      } else {
        index += 1
      }
    }
    return result
  }
}

extension Layer {
  /// Whether it or something in it has been given weights.
  fileprivate var hasWeights: Bool {
    if let inner = wrapped.first { return inner.hasWeights }
    return body?.layers.contains(where: \.hasWeights) ?? !(variables ?? []).isEmpty
  }
}

extension UInt8 {
  fileprivate var isUpper: Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) }
  fileprivate var isLower: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) }
  fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
  fileprivate var isWordCharacter: Bool { isUpper || isLower || isDigit || self == UInt8(ascii: "_") }
}
