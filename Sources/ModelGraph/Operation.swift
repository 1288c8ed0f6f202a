import Bytes
import Elements

/// What a layer computes at inference.
public indirect enum Operation: Sendable, Hashable {
  /// The element type of an input that takes values of any type as they are.
  public static let anyElementType: ByteString = "any"

  case input(shape: PartialShape?, elementType: ByteString)
  case dense(Dense)
  case convolution(Convolution)
  case einsumDense(EinsumDense)
  case embedding(Embedding)
  case batchNormalization(BatchNormalization)
  case layerNormalization(LayerNormalization)
  case groupNormalization(GroupNormalization)
  /// Divides by the Euclidean norm over some axes, or by `smallestNorm` where that is larger.
  case unitNormalization(axes: [Int], smallestNorm: Double)
  case dataNormalization(DataNormalization)
  case activation(Activation)
  /// PReLU: the slope of negative values is a weight, broadcast over the shared axes (from 1).
  case parametricReLU(sharedAxes: [Int])
  /// Dropout, noise, regularization: nothing happens at inference.
  case identity
  case pooling(Pooling)
  case globalPooling(GlobalPooling)
  /// Zeros around the spatial axes: how many before and after each.
  case zeroPadding(amounts: [EdgeAmounts], dataFormat: DataFormat)
  /// Removes elements at the edges of the spatial axes.
  case cropping(amounts: [EdgeAmounts], dataFormat: DataFormat)
  /// Enlarges each spatial axis by a factor; nearest neighbour repeats each element.
  case upSampling(factors: [Int], interpolation: Interpolation, dataFormat: DataFormat)
  case resizing(Resizing)
  case reshape(Reshape)
  case transpose(Transposition)
  case repeatVector(count: Int)
  case merge(Merge)
  /// x * scale + offset, each one number or one a channel of the last axis.
  case rescaling(scale: [Double], offset: [Double])
  /// x * gamma, one number a channel of the last axis: LayerScale of ConvNeXt.
  case channelScaling(channels: Int)
  case function(TensorFunction)
  /// An operator whose parameters may be tensors, too.
  case tensor(TensorOperation)
  case recurrent(Recurrent)
  case bidirectional(Bidirectional)
  case attention(MultiHeadAttention)
  /// A model inside the model; the layer's `body`.
  case model
  /// The layer's `wrapped` layer, applied at each index of axis 1.
  case timeDistributed
  /// A layer that is carried and neither run nor rewritten, with the reason.
  case opaque(String)
}

extension Operation {
  /// How many outputs a call of it has; nil where bnfold does not know it.
  public var outputCount: Int? {
    switch self {
    case .opaque, .model: nil
    case .recurrent(let recurrent): 1 + (recurrent.returnsStates ? recurrent.stateCount : 0)
    case .bidirectional(let both):
      (both.merge == nil ? 2 : 1)
        + (both.forward.returnsStates ? both.forward.stateCount + both.backward.stateCount : 0)
    case .tensor(let operation): operation.outputCount
    case .attention(let attention): attention.arguments.returnsScores ? 2 : 1
    default: 1
    }
  }
}

/// Elements added or removed at the two ends of an axis.
public struct EdgeAmounts: Sendable, Hashable {
  public var before: Int
  public var after: Int

  public init(before: Int, after: Int) {
    self.before = before
    self.after = after
  }
}

/// Which axis holds the channels.
public enum DataFormat: Sendable, Hashable {
  case channelsLast, channelsFirst

  /// The channel axis of a tensor with this rank, from the front.
  public func channelAxis(rank: Int) -> Int { self == .channelsLast ? rank - 1 : 1 }

  /// The first spatial axis, from the front.
  public var firstSpatialAxis: Int { self == .channelsLast ? 1 : 2 }
}

/// How several tensors become one.
public enum Merge: Sendable, Hashable {
  case add, subtract, multiply, average, maximum, minimum
  case concatenate(axis: Int)
  /// x + y * scale: CustomScaleLayer of InceptionResNetV2.
  case addScaled(scale: Double)
  /// Products summed over one axis of each of two tensors, which are first divided by their norms along it, or by
  /// `smallestNorm` where that is larger; nil to leave them as they are.
  case dot(axes: [Int], smallestNorm: Double?)
}
