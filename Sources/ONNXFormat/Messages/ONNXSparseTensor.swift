import Bytes
import ModelFormats
import Wire

/// A sparse tensor, which bnfold carries; only its name is known.
struct ONNXSparseTensor: Sendable {
  let name: ByteString

  /// Reads the name, which is that of the values.
  ///
  /// Source: onnx/onnx.proto, `SparseTensorProto`.
  ///
  /// - Throws: `ModelFileError` where a part is in another file, which a copy of the model would lose.
  init(_ fields: [WireField], in outer: ONNXMessage) throws(ModelFileError) {
    let message = try outer.message(fields)
    var parts: [Int: [WireField]] = [:]
    try message.forEachField { (field) throws(ModelFileError) in
      if field.number <= 2 { parts[field.number, default: []].append(field) }
    }
    var name: ByteString = ""
    for (number, fields) in parts.sorted(by: { $0.key < $1.key }) {
      let tensor = try ONNXTensor(fields, in: message)
      if number == 1 { name = tensor.name }
      if case .external = tensor.storage { throw message.problem(.externalSparse) }
    }
    self.name = name
  }
}
