import ModelGraph

extension Operation {
  /// Whether another operation is one of the same kind, whatever its attributes are.
  func isSameKind(as other: Operation) -> Bool {
    switch (self, other) {
    case (.dense, .dense), (.einsumDense, .einsumDense), (.embedding, .embedding),
      (.batchNormalization, .batchNormalization), (.layerNormalization, .layerNormalization),
      (.groupNormalization, .groupNormalization), (.unitNormalization, .unitNormalization),
      (.dataNormalization, .dataNormalization), (.activation, .activation),
      (.parametricReLU, .parametricReLU),
      (.identity, .identity), (.pooling, .pooling), (.globalPooling, .globalPooling),
      (.zeroPadding, .zeroPadding), (.cropping, .cropping), (.upSampling, .upSampling),
      (.resizing, .resizing), (.reshape, .reshape), (.flatten, .flatten), (.permute, .permute),
      (.repeatVector, .repeatVector), (.merge, .merge), (.rescaling, .rescaling),
      (.channelScaling, .channelScaling), (.function, .function), (.recurrent, .recurrent),
      (.bidirectional, .bidirectional), (.attention, .attention), (.model, .model),
      (.timeDistributed, .timeDistributed), (.opaque, .opaque), (.input, .input):
      true
    case (.convolution(let one), .convolution(let two)): one.kind.isSame(as: two.kind)
    default: false
    }
  }
}

extension Convolution.Kind {
  fileprivate func isSame(as other: Convolution.Kind) -> Bool {
    switch (self, other) {
    case (.regular, .regular), (.depthwise, .depthwise), (.separable, .separable), (.transposed, .transposed):
      true
    default: false
    }
  }
}

extension AttributeList {
  /// The operation itself, in words.
  var kind: String { attributes.first.map { "\($0.name) \($0.value)" } ?? "" }
}
