import Bytes
import ModelGraph
import Testing
@testable import KerasFormat

@Suite struct WeightNameEvidenceTests {
  private let layer = Layer(name: "c1", className: "Conv2D", operation: .identity)
  private let others: Set<ByteString> = ["c1", "c2", "bn"]

  @Test(arguments: ["c1/kernel:0", "model/c1/kernel", "elsewhere/kernel:0", "kernel", "c1/something:0", ""])
  func `A name that fits, or says nothing, is no contradiction`(name: String) {
    #expect(!WeightNameEvidence(ByteString(name)).contradicts(.kernel, of: layer, others: others))
  }

  @Test(arguments: ["c2/kernel:0", "model/bn/kernel", "c1/bias:0", "c1/gamma", "moving_mean:0"])
  func `Another layer's name, or another role, is one`(name: String) {
    #expect(WeightNameEvidence(ByteString(name)).contradicts(.kernel, of: layer, others: others))
  }

  @Test func `Keras 3 calls a depthwise kernel a kernel`() {
    let evidence = WeightNameEvidence("c1/kernel")
    #expect(!evidence.contradicts(.depthwiseKernel, of: layer, others: others))
    #expect(evidence.contradicts(.pointwiseKernel, of: layer, others: others))
  }
}
