import Arrays
import Bytes
import Comparison
import Elements
import LosslessJSON
import Testing

/// What is a difference between two models, and what is not.
@Suite struct ModelDifferenceTests {
  private func json(_ text: String) throws -> JSONValue { try JSONDocument(parsing: Array(text.utf8)).root }

  private func part(
    _ configuration: String = "{}", className: ByteString = "Dense", connections: String = "[]",
    layers: [ByteString] = [], arrays: [NamedArray] = []
  ) throws -> ModelPart {
    let description = ModelPart.Description(
      className: className, configuration: try json(configuration), connections: [try json(connections)],
      layers: layers)
    return ModelPart(name: "layer", description: description, arrays: arrays)
  }

  private func array(_ name: ByteString, _ values: [Double], _ type: ElementType = .float32) -> NamedArray {
    NamedArray(name: name, elementType: type, shape: [values.count], content: .values(values, type))
  }

  private func kinds(_ before: ModelPart, _ after: ModelPart) throws -> [String] {
    try ModelDifference([before], [after]).entries.map { "\($0.kind)" }
  }

  @Test func `What formats write in different ways is no difference`() throws {
    let archive =
      #"{"units": 3, "init": {"module": "keras", "class_name": "Zeros", "registered_name": null}}"#
    let legacy = #"{"init": {"class_name": "Zeros"}, "units": 3, "dtype": null}"#
    #expect(try kinds(part(archive), part(legacy)).isEmpty)
    #expect(try kinds(part(className: "pkg>Scale"), part(className: "Scale")).isEmpty)
    #expect(try kinds(part(#"{"rate": 1.0}"#), part(#"{"rate": 1e0}"#)).isEmpty)
  }

  @Test func `Class, attributes, connections and order are differences`() throws {
    #expect(try kinds(part(), part(className: "Conv2D"))[0].contains("the class is Conv2D instead of Dense"))
    #expect(try kinds(part(#"{"units": 3}"#), part(#"{"units": 4}"#))[0].contains("other attributes: units"))
    #expect(try kinds(part(connections: "[1]"), part(connections: "[2]"))[0].contains("other connections"))
    let order = try kinds(part(layers: ["a", "x", "b"]), part(layers: ["b", "a", "y"]))
    #expect(order[0].contains("another order of the layers"))
    #expect(try kinds(part(layers: ["a", "x", "b"]), part(layers: ["a", "b", "y"])).isEmpty)
  }

  @Test func `Elements are compared by their bits`() throws {
    let before = try part(arrays: [array("w", [1, -2, 0])])
    #expect(try ModelDifference([before], [before]).equalArrays == 1)
    let after = try part(arrays: [array("w", [1, -2.5, -0.0])])
    let entry = try #require(try ModelDifference([before], [after]).entries.first)
    guard case .array(let difference) = entry.kind else { throw Unexpected() }
    #expect(difference.differentElements == 2)
    #expect(difference.largest == 0.5)
    #expect(difference.scale == 2)
    let half = try part(arrays: [array("w", [1, -2, 0], .float16)])
    guard case .array(let rounded)? = try ModelDifference([before], [half]).entries.first?.kind else {
      throw Unexpected()
    }
    #expect(rounded.types?.after == .float16)
    #expect(rounded.differentElements == 0)
  }

  @Test func `Elements of unknown size are said not to be compared`() throws {
    let unknown = NamedArray(
      name: "w", elementType: .other("string"), shape: [2], content: .values([], .float32))
    let part = try part(arrays: [unknown])
    let difference = try ModelDifference([part], [part])
    #expect(difference.equalArrays == 0)
    guard case .arrayNotCompared(let type)? = difference.entries.first?.kind else { throw Unexpected() }
    #expect(type == .other("string"))
  }

  @Test func `Parts of the same name belong together in their order`() throws {
    let (first, second) = (try part(arrays: [array("a", [1])]), try part(arrays: [array("a", [2])]))
    #expect(try ModelDifference([first, second], [first, second]).isEmpty)
    #expect(try ModelDifference([first, second], [second, first]).entries.count == 2)
    let lost = try ModelDifference([first, second], [first]).entries
    #expect(lost.count == 1)
    guard case .partRemoved(let arrays)? = lost.first?.kind else { throw Unexpected() }
    #expect(arrays == 1)
  }

  private struct Unexpected: Error {}
}
