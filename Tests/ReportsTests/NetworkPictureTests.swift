import Bytes
import Foundation
import FoundationXML
import Reports
import Testing

/// The picture of a network: complete, small, safe, and the same every time.
@Suite struct NetworkPictureTests {
  /// A network like DenseNet121, of which every few batch normalizations stay.
  private func denseNetwork() -> (network: PictureNetwork, kept: [ByteString]) {
    var (network, kept): (PictureNetwork, [ByteString]) = (PictureNetwork(), [])
    var random = SeededGenerator(seed: 7)
    var last = network.chain(["ZeroPadding2D", "Conv2D"], from: network.add("InputLayer"))
    for (stage, count) in [6, 12, 24, 16].enumerated() {
      for block in 0..<count {
        let input = last
        for half in 0..<2 {
          let name = ByteString("conv\(stage)_block\(block)_\(half)_bn")
          network.add("BatchNormalization", name, reads: [last])
          if half == 1 {
            network.fold(name, into: last)
          } else {
            network.keep(name, random.next() % 4 == 0 ? .zeroScale : .activation, forwards: .activation)
            kept.append(name)
          }
          last = network.chain(["Activation", "Conv2D"], from: name)
        }
        last = network.add("Concatenate", reads: [input, last])
      }
      last = network.chain(["BatchNormalization", "Activation", "Conv2D", "AveragePooling2D"], from: last)
    }
    return (network, kept)
  }

  @Test func `A network of more than 400 layers fits on a page`() throws {
    let picture = try denseNetwork().network.picture()
    #expect(picture.size("width") < 2000 && picture.size("height") < 4000)
    #expect(picture.svg.utf8.count < 500_000)
  }

  @Test func `Every layer that stays is named`() throws {
    let (network, kept) = denseNetwork()
    let svg = try network.picture().svg
    for layer in kept { #expect(svg.contains("\(layer)\n") || svg.contains("\(layer)</title>")) }
  }

  @Test func `The same network is the same picture`() throws {
    #expect(try denseNetwork().network.picture() == denseNetwork().network.picture())
  }

  @Test func `Obstacles are marked on both sides`() throws {
    var network = PictureNetwork()
    let layer = network.chain(["ReLU", "BatchNormalization"], from: network.add("InputLayer"))
    network.keep(layer, .activation, forwards: .noConsumer)
    network.add("ReLU", reads: [layer])
    let picture = try network.picture()
    #expect(
      picture.texts.filter { ["activation", "no-consumer"].contains($0) } == ["activation", "no-consumer"])
    #expect(picture.svg.contains("<path class=\"bnfold-obstacle\""))
  }

  @Test(arguments: [
    "</title><script>alert(1)</script>", "\" onload=\"x", "a & b ' <![CDATA[ ]]> -->",
    "\u{0}\u{1}\u{8}\u{1B}[31m",
    "\u{FFFE}\u{FFFF}", "\u{202E}abc", String(repeating: "x", count: 1 << 17),
    "a" + String(repeating: "\u{301}", count: 20_000),
  ])
  func `A hostile name is text`(name: String) throws {
    var network = PictureNetwork()
    let input = network.add(name, ByteString(name + "/input"))
    let layer = network.add("BatchNormalization", ByteString(name), reads: [input])
    network.keep(layer, .noProducer)
    network.add("Model", "outer", reads: [layer])
    network.add(name, ByteString("outer/" + name), depth: 1)
    let picture = try network.picture()
    let parser = XMLParser(data: Data(picture.svg.utf8))
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
    #expect(!picture.svg.contains("<script") && !picture.svg.contains(" id="))
    #expect(picture.svg.utf8.count < 30_000)
  }

  @Test func `Bytes that are no text are no harm`() throws {
    var network = PictureNetwork()
    network.add("Dense", ByteString([0xFF, 0xC0, 0x3C, 0x00]))
    #expect(try XMLParser(data: Data(network.picture().svg.utf8)).parse())
  }

  @Test func `Of very many layers the first are drawn and the others counted`() throws {
    var network = PictureNetwork()
    var random = SeededGenerator(seed: 1)
    var last = network.add("InputLayer")
    for _ in 0..<4000 { last = network.add("Class\(random.next() % 1000)", reads: [last]) }
    let picture = try network.picture()
    #expect(picture.rows.count == 1500)
    #expect(picture.texts.contains { $0.contains("2,501 more layers") })
  }

  @Test func `A layer that is called several times ends nothing in a circle`() throws {
    var network = PictureNetwork()
    let first = network.add("Dense", reads: [network.add("InputLayer")])
    let second = network.add("ReLU", reads: [first])
    network.connect(second, first)
    network.connect(first, first)
    #expect(try network.picture().rows.count == 3)
  }

  @Test func `A model in the model is a frame with its name`() throws {
    var network = PictureNetwork()
    let input = network.add("InputLayer", "input")
    network.add("Functional", "backbone", reads: [input])
    let inner = network.add("InputLayer", "backbone/input", depth: 1)
    network.add("Dense", "backbone/dense", reads: [inner], depth: 1)
    network.add("Dense", "head", reads: ["backbone"])
    let picture = try network.picture()
    #expect(picture.texts.contains("backbone: Functional"))
    #expect(picture.svg.contains("class=\"bnfold-model\"") && picture.rows.count == 4)
  }

  @Test(arguments: 0..<30) func `No layer covers another one`(seed: UInt64) throws {
    var network = PictureNetwork()
    var random = SeededGenerator(seed: seed)
    var paths = [network.add("InputLayer")]
    let classes = ["Conv2D", "ReLU", "BatchNormalization", "Add"]
    for _ in 0..<60 {
      let reads = (0...random.next() % 2).map { _ in
        paths[max(0, paths.count - 1 - Int(random.next() % 3 * (random.next() % 4)))]
      }
      paths.append(network.add(classes[Int(random.next() % 4)], reads: reads))
      if random.next() % 9 == 0 { network.keep(paths[paths.count - 1], .shift, forwards: .activation) }
    }
    let picture = try network.picture()
    let rows = picture.rows
    for (index, row) in rows.enumerated() {
      #expect(row.x >= 0 && row.x + row.width <= picture.size("width"))
      #expect(row.y >= 0 && row.y + row.height <= picture.size("height"))
      for other in rows.dropFirst(index + 1) {
        let isApart =
          row.x + row.width <= other.x || other.x + other.width <= row.x || row.y + row.height <= other.y
          || other.y + other.height <= row.y
        #expect(isApart, "\(row) and \(other)")
      }
    }
  }

  @Test func `A picture needs layers`() throws {
    let picture = try PictureNetwork().picture()
    #expect(XMLParser(data: Data(picture.svg.utf8)).parse() && picture.rows.isEmpty)
  }
}
