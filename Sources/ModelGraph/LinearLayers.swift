import Elements

/// y = x W + b over the last axis.
public struct Dense: Sendable, Hashable {
  public var units: Int
  public var usesBias: Bool
  public var activation: Activation
  /// How the axes of the kernel are ordered: `transposed`, which is (inputs, units), or `linear`.
  public var kernelLayout: KernelLayout

  public init(
    units: Int, usesBias: Bool, activation: Activation, kernelLayout: KernelLayout = .transposed
  ) {
    self.units = units
    self.usesBias = usesBias
    self.activation = activation
    self.kernelLayout = kernelLayout
  }
}

/// A convolution over one, two or three spatial axes.
///
/// Source of the kernel shapes: keras/src/layers/convolutional, `build` of each class; those of channels first are said by the
/// kernel's layout (ONNX operator specification, Conv and ConvTranspose).
public struct Convolution: Sendable, Hashable {
  /// How input and output channels are connected.
  public enum Kind: Sendable, Hashable {
    /// Kernel (k…, input channels / groups, filters); groups are contiguous blocks of channels.
    case regular(groups: Int)
    /// Kernel (k…, input channels, multiplier); output channel = input channel * multiplier + m.
    case depthwise(multiplier: Int)
    /// A depthwise kernel, then a pointwise kernel (1…, input channels * multiplier, filters).
    case separable(multiplier: Int)
    /// Kernel (k…, filters / groups, input channels); elements added at the end of each axis of the result.
    case transposed(outputPadding: [Int], groups: Int = 1)
  }

  public var kind: Kind
  public var kernelSize: [Int]
  public var strides: [Int]
  public var dilation: [Int]
  /// Zeros beside the input; of a transposed convolution what is cut off its result.
  public var padding: Padding
  public var dataFormat: DataFormat
  /// Output channels; nil for a depthwise convolution, where the input decides.
  public var filters: Int?
  public var usesBias: Bool
  public var activation: Activation
  /// How the axes of the kernel are ordered, where it is not as Keras orders them.
  public var kernelLayout: KernelLayout?

  public init(
    kind: Kind, kernelSize: [Int], strides: [Int], dilation: [Int], padding: Padding,
    dataFormat: DataFormat, filters: Int?, usesBias: Bool, activation: Activation,
    kernelLayout: KernelLayout? = nil
  ) {
    self.kernelLayout = kernelLayout
    self.kind = kind
    self.kernelSize = kernelSize
    self.strides = strides
    self.dilation = dilation
    self.padding = padding
    self.dataFormat = dataFormat
    self.filters = filters
    self.usesBias = usesBias
    self.activation = activation
  }

  /// The rank of input and output, batch and channels included.
  public var tensorRank: Int { kernelSize.count + 2 }
}

/// A product of input and kernel by a subscript equation, plus a bias over some output axes.
///
/// Source: keras/src/layers/core/einsum_dense.py.
public struct EinsumDense: Sendable, Hashable {
  /// The labels of the input, the kernel and the output; an ellipsis is not among them.
  public var inputLabels: [UInt8]
  public var kernelLabels: [UInt8]
  public var outputLabels: [UInt8]
  /// Where the ellipsis stands, and that it stands there in input and output.
  public var ellipsis: Ellipsis
  /// Labels of the output axes that the bias has; nil without a bias.
  public var biasLabels: [UInt8]?
  public var activation: Activation
  /// Sizes of the output's labels, as far as the layer says them.
  public var outputSizes: PartialShape

  /// An ellipsis that stands for the leading or the trailing axes.
  public enum Ellipsis: Sendable, Hashable { case none, leading, trailing }

  public init(
    inputLabels: [UInt8], kernelLabels: [UInt8], outputLabels: [UInt8], ellipsis: Ellipsis,
    biasLabels: [UInt8]?, activation: Activation, outputSizes: PartialShape = []
  ) {
    self.inputLabels = inputLabels
    self.kernelLabels = kernelLabels
    self.outputLabels = outputLabels
    self.ellipsis = ellipsis
    self.biasLabels = biasLabels
    self.activation = activation
    self.outputSizes = outputSizes
  }
}

/// A table of vectors: integer indices in, rows out.
public struct Embedding: Sendable, Hashable {
  public var vocabularySize: Int
  public var dimension: Int

  public init(vocabularySize: Int, dimension: Int) {
    self.vocabularySize = vocabularySize
    self.dimension = dimension
  }
}
