import Bytes
import ModelFormats

extension ONNXModel {
  /// All tensors, those of inner graphs and of functions included, in the order of the file.
  var tensors: [ONNXTensor] {
    var tensors = graph.tensors
    for function in functions {
      tensors += function.attributeDefaults.flatMap(\.tensors) + function.nodes.flatMap(\.tensors)
    }
    return tensors.sorted { $0.start < $1.start }
  }

  /// Where tensors are that are in other files, each range once, in the order of the model's file.
  public var externalLocations: [ONNXExternalRange] {
    var seen: Set<ONNXExternalRange> = []
    return tensors.compactMap { $0.external }.filter { seen.insert($0).inserted }
  }

  /// The names of the other files, each once, in the order of the model's file.
  public var externalFiles: [ByteString] {
    var seen: Set<ByteString> = []
    return externalLocations.map(\.location).filter { seen.insert($0).inserted }
  }

  /// No byte of another file belongs to two tensors, unless they are the same.
  func checkExternalRanges() throws(ModelFileError) {
    let ordered = tensors.filter { $0.external.map { $0.length > 0 } ?? false }.sorted {
      guard let left = $0.external, let right = $1.external else { return false }
      return (left.location, left.offset, left.length) < (right.location, right.offset, right.length)
    }
    for (tensor, next) in zip(ordered, ordered.dropFirst()) {
      guard let range = tensor.external, let other = next.external, range != other,
        range.location == other.location, other.offset < range.bytes.upperBound
      else { continue }
      throw ModelFileError(
        ONNXRule.externalOverlap(other.bytes, range.bytes), file: path, place: "the tensor \(next.name)")
    }
  }
}

extension ONNXTensor {
  /// Where it is in another file; nil where it is not in one.
  var external: ONNXExternalRange? { if case .external(let range) = storage { range } else { nil } }

  /// Where it begins in the model's file.
  var start: Int { fields.first?.range.lowerBound ?? 0 }
}

extension ONNXGraph {
  fileprivate var tensors: [ONNXTensor] { initializers + nodes.flatMap(\.tensors) }
}

extension ONNXNode {
  fileprivate var tensors: [ONNXTensor] { attributes.flatMap(\.tensors) }
}

extension ONNXAttribute {
  fileprivate var tensors: [ONNXTensor] {
    switch value {
    case .tensor(let tensor): [tensor]
    case .tensors(let tensors): tensors
    case .graph(let graph): graph.tensors
    case .graphs(let graphs): graphs.flatMap(\.tensors)
    case .float, .integer, .string, .floats, .integers, .strings, .reference, .other: []
    }
  }
}
