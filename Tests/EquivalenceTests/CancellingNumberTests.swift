import Bytes
import Elements
import Equivalence
import ModelGraph
import Testing

/// Numbers that cancel out: the roundings that they may hide behind, and those that nothing is left beside.
@Suite struct CancellingNumberTests {
  private let model: Model

  init() throws { model = try OperatorFiles.model("folded_convolution.other") }

  private func report(_ original: Model, _ other: Model, runs: Bool = false) throws -> EquivalenceReport {
    try EquivalenceCheck(original: original, folded: other).report(inputs: .random(seed: 0), runs: runs)
  }

  /// Adds large numbers to what a model gives, and takes them away again.
  private func shifted(_ model: Model, by size: Double) -> Model {
    var result = model
    for (name, value) in [("plus", size), ("minus", -size)] {
      result.graph.append(.add, value, named: ByteString(name), to: result.graph.outputs[0])
    }
    return result
  }

  private func withBias(off difference: Double) throws -> Model {
    var result = model
    for (layer, variables) in model.graph.layers.map({ $0.variables ?? [] }).enumerated() {
      for (place, variable) in variables.enumerated() where variable.role == .bias {
        var values: [Double] = try variable.elements(from: model.weights)
        values[0] = Double(Float(values[0] + difference))
        result.graph.layers[layer].variables?[place].value = .computed(values)
        return result
      }
    }
    throw NoBias()
  }

  private struct NoBias: Error {}

  @Test(arguments: [1e4, 1e6, 1e9])
  func `Large numbers of the original hide no damage`(size: Double) throws {
    let original = shifted(model, by: size)
    #expect(try report(original, model).verdict == .equal)
    #expect(try report(original, withBias(off: 3e-6 * min(1, size / 1e6))).verdict.isEqual)
    for difference in [0.01, -0.5, 20] {
      let found = try report(original, withBias(off: difference))
      #expect(found.verdict == .different, "\(difference): \(found)")
    }
  }

  /// x - x against x - x * 0.1 * 10, of which the first product is 0.1 as float32 has it.
  @Test func `Nothing is not the same as next to nothing`() throws {
    func difference(isScaled: Bool) -> Model {
      var result = model
      let source = result.graph.outputs[0]
      if isScaled {
        result.graph.append(.multiply, Double(Float(0.1)), named: "tenth", to: source)
        result.graph.append(.multiply, 10, named: "ten", to: result.graph.outputs[0])
      }
      result.graph.append(
        Layer(
          name: "difference", className: "Sub",
          operation: .function(.combination(.subtract, .tensor(0), .tensor(1)))),
        inputs: [source, result.graph.outputs[0]])
      return result
    }
    let (nothing, little) = (difference(isScaled: false), difference(isScaled: true))
    #expect(try report(nothing, nothing, runs: true).verdict == .equal)
    let found = try report(nothing, little, runs: true)
    #expect(found.verdict == .notProven, "\(found)")
    guard case .run(let outputs) = found.runs else { throw NotRun() }
    #expect(outputs.allSatisfy { $0.emptiness == nil && $0.difference == .infinity }, "\(outputs)")
    // Where something is left, a rounding is one.
    #expect(try report(model, scaled(), runs: true).verdict == .equal)
  }

  private struct NotRun: Error {}

  private func scaled() -> Model {
    var result = model
    result.graph.append(.multiply, Double(Float(0.1)), named: "tenth", to: result.graph.outputs[0])
    result.graph.append(.multiply, 10, named: "ten", to: result.graph.outputs[0])
    return result
  }
}
