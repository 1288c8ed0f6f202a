import LosslessJSON
import ModelFiles
import ModelGraph
import Tensor

/// Any text is an architecture or not; of what is one, shapes and weights can be asked.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzArchitecture(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let text = ByteString(UnsafeBufferPointer(start: start, count: count))
  var limits = JSONLimits()
  limits.acceptsNonFiniteNumbers = true
  for generation in [KerasGeneration.keras2, .keras3] {
    guard
      let architecture = try? KerasArchitecture(
        parsing: text, generation: generation, limits: limits, file: "fuzz")
    else { continue }
    look(at: architecture.graph, ShapeInference(of: architecture.graph))
  }
  return 0
}

private func look(at graph: Graph, _ shapes: ShapeInference) {
  for (index, layer) in graph.layers.enumerated() {
    let call = graph.calls.first { $0.layer == index }
    let input = call?.inputs.first.flatMap { shapes.shapes[$0] }
    for variable in layer.core.operation.expectedVariables(input: input) ?? [] {
      precondition((variable.shape ?? []).allSatisfy { $0 ?? 0 >= 0 }, "a weight has a negative size")
    }
    if let body = layer.core.body { look(at: body, shapes.inner[index] ?? ShapeInference(of: body)) }
  }
}
