import BatchNormFolding
import Bytes
import Elements
import Jobs

/// The layers of a network as items: in reading order, with what repeats in one piece, the models inside it as lists of their own.
struct PictureScopes {
  private(set) var layers: [PictureLayer] = []
  private(set) var items: [PictureItem] = []
  private var children: [[Int]] = []
  private var sources: [[Int]] = []
  private var kinds = PictureKinds()

  init(_ graph: GraphPart) {
    layers = Self.layers(graph)
    let top = graph.model.layers.count
    var parents: [Int] = []
    children = Array(repeating: [], count: top + 1)
    var around: [(layer: Int, depth: Int)] = []
    for (index, layer) in graph.model.layers.enumerated() {
      while let last = around.last, last.depth >= layer.depth { around.removeLast() }
      let parent = around.last?.layer ?? top
      parents.append(parent)
      children[parent].append(index)
      around.append((index, layer.depth))
    }
    let indices = Dictionary(
      graph.model.layers.enumerated().map { ($0.element.path, $0.offset) },
      uniquingKeysWith: { first, _ in first })
    sources = Array(repeating: [], count: top)
    var known: Set<[Int]> = []
    for wire in graph.model.connections {
      guard let from = indices[wire.from], let to = indices[wire.to], from != to,
        parents[from] == parents[to], known.insert([from, to]).inserted
      else { continue }
      sources[to].append(from)
    }
    items = items(in: top, isTop: true)
  }

  private mutating func items(in parent: Int, isTop: Bool) -> [PictureItem] {
    let members = children[parent]
    let places = Dictionary(uniqueKeysWithValues: members.enumerated().map { ($0.element, $0.offset) })
    let local = members.map { sources[$0].compactMap { places[$0] } }
    let order = ReadingOrder(sources: local).order
    var positions = Array(repeating: 0, count: members.count)
    for (position, member) in order.enumerated() { positions[member] = position }
    var hasReader = Array(repeating: false, count: members.count)
    for source in local.joined() { hasReader[source] = true }
    var result: [PictureItem] = []
    for member in order {
      let layer = members[member]
      var item = makeItem(layer, local[member].map { positions[$0] }.sorted())
      item.isFed = !isTop && local[member].isEmpty
      item.isRead = !isTop && !hasReader[member]
      result.append(item)
    }
    return RepeatedBlocks(kinds: kinds).collapsed(result)
  }

  private mutating func makeItem(_ layer: Int, _ sources: [Int]) -> PictureItem {
    guard !children[layer].isEmpty else {
      return PictureItem(
        content: .layers, layers: [layer], kind: kinds.number(of: layers[layer].kind), sources: sources,
        names: (layers[layer].name, layers[layer].name))
    }
    let body = items(in: layer, isTop: false)
    let kind = kinds.number(of: layers[layer].kind + "\n" + PictureKinds.key(of: body))
    return PictureItem(
      content: .model(body), layers: [layer], kind: kind, sources: sources,
      names: (layers[layer].name, layers[layer].name))
  }

  private static func layers(_ graph: GraphPart) -> [PictureLayer] {
    var layers = graph.model.layers.map { layer in
      PictureLayer(
        path: layer.path.description, name: layer.name.description,
        className: (layer.wrappedClassName ?? layer.className).description, shape: axes(layer.outputShape))
    }
    let indices = Dictionary(
      graph.model.layers.enumerated().map { ($0.element.path, $0.offset) },
      uniquingKeysWith: { first, _ in first })
    for entry in graph.ledger.entries {
      guard case .folded(let into, _, _, let compensated) = entry.outcome else { continue }
      for layer in compensated { indices[layer].map { layers[$0].role = .isMadeToFit } }
      for layer in into { indices[layer].map { layers[$0].role = .takesIn } }
    }
    for entry in graph.ledger.entries {
      guard let index = indices[entry.layer] else { continue }
      layers[index].sentence = sentence(entry.outcome)
      switch entry.outcome {
      case .folded: layers[index].role = .folds
      case .kept(let refusal, let forwards):
        layers[index].role = .stays
        layers[index].obstacleBefore = refusal.code.rawValue
        layers[index].obstacleAfter = forwards?.code.rawValue
      }
    }
    return layers
  }

  private static func axes(_ shape: PartialShape?) -> String {
    (shape ?? []).dropFirst().map { axis in axis.map(String.init) ?? "?" }.joined(separator: "×")
  }

  private static func sentence(_ outcome: Ledger.Outcome) -> String {
    switch outcome {
    case .folded(let into, let rule, _, _):
      "folds into \(into.map(\.description).joined(separator: ", ")) (\(rule))"
    case .kept(let refusal, let forwards):
      "stays: \(refusal.code.rawValue): \(refusal.reason)"
        + (forwards.map { "\nforwards: \($0.code.rawValue): \($0.reason)" } ?? "")
    }
  }
}
