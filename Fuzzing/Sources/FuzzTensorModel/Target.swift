import FuzzedFile
import KerasFormat
import ModelFormats

/// Any bytes are a model in safetensors or not; what is one has a graph whose weights can be read.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTensorModel(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count > 0 else { return 0 }
  let input = ModelInput(model: FuzzedFile.holding(start, count))
  guard let model = try? KerasModel(reading: input) else { return 0 }
  for layer in model.graph.layers {
    for variable in layer.variables ?? [] where variable.elementType.isFloatingPoint {
      let elements: [Double]? = try? variable.elements(from: model)
      precondition(elements?.count == variable.shape.elementCount, "a weight cannot be read")
    }
  }
  return 0
}
