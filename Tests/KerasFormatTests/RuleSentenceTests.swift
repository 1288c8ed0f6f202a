import KerasFormat
import ModelFormats
import Testing

/// Rules that no damaged file of the fixtures breaks: what they say.
@Suite struct RuleSentenceTests {
  @Test(arguments: [
    (WeightsRule.noWeights, "the saved weights are missing"),
    (.noGroup(layer: "a"), "the saved layer a has no group"), (.noNames, "the list weight_names is missing"),
    (.noListedWeight, "the weight that weight_names lists is missing"),
    (.unknownLayer(name: "a"), "the file has weights of a layer a that the architecture does not have"),
    (.unknownObject(name: "a"), "the file has weights a that no layer of the architecture takes"),
    (
      .otherOrder(found: "a", expected: "b"),
      """
      the layers are saved in another order than the architecture has them (a where b belongs); \
      Keras loads by position and would exchange their weights
      """
    ),
    (
      .incompleteOrder,
      """
      the layers are saved in another order than the architecture has them (some are missing); \
      Keras loads by position and would exchange their weights
      """
    ),
    (.missing(count: 2), "its 2 weights are missing from the file"),
    (
      .missingObject(count: 2),
      """
      its 2 weights are missing from the file; Keras saves a layer that two models share only once, \
      and cannot load such a file itself
      """
    ),
    (.count(found: 1, expected: 2), "the file has 1 weights for it, the architecture 2"),
    (.repeatedArray, "two weights are the same array"),
    (
      .shape(weight: "a", found: [1, 2], expected: [nil, 2]),
      "the weight a has the shape (1, 2); expected (None, 2)"
    ),
    (.statisticsShapes([[2], [1]]), #"its statistics have different shapes: ["(1)", "(2)"]"#),
    (.channelAxis(0, input: [nil, 2]), "the axis 0 is not an axis of channels of its input (None, 2)"),
    (.numbering(count: 3), "its weights are not numbered from 0 to 2"),
  ])
  func `Weights that do not fit`(rule: WeightsRule, sentence: String) {
    #expect("\(rule)" == sentence)
  }

  @Test(arguments: [
    (
      ModelConversionRule.unknownFormat(version: ""),
      "Keras 2 of an unknown version does not know this format; its files are .h5"
    ),
    (.unknownFormat(version: "2.3.0"), "Keras 2.3.0 does not know this format; its files are .h5"),
    (
      .elementType(.other("F8_E4M3")),
      "its elements are of type F8_E4M3, which bnfold cannot convert and check"
    ),
    (.wrapper, "bnfold does not know which weights its wrapper has itself"),
    (.unknownObjects, "bnfold does not know to which of its objects its weights belong"),
    (.unknownOrder, "the order of its weights in a list by name is not known"),
    (.namedType, "a type with a name has no place in a safetensors file"),
    (.tensorType(.other("x")), "elements of type x have no place in a safetensors file"),
    (.nameNotUTF8, "its name is not UTF-8"),
    (
      .attributeNotText("a"), "its attribute a is not text, and has no place in a safetensors file"
    ),
  ])
  func `Models that a format cannot hold`(rule: ModelConversionRule, sentence: String) {
    #expect("\(rule)" == sentence)
  }

  @Test func `A rule follows the file and the place`() {
    let error = ModelFileError(ArchitectureRule.unknownVersion("9"), file: "a.h5", place: "keras_version")
    #expect("\(error)" == "a.h5: keras_version: Keras 9 is not known to bnfold")
    #expect("\(error.rule)" == "Keras 9 is not known to bnfold")
    #expect(error.remedy == nil && error.systemError == nil && !error.isWriteFailure)
  }
}
