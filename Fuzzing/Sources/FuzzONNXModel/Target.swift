import Files
import FuzzedFile
import ONNXFormat

/// Any bytes are a model of ONNX or not; the elements of what is one can be read, and it is written as it is.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzONNXModel(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count > 0, let model = try? ONNXModel(reading: FuzzedFile.holding(start, count)) else { return 0 }
  let reader = ONNXTensorReader(model)
  for tensor in model.graph.initializers where tensor.elementType.byteCount != nil {
    guard tensor.byteCount <= 1 << 20 else { continue }
    let bytes = try? reader.bytes(of: tensor, elements: 0..<tensor.elementCount)
    precondition(bytes?.count ?? tensor.byteCount == tensor.byteCount, "a tensor has another size")
  }
  let writer = ONNXModelWriter(model, reader: reader)
  guard let unchanged = try? writer.files(.unchanged) else {
    preconditionFailure("a model cannot be written")
  }
  precondition(
    unchanged.data == nil && unchanged.model.byteCount == count, "a model is written as another one")
  _ = try? writer.files(.model)
  _ = try? writer.files(.file("data"))
  return 0
}
