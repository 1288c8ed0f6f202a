import Elements
import Files
import FuzzedFile
import Inference
import ModelFormats
import ModelGraph
import ONNXFormat

/// The most elements of a tensor of a graph that is run.
private let largestTensor = 1 << 14

/// Any bytes are a model of ONNX or not; what is one has a graph with shapes, and is run where all of these are small.
///
/// Bytes that begin with 0, as no message does, are a recipe for a model.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzONNXGraph(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count > 1 else { return 0 }
  let input = UnsafeBufferPointer(start: start, count: count)
  var bytes = Array(input)
  if input[0] == 0 {
    var recipe = Recipe(input.dropFirst())
    bytes = recipe.model()
  }
  let file = bytes.withUnsafeBufferPointer { FuzzedFile.holding($0.baseAddress!, $0.count) }
  guard let source = try? ONNXSource(reading: ModelInput(model: file), limits: ReadingLimits()) else {
    precondition(input[0] != 0 || bytes.count < 64, "a model from a recipe is not read")
    return 0
  }
  _ = source.parts
  run(source)
  return 0
}

/// Runs a graph on ones.
private func run(_ source: ONNXSource) {
  let graph = source.graph
  let inputs = graph.inputs.compactMap { value(for: graph.layers[graph.calls[$0.call].layer]) }
  guard inputs.count == graph.inputs.count else { return }
  let shapes = ShapeInference(of: graph, inputs: inputs.map { $0.shape.map { $0 } })
  let areSmall = graph.calls.indices.allSatisfy { call in
    let layer = graph.layers[graph.calls[call].layer]
    return (layer.variables ?? []).allSatisfy { $0.shape.elementCount <= largestTensor }
      && (0..<(layer.operation.outputCount ?? 1)).allSatisfy { output in
        guard let shape = shapes.shapes[TensorReference(call: call, output: output)] else { return false }
        return (shape.map { $0 ?? 1 }.checkedElementCount ?? .max) <= largestTensor
      }
  }
  guard areSmall else { return }
  let evaluator = GraphEvaluator<Float>(weights: source)
  guard let results = try? evaluator.evaluate(graph, inputs: inputs) else { return }
  for (reference, result) in zip(graph.outputs, results.values) {
    let expected = shapes.shapes[reference] ?? []
    precondition(expected.admits(result.shape), "a result has another shape than was derived")
  }
}

/// An input of ones; nil where it has no shape or would be large.
private func value(for layer: Layer) -> TensorValue<Float>? {
  guard case .input(let shape, let name) = layer.operation, let shape else { return nil }
  let sizes = shape.map { $0 ?? 2 }
  guard let count = sizes.checkedElementCount, count <= largestTensor else { return nil }
  guard let type = ElementType(named: "\(name)"), type.isExact, type.byteCount != nil else {
    return .numbers(DenseArray(repeating: 1, shape: sizes))
  }
  return .integers(IntegerArray(shape: sizes, values: [Int64](repeating: 1, count: count), type: type))
}
