import Bytes
import KerasFormat
import ModelFormats
import Testing

/// Each rule of an architecture that a text breaks is told as itself, with what it is about.
@Suite struct ArchitectureRuleTests {
  private func brokenRule(of text: String) throws -> ArchitectureRule? {
    let error = #expect(throws: ModelFileError.self) {
      try KerasArchitecture(
        parsing: ByteString(text), generation: .keras3, limits: ReadingLimits(), file: "file")
    }
    guard case .broken(let rule) = error?.rule else { return nil }
    return rule as? ArchitectureRule
  }

  private static let input = layer("InputLayer", "in", #""batch_shape":[null,4,4,2]"#, "")
  private static let end = #"["out",0,0]"#

  private static func layer(
    _ className: String, _ name: String, _ attributes: String, _ calls: String
  ) -> String {
    let own = attributes.isEmpty ? "" : "," + attributes
    return #"{"class_name":"\#(className)","config":{"name":"\#(name)"\#(own)},"inbound_nodes":[\#(calls)]}"#
  }

  private static func sequential(_ layers: String...) -> String {
    #"{"class_name":"Sequential","config":{"name":"s","layers":[\#(layers.joined(separator: ","))]}}"#
  }

  private static func functional(
    _ layers: String..., inputs: String = #"["in",0,0]"#, outputs: String = end
  ) -> String {
    let list = layers.joined(separator: ",")
    let ends = #""input_layers":[\#(inputs)],"output_layers":[\#(outputs)]"#
    return #"{"class_name":"Functional","config":{"name":"f","layers":[\#(list)],\#(ends)}}"#
  }

  private static func flatten(_ name: String, after other: String) -> String {
    layer("Flatten", name, "", #"[["\#(other)",0,0,{}]]"#)
  }

  @Test(arguments: [
    ("{}", ArchitectureRule.noModelClass), (#"{"class_name":"Functional","config":{}}"#, .noLayerList),
    (#"{"class_name":"Sequential","config":{}}"#, .noLayerList),
    (#"{"class_name":"Mine","config":{}}"#, .customClass("Mine")), (sequential(), .noLayers),
    (sequential("{}"), .noLayerClass(number: 0)),
    (sequential(input, #"{"class_name":"Flatten","config":{}}"#), .noLayerName(number: 1)),
    (sequential(input, flatten("a", after: ""), flatten("a", after: "")), .repeatedLayer(name: "a")),
    (sequential(layer("InputLayer", "in", #""batch_shape":[-1]"#, "")), .inputShape),
  ])
  func `A model without what every model has`(text: String, rule: ArchitectureRule) throws {
    #expect(try brokenRule(of: text) == rule)
  }

  @Test func `Models too deep inside models`() throws {
    var text = Self.sequential(Self.input)
    for level in 0..<32 {
      text = #"{"class_name":"Sequential","config":{"name":"m\#(level)","layers":[\#(text)]}}"#
    }
    #expect(try brokenRule(of: text) == .depth(limit: 32))
  }

  @Test(arguments: [
    (functional(input, #"{"class_name":"Flatten","config":{"name":"out"}}"#), ArchitectureRule.noCalls),
    (functional(input, layer("Flatten", "out", "", #"{"args":1}"#)), .noArguments),
    (functional(input, layer("Flatten", "out", "", "1")), .callNotList),
    (functional(input, layer("Flatten", "out", "", #"[["in"]]"#)), .incompleteReference),
    (functional(input, flatten("out", after: "other")), .unknownLayer(name: "other")),
    (
      functional(input, layer("Flatten", "out", "", #"[["in",5,0,{}]]"#)),
      .unknownCall(node: 5, layer: "in", calls: 1)
    ),
    (
      functional(input, layer("Flatten", "out", "", #"[["in",0,1,{}]]"#)),
      .unknownOutput(1, layer: "in")
    ),
    (functional(input, flatten("a", after: "out"), flatten("out", after: "a")), .circle),
    (
      functional(input, flatten("out", after: "in"), inputs: "1"), .endNotReference(key: "input_layers")
    ),
    (functional(input, flatten("out", after: "in"), inputs: end), .notInput(layer: "out")),
    (
      #"{"class_name":"Functional","config":{"layers":[\#(input)],"input_layers":["in",0,0]}}"#,
      .noEnds(key: "output_layers")
    ),
    (
      functional(
        input,
        functional(input, outputs: #"["in",0,0]"#).with(
          #""name":"out","inbound_nodes":[[["in",0,0,{}],["in",0,0,{}]]]"#)),
      .inputCount(model: "out", expected: 1, given: 2)
    ),
  ])
  func `Calls and references that lead nowhere`(text: String, rule: ArchitectureRule) throws {
    #expect(try brokenRule(of: text) == rule)
  }

  @Test(arguments: [
    ("Dense", #""units":0"#, LayerRule.attribute("units", .notPositive)),
    ("Dense", #""units":"1""#, .attribute("units", .notInteger)),
    ("Dense", #""units":1,"use_bias":"no""#, .attribute("use_bias", .notBoolean)),
    ("LayerNormalization", #""epsilon":"a""#, .attribute("epsilon", .notNumber)),
    ("LayerNormalization", #""epsilon":-1"#, .attribute("epsilon", .negative)),
    ("LayerNormalization", #""epsilon":null"#, .attribute("epsilon", .null)),
    ("BatchNormalization", #""axis":[1,1]"#, .attribute("axis", .notInteger)),
    ("LayerNormalization", #""axis":["a"]"#, .attribute("axis", .notIntegers)),
    ("Conv2D", #""filters":1,"kernel_size":[1]"#, .attribute("kernel_size", .notSizes(count: 2))),
    ("Conv2D", #""filters":1,"kernel_size":1,"padding":1"#, .attribute("padding", .notText)),
    ("Conv2D", #""filters":4,"kernel_size":1,"groups":3"#, .undividedFilters(groups: 3)),
    ("Normalization", #""mean":["a"],"variance":[1]"#, .attribute("mean", .notNumbers)),
  ])
  func `An attribute that no class can have`(
    className: String, attributes: String, rule: LayerRule
  ) throws {
    let text = Self.sequential(Self.input, Self.layer(className, "out", attributes, ""))
    #expect(try brokenRule(of: text) == .layer(rule))
  }
}

extension String {
  /// An object in JSON with more members.
  fileprivate func with(_ members: String) -> String { dropLast() + "," + members + "}" }
}
