import Bytes
import LosslessJSON
import ModelGraph

/// Translates a class name and its attributes into an operation.
///
/// Source: `get_config` of each class in keras/src/layers and tf_keras/src/layers.
struct LayerReader {
  let className: ByteString
  private let name: ByteString
  private var configuration: LayerConfiguration

  init(className: ByteString, name: ByteString, json: JSONValue, generation: KerasGeneration) {
    self.className = className
    self.name = name
    configuration = LayerConfiguration(json, generation: generation)
  }

  /// Classes that do nothing at inference and have no weights.
  private static let identities: Set<ByteString> = [
    "Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "AlphaDropout", "GaussianNoise",
    "GaussianDropout", "ActivityRegularization", "Identity",
  ]

  /// Classes that change images at random in training and do nothing at inference, whatever their attributes are.
  ///
  /// RandomCrop is not among them: at inference it cuts out the centre.
  static let augmentations: Set<ByteString> = [
    "RandomBrightness", "RandomColorDegeneration", "RandomColorJitter", "RandomContrast",
    "RandomElasticTransform",
    "RandomErasing", "RandomFlip", "RandomGaussianBlur", "RandomGrayscale", "RandomHeight", "RandomHue",
    "RandomInvert", "RandomPerspective", "RandomPosterization", "RandomRotation", "RandomSaturation",
    "RandomSharpness", "RandomShear", "RandomTranslation", "RandomWidth", "RandomZoom",
  ]

  /// Batch normalization under all of its names.
  ///
  /// Source: tensorflow/python/keras/layers/normalization_v2.py; keras/layers/normalization/batch_normalization_v1.py.
  static let batchNormalizations: Set<ByteString> = [
    "BatchNormalization", "BatchNormalizationV1", "BatchNormalizationV2", "SyncBatchNormalization",
  ]

  /// Classes that bnfold does not run, but knows to have no weights.
  static let weightless: Set<ByteString> = [
    "Lambda", "TFOpLambda", "SlicingOpLambda", "Masking", "Resizing", "CenterCrop", "Dot", "Softmax",
    "Reshape",
    "UpSampling1D", "UpSampling2D", "UpSampling3D", "Activation", "RandomCrop", "UnitNormalization",
  ]

  /// The operation, `.opaque` with the reason where the class or an attribute is not known.
  ///
  /// - Throws: `ArchitectureError` where an attribute has a value that its class cannot have.
  mutating func read() throws(ArchitectureError) -> Operation {
    do throws(NotUnderstood) {
      let operation = try readKnownClass()
      if let attribute = configuration.unknownAttribute {
        throw NotUnderstood(.unknownEffect(attribute: attribute))
      }
      return operation
    } catch {
      if error.isMalformed { throw ArchitectureError(.layer(error.rule), at: "layer \(name)") }
      return .opaque("\(error.rule)")
    }
  }

  /// The operation of a layer whose activation is not understood, without it; nil where anything else is not, either.
  mutating func readWithoutActivation() -> Operation? {
    guard configuration.json["activation"]?.members != nil else { return nil }
    configuration.ignoresActivation = true
    guard let operation = try? readKnownClass(), configuration.unknownAttribute == nil else { return nil }
    return operation
  }

  private mutating func readKnownClass() throws(NotUnderstood) -> Operation {
    if Self.identities.contains(className) {
      // Whatever these attributes do, they do it in training.
      for key in ["l1", "l2", "data_format"] { _ = configuration.take(ByteString(key)) }
      return .identity
    }
    if Self.augmentations.contains(className) {
      configuration.takeEverything()
      return .identity
    }
    if let convolution = try readConvolution() { return .convolution(convolution) }
    if let pooling = try configuration.readPooling(className) { return pooling }
    if let reshaping = try configuration.readReshaping(className) { return reshaping }
    if let activation = try configuration.readActivationLayer(className) { return activation }
    if let merge = try configuration.readMerge(className) { return .merge(merge) }
    if let recurrent = try configuration.readRecurrent(className) { return .recurrent(recurrent) }
    switch className {
    case "Dense":
      return .dense(
        Dense(
          units: try configuration.positive("units"),
          usesBias: try configuration.boolean("use_bias", default: true),
          activation: try configuration.activation()))
    case "EinsumDense": return .einsumDense(try configuration.einsumDense())
    case "Embedding": return try readEmbedding()
    case let name where Self.batchNormalizations.contains(name):
      return .batchNormalization(try configuration.batchNormalization())
    case "LayerNormalization": return .layerNormalization(try configuration.layerNormalization())
    case "RMSNormalization": return .layerNormalization(try configuration.rootMeanSquareNormalization())
    case "GroupNormalization": return .groupNormalization(try configuration.groupNormalization())
    case "UnitNormalization": return try configuration.unitNormalization()
    case "Normalization": return .dataNormalization(try configuration.dataNormalization())
    case "Bidirectional": return .bidirectional(try configuration.bidirectional())
    case "MultiHeadAttention": return .attention(try configuration.multiHeadAttention())
    case "Rescaling": return try configuration.rescaling()
    case "Resizing": return .resizing(try configuration.resizing())
    default: throw NotUnderstood(.unknownClass(className))
    }
  }

  private mutating func readEmbedding() throws(NotUnderstood) -> Operation {
    let embedding = Embedding(
      vocabularySize: try configuration.positive("input_dim"),
      dimension: try configuration.positive("output_dim"))
    guard try !configuration.boolean("mask_zero", default: false) else {
      throw NotUnderstood(.masks)
    }
    return .embedding(embedding)
  }

  private mutating func readConvolution() throws(NotUnderstood) -> Convolution? {
    let names: [(ByteString, (Int) -> Convolution.Kind)] = [
      ("Conv", { _ in .regular(groups: 1) }),
      ("DepthwiseConv", { .depthwise(multiplier: $0) }),
      ("SeparableConv", { .separable(multiplier: $0) }),
    ]
    for (prefix, makeKind) in names {
      for rank in 1...3 {
        let name = prefix + ByteString("\(rank)D")
        if className == name { return try configuration.convolution(rank: rank, kind: makeKind) }
        if prefix == "Conv", className == name + "Transpose" {
          return try configuration.convolution(rank: rank) { _ in .transposed(outputPadding: []) }
        }
      }
    }
    return nil
  }
}
