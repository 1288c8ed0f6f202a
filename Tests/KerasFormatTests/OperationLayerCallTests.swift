import LosslessJSON
import Testing

@testable import KerasFormat

/// The named arguments of a function that takes a list of tensors, which tf_keras writes beside each of them.
@Suite struct OperationLayerCallTests {
  private func call(_ node: String) throws -> OperationLayerCall? {
    OperationLayerCall(try JSONDocument(parsing: Array(node.utf8)).root)
  }

  @Test func `Arguments that are the same beside each tensor are those of the call`() throws {
    let node = #"[["a",0,0,{"axis":1,"name":null}],["b",0,0,{"name":null,"axis":1}]]"#
    let found = try #require(try call(node))
    #expect(found.tensors == 2 && found.named["axis"]?.smallInteger == 1)
  }

  /// Keras takes the last ones; a file in which they differ was not written by it.
  @Test(arguments: [
    #"[["a",0,0,{"axis":1}],["b",0,0,{"axis":2}]]"#, #"[["a",0,0,{"axis":1}],["b",0,0]]"#,
    #"[["a",0,0],["b",0,0,{"axis":1}]]"#,
  ])
  func `Arguments that differ are not understood`(node: String) throws { #expect(try call(node) == nil) }

  @Test func `Tensors without arguments`() throws {
    #expect(try call(#"[["a",0,0],["b",0,0]]"#)?.tensors == 2)
  }
}
