import BatchNormFolding
import Fixtures
import Inference
import ModelGraph
import Testing

/// Where released tools write a wrong model: each trap is folded right, or refused with its reason.
@Suite struct TrapTests {
  struct Trap: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let fixture: String
    /// The code of the refusal; nil where the batch normalization has to fold.
    let refusal: Refusal.Code?

    init(_ description: String, _ fixture: String, _ refusal: Refusal.Code? = nil) {
      testDescription = description
      self.fixture = fixture
      self.refusal = refusal
    }
  }

  static let traps = [
    Trap("a depth multiplier above 1", "depthwise2d_multiplier2"),
    Trap("a depth multiplier above 1 before a pointwise kernel", "separable2d_multiplier2"),
    Trap("the axis is 1 in a channels-last model", "pattern_wrong_axis", .axisMismatch),
    Trap("the layer is called with training=True", "bn_training_true", .trainingMode),
    Trap("the convolution is an output of the model, too", "pattern_conv_is_model_output", .modelOutput),
    Trap("no beta", "bn_no_center"),
    Trap("no gamma", "bn_no_scale"),
    Trap("neither beta nor gamma", "bn_neither"),
    Trap("an epsilon of its own", "bn_epsilon"),
    Trap("the convolution has no bias", "conv2d_no_bias"),
    Trap("a Sequential model", "sequential_basic"),
    Trap("a model inside the model", "nested_functional"),
    Trap("models two levels deep", "nested_deep"),
    Trap("a convolution that is called twice", "pattern_shared_conv", .conflict),
    Trap("a batch normalization that is called twice", "pattern_shared_bn"),
    Trap("the convolution has an activation", "pattern_activation_inside", .activation),
    Trap("a ReLU in between", "pattern_relu_between", .activation),
    Trap("a pooling in between", "pattern_max_pool_between", .negativeScale),
    Trap("a zero padding in between", "pattern_zero_padding_between", .shift),
    Trap("a batch normalization after a batch normalization", "pattern_conv_bn_bn"),
    Trap("channels first", "conv2d_channels_first"),
    Trap("the order of inputs and outputs", "pattern_multi_io"),
    Trap("the names of inputs and outputs", "pattern_dict_io"),
    Trap("removing a layer changes the order that Keras loads by", "pattern_order_flip"),
  ]

  @Test(arguments: traps, ["keras2", "keras3"])
  func `Folded right, or refused with its reason`(trap: Trap, generation: String) throws {
    let fixture = Fixtures.fixture(generation, trap.fixture)
    let original = try ModelFile(opening: fixture.path)
    let folded = try original.fold()
    let refusals = folded.ledger.kept.compactMap { entry -> Refusal.Code? in
      if case .kept(let refusal, _) = entry.outcome { refusal.code } else { nil }
    }
    if let refusal = trap.refusal {
      #expect(refusals.contains(refusal))
    } else {
      #expect(refusals.isEmpty && !folded.ledger.folded.isEmpty)
    }

    let directory = TemporaryDirectory()
    var options = WriteOptions()
    // The statistics of a batch are nothing that bnfold runs.
    options.requiresFullCheck = trap.refusal != .trainingMode
    try folded.write(to: directory.file("folded.h5"), options: options)
    let model = try ModelFile(opening: directory.file("folded.h5")).model
    #expect(model.graph.outputNames == original.model.graph.outputNames)
    let names = { (graph: Graph) in graph.inputs.map { graph.layers[graph.calls[$0.call].layer].name } }
    #expect(names(model.graph) == names(original.model.graph))

    guard options.requiresFullCheck else { return }
    let golden = try fixture.golden()
    let result = try GraphEvaluator<Double>(weights: model.weights).evaluate(
      model.graph, inputs: golden.inputs)
    #expect(result.outputs.count == golden.outputs64.count)
    // Float32 weights, rounded once.
    for (found, expected) in zip(result.outputs, golden.outputs64) {
      #expect(relativeError(found, expected) < 1e-5)
    }
  }

  /// The refusal of the only batch normalization of a fixture whose architecture has been edited.
  private func refusal(
    of fixture: String, replacing before: String, by after: String
  ) throws -> Refusal? {
    let directory = TemporaryDirectory()
    let (before, after) = (Array(before.utf8), Array(after.utf8))
    try #require(before.count == after.count, "the file's structure must stay")
    var bytes = try readFile(Fixtures.fixture("keras2", fixture).path)
    let places = bytes.indices.filter { bytes[$0] == before[0] && bytes[$0...].starts(with: before) }
    try #require(!places.isEmpty)
    for place in places { bytes.replaceSubrange(place..<place + before.count, with: after) }
    try writeFile(directory.file("edited.h5"), bytes)
    let ledger = try ModelFile(opening: directory.file("edited.h5")).fold().ledger
    guard case .kept(let refusal, _)? = ledger.entries.first?.outcome else { return nil }
    return refusal
  }

  /// No version of Keras gives a transposed convolution groups, but tf_keras writes the attribute.
  @Test func `A grouped transposed convolution is not understood, and so left alone`() throws {
    let refusal = try refusal(
      of: "conv2d_transpose_valid", replacing: #""groups": 1"#, by: #""groups": 2"#)
    #expect(refusal?.code == .opaqueLayer)
    #expect(refusal?.reason.contains("groups") == true)
  }

  @Test func `A class of somebody else that is called Dense is left alone`() throws {
    let refusal = try refusal(
      of: "time_distributed_dense", replacing: #""module": "keras.layers""#, by: #""module": "my_own.dense""#)
    #expect(refusal?.code == .opaqueLayer)
  }
}
