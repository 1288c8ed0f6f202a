import Bytes
import Elements
import ModelFormats

/// The rules by which saved weights fit an architecture.
public enum WeightsRule: FormatRule, Equatable {
  /// A file without a list of the saved layers.
  case noWeights
  /// A saved layer without a group.
  case noGroup(layer: ByteString)
  /// A saved layer without a list of its weights.
  case noNames
  /// A listed weight that is not there.
  case noListedWeight
  /// Weights, in an order by name, of a layer that the architecture does not have.
  case unknownLayer(name: ByteString)
  /// Weights, by object, that no layer of the architecture takes.
  case unknownObject(name: ByteString)
  /// A layer that is saved where another one belongs.
  case otherOrder(found: ByteString, expected: ByteString)
  /// An order of layers in which some are missing.
  case incompleteOrder
  /// A layer whose weights the file does not have.
  case missing(count: Int)
  /// A layer without the object of its weights, which two models may share.
  case missingObject(count: Int)
  /// A layer with more or fewer weights than the architecture says.
  case count(found: Int, expected: Int)
  /// A list with a name twice.
  case repeatedName
  /// An array that is two weights.
  case repeatedArray
  /// A weight whose elements are no floating-point numbers.
  case elementType(weight: ByteString, type: ElementType)
  /// A weight that is saved where another one of the layer belongs.
  case exchanged(weight: ByteString)
  /// A weight of another shape than the architecture says.
  case shape(weight: ByteString, found: Shape, expected: PartialShape)
  /// Statistics of one batch normalization that have different shapes.
  case statisticsShapes(Set<Shape>)
  /// A batch normalization along an axis that its input does not have, or that is the batch.
  case channelAxis(Int, input: PartialShape)
  /// Weights of an object whose numbers have a gap.
  case numbering(count: Int)

  public var description: String {
    switch self {
    case .noWeights: "the saved weights are missing"
    case .noGroup(let layer): "the saved layer \(layer) has no group"
    case .noNames: "the list weight_names is missing"
    case .noListedWeight: "the weight that weight_names lists is missing"
    case .unknownLayer(let name):
      "the file has weights of a layer \(name) that the architecture does not have"
    case .unknownObject(let name):
      "the file has weights \(name) that no layer of the architecture takes"
    case .otherOrder(let found, let expected): Self.otherOrder("\(found) where \(expected) belongs")
    case .incompleteOrder: Self.otherOrder("some are missing")
    case .missing(let count): "its \(count) weights are missing from the file"
    case .missingObject(let count):
      """
      its \(count) weights are missing from the file; Keras saves a layer that two models share only once, \
      and cannot load such a file itself
      """
    case .count(let found, let expected):
      "the file has \(found) weights for it, the architecture \(expected)"
    case .repeatedName: "weight_names has a name twice"
    case .repeatedArray: "two weights are the same array"
    case .elementType(let weight, let type):
      "the weight \(weight) has elements of type \(type), not floating-point numbers"
    case .exchanged(let weight):
      "the weight \(weight) is saved where another one of the layer belongs"
    case .shape(let weight, let found, let expected):
      "the weight \(weight) has the shape \(describe(found)); expected \(describe(expected))"
    case .statisticsShapes(let shapes):
      "its statistics have different shapes: \(shapes.map { describe($0) }.sorted())"
    case .channelAxis(let axis, let input):
      "the axis \(axis) is not an axis of channels of its input \(describe(input))"
    case .numbering(let count): "its weights are not numbered from 0 to \(count - 1)"
    }
  }

  private static func otherOrder(_ difference: String) -> String {
    """
    the layers are saved in another order than the architecture has them (\(difference)); \
    Keras loads by position and would exchange their weights
    """
  }
}
