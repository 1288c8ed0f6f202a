import Arrays
import Bytes
import Elements
import Fixtures
import Testing
@testable import StateDictionaryFormat

/// Families propose their own pairs, and nothing for networks that only look like them.
@Suite struct PlanProposalTests {
  private let dictionaries = Dictionaries()

  private func proposal(_ shapes: [(String, Shape)], configuration: String? = nil) throws -> WeightPlan {
    let dictionary = try dictionaries.make(shapes)
    return PlanProposal(for: dictionary, configuration: configuration.map { Array($0.utf8) }).plan
  }

  private func pairs(_ plan: WeightPlan) -> [String: String] {
    Dictionary(uniqueKeysWithValues: plan.folds.map { ("\($0.normalization)", "\($0.kernel)") })
  }

  private static let resNet: [(String, Shape)] =
    Dictionaries.pair("conv1", [8, 3, 7, 7], "bn1")
    + Dictionaries.pair("layer1.0.conv1", [8, 8, 3, 3], "layer1.0.bn1")
    + Dictionaries.pair("layer1.0.conv2", [16, 8, 3, 3], "layer1.0.bn2")
    + Dictionaries.pair("layer1.0.downsample.0", [16, 8, 1, 1], "layer1.0.downsample.1")
    + [("fc.weight", [5, 16]), ("fc.bias", [5])]

  @Test func `ResNet`() throws {
    let plan = try proposal(Self.resNet)
    #expect(plan.family == "resnet")
    #expect(
      plan.folds.allSatisfy { $0.epsilon == 1e-5 && $0.layout == .outputFirst && $0.outcome == .remove })
    #expect(
      pairs(plan) == [
        "bn1": "conv1.weight", "layer1.0.bn1": "layer1.0.conv1.weight",
        "layer1.0.bn2": "layer1.0.conv2.weight",
        "layer1.0.downsample.1": "layer1.0.downsample.0.weight",
      ])
    #expect(plan.open.isEmpty)
  }

  @Test func `A batch normalization stays whose name is not UTF-8`() throws {
    let googLeNet = try dictionaries.make(
      Dictionaries.pair("conv1.conv", [8, 3, 7, 7], "conv1.bn")
        + Dictionaries.pair("odd.conv", [8, 8, 1, 1], "odd.bn")
        + Dictionaries.pair("inception3a.branch1.conv", [8, 8, 1, 1], "inception3a.branch1.bn"))
    let renamed = googLeNet.arrays.map { array in
      NamedArray(
        name: array.name.hasPrefix("odd") ? ByteString([0xFF] + array.name.bytes) : array.name,
        elementType: array.elementType, shape: array.shape, content: array.content)
    }
    let plan = PlanProposal(for: StateDictionary(renamed)).plan
    #expect(plan.folds.map { "\($0.kernel)" } == ["conv1.conv.weight", "inception3a.branch1.conv.weight"])
    #expect(plan.open.map(\.reason) == ["its name is not UTF-8, which a plan has to be"])
  }

  /// The same names; each batch normalization has the channels that its convolution takes.
  @Test func `A pre-activation network with the names of ResNet gets no proposal`() throws {
    let shapes =
      Dictionaries.pair("conv1", [8, 3, 7, 7], "bn1")
      + Dictionaries.pair("layer1.0.conv1", [16, 8, 3, 3], "layer1.0.bn1", channels: 8)
      + Dictionaries.pair("layer1.0.conv2", [16, 16, 3, 3], "layer1.0.bn2")
    let plan = try proposal(shapes)
    #expect(plan.folds.isEmpty)
    #expect(plan.open.count == 3)
    #expect(plan.open.allSatisfy { $0.reason.contains("for 8 channels of layer1.0.bn1") })
  }

  @Test(arguments: [
    ("layer1.0.prelu.weight", [8]), ("layer1.0.bn3.running_mean", [8]), ("features.weight", [8, 8]),
    ("layer1.0.convs.0.weight", [8, 8, 1, 1]), ("layer1.0.downsample.2.weight", [8]),
  ])
  func `A tensor that ResNet does not have makes it another network`(name: String, shape: Shape) throws {
    var shapes = Self.resNet + [(name, shape)]
    if name.hasSuffix("running_mean") { shapes.append(("layer1.0.bn3.running_var", shape)) }
    let plan = try proposal(shapes)
    #expect(plan.folds.isEmpty)
    #expect(plan.open.allSatisfy { $0.reason.contains("no family") })
  }

  @Test func `DenseNet`() throws {
    let layer = "features.denseblock1.denselayer1"
    let plan = try proposal(
      Dictionaries.pair("features.conv0", [8, 3, 7, 7], "features.norm0")
        + Dictionaries.pair("\(layer).conv1", [16, 8, 1, 1], "\(layer).norm2")
        + Dictionaries.normalization("\(layer).norm1", 8) + Dictionaries.normalization("features.norm5", 12))
    #expect(plan.family == "densenet")
    #expect(
      pairs(plan) == ["features.norm0": "features.conv0.weight", "\(layer).norm2": "\(layer).conv1.weight"])
    #expect(Set(plan.open.map { "\($0.name)" }) == ["\(layer).norm1", "features.norm5"])
  }

  private static let efficientNet: [(String, Shape)] =
    Dictionaries.pair("conv_stem", [8, 3, 3, 3], "bn1")
    + Dictionaries.pair("conv_head", [20, 12, 1, 1], "bn2")
    + Dictionaries.pair("blocks.0.0.conv_dw", [8, 1, 3, 3], "blocks.0.0.bn1")
    + Dictionaries.pair("blocks.0.0.conv_pw", [8, 8, 1, 1], "blocks.0.0.bn2")
    + Dictionaries.pair("blocks.1.0.conv_pw", [16, 8, 1, 1], "blocks.1.0.bn1")
    + Dictionaries.pair("blocks.1.0.conv_dw", [16, 1, 3, 3], "blocks.1.0.bn2")
    + Dictionaries.pair("blocks.1.0.conv_pwl", [12, 16, 1, 1], "blocks.1.0.bn3")
    + Dictionaries.pair("blocks.2.0.conv_exp", [16, 12, 3, 3], "blocks.2.0.bn1")
    + Dictionaries.pair("blocks.2.0.conv_pwl", [12, 16, 1, 1], "blocks.2.0.bn2")

  @Test(
    arguments: [
      (nil, nil), (#"{"architecture": "tf_efficientnet_b0"}"#, 1e-3),
      (#"{"architecture": "efficientnet_b0"}"#, 1e-5),
      (#"{"architecture": "efficientnet_b1_pruned"}"#, 1e-3),
      (#"{"architecture": "efficientnet_es_pruned"}"#, 1e-5),
      (#"{"architecture": "efficientnet_b1_pruned.in1k"}"#, 1e-3),
      (#"{"architecture": "other"}"#, nil),
      ("not JSON", nil),
    ] as [(String?, Double?)])
  func `EfficientNet of timm, whose epsilon only its configuration tells`(
    configuration: String?, epsilon: Double?
  ) throws {
    let plan = try proposal(Self.efficientNet, configuration: configuration)
    #expect(plan.family == "timm-efficientnet")
    #expect(plan.folds.allSatisfy { $0.epsilon == epsilon })
    #expect(
      pairs(plan) == [
        "bn1": "conv_stem.weight", "bn2": "conv_head.weight", "blocks.0.0.bn1": "blocks.0.0.conv_dw.weight",
        "blocks.0.0.bn2": "blocks.0.0.conv_pw.weight", "blocks.1.0.bn1": "blocks.1.0.conv_pw.weight",
        "blocks.1.0.bn2": "blocks.1.0.conv_dw.weight", "blocks.1.0.bn3": "blocks.1.0.conv_pwl.weight",
        "blocks.2.0.bn1": "blocks.2.0.conv_exp.weight", "blocks.2.0.bn2": "blocks.2.0.conv_pwl.weight",
      ])
  }

  /// B5 of torchvision has 1e-3, which timm's EfficientNet of the same name has not.
  @Test func `A configuration of timm says nothing about EfficientNet of torchvision`() throws {
    let plan = try proposal(
      Dictionaries.pair("features.0.0", [8, 3, 3, 3], "features.0.1")
        + Dictionaries.pair("features.1.0.block.0.0", [8, 8, 3, 3], "features.1.0.block.0.1"),
      configuration: #"{"architecture": "efficientnet_b5"}"#)
    #expect(plan.family == "torchvision-efficientnet")
    #expect(plan.folds.count == 2 && plan.folds.allSatisfy { $0.epsilon == nil })
  }

  @Test func `Numbered sequences: the layer with the number before`() throws {
    let plan = try proposal(
      Dictionaries.pair("features.0.0", [8, 3, 3, 3], "features.0.1")
        + Dictionaries.pair("features.1.conv.0.0", [8, 1, 3, 3], "features.1.conv.0.1")
        + Dictionaries.pair("features.1.conv.1", [4, 8, 1, 1], "features.1.conv.2"))
    #expect(plan.family == "mobilenet-v2")
    #expect(
      pairs(plan) == [
        "features.0.1": "features.0.0.weight", "features.1.conv.0.1": "features.1.conv.0.0.weight",
        "features.1.conv.2": "features.1.conv.1.weight",
      ])
  }

  /// conv -> GELU -> batch normalization: the number of the activation is missing, and the family, too.
  @Test func `ConvMixer and DPN get no proposal`() throws {
    let convMixer = try proposal(
      Dictionaries.pair("stem.0", [8, 3, 7, 7], "stem.2")
        + Dictionaries.pair("blocks.0.1", [8, 8, 1, 1], "blocks.0.3"))
    #expect(convMixer.folds.isEmpty)
    let dpn = try proposal(
      Dictionaries.pair("features.conv1_1.conv", [8, 3, 3, 3], "features.conv1_1.bn")
        + Dictionaries.pair("features.conv2_1.c1x1_a.conv", [8, 8, 1, 1], "features.conv2_1.c1x1_a.bn"))
    #expect(dpn.folds.isEmpty)
  }

  @Test func `Inception`() throws {
    let plan = try proposal(
      Dictionaries.pair("Conv2d_1a_3x3.conv", [8, 3, 3, 3], "Conv2d_1a_3x3.bn")
        + Dictionaries.pair("Mixed_5b.branch1x1.conv", [4, 8, 1, 1], "Mixed_5b.branch1x1.bn"))
    #expect(plan.family == "inception-v3")
    #expect(plan.folds.count == 2)
    #expect(plan.folds.allSatisfy { $0.epsilon == 1e-3 })
  }

  @Test func `HRNet`() throws {
    let plan = try proposal(
      Dictionaries.pair("conv1", [8, 3, 3, 3], "bn1") + Dictionaries.pair("conv2", [8, 8, 3, 3], "bn2")
        + Dictionaries.pair("transition1.0.0", [4, 8, 3, 3], "transition1.0.1")
        + Dictionaries.pair("stage2.0.branches.0.0.conv1", [4, 4, 3, 3], "stage2.0.branches.0.0.bn1")
        + Dictionaries.pair("stage2.0.fuse_layers.0.1.0", [4, 8, 1, 1], "stage2.0.fuse_layers.0.1.1"))
    #expect(plan.family == "timm-hrnet" && plan.confidence == .high)
    #expect(
      pairs(plan) == [
        "bn1": "conv1.weight", "bn2": "conv2.weight", "transition1.0.1": "transition1.0.0.weight",
        "stage2.0.branches.0.0.bn1": "stage2.0.branches.0.0.conv1.weight",
        "stage2.0.fuse_layers.0.1.1": "stage2.0.fuse_layers.0.1.0.weight",
      ])
  }

  @Test func `DLA, whose Res2Net blocks have lists of convolutions`() throws {
    let plan = try proposal(
      Dictionaries.pair("base_layer.0", [8, 3, 7, 7], "base_layer.1")
        + Dictionaries.pair("level5.tree1.conv1", [8, 8, 1, 1], "level5.tree1.bn1")
        + Dictionaries.pair("level5.tree1.convs.1", [4, 4, 3, 3], "level5.tree1.bns.1")
        + Dictionaries.pair("level5.root.conv", [8, 16, 1, 1], "level5.root.bn"))
    #expect(plan.family == "timm-dla" && plan.folds.allSatisfy { $0.epsilon == 1e-5 })
    #expect(
      pairs(plan) == [
        "base_layer.1": "base_layer.0.weight", "level5.tree1.bn1": "level5.tree1.conv1.weight",
        "level5.tree1.bns.1": "level5.tree1.convs.1.weight", "level5.root.bn": "level5.root.conv.weight",
      ])
  }

  @Test func `CSPNet, but not what has the same blocks and other parts`() throws {
    let shapes =
      Dictionaries.pair("stem.conv1.conv", [8, 3, 3, 3], "stem.conv1.bn")
      + Dictionaries.pair("stages.0.conv_exp.conv", [16, 8, 1, 1], "stages.0.conv_exp.bn")
      + Dictionaries.pair("stages.0.blocks.0.conv1.conv", [8, 8, 1, 1], "stages.0.blocks.0.conv1.bn")
    let plan = try proposal(shapes)
    #expect(plan.family == "timm-cspnet" && plan.folds.count == 3 && plan.open.isEmpty)
    #expect(try proposal(shapes + [("neck.weight", [8])]).folds.isEmpty)
  }

  /// With one width only, a network that normalizes before it convolves would have the same shapes.
  @Test func `A ResNet whose shapes do not tell the order is less sure`() throws {
    #expect(try proposal(Self.resNet).confidence == .medium)
    let wider =
      Self.resNet + Dictionaries.pair("layer2.0.conv1", [32, 16, 3, 3], "layer2.0.bn1")
      + Dictionaries.pair("layer2.0.conv2", [32, 32, 3, 3], "layer2.0.bn2")
    let plan = try proposal(wider)
    #expect(plan.confidence == .high)
    #expect(plan.folds.allSatisfy { $0.reason.hasPrefix("resnet, confidence high: ") })
  }

  private static let transformersMobileNet: [(String, Shape)] =
    Dictionaries.pair("conv_stem.first_conv.convolution", [8, 3, 3, 3], "conv_stem.first_conv.normalization")
    + Dictionaries.pair("layer.0.expand_1x1.convolution", [16, 8, 1, 1], "layer.0.expand_1x1.normalization")

  @Test(
    arguments: [
      (nil, nil), (#"{"model_type": "mobilenet_v2", "layer_norm_eps": 0.001}"#, 1e-3),
      (#"{"model_type": "other", "layer_norm_eps": 0.001}"#, nil),
      (#"{"model_type": "mobilenet_v2", "layer_norm_eps": -1}"#, nil),
      (#"{"model_type": "mobilenet_v2", "layer_norm_eps": 1e999}"#, nil),
    ] as [(String?, Double?)])
  func `MobileNet of transformers, whose epsilon is in its configuration`(
    configuration: String?, epsilon: Double?
  ) throws {
    for prefix in ["", "mobilenet_v2."] {
      let shapes = Self.transformersMobileNet.map { (prefix + $0.0, $0.1) } + [("classifier.weight", [5, 8])]
      let plan = try proposal(shapes, configuration: configuration)
      #expect(plan.family == "transformers-mobilenet")
      #expect(plan.folds.count == 2 && plan.folds.allSatisfy { $0.epsilon == epsilon })
      #expect(
        pairs(plan)["\(prefix)layer.0.expand_1x1.normalization"]
          == "\(prefix)layer.0.expand_1x1.convolution.weight")
    }
  }

  @Test(arguments: ["segmentation_head.weight", "mobilenet_v2.neck.weight"])
  func `A network of transformers with another part gets no proposal`(name: String) throws {
    let shapes = Self.transformersMobileNet.map { ("mobilenet_v2." + $0.0, $0.1) }
    #expect(try proposal(shapes).folds.count == 2)
    #expect(try proposal(shapes + [(name, [8])]).folds.isEmpty)
  }

  @Test func `EfficientNet of transformers`() throws {
    let block = "encoder.blocks.0"
    let plan = try proposal(
      Dictionaries.pair("embeddings.convolution", [8, 3, 3, 3], "embeddings.batchnorm")
        + Dictionaries.pair("\(block).expansion.expand_conv", [16, 8, 1, 1], "\(block).expansion.expand_bn")
        + Dictionaries.pair(
          "\(block).depthwise_conv.depthwise_conv", [16, 1, 3, 3], "\(block).depthwise_conv.depthwise_norm")
        + Dictionaries.pair(
          "\(block).projection.project_conv", [8, 16, 1, 1], "\(block).projection.project_bn")
        + Dictionaries.pair("encoder.top_conv", [20, 8, 1, 1], "encoder.top_bn"))
    #expect(plan.family == "transformers-efficientnet")
    #expect(plan.open.isEmpty && plan.folds.count == 5 && plan.folds.allSatisfy { $0.epsilon == nil })
  }
}
