import Folding
import ModelGraph
import Testing

/// Each rule beyond the layer right before: where it folds, and one case for each condition where it leaves alone.
@Suite struct RewriteTests {
  /// A model, and the rule that it is about.
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let rule: String
    /// The code of the refusal, backwards or forwards; nil where everything folds.
    var refusal: Refusal.Code?
    let build: @Sendable (RewriteBuilder) -> Void
  }

  private static func folds(
    _ rule: String, _ description: String, _ build: @escaping @Sendable (RewriteBuilder) -> Void
  ) -> Case {
    Case(testDescription: "\(rule): \(description)", rule: rule, build: build)
  }

  private static func leaves(
    _ rule: String, _ refusal: Refusal.Code, _ description: String,
    _ build: @escaping @Sendable (RewriteBuilder) -> Void
  ) -> Case {
    Case(testDescription: "\(rule): \(description)", rule: rule, refusal: refusal, build: build)
  }

  static let folding = [
    folds("averaging", "average pooling, same padding") { $0.conv().pool(.average, .same).bn().end() },
    folds("averaging", "global average pooling") { $0.conv().globalPool(.average).bn().end() },
    folds("averaging", "bilinear upsampling") { $0.conv().upSample(.bilinear).bn().end() },
    folds("maximum", "max pooling, no negative scale, a shift") {
      $0.conv().pool(.maximum, .same).bn(.positive).end()
    },
    folds("maximum", "windows of one element, scales of both signs") {
      $0.conv().pool(.maximum, .none(rank: 2), size: 1).bn().end()
    },
    folds("maximum", "global max pooling, a scale of zero") {
      $0.conv().globalPool(.maximum).bn(.zeroIn(1)).end()
    },
    folds("zero-padding", "no shift") { $0.conv().pad().bn(.scaleOnly).end() },
    folds("rectification", "ReLU") { $0.conv().relu().bn(.scaleOnly).end() },
    folds("rectification", "at the end of the convolution") {
      $0.conv(activation: .relu(RectifiedLinear())).bn(.scaleOnly).end()
    },
    folds("rectification", "PReLU") { $0.conv().prelu().bn(.scaleOnly).end() },
    folds("reshaping", "the batch is spread over the positions, and the channels stay") {
      $0.conv().reshape(.allAxes([6, 6, -1, 4]), to: [6, 1, 4]).bn().end()
    },
    folds("reshaping", "Flatten, statistics tiled") { $0.bn().flatten().dense().end() },
    folds("reshaping", "Flatten before the batch normalization, constant along the rest") {
      $0.conv().flatten().bn(.constant).end()
    },
    folds("reshaping", "a function that counts the batch, and one that adds an axis of size 1") {
      $0.conv().reshape(.allAxes([-1, 36, 4]), to: [36, 4]).reshape(.expansion(axes: [-2]), to: [36, 1, 4])
        .bn().end()
    },
    folds("permutation", "a function with axes counted from the end") {
      $0.conv().reverse(batchLast: false).bn(axis: 1).end()
    },
    folds("permutation", "Permute") { $0.conv().permute().bn(axis: 1).end() },
    folds("cropping", "Cropping") { $0.conv().crop().bn().end() },
    folds("channel-affine", "Rescaling") { $0.bn().rescale(2, 0.5).conv(padding: .none(rank: 2)).end() },
    folds("concatenation", "two private convolutions") { $0.branch().concatenate().bn().end() },
    folds("concatenation", "along another axis") { $0.branch().concatenate(axis: 1).bn().end() },
    folds("sum", "two private convolutions, the shift in one of them") { $0.branch().merge(.add).bn().end() },
    folds("sum", "by a function of the graph") {
      $0.branch().merge(.function(.combination(.add, .tensor(0), .tensor(1)))).bn().end()
    },
    folds("channel-affine", "by functions of the graph with numbers") {
      $0.bn().function(.combination(.subtract, .number(2), .tensor(0)))
        .function(.combination(.divide, .tensor(0), .number(3))).conv(padding: .none(rank: 2)).end()
    },
    folds("sum", "a difference") { $0.branch().merge(.subtract).bn().end() },
    folds("sum", "a mean") { $0.branch().merge(.average).bn().end() },
    folds("larger-of", "no negative scale") { $0.branch().merge(.maximum).bn(.positive).end() },
    folds("product", "no shift") { $0.branch().merge(.multiply).bn(.scaleOnly).end() },
    folds("input-of-convolution", "valid padding") { $0.bn().conv(padding: .none(rank: 2)).end() },
    folds("input-of-convolution", "same padding, no shift") { $0.bn(.scaleOnly).conv(padding: .same).end() },
    folds("input-of-convolution", "same padding, windows of one element") {
      $0.bn().conv(size: 1, padding: .same).end()
    },
    folds("input-of-convolution", "a scale of zero") {
      $0.bn(.zeroIn(0)).conv(padding: .none(rank: 2)).end()
    },
    folds("input-of-dense", "behind global pooling") { $0.bn().globalPool(.average).dense().end() },
    folds("input-of-batch-normalization", "a scale of zero, behind global pooling") {
      $0.bn(.zeroIn(0)).globalPool(.average).bn().keeps(1).end()
    },
    folds("input-of-batch-normalization", "another batch normalization takes the inverse") {
      $0.stream().end()
    },
    folds("input-of-transposed-convolution", "no shift") { $0.bn(.scaleOnly).transposed().end() },
    folds("embedding", "the table") { $0.embed().bn().end() },
    folds("input-of-dense", "inside TimeDistributed") { $0.sequence().bn().timeDense().end() },
    folds("input-of-einsum-dense", "no shift") { $0.sequence().bn(.scaleOnly).einsum().end() },
    folds("identity", "dropout before a pooling") { $0.conv().dropout().globalPool(.average).bn().end() },
  ]

  static let leaving = [
    leaves("maximum", .negativeScale, "a negative scale") {
      $0.conv().pool(.maximum, .same).bn(.negativeIn(1)).end()
    },
    leaves("maximum", .axisMismatch, "another axis") {
      $0.conv().pool(.maximum, .same).bn(.positive, axis: 1).end()
    },
    leaves("averaging", .axisMismatch, "another axis") {
      $0.conv().globalPool(.average, keeps: true).bn(axis: 2).end()
    },
    leaves("zero-padding", .shift, "a shift") { $0.conv().pad().bn(.positive).end() },
    leaves("rectification", .activation, "a shift") { $0.conv().relu().bn(.positive).end() },
    leaves("rectification", .activation, "a negative scale") {
      $0.conv().relu().bn(.negativeScaleOnly).end()
    },
    leaves("rectification", .activation, "a maximum") {
      $0.conv(activation: .relu(RectifiedLinear(maxValue: 6))).bn(.scaleOnly).end()
    },
    leaves("permutation", .axisMismatch, "the channels become the first axis") {
      $0.bn().reverse(batchLast: true).relu().end()
    },
    leaves("reshaping", .axisMismatch, "other statistics for each position") {
      $0.conv().flatten().bn().end()
    },
    leaves("sum", .modelOutput, "one branch is an output as well") {
      $0.branch().alsoOutput().merge(.add).bn().end()
    },
    leaves("sum", .noProducer, "one branch is the input") { $0.conv(filters: 3).addInput().bn().end() },
    leaves("larger-of", .negativeScale, "a negative scale") {
      $0.branch().merge(.minimum).bn(.negativeIn(0)).end()
    },
    leaves("sum", .noConsumer, "a function that is no sum") {
      $0.bn().function(.combination(.power, .tensor(0), .number(2))).conv(padding: .none(rank: 2)).end()
    },
    leaves("product", .shift, "a shift") { $0.branch().merge(.multiply).bn(.positive).end() },
    leaves("concatenation", .activation, "one branch ends with an activation") {
      $0.branch(activation: .tanh).concatenate().bn().end()
    },
    leaves("input-of-convolution", .padding, "same padding sees the shift") {
      $0.bn().conv(padding: .same).end()
    },
    leaves("input-of-convolution", .noConsumer, "another reader cannot take it") {
      $0.bn().readByNormalization().conv(padding: .none(rank: 2)).end()
    },
    leaves("input-of-transposed-convolution", .shift, "a shift and windows of several elements") {
      $0.bn().transposed().end()
    },
    leaves("input-of-batch-normalization", .zeroScale, "the inverse of a scale of zero") {
      $0.stream(.zeroIn(1)).end()
    },
    leaves("input-of-batch-normalization", .zeroScale, "an inverse that loses the values") {
      $0.stream(.squeezed).end()
    },
    leaves("input-of-dense", .axisMismatch, "another axis") { $0.bn(axis: 1).dense().end() },
    leaves("input-of-einsum-dense", .shift, "a shift") { $0.sequence().bn().einsum().end() },
    leaves("input-of-einsum-dense", .axisMismatch, "an axis that is not summed over") {
      $0.sequence().bn(.scaleOnly, axis: 1).einsum().end()
    },
    leaves("einsum-dense", .axisMismatch, "an axis of the input") {
      $0.sequence().einsum().bn(axis: 1).end()
    },
    leaves("embedding", .axisMismatch, "an axis of the indices") { $0.embed().bn(axis: 1).end() },
    leaves("cropping", .axisMismatch, "a cropped axis") { $0.conv().crop().bn(axis: 1).end() },
    leaves("permutation", .axisMismatch, "an axis that was not the channels'") {
      $0.conv().permute().bn(axis: 2).end()
    },
    leaves("channel-affine", .axisMismatch, "another axis") {
      $0.bn(axis: 1).scaleChannels().conv(padding: .none(rank: 2)).end()
    },
    leaves("sum", .conflict, "the sum of a tensor and its batch normalization") {
      $0.conv().bnBeside().end()
    },
  ]

  @Test(arguments: folding)
  func `Folds`(given: Case) throws {
    let builder = RewriteBuilder()
    given.build(builder)
    let plan = try Harness.plan(builder.model, rules: .all)
    #expect(plan.ledger.kept.count == builder.kept, "\(plan.ledger.kept.map(\.outcome))")
    let rules = plan.ledger.entries.compactMap { entry -> [Substring]? in
      if case .folded(_, let rule, _, _) = entry.outcome { rule.split(separator: "+") } else { nil }
    }
    #expect(rules.joined().contains(Substring(given.rule)), "\(rules)")
    #expect(try Harness.difference(builder.model, plan) < 1e-11)
    let folded = Model(graph: plan.graph, weights: builder.model.store)
    #expect(try Harness.report(builder.model.model, folded).verdict == .equal)
  }

  @Test(arguments: leaving)
  func `Leaves alone`(given: Case) throws {
    let builder = RewriteBuilder()
    given.build(builder)
    let plan = try Harness.plan(builder.model, rules: .all)
    let codes = plan.ledger.entries.flatMap { entry -> [Refusal.Code] in
      if case .kept(let refusal, let forwards) = entry.outcome {
        [refusal.code, forwards?.code].compactMap { $0 }
      } else {
        []
      }
    }
    #expect(codes.contains(try #require(given.refusal)), "\(plan.ledger.entries.map(\.outcome))")
    #expect(try Harness.difference(builder.model, plan) < 1e-11)
  }

  @Test(arguments: folding)
  func `A rule that is left out is not used`(given: Case) throws {
    let builder = RewriteBuilder()
    given.build(builder)
    let rules = try #require(FoldingRules(names: FoldingRules.knownNames.filter { $0 != given.rule }))
    let plan = try Harness.plan(builder.model, rules: rules)
    for case .folded(_, let rule, _, _) in plan.ledger.entries.map(\.outcome) {
      #expect(!rule.split(separator: "+").contains(Substring(given.rule)))
    }
  }

  /// In 16 bits a tensor of another size is rounded elsewhere, or does not fit at all.
  @Test(arguments: ["identity", "dense"])
  func `Nothing passes a layer of another precision`(kind: String) throws {
    let builder = RewriteBuilder()
    builder.bn().flatten().dense().end()
    let index = kind == "dense" ? 3 : 2
    builder.lowerPrecision(ofLayer: index)
    let plan = try Harness.plan(builder.model, rules: .all)
    guard case .kept(_, let forwards?)? = plan.ledger.entries.first?.outcome else {
      Issue.record("\(plan.ledger.entries)")
      return
    }
    #expect(forwards.code == .precisionPolicy)
  }

  /// The second one goes into the first one, and the first one into the layer behind both.
  @Test func `A dropout that is called with training=True is not passed`() throws {
    for training in [true, false] {
      let builder = RewriteBuilder()
      builder.conv().dropout(training: training).bn().end()
      #expect(try Harness.plan(builder.model, rules: .all).ledger.folded.isEmpty == training)
    }
  }

  @Test func `One after the other folds into the layer behind both`() throws {
    let builder = RewriteBuilder()
    builder.tanh().bn().bn().conv(padding: .none(rank: 2)).end()
    let plan = try Harness.plan(builder.model, rules: .all)
    #expect(plan.ledger.kept.isEmpty)
    #expect(try Harness.difference(builder.model, plan) < 1e-11)
  }

  @Test func `Every rule has a name of its own and a line that says what it does`() {
    #expect(Set(FoldingRules.knownNames).count == FoldingRules.knownNames.count)
    for name in FoldingRules.knownNames { #expect(FoldingRules.summary(of: name) != nil, "\(name)") }
  }

  @Test func `What is skipped by name stays`() throws {
    let builder = RewriteBuilder()
    builder.conv().bn().end()
    let options = FoldOptions(skipped: ["bn1"])
    let plan = try FoldPlanner.plan(builder.model.model, options: options)
    #expect(Harness.refusals(plan) == ["bn1": .skipped])
  }

  @Test func `Growth is bounded`() throws {
    let builder = RewriteBuilder()
    // Forty filters get a bias for three channels that lose their statistics.
    builder.bn().conv(filters: 40, padding: .none(rank: 2), usesBias: false).end()
    for (limit, folded) in [(0.0, 0), (1.0, 1)] {
      let options = FoldOptions(maxGrowth: limit)
      let plan = try FoldPlanner.plan(builder.model.model, options: options)
      #expect(plan.ledger.folded.count == folded)
    }
  }
}
