import ArrayFiles
import Arrays
import Bytes
import Elements
import Inference
import ModelGraph

/// Arrays that were given for the inputs of a model.
public struct GivenArrays {
  /// The input that they are for; nil where their own names tell.
  public let input: ByteString?
  public let file: ArrayFile

  public init(input: ByteString?, file: ArrayFile) {
    self.input = input
    self.file = file
  }
}

/// An input of a model with its array.
struct ModelInputArray {
  private let name: ByteString
  private let array: NamedArray
  let path: String

  /// The arrays of all inputs, in their order.
  ///
  /// An array belongs to the input that was named with its file, or to the one whose name it has. What has no such name
  /// belongs to the inputs that are left, in their order, if there are as many.
  /// - Parameter isCut: whether they are cut into batches: there may be any number of samples, even one without an axis.
  /// - Throws: `RunError` where it is not clear what belongs where, or a shape does not fit.
  static func all(
    of graph: Graph, in given: [GivenArrays], model: String, isCut: Bool = false
  ) throws -> [ModelInputArray] {
    let layers = graph.inputs.map { graph.layers[graph.calls[$0.call].layer] }
    var found: [ByteString: ModelInputArray] = [:]
    var rest: [(NamedArray, String)] = []
    for arrays in given {
      if let name = arrays.input {
        let own = arrays.file.arrays.first { $0.name == name } ?? arrays.file.arrays.first
        guard let own, arrays.file.arrays.count == 1 || own.name == name else {
          throw RunError(arrays.file.path, "it has several arrays, and none has the name \(name)")
        }
        guard layers.contains(where: { $0.name == name }) else {
          throw RunError(model, "it has no input \(name); \(description(of: layers))")
        }
        guard found.updateValue(.init(name: name, array: own, path: arrays.file.path), forKey: name) == nil
        else {
          throw RunError(model, "its input \(name) is given twice")
        }
        continue
      }
      for array in arrays.file.arrays {
        if layers.contains(where: { $0.name == array.name }), found[array.name] == nil {
          found[array.name] = .init(name: array.name, array: array, path: arrays.file.path)
        } else {
          rest.append((array, arrays.file.path))
        }
      }
    }
    let open = layers.filter { found[$0.name] == nil }
    guard open.count == rest.count else {
      throw RunError(
        model,
        """
        \(rest.count) arrays are given for \(open.count) inputs\(Self.names(of: rest.map(\.0))); \
        \(description(of: layers))
        """)
    }
    for (layer, (array, path)) in zip(open, rest) {
      found[layer.name] = .init(name: layer.name, array: array, path: path)
    }
    let ordered = try layers.compactMap { layer in
      try found[layer.name]?.check(layer, isCut: isCut)
    }
    let batches = Set(ordered.compactMap(\.array.shape.first))
    guard batches.count <= 1 || graph.isOperatorGraph else {
      throw RunError(model, "its inputs have different numbers of samples")
    }
    return ordered
  }

  /// The names of arrays, some of many, in brackets.
  private static func names(of arrays: [NamedArray]) -> String {
    let names = arrays.map(\.name).filter { !$0.isEmpty }.prefix(4).map(\.description)
    return names.isEmpty ? "" : " (\(names.joined(separator: ", "))\(arrays.count > 4 ? " and others" : ""))"
  }

  private static func description(of layers: [Layer]) -> String {
    "its inputs are "
      + layers.map { layer in
        guard case .input(let shape?, _) = layer.operation else { return "\(layer.name)" }
        return "\(layer.name) \(describe(shape))"
      }.joined(separator: ", ")
  }

  private func check(_ layer: Layer, isCut: Bool) throws -> ModelInputArray {
    guard case .input(var declared?, _) = layer.operation else { return self }
    if isCut, !declared.isEmpty { declared[0] = nil }
    if declared.admits(array.shape) { return self }
    let isOneSample = PartialShape(declared.dropFirst()).admits(array.shape)
    if isOneSample, isCut {
      let sample = NamedArray(
        name: array.name, elementType: array.elementType, shape: [1] + array.shape,
        byteCount: array.byteCount, content: array.content)
      return ModelInputArray(name: name, array: sample, path: path)
    }
    throw RunError(
      path,
      """
      the array for the input \(name) has the shape \(describe(array.shape)), and the model takes \(describe(declared))\
      \(isOneSample ? "; put an axis for the samples in front" : "")
      """)
  }

  /// How many samples there are.
  var sampleCount: Int { array.shape.first ?? 1 }

  /// The shape of one of them.
  var sampleShape: Shape { Array(array.shape.dropFirst()) }

  /// All samples in a type that is computed in.
  ///
  /// - Throws: `RunError` for elements that cannot be computed with, or that the type does not have.
  func denseArray<Scalar: InferenceScalar>() throws -> DenseArray<Scalar> {
    DenseArray(shape: array.shape, values: try values(0..<array.byteCount))
  }

  /// All samples as integers or truth values; nil for elements of another type.
  ///
  /// - Throws: what reading them throws.
  func integers() throws -> IntegerArray? {
    IntegerArray(
      shape: array.shape, bytes: try array.content.bytes(0..<array.byteCount), type: array.elementType)
  }

  /// Some samples that follow each other, which have to be finite.
  ///
  /// - Throws: `RunError`, as `denseArray()`, and for the first element that is not finite.
  func finiteValues<Scalar: InferenceScalar>(ofSamples samples: Range<Int>) throws -> [Scalar] {
    let size = array.byteCount / max(1, sampleCount)
    let values: [Scalar] = try values(samples.lowerBound * size..<samples.upperBound * size)
    if let place = values.firstIndex(where: { !$0.isFinite }) {
      var (rest, index) = (place, [Int]())
      for axis in sampleShape.reversed() {
        index.insert(rest % axis, at: 0)
        rest /= axis
      }
      index.insert(samples.lowerBound + rest, at: 0)
      let name = array.name.isEmpty ? "" : " of \(array.name)"
      throw RunError(
        path,
        """
        the element [\(index.map(String.init).joined(separator: ", "))]\(name) is \
        \(values[place].isNaN ? "not a number (NaN)" : array.elementType == .float64 && Scalar.self == Float.self
          ? "infinite in float32; if it is a number in float64, run the model in that" : "infinite")
        """)
    }
    return values
  }

  private func values<Scalar: InferenceScalar>(_ range: Range<Int>) throws -> [Scalar] {
    let bytes = try array.content.bytes(range)
    switch array.elementType {
    case .float16, .bfloat16, .float32, .float64:
      return bytes.withUnsafeBytes { array.elementType.decode($0) }
    case .integer(let bits, let isSigned):
      return try bytes.withUnsafeBytes { raw in
        switch (bits, isSigned) {
        case (8, true): try exact(raw, Int8.self)
        case (8, false): try exact(raw, UInt8.self)
        case (16, true): try exact(raw, Int16.self)
        case (16, false): try exact(raw, UInt16.self)
        case (32, true): try exact(raw, Int32.self)
        case (32, false): try exact(raw, UInt32.self)
        case (64, true): try exact(raw, Int64.self)
        default: try exact(raw, UInt64.self)
        }
      }
    case .boolean: return bytes.map { $0 == 0 ? 0 : 1 }
    case .other(let type): throw RunError(path, "elements of type \(type) are only carried")
    }
  }

  private func exact<Scalar: InferenceScalar, Stored: FixedWidthInteger>(
    _ raw: UnsafeRawBufferPointer, _ type: Stored.Type
  ) throws -> [Scalar] {
    var values: [Scalar] = []
    values.reserveCapacity(raw.count / MemoryLayout<Stored>.size)
    for offset in stride(from: 0, to: raw.count, by: MemoryLayout<Stored>.size) {
      let stored = Stored(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: Stored.self))
      guard let value = Scalar(exactly: stored) else {
        throw RunError(
          path,
          """
          \(stored) is not a number of the type that the model is run in\
          \(Scalar.self == Float.self ? "; run it in float64" : "")
          """)
      }
      values.append(value)
    }
    return values
  }
}
