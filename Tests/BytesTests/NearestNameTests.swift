import Bytes
import Testing

@Suite struct NearestNameTests {
  @Test(
    arguments: [
      ("flod", "fold", "two letters swapped"), ("verfy", "verify", "one left out"),
      ("verrify", "verify", "one too many"), ("Fold", "fold", "another case"),
      ("bn-1", "bn_1", "one changed"),
      ("bn_1", "backbone/bn_1", "the models around it left out"),
    ] as [(ByteString, ByteString, String)])
  func `The name that was meant is found`(asked: ByteString, meant: ByteString, how: String) {
    let names: [ByteString] = ["fold", "verify", "bn_1", "backbone/bn_1"].filter { $0 != asked }
    #expect(NearestName(to: asked, among: names)?.name == meant, "\(how)")
  }

  @Test func `Nothing is like a name of other letters`() {
    #expect(NearestName(to: "quantize", among: ["fold", "verify"]) == nil)
    #expect(NearestName(to: "x", among: ["fold"]) == nil)
    #expect(NearestName(to: "", among: ["a"]) == nil)
  }

  @Test func `A name of a megabyte costs nothing`() {
    let long = ByteString([UInt8](repeating: 0x61, count: 1 << 20))
    #expect(NearestName(to: long, among: [long]) == nil)
    #expect(NearestName(to: "aaaa", among: [long, "aaab"])?.name == "aaab")
  }
}
