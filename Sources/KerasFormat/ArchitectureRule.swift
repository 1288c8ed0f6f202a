import Bytes
import ModelFormats

/// The rules of an architecture.
public enum ArchitectureRule: FormatRule, Equatable {
  /// A version of Keras that bnfold does not know.
  case unknownVersion(ByteString)
  /// A model without its class or its attributes.
  case noModelClass
  /// Models inside models, too many.
  case depth(limit: Int)
  /// A model without a list of layers.
  case noLayerList
  /// A custom class of a model, whose layers are not in the file.
  case customClass(ByteString)
  /// A model with an empty list of layers.
  case noLayers
  /// A layer, by its number, without its class or its attributes.
  case noLayerClass(number: Int)
  /// A layer, by its number, without a name.
  case noLayerName(number: Int)
  /// Two layers of the same name.
  case repeatedLayer(name: ByteString)
  /// An input whose shape is no list of sizes.
  case inputShape
  /// A layer that is not of its class.
  case layer(LayerRule)
  /// A layer without a list of its calls.
  case noCalls
  /// A call without arguments.
  case noArguments
  /// A call that is no list of tensors.
  case callNotList
  /// A reference without all of its three parts.
  case incompleteReference
  /// A model without the list of its inputs or its outputs.
  case noEnds(key: String)
  /// An input or output of a model that is no reference.
  case endNotReference(key: String)
  /// An input of a model that is another layer.
  case notInput(layer: ByteString)
  /// A reference to a layer that there is not.
  case unknownLayer(name: ByteString)
  /// A reference to a call that the layer does not have.
  case unknownCall(node: Int, layer: ByteString, calls: Int)
  /// A reference to an output that the layer does not have.
  case unknownOutput(Int, layer: ByteString)
  /// Calls that read each other.
  case circle
  /// A call of a model with more or fewer inputs than the model has.
  case inputCount(model: ByteString, expected: Int, given: Int)

  public var description: String {
    switch self {
    case .unknownVersion(let version): "Keras \(version) is not known to bnfold"
    case .noModelClass: "the model has no class_name or no config"
    case .depth(let limit): "models nest deeper than \(limit) levels"
    case .noLayerList: "the model's config has no list of layers"
    case .customClass(let name):
      """
      the model's class \(name) is a custom class, and its architecture is in its code, not in the file; \
      build it with the functional API or Sequential, give that the weights, and save it
      """
    case .noLayers: "the model has no layers"
    case .noLayerClass(let number): "layer number \(number) has no class_name or no config"
    case .noLayerName(let number): "layer number \(number) has no name"
    case .repeatedLayer(let name): "two layers have the name \(name)"
    case .inputShape: "the shape of the input is not a list of sizes"
    case .layer(let rule): rule.description
    case .noCalls: "inbound_nodes is missing or not a list"
    case .noArguments: "a node has no args"
    case .callNotList: "a node is not a list"
    case .incompleteReference: "a node does not name a layer, a node and a tensor"
    case .noEnds(let key): "\(key) is missing"
    case .endNotReference(let key): "\(key) has something that is not a reference to a layer"
    case .notInput(let layer): "the input \(layer) is not an InputLayer"
    case .unknownLayer(let name): "there is no layer of the name \(name) that is referred to"
    case .unknownCall(let node, let layer, let calls):
      "node \(node) of the layer \(layer) is referred to; it has \(calls) calls"
    case .unknownOutput(let output, let layer): "output \(output) of the layer \(layer) does not exist"
    case .circle: "the layers' calls read each other in a circle"
    case .inputCount(let model, let expected, let given):
      "the model \(model) has \(expected) inputs and is given \(given)"
    }
  }
}
