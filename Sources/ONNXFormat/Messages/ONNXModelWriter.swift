import Arrays
import Bytes
import Elements
import ModelFormats
import Wire

/// A model with some changes; what is not changed stays byte for byte.
public struct ONNXModelWriter: Sendable {
  private let model: ONNXModel
  private let reader: ONNXTensorReader
  private var fields = WireEdit()
  private var replacedFields: [Range<Int>] = []
  /// New elements, by where the tensor begins.
  private var tensors: [Int: ONNXTensorData] = [:]
  private var added: [(name: ByteString, data: ONNXTensorData)] = []
  private var constants: [(name: ByteString, data: ONNXTensorData, place: Range<Int>, number: Int)] = []

  /// Where elements of tensors go.
  public enum Place: Sendable, Hashable {
    /// Those that are not changed stay where they are, others go into the model.
    case unchanged
    /// All into the model.
    case model
    /// All but the smallest into another file in its folder.
    case file(ByteString)
  }

  /// The reader is one of the same model.
  public init(_ model: ONNXModel, reader: ONNXTensorReader) { (self.model, self.reader) = (model, reader) }

  /// Gives a tensor other elements, of whatever type and shape.
  public mutating func replace(_ tensor: ONNXTensor, with data: ONNXTensorData) {
    tensors[tensor.start] = data
  }

  /// Adds a tensor to the initializers of the outermost graph.
  public mutating func addInitializer(_ name: ByteString, _ data: ONNXTensorData) {
    added.append((name, data))
  }

  /// Adds a Constant before a node.
  ///
  /// - Parameters:
  ///   - name: of what it gives.
  ///   - data: the elements.
  ///   - place: of the node.
  ///   - number: of the field that a node is there.
  public mutating func addConstant(
    _ name: ByteString, _ data: ONNXTensorData, before place: Range<Int>, number: Int
  ) {
    constants.append((name, data, place, number))
  }

  /// Puts other pieces into the place of a field, such as a node; none removes it.
  ///
  /// The place is that of the whole field, in which no tensor is replaced.
  public mutating func replace(_ place: Range<Int>, with pieces: [WirePiece]) {
    replacedFields.append(place)
    fields.replace(place, with: pieces)
  }

  /// Puts pieces, such as a node, after a field.
  public mutating func insert(_ pieces: [WirePiece], after place: Range<Int>) {
    fields.insert(pieces, after: place)
  }

  /// Puts pieces at the end of the message that a field is.
  public mutating func append(_ pieces: [WirePiece], to place: Range<Int>) {
    fields.append(pieces, to: place)
  }

  /// The files to be written: the model, and the other one if any elements go there.
  ///
  /// - Throws: `ModelFileError` where the model would be too large, or cannot be read.
  public func files(
    _ place: Place, limits: ReadingLimits = ReadingLimits()
  ) throws(ModelFileError) -> (model: WireWriter, data: ONNXDataFile?) {
    var (edit, storage) = (fields, WrittenElements(place, reader: reader))
    let replaced = DisjointRanges(replacedFields)
    for tensor in model.tensors where !replaced.contains(tensor.start) {
      guard let written = try storage.written(tensor, replacedBy: tensors[tensor.start]) else { continue }
      for field in tensor.fields.dropLast() { edit.replace(field.range, with: []) }
      if let last = tensor.fields.last {
        edit.replace(last.range, with: [try pieces(of: tensor, written, number: last.number)])
      }
    }
    if let graph = model.graph.places.last {
      edit.append(
        added.map { Self.tensor(named: $0.name, storage.written($0.data), number: 5) }, to: graph)
    }
    for (name, data, place, number) in constants {
      let tensor = Self.tensor(named: "", storage.written(data), number: 5)
      edit.insert([AddedMessages.constant(tensor, named: name, number: number)], before: place)
    }
    do throws(WireError) {
      let pieces = try edit.pieces(of: model.source, limits: limits.wire)
      return (try WireWriter(pieces, of: model.source), storage.file)
    } catch {
      throw ModelFileError(.wire(error), file: model.path)
    }
  }

  /// A tensor whose other fields stay, in their order.
  private func pieces(
    of tensor: ONNXTensor, _ written: ONNXWrittenStorage, number: Int
  ) throws(ModelFileError) -> WirePiece {
    var new = written.fields[...]
    var pieces: [WirePiece] = []
    do throws(WireError) {
      var message = try WireReader(model.source).message.message(tensor.fields)
      while let field = try message.next() {
        guard !ONNXWrittenStorage.replacedFields.contains(field.number) else { continue }
        while let first = new.first, first.number < field.number { pieces.append(new.removeFirst().piece) }
        pieces.append(.copied(field.range))
      }
    } catch {
      throw ModelFileError(.wire(error), file: model.path)
    }
    return .field(number: number, pieces + new.map(\.piece))
  }

  /// - Parameter number: of the field that it is, which is the same for an initializer and the value of an attribute.
  private static func tensor(named name: ByteString, _ written: ONNXWrittenStorage, number: Int) -> WirePiece
  {
    let (before, after) = (written.fields.filter { $0.number < 8 }, written.fields.filter { $0.number > 8 })
    let own = name.isEmpty ? [] : [WirePiece.bytes(number: 8, name.bytes)]
    return .field(number: number, before.map(\.piece) + own + after.map(\.piece))
  }
}

/// Ranges of which none begins within another one, to be searched.
private struct DisjointRanges {
  private let ranges: [Range<Int>]

  init(_ ranges: [Range<Int>]) { self.ranges = ranges.sorted { $0.lowerBound < $1.lowerBound } }

  func contains(_ offset: Int) -> Bool {
    var (low, high) = (0, ranges.count)
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound <= offset { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].contains(offset)
  }
}

/// Where the elements of each tensor go, and the file that takes some of them.
private struct WrittenElements {
  private let place: ONNXModelWriter.Place
  private let reader: ONNXTensorReader
  private(set) var file: ONNXDataFile?
  /// Where elements went that several tensors share.
  private var moved: [ONNXExternalRange: ONNXExternalRange] = [:]

  init(_ place: ONNXModelWriter.Place, reader: ONNXTensorReader) {
    (self.place, self.reader) = (place, reader)
  }

  /// What is written of new elements.
  mutating func written(_ data: ONNXTensorData) -> ONNXWrittenStorage {
    guard case .file(let location) = place, data.byteCount >= ONNXDataFile.smallest else {
      return .inside(data)
    }
    var other = file ?? ONNXDataFile(location: location)
    defer { file = other }
    return .outside(other.add(data), data)
  }

  /// What is written of a tensor; nil where it stays as it is.
  mutating func written(
    _ tensor: ONNXTensor, replacedBy new: ONNXTensorData?
  ) throws(ModelFileError) -> ONNXWrittenStorage? {
    if let new { return written(new) }
    let movesIn = tensor.external != nil && place != .unchanged
    var movesOut = false
    if case .file = place { movesOut = tensor.byteCount >= ONNXDataFile.smallest }
    guard movesIn || movesOut, let content = try reader.content(of: tensor) else { return nil }
    let data = ONNXTensorData(of: tensor, content: content)
    if let range = tensor.external, let same = moved[range] { return .outside(same, data) }
    let written = written(data)
    if let range = tensor.external, case .outside(let new, _) = written { moved[range] = new }
    return written
  }
}
