import Bytes
import Diagnosis
import ModelGraph
import Testing

/// What the places of batch normalizations say.
@Suite struct WiringTests {
  @Test func `An epsilon that alternates is not one of a part of the network`() throws {
    func network(_ epsilons: [Double]) -> Network {
      Network.ordinary { network, start in
        epsilons.enumerated().reduce(start) { place, next in
          let between = network.add(.pooling(pooling), ByteString("pool\(next.offset)"), place)
          return network.normalization(
            ByteString("bn\(next.offset)"), epsilon: next.element, after: between)
        }
      }
    }
    #expect(try network([1e-3, 1e-3, 1e-3]).codes().isEmpty)
    #expect(try network([1e-3, Double(Float(1e-3))]).codes().isEmpty)
    #expect(try network([1e-5, 1e-5, 1e-3]).codes() == [.epsilonsByPart])
    let mixed = network([1e-5, 1e-3, 1e-5])
    #expect(try mixed.codes() == [.differingEpsilons])
    let found = try #require(try mixed.symptoms(.differingEpsilons).first)
    #expect(found.layer == "bn1" && found.count == 1 && found.all == 3)
    #expect(found.value == 1e-3 && found.reference == 1e-5 && found.other == "bn0")
  }

  private let pooling = Pooling(
    reduction: .average, poolSize: [1, 1], strides: [1, 1], padding: .none(rank: 2), dataFormat: .channelsLast
  )

  @Test(arguments: [(-1, false), (3, false), (1, true), (2, true)])
  func `Another axis than that of the convolution before`(axis: Int, isWrong: Bool) throws {
    let network = Network.ordinary { network, start in
      let active = network.add(.activation(.sigmoid), "sigmoid", start)
      return network.normalization(
        axis: axis,
        after: network.add(.zeroPadding(amounts: [none, none], dataFormat: .channelsLast), "pad", active))
    }
    #expect(try network.codes() == (isWrong ? [.wrongAxis] : []))
    guard isWrong else { return }
    let found = try #require(try network.symptoms(.wrongAxis).first)
    #expect(found.value == Double(axis) && found.reference == 3 && found.other == "conv")
  }

  private let none = EdgeAmounts(before: 0, after: 0)

  @Test func `Another axis than that of the convolution after it`() throws {
    for (axis, isWrong) in [(1, true), (-1, false)] {
      var network = Network()
      let input = network.input([4, 4, 2])
      let normalized = network.normalization(axis: axis, after: input)
      _ = network.convolution("conv", [[1], [2]], after: normalized)
      #expect(try network.codes() == (isWrong ? [.wrongAxis] : []))
    }
  }

  @Test func `Channels first, and axes that something has moved`() throws {
    var first = Network()
    let convolution = first.convolution(
      "conv", [[1, 1], [1, 2]], format: .channelsFirst, after: first.input([2, 4, 4]))
    _ = first.normalization(axis: 1, after: convolution)
    #expect(try first.codes().isEmpty)
    let moved = Network.ordinary { network, start in
      let turned = network.add(.transpose(Transposition(axes: [0, 3, 1, 2])), "turn", start)
      return network.normalization(axis: 1, after: turned)
    }
    #expect(try moved.codes().isEmpty)
  }

  @Test func `The axis of a vector has no other name`() throws {
    var network = Network()
    let dense = Dense(units: 2, usesBias: false, activation: .linear)
    let layer = network.layer("dense", .dense(dense), [(.kernel, [3, 2], [1, 2, 3, 4, 5, 6])])
    _ = network.normalization(axis: 1, after: network.add(layer, [network.input([3])]))
    #expect(try network.codes().isEmpty)
  }

  @Test func `A call in training mode`() throws {
    #expect(
      try Network.ordinary { $0.normalization(training: true, after: $1) }.codes() == [.trainingMode])
    #expect(try Network.ordinary { $0.normalization(training: false, after: $1) }.codes().isEmpty)
  }

  @Test func `A batch normalization after an activation`() throws {
    let layer = Network.ordinary { network, start in
      network.normalization(after: network.add(.activation(.relu(RectifiedLinear())), "relu", start))
    }
    #expect(try layer.codes() == [.afterActivation])
    #expect(try layer.symptoms(.afterActivation).first?.other == "relu")
    var own = Network()
    let convolution = own.convolution(
      "conv", [[1, 2]], activation: .tanh, after: own.input([4, 4, 1]))
    _ = own.normalization(after: convolution)
    #expect(try own.symptoms(.afterActivation).first?.other == "conv")
    let linear = Network.ordinary { network, start in
      network.normalization(after: network.add(.activation(.linear), "nothing", start))
    }
    #expect(try linear.codes().isEmpty)
  }

  @Test func `Two in a row`() throws {
    let network = Network.ordinary { network, start in
      network.normalization("second", after: network.normalization("first", after: start))
    }
    #expect(try network.codes() == [.consecutive])
    let found = try #require(try network.symptoms(.consecutive).first)
    #expect(found.layer == "second" && found.other == "first")
  }

  @Test func `What is not looked into is counted`() throws {
    let network = Network.ordinary { network, start in
      var layer = Layer(name: "own", className: "Own", operation: .opaque("code of its own"))
      layer.hiddenBatchNormalizations = ["bn1", "bn2"]
      return network.normalization(after: network.add(layer, [start]))
    }
    let diagnosis = try ModelDiagnosis(of: network.model)
    #expect(diagnosis.normalizations == 1 && diagnosis.unread == 2)
  }

  @Test func `A model in the model is looked into`() throws {
    let inner = Network.ordinary { $0.normalization(gamma: [0, 1], after: $1) }
    var outer = inner
    outer.wrap(as: "backbone")
    #expect(try outer.symptoms(.zeroGamma).map(\.layer) == ["backbone/bn"])
  }
}

/// Weights that are not those of batch normalizations.
@Suite struct NonFiniteWeightsTests {
  @Test(arguments: [(0.5, 0), (Double.nan, 1), (-Double.infinity, 1)])
  func `A weight that is not a number`(element: Double, count: Int) throws {
    var network = Network()
    let convolution = network.convolution(
      "conv", [[0.5, 1], [element, 2]], after: network.input([4, 4, 2]))
    _ = network.normalization(after: convolution)
    let found = try network.symptoms(.nonFiniteWeights)
    #expect(found.map(\.count) == (count == 0 ? [] : [count]))
    #expect(found.allSatisfy { $0.layer == "conv" && $0.all == 4 })
  }
}
