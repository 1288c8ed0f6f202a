import Bytes
import Testing

/// What repeats is drawn once, and nothing else is.
@Suite struct RepeatedBlockTests {
  private static let branch = ["Conv2D", "BatchNormalization", "ReLU", "Conv2D", "BatchNormalization"]

  /// A block whose result is the sum of what it reads and what it computes.
  private func residualBlock(_ network: inout PictureNetwork, _ input: ByteString) -> ByteString {
    network.add("Add", reads: [network.chain(Self.branch, from: input), input])
  }

  @Test func `Residual blocks are one frame with their number`() throws {
    var network = PictureNetwork()
    var last = network.add("InputLayer")
    for _ in 0..<5 { last = residualBlock(&network, last) }
    network.add("Dense", reads: [last])
    let picture = try network.picture()
    #expect(picture.counts == ["× 5"])
    #expect(picture.texts.count { $0 == "Add" } == 1 && picture.rows.count == 1 + 6 + 1)
  }

  @Test func `Rows of blocks of blocks are frames in frames`() throws {
    var network = PictureNetwork()
    var last = network.add("InputLayer")
    for _ in 0..<3 {
      for _ in 0..<4 { last = residualBlock(&network, last) }
      last = network.chain(["Conv2D", "MaxPooling2D"], from: last)
    }
    network.add("Dense", reads: [last])
    #expect(try network.picture().counts.sorted() == ["× 3", "× 4"])
  }

  @Test func `Blocks with another outcome are not the same`() throws {
    var network = PictureNetwork()
    var last = network.add("InputLayer")
    for block in 0..<6 {
      last = network.chain(["Conv2D"], from: last)
      let convolution = last
      last = network.chain(["BatchNormalization"], from: last)
      if block == 3 { network.keep(last, .shift) } else { network.fold(last, into: convolution) }
      last = network.chain(["ReLU", "Dropout", "ZeroPadding2D"], from: last)
    }
    let picture = try network.picture()
    #expect(picture.counts == ["× 3", "× 2"])
    #expect(picture.texts.contains("shift"))
  }

  @Test func `Branches beside each other are no repeats`() throws {
    var network = PictureNetwork()
    let input = network.add("InputLayer")
    let ends = (0..<4).map { _ in network.chain(Self.branch, from: input) }
    network.add("Concatenate", reads: ends)
    let picture = try network.picture()
    #expect(picture.counts.isEmpty && picture.rows.count == network.layerCount)
  }

  /// The second block begins with what the sum reads as well, which a frame around both would hide.
  @Test func `A block that begins a residual block is not repeated by it`() throws {
    var network = PictureNetwork()
    let first = network.chain(Self.branch + ["Dropout"], from: network.add("InputLayer"))
    let second = network.chain(Self.branch + ["Dropout"], from: first)
    network.add("Add", reads: [second, first])
    #expect(try network.picture().counts.isEmpty)
  }

  @Test func `Blocks that read all earlier ones are repeats`() throws {
    var network = PictureNetwork()
    var results = [network.add("InputLayer")]
    for _ in 0..<8 {
      let all = network.add("Concatenate", reads: results)
      results.append(network.chain(Self.branch, from: all))
    }
    network.add("Concatenate", reads: results)
    #expect(try network.picture().counts == ["× 7"] || network.picture().counts == ["× 8"])
  }
}
