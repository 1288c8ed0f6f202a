import Elements
import StateDictionaryFormat
import Testing

/// Families of timm and ultralytics, with the pairs that their networks had when they were run.
@Suite struct PlanFamilyTests {
  private let dictionaries = Dictionaries()

  private func proposal(_ shapes: [(String, Shape)]) throws -> WeightPlan {
    PlanProposal(for: try dictionaries.make(shapes)).plan
  }

  private func pairs(_ plan: WeightPlan) -> [String: String] {
    Dictionary(
      uniqueKeysWithValues: plan.folds.map {
        (
          "\($0.mean.dropping(suffix: ".running_mean") ?? "")",
          "\($0.kernel.dropping(suffix: ".weight") ?? "")"
        )
      })
  }

  private static let regNetV =
    [("stem.weight", [8, 3, 3, 3])] + Dictionaries.pair("s1.b1.conv1", [8, 8, 1, 1], "s1.b1.norm1")
    + Dictionaries.pair("s1.b1.conv2", [8, 8, 3, 3], "s1.b1.norm2")
    + Dictionaries.pair("s1.b1.conv3", [8, 8, 1, 1], "s1.b1.norm3")

  @Test func `Before an activation that comes first, the layer before counts`() throws {
    let plan = try proposal(Self.regNetV)
    #expect(plan.family == "timm-regnetv")
    #expect(pairs(plan) == ["s1.b1.norm2": "s1.b1.conv1", "s1.b1.norm3": "s1.b1.conv2"])
    let attention = try proposal(Self.regNetV + [("s1.b1.se.fc1.weight", [2, 8, 1, 1])])
    #expect(pairs(attention) == ["s1.b1.norm2": "s1.b1.conv1"])
  }

  @Test func `ResNetV2`() throws {
    let plan = try proposal(
      Dictionaries.pair("stem.conv1", [8, 3, 3, 3], "stem.norm1")
        + Dictionaries.pair("stages.0.blocks.0.conv1", [8, 8, 1, 1], "stages.0.blocks.0.norm1")
        + Dictionaries.pair("stages.0.blocks.0.conv2", [8, 8, 3, 3], "stages.0.blocks.0.norm2")
        + Dictionaries.pair("head.fc", [8, 8, 1, 1], "norm"))
    #expect(plan.family == "timm-resnetv2")
    #expect(
      pairs(plan) == ["stem.norm1": "stem.conv1", "stages.0.blocks.0.norm2": "stages.0.blocks.0.conv1"])
    #expect(plan.open.count == 2)
  }

  @Test func `DPN: what its batch normalizations come after is in the part before`() throws {
    let plan = try proposal(
      Dictionaries.pair("features.conv1_1.conv", [8, 3, 3, 3], "features.conv1_1.bn")
        + Dictionaries.pair("features.conv2_1.c1x1_w_s1.conv", [8, 8, 1, 1], "features.conv2_1.c1x1_w_s1.bn")
        + Dictionaries.pair("features.conv2_1.c1x1_a.conv", [8, 8, 1, 1], "features.conv2_1.c1x1_a.bn")
        + Dictionaries.pair("features.conv2_1.c3x3_b.conv", [8, 8, 3, 3], "features.conv2_1.c3x3_b.bn"))
    #expect(plan.family == "timm-dpn" && plan.folds.allSatisfy { $0.epsilon == 1e-3 })
    #expect(
      pairs(plan) == [
        "features.conv1_1.bn": "features.conv1_1.conv",
        "features.conv2_1.c3x3_b.bn": "features.conv2_1.c1x1_a.conv",
      ])
  }

  private static let res2NetBlock =
    Dictionaries.pair("layer1.0.conv1", [8, 8, 1, 1], "layer1.0.bn1")
    + Dictionaries.pair("layer1.0.convs.0", [4, 4, 3, 3], "layer1.0.bns.0")
    + Dictionaries.pair("layer1.0.conv3", [8, 8, 1, 1], "layer1.0.bn3")
    + Dictionaries.pair("layer1.0.downsample.1", [8, 8, 1, 1], "layer1.0.downsample.2")

  @Test func `Res2Net, with one convolution in its stem or three`() throws {
    let one = try proposal(Dictionaries.pair("conv1", [8, 3, 7, 7], "bn1") + Self.res2NetBlock)
    #expect(one.family == "timm-res2net" && pairs(one)["bn1"] == "conv1" && one.open.isEmpty)
    #expect(pairs(one)["layer1.0.bns.0"] == "layer1.0.convs.0")
    #expect(pairs(one)["layer1.0.downsample.2"] == "layer1.0.downsample.1")
    let three = try proposal(
      Dictionaries.pair("conv1.0", [8, 3, 3, 3], "conv1.1")
        + Dictionaries.pair("conv1.6", [8, 8, 3, 3], "bn1")
        + Self.res2NetBlock)
    #expect(pairs(three)["bn1"] == "conv1.6" && pairs(three)["conv1.1"] == "conv1.0")
  }

  @Test(arguments: [
    ("timm-regnet", ["stem.conv", "s1.b1.conv1.conv"]),
    ("timm-vovnet", ["stem.0.conv", "stem.1.conv_pw", "stages.0.blocks.0.conv_concat.conv"]),
    ("timm-repvit", ["stem.conv1.c", "stages.0.blocks.0.token_mixer.conv.c"]),
    ("timm-levit", ["stem.conv1.linear", "stages.0.blocks.0.attn.qkv.linear"]),
    ("levit", ["patch_embed.0.c", "blocks.0.m.qkv.c"]),
    ("ultralytics-yolo", ["0.conv", "1.conv", "2.cv1.conv"]),
  ])
  func `A batch normalization comes after what stands beside it`(family: String, layers: [String]) throws {
    let places = layers.map { layer in
      (layer, layer.split(separator: ".").dropLast().joined(separator: ".") + ".bn")
    }
    let plan = try proposal(places.flatMap { Dictionaries.pair($0.0, [8, 8, 1, 1], $0.1) })
    #expect(plan.family == family)
    #expect(pairs(plan) == Dictionary(uniqueKeysWithValues: places.map { ($0.1, $0.0) }))
  }

  @Test func `The head of LeViT normalizes what goes into its layer`() throws {
    let plan = try proposal(
      Dictionaries.pair("stem.conv1.linear", [8, 3, 3, 3], "stem.conv1.bn")
        + Dictionaries.pair("stages.0.blocks.0.attn.qkv.linear", [8, 8], "stages.0.blocks.0.attn.qkv.bn")
        + Dictionaries.pair("head.linear", [8, 8], "head.bn"))
    #expect(plan.folds.count == 2 && plan.open.map(\.name) == ["head.bn"])
  }

  @Test func `A classifier of YOLO leaves epsilon open`() throws {
    let shapes = ["0.conv", "1.conv", "2.cv1.conv"].flatMap { layer in
      Dictionaries.pair(layer, [8, 8, 1, 1], String(layer.dropLast(4)) + "bn")
    }
    #expect(try proposal(shapes).folds.allSatisfy { $0.epsilon == 1e-3 })
    let classifier = try proposal(shapes + [("9.linear.weight", [10, 8])])
    #expect(classifier.folds.count == 3 && classifier.folds.allSatisfy { $0.epsilon == nil })
  }

  // MARK: - Wrappers

  private static let regNet = ["stem.conv", "s1.b1.conv1.conv"].flatMap { layer in
    Dictionaries.pair(layer, [8, 8, 1, 1], String(layer.dropLast(4)) + "bn")
  }

  @Test(arguments: [
    "module.", "_orig_mod.", "model.", "backbone.", "module._orig_mod.model.", "model.backbone.",
  ])
  func `What wrappers put in front stays in the plan`(prefix: String) throws {
    let plain = try proposal(Self.regNet)
    let plan = try proposal(Self.regNet.map { (prefix + $0.0, $0.1) })
    #expect(plan.family == "timm-regnet" && plan.confidence == .high)
    #expect(plan.folds.allSatisfy { $0.epsilon == 1e-5 })
    #expect(
      pairs(plan)
        == Dictionary(uniqueKeysWithValues: pairs(plain).map { (prefix + $0.key, prefix + $0.value) }))
  }

  @Test func `A network beside others is less sure, and the others stay`() throws {
    let plan = try proposal(
      Self.regNet.map { ("backbone." + $0.0, $0.1) }
        + Dictionaries.pair("neck.conv", [8, 8, 1, 1], "neck.bn"))
    #expect(plan.folds.count == 2 && plan.confidence == .medium)
    #expect(plan.open.map(\.name) == ["neck.bn"])
  }

  @Test func `The epsilon of frozen batch normalizations in a detector is not known`() throws {
    let frozen = Self.regNet.map { ("backbone.body." + $0.0, $0.1) }
    let plan = try proposal(frozen)
    #expect(plan.folds.count == 2 && plan.folds.allSatisfy { $0.epsilon == nil })
    let counted = try proposal(frozen + [("backbone.body.stem.bn.num_batches_tracked", [1])])
    #expect(counted.folds.count == 2 && counted.folds.allSatisfy { $0.epsilon == 1e-5 })
  }

  @Test(arguments: ["modul.", "x.module.", "moduleX."])
  func `Another prefix makes it another network`(prefix: String) throws {
    #expect(try proposal(Self.regNet.map { (prefix + $0.0, $0.1) }).folds.isEmpty)
  }
}
