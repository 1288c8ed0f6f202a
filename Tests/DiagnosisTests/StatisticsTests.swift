import Diagnosis
import Testing

/// What the numbers of one batch normalization say.
@Suite struct StatisticsTests {
  @Test func `An ordinary network has nothing to remark`() throws {
    let network = Network.ordinary { $0.normalization(after: $1) }
    #expect(try network.codes().isEmpty)
    #expect(try ModelDiagnosis(of: network.model).normalizations == 1)
  }

  @Test func `A negative variance`() throws {
    let network = Network.ordinary { $0.normalization(variance: [0.5, -0.25], after: $1) }
    #expect(try network.codes() == [.negativeVariance])
    let found = try #require(try network.symptoms(.negativeVariance).first)
    #expect(found.layer == "bn" && found.count == 1 && found.all == 2)
    #expect(found.channel == 1 && found.value == -0.25)
  }

  @Test(arguments: [
    ([Double.nan, 1], [0.1, 0.1], [0.5, 1.5]), ([1, 1.5], [0.1, .infinity], [0.5, 1.5]),
    ([1, 1.5], [0.1, 0.1], [0.5, .nan]),
  ])
  func `Statistics that are not finite numbers`(gamma: [Double], beta: [Double], variance: [Double]) throws {
    let network = Network.ordinary {
      $0.normalization(gamma: gamma, beta: beta, variance: variance, after: $1)
    }
    #expect(try network.codes() == [.nonFiniteStatistics])
  }

  @Test func `A division by zero is not a zero variance`() throws {
    let network = Network.ordinary { $0.normalization(variance: [0, 1.5], epsilon: 0, after: $1) }
    #expect(try network.codes() == [.nonFiniteStatistics])
  }

  @Test func `Statistics of a new layer, trained or not`() throws {
    let frozen = Network.ordinary {
      $0.normalization(mean: [0, 0], variance: [1, 1], momentum: 1, after: $1)
    }
    #expect(try frozen.codes() == [.frozenStatistics])
    #expect(try frozen.symptoms(.frozenStatistics).first?.value == 1)
    let untrained = Network.ordinary {
      $0.normalization(gamma: [1, 1], beta: [0, 0], mean: [0, 0], variance: [1, 1], after: $1)
    }
    #expect(try untrained.codes() == [.untrained])
    let trained = Network.ordinary { $0.normalization(mean: [0, 1e-6], variance: [1, 1], after: $1) }
    #expect(try trained.codes().isEmpty)
  }

  @Test func `A variance of 0, and one below epsilon`() throws {
    let network = Network.ordinary { $0.normalization(variance: [0, 9e-4], after: $1) }
    #expect(try network.codes() == [.zeroVariance, .tinyVariance])
    let zero = try #require(try network.symptoms(.zeroVariance).first)
    #expect(zero.channel == 0 && abs((zero.value ?? 0) - 0.9 / 1e-3.squareRoot()) < 1e-5)
    let tiny = try #require(try network.symptoms(.tinyVariance).first)
    #expect(tiny.channel == 1 && tiny.reference == 1e-3)
    #expect(try Network.ordinary { $0.normalization(variance: [2e-3, 1], after: $1) }.codes().isEmpty)
  }

  @Test func `A gamma of 0 is told once, whatever the variance is`() throws {
    let network = Network.ordinary { $0.normalization(gamma: [0, 1], variance: [0, 1], after: $1) }
    #expect(try network.codes() == [.zeroGamma])
  }

  @Test func `A gamma far below the median`() throws {
    let network = Network.ordinary { $0.normalization(gamma: [-1e-4, 1], after: $1) }
    let found = try #require(try network.symptoms(.tinyGamma).first)
    #expect(found.channel == 0 && found.reference == 1)
    #expect(try Network.ordinary { $0.normalization(gamma: [2e-3, 1], after: $1) }.codes().isEmpty)
  }

  @Test func `A channel whose kernel has only zeros`() throws {
    var network = Network()
    let input = network.input([4, 4, 2])
    let dead = network.convolution("conv", [[0, -0.5], [0, 0.2]], after: input)
    _ = network.normalization(variance: [0, 1], after: dead)
    #expect(try network.codes() == [.deadChannels])
    let found = try #require(try network.symptoms(.deadChannels).first)
    #expect(found.channel == 0 && found.count == 1 && found.other == "conv")
  }

  @Test func `A scale above a thousand`() throws {
    let network = Network.ordinary {
      $0.normalization(gamma: [5, 5], variance: [1e-5, 1], epsilon: 1e-6, after: $1)
    }
    #expect(try network.codes() == [.largeScale])
    #expect(try network.symptoms(.largeScale).first?.count == 1)
  }

  @Test func `Numbers that float16 does not hold`() throws {
    let large = Network.ordinary { $0.normalization(variance: [65_536, 1], after: $1) }
    #expect(try large.codes() == [.float16Overflow])
    #expect(try Network.ordinary { $0.normalization(variance: [65_504, 1], after: $1) }.codes().isEmpty)
    let small = Network.ordinary {
      $0.normalization(gamma: [0.01, 0.01], variance: [1e-7, 1], epsilon: 1e-8, after: $1)
    }
    #expect(try small.codes() == [.float16Precision])
    let none = Network.ordinary {
      $0.normalization(gamma: [1e-3, 1e-3], variance: [2e-8, 1], epsilon: 1e-8, after: $1)
    }
    #expect(try none.symptoms(.float16Precision).first?.value == .infinity)
  }
}
