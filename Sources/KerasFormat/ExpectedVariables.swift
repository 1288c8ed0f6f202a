import Elements
import ModelGraph

/// A weight that a layer must have.
public struct ExpectedVariable: Sendable {
  public let role: Role
  public let isTrainable: Bool
  /// Its shape, with nil for axes that depend on an unknown input; absent if even the rank is unknown.
  public let shape: PartialShape?
}

extension Operation {
  /// The weights of a layer with this operation, in the order in which Keras holds them.
  ///
  /// Source: `build` of each class in keras/src/layers.
  /// - Parameter input: the shape of the layer's input, where known.
  /// - Returns: nil where bnfold does not know the weights.
  public func expectedVariables(input: PartialShape?) -> [ExpectedVariable]? {
    switch self {
    case .opaque, .model, .timeDistributed, .tensor: return nil
    case .dense(let dense):
      return weights((.kernel, [input?.last ?? nil, dense.units]))
        + bias(dense.usesBias, [dense.units])
    case .convolution(let convolution): return convolution.expectedVariables(input: input)
    case .einsumDense(let einsum):
      let bias =
        einsum.biasLabels == nil ? [] : [ExpectedVariable(role: .bias, isTrainable: true, shape: nil)]
      let rank = PartialShape(repeating: nil, count: einsum.kernelLabels.count)
      return weights((.kernel, rank)) + bias
    case .recurrent(let recurrent): return recurrent.expectedVariables(input: input)
    case .bidirectional(let both):
      return both.forward.expectedVariables(input: input).map { $0.part(.forward) }
        + both.backward.expectedVariables(input: input).map { $0.part(.backward) }
    case .attention(let attention): return attention.expectedVariables(query: input)
    case .embedding(let embedding):
      return weights((.embeddings, [embedding.vocabularySize, embedding.dimension]))
    case .batchNormalization(let normalization):
      let channels: PartialShape? =
        normalization.obstacle == nil && normalization.axes.count == 1 ? [nil] : nil
      return affine(scales: normalization.scales, centers: normalization.centers, shape: channels)
        + [.movingMean, .movingVariance].map {
          ExpectedVariable(role: $0, isTrainable: false, shape: channels)
        }
        + (0..<(normalization.renormalizes ? 3 : 0)).map {
          ExpectedVariable(role: .other($0), isTrainable: false, shape: channels)
        }
    case .layerNormalization(let normalization):
      if normalization.kind == .rootMeanSquare {
        return [ExpectedVariable(role: .scale, isTrainable: true, shape: nil)]
      }
      return affine(scales: normalization.scales, centers: normalization.centers, shape: nil)
    case .groupNormalization(let normalization):
      return affine(scales: normalization.scales, centers: normalization.centers, shape: [nil])
    case .dataNormalization(let normalization):
      guard normalization.statistics == nil else { return [] }
      return [.mean, .variance, .count].map { ExpectedVariable(role: $0, isTrainable: false, shape: nil) }
    case .channelScaling(let channels): return weights((.gamma, [channels]))
    case .parametricReLU: return [ExpectedVariable(role: .alpha, isTrainable: true, shape: nil)]
    case .input, .activation, .identity, .pooling, .globalPooling, .zeroPadding, .cropping, .upSampling,
      .resizing, .reshape, .transpose, .repeatVector, .merge, .rescaling, .unitNormalization,
      .function:
      return []
    }
  }

  private func affine(scales: Bool, centers: Bool, shape: PartialShape?) -> [ExpectedVariable] {
    let roles: [Role] = (scales ? [.gamma] : []) + (centers ? [.beta] : [])
    return roles.map { ExpectedVariable(role: $0, isTrainable: true, shape: shape) }
  }

  fileprivate func weights(_ list: (Role, PartialShape)...) -> [ExpectedVariable] {
    list.map { ExpectedVariable(role: $0.0, isTrainable: true, shape: $0.1) }
  }

  fileprivate func bias(_ exists: Bool, _ shape: PartialShape) -> [ExpectedVariable] {
    exists ? [ExpectedVariable(role: .bias, isTrainable: true, shape: shape)] : []
  }
}

extension ExpectedVariable {
  /// The same of a part of a layer.
  fileprivate func part(_ part: Role.Part) -> ExpectedVariable {
    ExpectedVariable(role: .of(part, role), isTrainable: isTrainable, shape: shape)
  }
}

extension Recurrent {
  fileprivate func expectedVariables(input: PartialShape?) -> [ExpectedVariable] {
    let operation = Operation.recurrent(self)
    return operation.weights(
      (.kernel, [input?.last ?? nil, gates * units]), (.recurrentKernel, [units, gates * units]))
      + operation.bias(usesBias, biasShape.map { $0 })
  }
}

extension MultiHeadAttention {
  /// - Parameter query: the shape of the query; keys and values may have other last axes.
  fileprivate func expectedVariables(query: PartialShape?) -> [ExpectedVariable] {
    let operation = Operation.attention(self)
    let outputs = outputDimension ?? query?.last ?? nil
    let parts: [(Role.Part, kernel: PartialShape, bias: PartialShape)] = [
      (.query, [query?.last ?? nil, heads, keyDimension], [heads, keyDimension]),
      (.key, [nil, heads, keyDimension], [heads, keyDimension]),
      (.value, [nil, heads, valueDimension], [heads, valueDimension]),
      (.output, [heads, valueDimension, outputs], [outputs]),
    ]
    return parts.flatMap { part, kernel, bias in
      (operation.weights((.kernel, kernel)) + operation.bias(usesBias, bias)).map { $0.part(part) }
    }
  }
}

extension Convolution {
  fileprivate func expectedVariables(input: PartialShape?) -> [ExpectedVariable] {
    let operation = Operation.convolution(self)
    let size = kernelSize.map { Optional($0) }
    let channels: Int? = input.flatMap { shape in
      shape.count == tensorRank ? shape[dataFormat.channelAxis(rank: tensorRank)] : nil
    }
    let outputs = filters ?? channels.map { $0 * multiplier }
    let bias = operation.bias(usesBias, [outputs])
    switch kind {
    case .regular(let groups):
      return operation.weights((.kernel, size + [channels.map { $0 / groups }, filters])) + bias
    case .transposed: return operation.weights((.kernel, size + [filters, channels])) + bias
    case .depthwise: return operation.weights((.depthwiseKernel, size + [channels, multiplier])) + bias
    case .separable:
      let ones = PartialShape(repeating: 1, count: kernelSize.count)
      return operation.weights(
        (.depthwiseKernel, size + [channels, multiplier]),
        (.pointwiseKernel, ones + [channels.map { $0 * multiplier }, filters])) + bias
    }
  }
}
