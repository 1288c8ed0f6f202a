import Bytes
import Elements
import Folding
import ModelGraph

/// Layers without weights of a random graph.
extension RandomGraph {
  mutating func merge(_ index: Int) {
    let shape = places[index].shape
    if hasBranches, shape.count == 3, random(0...2) == 0 { return branch(index) }
    let partners = places.indices.filter { places[$0].shape == shape && $0 != index }
    guard let partner = partners.randomElement(using: &builder.generator) else {
      return add(.identity, "dropout", index)
    }
    let axis = random(1...shape.count)
    var joined = shape
    joined[axis - 1] *= 2
    let merges: [(Merge, Shape)] = [
      (.add, shape), (.add, shape), (.subtract, shape), (.average, shape), (.maximum, shape),
      (.minimum, shape),
      (.multiply, shape), (.concatenate(axis: flip() ? axis : axis - shape.count - 1), joined),
      (.concatenate(axis: -1), shape.dropLast() + [shape[shape.count - 1] * 2]),
    ]
    let (merge, result) = merges[random(0...(merges.count - 1))]
    guard result.elementCount < 2000 else { return }
    add(
      Layer(name: name("merge"), className: "Merge", operation: .merge(merge)), [index, partner],
      shape: result)
  }

  /// A convolution of a tensor beside a batch normalization of it; most of them fold.
  mutating func branch(_ index: Int) {
    let shape = places[index].shape
    let channels = shape[2]
    let size = [1, 3, 3, 2][random(0...3)]
    let isDepthwise = flip()
    let convolution = Convolution(
      kind: isDepthwise ? .depthwise(multiplier: 1) : .regular(groups: 1), kernelSize: [size, size],
      strides: [1, 1], dilation: [random(1...2), 1], padding: .same, dataFormat: .channelsLast,
      filters: isDepthwise ? nil : channels, usesBias: flip(),
      activation: random(0...7) == 0 ? .tanh : .linear)
    var weights: [(Role, Shape)] = [
      isDepthwise
        ? (.depthwiseKernel, [size, size, channels, 1]) : (.kernel, [size, size, channels, channels])
    ]
    if convolution.usesBias { weights.append((.bias, [channels])) }
    add(builder.layer(.convolution(convolution), name("conv"), weights), [index], shape: shape)
    var terms = [places.count - 1]
    if flip() {
      normalize(terms[0])
      terms = [places.count - 1]
    }
    for _ in 0...random(0...1) {
      normalize(index)
      terms.append(places.count - 1)
    }
    if flip() { terms.append(index) }
    if random(0...3) == 0 { terms = [terms[0], terms[terms.count - 1]] }
    add(
      Layer(
        name: name("merge"), className: "Merge",
        operation: .merge(terms.count == 2 && flip() ? .subtract : .add)), terms, shape: shape)
  }

  mutating func nonlinear(_ index: Int) {
    switch random(0...5) {
    case 0: add(.activation(.tanh), "tanh", index)
    case 1: add(.identity, "dropout", index)
    case 2:
      let shape = places[index].shape
      let label = name("prelu")
      add(
        builder.layer(.parametricReLU(sharedAxes: []), label, [(.alpha, shape)]), [index], shape: shape)
    case 3: rescale(index)
    default: add(.activation(.relu(RectifiedLinear(negativeSlope: flip() ? 0 : 0.2))), "relu", index)
    }
  }

  /// One number for all channels, or one for each of the last axis.
  mutating func rescale(_ index: Int) {
    let count = flip() ? 1 : places[index].shape.last ?? 1
    let scale = (0..<count).map { _ in Double(random(1...4)) * (flip() ? 0.5 : -0.5) }
    let offset = flip() ? [0] : (0..<count).map { _ in builder.generator.nextSigned() }
    guard flip() else { return add(.rescaling(scale: scale, offset: offset), "rescaling", index) }
    let axis = places[index].shape.count
    let statistics = DataNormalization.Statistics(
      mean: scale, variance: scale.map { abs($0) })
    add(
      .dataNormalization(
        DataNormalization(axes: [flip() ? -1 : axis], statistics: statistics, isInverse: false)),
      "normalization", index)
  }

  mutating func spatial(_ index: Int) {
    let shape = places[index].shape
    let padding: Padding = flip() ? .same : .none(rank: 2)
    switch random(0...9) {
    case 0, 1:
      let size = [random(1...2), random(1...2)]
      let reduction: Pooling.Reduction = flip() ? .maximum : .average
      let pooling = Pooling(
        reduction: reduction, poolSize: size, strides: size, padding: padding, dataFormat: .channelsLast)
      let sizes = (0..<2).compactMap {
        pooling.window(axis: $0).outputSize(input: shape[$0], padding: padding, axis: $0)
      }
      guard sizes.count == 2, sizes.allSatisfy({ $0 > 0 }) else { return }
      add(.pooling(pooling), "pool", index, shape: sizes + [shape[2]])
    case 2:
      let keeps = flip()
      let pooling = GlobalPooling(
        reduction: flip() ? .maximum : .average, rank: 2, keepsAxes: keeps, dataFormat: .channelsLast)
      add(.globalPooling(pooling), "global", index, shape: keeps ? [1, 1, shape[2]] : [shape[2]])
    case 3, 8:
      guard shape[0] < 10 else { return }
      let amounts = [EdgeAmounts(before: 1, after: 0), EdgeAmounts(before: 0, after: 1)]
      add(
        .zeroPadding(amounts: amounts, dataFormat: .channelsLast), "pad", index,
        shape: [shape[0] + 1, shape[1] + 1, shape[2]])
    case 4:
      guard shape[0] > 2, shape[1] > 2 else { return }
      let amounts = [EdgeAmounts(before: 1, after: 0), EdgeAmounts(before: 0, after: 1)]
      add(
        .cropping(amounts: amounts, dataFormat: .channelsLast), "crop", index,
        shape: [shape[0] - 1, shape[1] - 1, shape[2]])
    case 5:
      guard shape[0] < 6, shape[1] < 6 else { return }
      add(
        .upSampling(
          factors: [2, 2], interpolation: flip() ? .nearest : .bilinear, dataFormat: .channelsLast),
        "up", index, shape: [shape[0] * 2, shape[1] * 2, shape[2]])
    case 6: add(.reshape(.flatten), "flatten", index, shape: [shape.elementCount])
    case 7:
      let target = flip() ? [shape[0] * shape[1], shape[2]] : [shape[0], shape[1] * shape[2]]
      add(.reshape(.afterBatch(target)), "reshape", index, shape: target)
    default:
      add(
        .transpose(Transposition(axes: [0, 2, 1, 3])), "permute", index,
        shape: [shape[1], shape[0], shape[2]])
    }
  }

  mutating func reshape(_ index: Int) {
    let shape = places[index].shape
    if shape.count == 2 {
      if flip() {
        add(.transpose(Transposition(axes: [0, 2, 1])), "permute", index, shape: [shape[1], shape[0]])
      } else {
        add(.reshape(.flatten), "flatten", index, shape: [shape.elementCount])
      }
    } else if shape.count == 1, shape[0] < 40 {
      if flip() {
        add(.repeatVector(count: 2), "repeat", index, shape: [2, shape[0]])
      } else if shape[0] % 2 == 0 {
        add(.reshape(.afterBatch([2, shape[0] / 2])), "reshape", index, shape: [2, shape[0] / 2])
      }
    }
  }
}
