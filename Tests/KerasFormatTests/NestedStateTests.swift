import Bytes
import ModelGraph
import Testing
@testable import KerasFormat

/// The order of weights that bnfold does not interpret: known for one object, and for no more.
@Suite struct NestedStateTests {
  private func variables(_ names: [String]) -> [Variable] {
    names.enumerated().map { number, name in
      Variable(
        role: .other(number), isTrainable: true, name: ByteString(name), shape: [1], elementType: .float32,
        value: .stored(number))
    }
  }

  @Test func `Weights are numbers, not words`() throws {
    let names = (0..<12).map { "layers/lstm/cell/vars/\($0)" }
    let ordered = try #require(NestedState.inOrder(variables(names.sorted())))
    #expect(ordered.map { "\($0.name)" } == names)
  }

  @Test func `Two objects have no order, since either may be frozen`() {
    let names = ["forward_layer", "backward_layer"].map { "layers/bidirectional/\($0)/cell/vars/0" }
    #expect(NestedState.inOrder(variables(names)) == nil)
    #expect(NestedState.path(ofClass: "Bidirectional") == nil)
    #expect(NestedState.path(ofClass: "MultiHeadAttention") == nil)
    #expect(NestedState.path(ofClass: "LSTM") == ["cell"])
  }
}
