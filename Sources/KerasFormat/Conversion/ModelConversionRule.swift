import Bytes
import Elements
import ModelFormats

/// The rules that a model keeps if another format can hold it.
public enum ModelConversionRule: FormatRule, Equatable {
  /// A release of another generation than the model's.
  case otherGeneration
  /// A format of another framework, which has no layers of Keras.
  case otherFramework
  /// A release of which bnfold does not know how it arranges its files.
  case unknownRelease(version: ByteString)
  /// A release that does not know the format; empty for one that nothing tells.
  case unknownFormat(version: ByteString)
  /// A function, which the format has no place for.
  case function
  /// Partly frozen layers, of which the release forgets the order.
  case frozenLayers(version: ByteString)
  /// Elements that cannot be converted and checked.
  case elementType(ElementType)
  /// Elements that the framework cannot read from the format.
  case bfloat16
  /// A wrapper of which bnfold does not know its own weights.
  case wrapper
  /// A layer of which bnfold does not know the objects that its weights belong to.
  case unknownObjects
  /// A layer of which bnfold does not know the order of its weights.
  case unknownOrder
  /// A type with a name, which safetensors files do not have.
  case namedType
  /// Elements that safetensors files do not have.
  case tensorType(ElementType)
  /// A tensor's name that is not UTF-8.
  case nameNotUTF8
  /// An attribute that is not text.
  case attributeNotText(ByteString)

  public var description: String {
    switch self {
    case .otherGeneration:
      "a model of Keras 2 cannot be written for Keras 3, whose layers have other attributes"
    case .otherFramework: "bnfold does not convert models of Keras to ONNX; export them with tf2onnx or Keras"
    case .unknownRelease(let version):
      """
      how Keras \(version) arranges such files is not known to bnfold; \
      it knows 2.12 to 2.15, and tf_keras 2.16 to 2.21
      """
    case .unknownFormat(let version):
      """
      Keras \(version.isEmpty ? "2 of an unknown version" : "\(version)") does not know this format; \
      its files are .h5
      """
    case .function:
      "Keras 3 cannot load a function of keras.ops from .h5, which has no place for its module; use .keras"
    case .frozenLayers(let version):
      """
      Keras \(version) forgets which layers of a model inside the model are frozen when it loads weights \
      by name, and with that their order; use .keras or .weights.h5
      """
    case .elementType(let type):
      "its elements are of type \(type), which bnfold cannot convert and check"
    case .bfloat16:
      """
      Keras cannot read bfloat16 from such a file; \
      .keras and .weights.h5 of Keras 3 and safetensors can have it
      """
    case .wrapper: "bnfold does not know which weights its wrapper has itself"
    case .unknownObjects: "bnfold does not know to which of its objects its weights belong"
    case .unknownOrder: "the order of its weights in a list by name is not known"
    case .namedType: "a type with a name has no place in a safetensors file"
    case .tensorType(let type): "elements of type \(type) have no place in a safetensors file"
    case .nameNotUTF8: "its name is not UTF-8"
    case .attributeNotText(let attribute):
      "its attribute \(attribute) is not text, and has no place in a safetensors file"
    }
  }
}
