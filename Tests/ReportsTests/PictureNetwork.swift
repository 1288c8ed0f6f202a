import BatchNormFolding
import Bytes
import Foundation
import Jobs
import Reports

/// A network that exists only to be drawn.
struct PictureNetwork {
  private var layers: [Layer] = []
  private var wires: [Connection] = []
  private var entries: [Ledger.Entry] = []

  /// What `LayerDescription` is made of, which has no initializer for others.
  private struct Layer: Encodable {
    let path: ByteString
    let name: ByteString
    let depth: Int
    let className: ByteString
    let outputShape: [Int?]?
    let parameterCount = 0
  }

  /// Adds a layer.
  ///
  /// - Parameter reads: the paths of what it reads.
  /// - Returns: its path.
  @discardableResult mutating func add(
    _ className: String, _ path: ByteString? = nil, reads: [ByteString] = [], depth: Int = 0,
    shape: [Int?]? = [nil, 8, 8, 16]
  ) -> ByteString {
    let path = path ?? ByteString("\(className.lowercased())_\(layers.count)")
    layers.append(
      Layer(path: path, name: path, depth: depth, className: ByteString(className), outputShape: shape))
    wires += reads.map { Connection(from: $0, to: path) }
    return path
  }

  /// Adds layers that each read the one before.
  mutating func chain(_ classes: [String], from start: ByteString) -> ByteString {
    classes.reduce(start) { add($1, reads: [$0]) }
  }

  mutating func connect(_ from: ByteString, _ to: ByteString) { wires.append(Connection(from: from, to: to)) }

  mutating func fold(_ layer: ByteString, into: ByteString) {
    entries.append(.init(layer: layer, outcome: .folded(into: [into], rule: "convolution", across: [])))
  }

  mutating func keep(_ layer: ByteString, _ code: Refusal.Code, forwards: Refusal.Code? = nil) {
    let other = forwards.map { Refusal($0, "there") }
    entries.append(.init(layer: layer, outcome: .kept(Refusal(code, "here"), forwards: other)))
  }

  var layerCount: Int { layers.count }

  func picture() throws -> Picture {
    let decoded = try JSONDecoder().decode([LayerDescription].self, from: JSONEncoder().encode(layers))
    let model = ModelDescription(layers: decoded, connections: wires)
    return Picture(svg: NetworkPicture(GraphPart(model, Ledger(entries: entries))).svg)
  }
}

/// A drawn network.
struct Picture: Equatable {
  let svg: String

  /// The texts that can be read without pointing at anything.
  var texts: [String] {
    svg.split(separator: "<text ").dropFirst().map { part in
      String(part.drop { $0 != ">" }.dropFirst().prefix { $0 != "<" })
    }
  }

  /// The numbers of repeats, without the legend.
  var counts: [String] { texts.filter { $0.hasPrefix("× ") && !$0.contains("n") } }

  /// The attribute of the picture itself.
  func size(_ attribute: String) -> Double {
    svg.firstRange(of: " \(attribute)=\"").flatMap { range in
      Double(svg[range.upperBound...].prefix { $0 != "\"" })
    } ?? 0
  }

  /// Where the layers are.
  var rows: [(x: Double, y: Double, width: Double, height: Double)] {
    let roles = ["stays", "folds", "takes-in", "fits", "other"].map { "<rect class=\"bnfold-\($0)\" " }
    return svg.split(separator: "<g><title>").dropFirst().compactMap { group in
      guard let rect = roles.compactMap({ group.firstRange(of: $0) }).first else { return nil }
      let numbers = group[rect.upperBound...].split(separator: "\"").prefix(8).enumerated().compactMap {
        $0.offset % 2 == 1 ? Double($0.element) : nil
      }
      return (numbers[0], numbers[1], numbers[2], numbers[3])
    }
  }
}
