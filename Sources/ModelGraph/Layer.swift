import Bytes
import Elements

/// A layer: what it computes and its weights.
public struct Layer: Sendable {
  public var name: ByteString
  /// The class as the architecture names it.
  public var className: ByteString
  public var operation: Operation
  /// The name of the precision policy, such as `float32` or `mixed_float16`.
  public var precision: ByteString
  /// The attributes as text, where there are some that bnfold does not interpret; nil where the operation says all.
  public var configuration: ByteString?
  /// Whether training would change the weights; it decides their order in Keras HDF5 files.
  public var trainable: Bool
  /// The weights, in the order in which the layer itself holds them; nil if bnfold does not know them.
  public var variables: [Variable]?
  /// The graph of a model inside the model.
  public var body: Graph?
  /// The layer that a wrapper such as TimeDistributed applies; at most one.
  public var wrapped: [Layer]
  /// Names of batch normalizations inside a layer that bnfold does not look into.
  public var hiddenBatchNormalizations: [ByteString]
  /// Whether the layer was made by the reader and is not in the architecture.
  public var isImplicit: Bool
  /// Whether its operation has the arguments of its only call in it, as that of a function in the graph.
  public var hasCallArguments: Bool
  /// Whether it is a function of `keras.ops` in the graph, which Keras does not count among the layers.
  public var isFunction: Bool
  /// Whether it holds a value that the caller may replace, by the layer's name.
  public var isReplaceable: Bool
  /// Whether it rounds values to few numbers, gives such values, or its tensors are said to be rounded so.
  public var isQuantized: Bool
  /// The object of a wrapper that holds the weights, where the wrapper computes what its layer does; empty for other layers.
  public var weightOwner: [ByteString]
  /// The shape of what it gives, where it is carried and its shape is known all the same.
  public var carriedShape: CarriedShape?
  /// The layer's index in the graph that was read, by which an edited graph is told from it.
  public var origin: Int?

  public init(name: ByteString, className: ByteString, operation: Operation) {
    self.name = name
    self.className = className
    self.operation = operation
    precision = "float32"
    trainable = true
    variables = []
    body = nil
    wrapped = []
    hiddenBatchNormalizations = []
    isImplicit = false
    hasCallArguments = false
    isFunction = false
    isReplaceable = false
    isQuantized = false
    weightOwner = []
    carriedShape = nil
    origin = nil
  }
}

extension Layer {
  /// The layer that computes: the wrapped one, or this one.
  public var core: Layer {
    get { wrapped.first ?? self }
    set {
      if wrapped.isEmpty {
        self = newValue
      } else {
        wrapped[0] = newValue
      }
    }
  }

  /// Whether it is carried and neither run nor rewritten.
  public var isOpaque: Bool { if case .opaque = operation { true } else { false } }

  /// Closes a layer: its weights are carried as they are, and a batch normalization stays in the ledger.
  public mutating func close(holding variables: [Variable], _ reason: String) {
    self.variables = variables
    guard case .batchNormalization(var normalization) = operation else {
      operation = .opaque(reason)
      return
    }
    normalization.obstacle = reason
    operation = .batchNormalization(normalization)
  }

  /// The variable with a role; nil if there is none.
  public func variable(_ role: Role) -> Variable? { variables?.first { $0.role == role } }

  /// The names of all weights, inner layers included.
  public var weightNames: Set<ByteString> {
    var names = Set((variables ?? []).map(\.name))
    for layer in wrapped + (body?.layers ?? []) { names.formUnion(layer.weightNames) }
    return names
  }

  /// The number of elements of all weights, inner layers included.
  public var parameterCount: Int {
    (variables ?? []).reduce(0) { $0 + $1.shape.elementCount }
      + wrapped.reduce(0) { $0 + $1.parameterCount }
      + (body?.parameterCount ?? 0)
  }
}

/// What a weight is for.
public indirect enum Role: Hashable, Sendable {
  case kernel, bias
  /// What the state of a recurrent layer is multiplied with.
  case recurrentKernel
  /// A weight of one of the parts of a layer.
  case of(Part, Role)
  case depthwiseKernel, pointwiseKernel
  /// The gamma of RMSNormalization.
  case scale
  case gamma, beta, movingMean, movingVariance
  case alpha, embeddings
  case mean, variance
  /// How many samples were seen, an integer that inference does not use.
  case count
  /// An operand of an operator, by its position.
  case operand(Int)
  /// A weight that is carried and not interpreted.
  case other(Int)

  /// What it is in its part, or in the layer.
  public var withoutPart: Role { if case .of(_, let role) = self { role } else { self } }

  /// A part of a layer that has weights of its own.
  public enum Part: Hashable, Sendable {
    /// The two directions of a bidirectional layer.
    case forward, backward
    /// The projections of an attention.
    case query, key, value, output
  }
}

/// A weight of a layer.
public struct Variable: Sendable {
  /// Where the elements come from.
  public enum Value: Sendable {
    /// As they are in the file, under a number of the file's weight store.
    case stored(Int)
    /// As they are in the file, each multiplied by the factors of its channels and rounded once.
    case scaled(Int, ElementScale)
    /// New elements, to be rounded once to the element type.
    case computed([Double])
  }

  public var role: Role
  /// Whether training changes it while the layer is trainable.
  public var isTrainable: Bool
  /// The name under which the file has it, or shall have it.
  public var name: ByteString
  public var shape: Shape
  public var elementType: ElementType
  public var value: Value

  public init(
    role: Role, isTrainable: Bool, name: ByteString, shape: Shape, elementType: ElementType, value: Value
  ) {
    self.role = role
    self.isTrainable = isTrainable
    self.name = name
    self.shape = shape
    self.elementType = elementType
    self.value = value
  }
}
