import Bytes

/// The rules that a layer keeps if bnfold is to know what it computes.
public enum LayerRule: Sendable, Equatable, CustomStringConvertible {
  /// A class that is not known.
  case unknownClass(ByteString)
  /// An attribute that no reader has taken.
  case unknownEffect(attribute: ByteString)
  /// An attribute whose value is another than it has to be.
  case attribute(ByteString, AttributeRule)
  /// An order of the axes that is not known.
  case dataFormat(ByteString)
  /// A padding that is not known.
  case padding(ByteString)
  /// Causal padding of a layer that does not have it.
  case causalPadding
  /// Causal padding of a pooling layer.
  case causalPooling
  /// Filters that do not make groups of the same size.
  case undividedFilters(groups: Int)
  /// Groups in a class that has none.
  case groups
  /// A padding of the output with another number of axes.
  case outputPadding(axes: Int)
  /// An interpolation that is not run.
  case interpolation(ByteString)
  /// A layer in the place of an activation.
  case activationLayer(className: ByteString)
  /// Masks, which are not computed.
  case masks
  /// A target shape with several open axes.
  case openAxes
  /// A product over other axes than one of each input.
  case productAxes
  /// An equation that is not understood.
  case equation(ByteString)
  /// An equation with more or fewer operands than two.
  case operands(equation: ByteString)
  /// Axes of a bias that the equation does not have.
  case biasAxes
  /// Attention over axes that are not run.
  case attentionAxes
  /// An output with several axes.
  case outputAxes
  /// Groups along an axis that is not run.
  case groupAxis(Int)
  /// Statistics over several axes.
  case statisticsAxes
  /// A layer inside that is not known.
  case innerLayer
  /// Layers of both directions that do not fit each other.
  case directions
  /// A trusted class with the attributes of none.
  case noClass
  /// A trusted class whose number of axes nothing tells.
  case noRank

  public var description: String {
    switch self {
    case .unknownClass(let name): "bnfold does not know the class \(name)"
    case .unknownEffect(let attribute): "bnfold does not know what the attribute \(attribute) does"
    case .attribute(let attribute, let rule): "the attribute \(attribute) \(rule)"
    case .dataFormat(let format): "the data format \(format) is not known"
    case .padding(let padding): "the padding \(padding) is not known"
    case .causalPadding: "causal padding is known for channels-last sequences only"
    case .causalPooling: "causal pooling is not known"
    case .undividedFilters(let groups): "the filters cannot be divided into \(groups) groups"
    case .groups: "groups are not known in this class"
    case .outputPadding(let axes): "the output padding is not a list of \(axes) integers"
    case .interpolation(let interpolation): "the interpolation \(interpolation) is not run"
    case .activationLayer(let className): "its activation is the layer \(className)"
    case .masks: "masks are not computed (mask_zero)"
    case .openAxes: "the target shape has more than one open axis"
    case .productAxes: "the attribute axes is not one axis of each input"
    case .equation(let equation): "the equation \(equation) is not understood"
    case .operands(let equation): "the equation \(equation) has not two operands"
    case .biasAxes: "the attribute bias_axes does not fit the equation"
    case .attentionAxes: "attention over other axes than the first after the batch is not run"
    case .outputAxes: "an output of several axes is not run"
    case .groupAxis(let axis): "groups along the axis \(axis) are not run"
    case .statisticsAxes: "statistics over several axes in the architecture are not run"
    case .innerLayer: "the layer inside is not known"
    case .directions: "the layers of both directions do not fit each other"
    case .noClass: "its attributes are those of no class of Keras that it could be taken for"
    case .noRank: "its kernel_size does not tell how many axes it has"
    }
  }
}
