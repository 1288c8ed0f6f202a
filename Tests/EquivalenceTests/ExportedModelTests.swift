import Bytes
import Equivalence
import Folding
import ModelGraph
import Testing

/// Models of Keras and of ONNX: an export is proven against what it was made from.
@Suite struct ExportedModelTests {
  private func report(
    _ original: Model, _ other: Model, pairs: [NamedPair] = [], runs: Bool = true
  ) throws -> EquivalenceReport {
    try EquivalenceCheck(original: original, folded: other, pairs: pairs)
      .report(inputs: .random(seed: 0), runs: runs)
  }

  @Test(arguments: ExportedFiles.proven)
  func `An export is proven, either way round`(name: String) throws {
    let (keras, onnx) = (try ExportedFiles.keras(name), try ExportedFiles.onnx(name))
    for report in [try report(keras, onnx), try report(onnx, keras)] {
      #expect(report.verdict.isEqual, "\(report)")
      #expect(report.runs.agree && report.extent.weights > 100 && report.extent.unreadWeights == 0)
    }
  }

  @Test(arguments: ExportedFiles.proven)
  func `A folded model is proven against its export, either way round`(name: String) throws {
    let (keras, onnx) = (try ExportedFiles.keras(name), try ExportedFiles.onnx(name))
    let folded = Model(graph: try FoldPlanner.plan(keras).graph, weights: keras.weights)
    #expect(folded.graph.layers.count < keras.graph.layers.count)
    #expect(try report(folded, onnx, runs: false).verdict.isEqual)
    #expect(try report(onnx, folded, runs: false).verdict.isEqual)
  }

  @Test(arguments: ExportedFiles.proven + [ExportedFiles.sampled])
  func `No damage of an export passes`(name: String) throws {
    let (keras, onnx) = (try ExportedFiles.keras(name), try ExportedFiles.onnx(name))
    var count = 0
    for seed in 0..<UInt64(40) {
      var damage = OperatorDamage(seed: seed)
      guard let damaged = try damage.damaged(onnx) else { continue }
      count += 1
      let report = try seed % 2 == 0 ? report(keras, damaged) : report(damaged, keras)
      #expect(!report.verdict.isEqual, "\(name), seed \(seed): \(damage.what)")
    }
    #expect(count > 5)
  }

  @Test(arguments: ExportedFiles.proven, [true, false])
  func `A kernel with one other element is different, and named`(name: String, isExport: Bool) throws {
    var (keras, onnx) = (try ExportedFiles.keras(name), try ExportedFiles.onnx(name))
    let layer = isExport ? try onnx.changeLargestElement() : try keras.changeLargestElement()
    for report in [try report(keras, onnx), try report(onnx, keras)] {
      #expect(report.verdict == .different, "\(report)")
      let first = try #require(report.differences.first)
      #expect(first.subject.contains("kernel") || first.subject.contains("scale") || first.layer == layer)
    }
  }

  @Test func `What has other words in ONNX is sampled, which is no proof`() throws {
    let (keras, onnx) = (
      try ExportedFiles.keras(ExportedFiles.sampled), try ExportedFiles.onnx(ExportedFiles.sampled)
    )
    for report in [try report(keras, onnx), try report(onnx, keras)] {
      #expect(report.verdict == .sampled && !report.passed, "\(report)")
      #expect(report.isAccepted(by: .sampled) && !report.isAccepted(by: .float32))
      #expect(!report.differences.isEmpty && report.differences.allSatisfy { !$0.isDifference })
    }
    #expect(try report(keras, onnx, runs: false).verdict == .notProven)
  }

  @Test func `Of models that are run, the first tensor that differs is named with its channel`() throws {
    let keras = try ExportedFiles.keras(ExportedFiles.sampled)
    for channel in [0, 3, 5] {
      var onnx = try ExportedFiles.onnx(ExportedFiles.sampled)
      try onnx.scaleOutputChannel(channel, by: 1.03)
      for report in [try report(keras, onnx), try report(onnx, keras)] {
        #expect(report.verdict == .different)
        let first = try #require(report.differences.first)
        #expect(first.place == "channel \(channel)" && first.isDifference, "\(report)")
      }
    }
  }

  // MARK: - Inputs and outputs

  @Test func `Channels are told by the shapes`() throws {
    let ends = try report(
      ExportedFiles.keras("channels_first"), ExportedFiles.onnx("channels_first"), runs: false
    ).ends
    #expect(ends.map(\.isInput) == [true, false])
    #expect(ends.map(\.move) == [.channelsFirst, .channelsFirst])
    #expect(ends.map(\.reason) == [.name, .order])
    let back = try report(
      ExportedFiles.onnx("channels_first"), ExportedFiles.keras("channels_first"), runs: false
    ).ends
    #expect(back.map(\.move) == [.channelsLast, .channelsLast])
  }

  @Test func `Names tell which output is which, and the user where they do not`() throws {
    let (keras, onnx) = (try ExportedFiles.keras("branches"), try ExportedFiles.onnx("branches"))
    #expect(try report(keras, onnx, runs: false).ends.allSatisfy { $0.reason == .name })
    var renamed = onnx
    for reference in renamed.graph.inputs {
      let layer = renamed.graph.calls[reference.call].layer
      renamed.graph.layers[layer].name = renamed.graph.layers[layer].name == "left" ? "second" : "first"
    }
    #expect(try report(keras, renamed).ends.filter(\.isInput).allSatisfy { $0.reason == .order })
    func given(_ left: ByteString, _ right: ByteString) throws -> EquivalenceReport {
      try report(
        keras, renamed,
        pairs: [NamedPair(original: "left", other: left), NamedPair(original: "right", other: right)])
    }
    let found = try given("second", "first")
    #expect(found.verdict.isEqual, "\(found)")
    #expect(found.ends.filter(\.isInput).allSatisfy { $0.reason == .given })
    #expect(try given("first", "second").verdict == .different)
  }

  @Test func `A name that neither model has is said`() throws {
    let pairs = [NamedPair(original: "image", other: "picture")]
    let report = try report(
      ExportedFiles.keras("volumes"), ExportedFiles.onnx("volumes"), pairs: pairs, runs: false)
    #expect(report.verdict == .different && "\(report)".contains("image=picture"), "\(report)")
  }

  @Test func `What only one of them says of an input limits the verdict, and is said`() throws {
    let keras = try ExportedFiles.keras("channels_first")
    var onnx = try ExportedFiles.onnx("channels_first")
    let input = onnx.graph.calls[onnx.graph.inputs[0].call].layer
    onnx.graph.layers[input].operation = .input(shape: [1, 3, 16, 16], elementType: "float32")
    let found = try report(keras, onnx)
    #expect(found.verdict.isEqual, "\(found)")
    #expect(found.ends[0].shape == [1, 16, 16, 3])
  }

  @Test func `Inputs that do not fit are different`() throws {
    let report = try report(ExportedFiles.keras("volumes"), ExportedFiles.onnx("classifier"))
    #expect(report.verdict == .different && !report.runs.isRun)
    #expect("\(report)".contains("shape of input volume"), "\(report)")
  }
}

extension Model {
  /// Scales an output channel of the first kernel, of a model that has those first.
  fileprivate mutating func scaleOutputChannel(_ channel: Int, by factor: Double) throws {
    let place = try #require(graph.layers.firstIndex { $0.variable(.kernel) != nil })
    let index = try #require(graph.layers[place].variables?.firstIndex { $0.role == .kernel })
    let kernel = try #require(graph.layers[place].variable(.kernel))
    var values: [Double] = try kernel.elements(from: weights)
    let size = values.count / kernel.shape[0]
    for element in channel * size..<(channel + 1) * size {
      values[element] = kernel.elementType.rounded(values[element] * factor)
    }
    graph.layers[place].variables?[index].value = .computed(values)
  }

  /// Makes the largest element of the first kernel larger by a hundredth.
  ///
  /// - Returns: the layer.
  fileprivate mutating func changeLargestElement() throws -> ByteString {
    let isKernel: (Variable) -> Bool = { [.kernel, .depthwiseKernel].contains($0.role) }
    let place = try #require(graph.layers.firstIndex { $0.variables?.contains(where: isKernel) == true })
    let index = try #require(graph.layers[place].variables?.firstIndex(where: isKernel))
    let kernel = try #require(graph.layers[place].variables?[index])
    var values: [Double] = try kernel.elements(from: weights)
    let largest = try #require(values.indices.max { abs(values[$0]) < abs(values[$1]) })
    values[largest] = kernel.elementType.rounded(values[largest] * 1.01)
    graph.layers[place].variables?[index].value = .computed(values)
    return graph.layers[place].name
  }
}
