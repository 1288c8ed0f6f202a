import Testing
@testable import StateDictionaryFormat

/// What formats say of weights that they cannot hold, and plans of texts and files.
@Suite struct ConversionRuleTests {
  @Test(arguments: [
    (
      WeightsConversionRule.elementType(.other("x")),
      "its elements are of type x, which bnfold cannot convert and check"
    ),
    (.tensorName, "a safetensors file cannot have its name"),
    (.tensorType(.other("x")), "a safetensors file cannot hold elements of type x"),
    (.arrayType(.other("x")), "HDF5 has no type for its elements, which are x"),
    (.nameInsideAnother, "its name begins with that of another one"),
    (.notPath, "its name cannot be a path in HDF5"),
    (.noArchitecture, "weights without an architecture have none to be written"),
    (.noRelease, "weights without an architecture are of no release of a framework"),
  ])
  func `A format says what it cannot hold`(rule: WeightsConversionRule, sentence: String) {
    #expect("\(rule)" == sentence)
  }

  @Test func `A plan that does not fit names the tensor`() {
    let error = PlanMismatch(
      .kernelChannels(3, shape: [4, 2], layout: .outputFirst), of: "conv.weight")
    #expect(
      "\(error)"
        == "the plan does not fit: conv.weight: a kernel of shape (4, 2) and layout OIHW does not have 3 channels"
    )
    #expect("\(PlanError(.notName(key: "bias")))" == "bias is not a name")
    #expect("\(PlanError(.unknownKey(nil)))" == "a key is not known here")
  }
}
