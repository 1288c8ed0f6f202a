import Bytes
import LosslessJSON
import ModelGraph

extension LayerConfiguration {
  /// MaxPooling, AveragePooling and their global forms, in one to three dimensions.
  mutating func readPooling(_ className: ByteString) throws(NotUnderstood) -> Operation? {
    for rank in 1...3 {
      let suffix = ByteString("\(rank)D")
      for (word, reduction) in [("Max", Pooling.Reduction.maximum), ("Average", .average)] {
        if className == ByteString(word + "Pooling") + suffix {
          let size = try sizes("pool_size", count: rank)
          let padding = try padding()
          guard padding != .causal else { throw NotUnderstood(.causalPooling) }
          return .pooling(
            Pooling(
              reduction: reduction, poolSize: size, strides: try sizes("strides", count: rank, default: size),
              padding: padding == .same ? .same : .none(rank: rank), dataFormat: try dataFormat()))
        }
        if className == ByteString("Global" + word + "Pooling") + suffix {
          return .globalPooling(
            GlobalPooling(
              reduction: reduction, rank: rank, keepsAxes: try boolean("keepdims", default: false),
              dataFormat: try dataFormat()))
        }
      }
      if className == "ZeroPadding" + suffix {
        return .zeroPadding(amounts: try edges("padding", rank: rank), dataFormat: try dataFormat())
      }
      if className == "Cropping" + suffix {
        return .cropping(amounts: try edges("cropping", rank: rank), dataFormat: try dataFormat())
      }
      if className == "UpSampling" + suffix {
        return .upSampling(
          factors: try sizes("size", count: rank), interpolation: try interpolation(default: "nearest"),
          dataFormat: try dataFormat())
      }
    }
    return nil
  }

  /// Resizing; one that keeps the aspect ratio or averages over old pixels is not understood.
  mutating func resizing() throws(NotUnderstood) -> Resizing {
    for key: ByteString in ["fill_mode", "fill_value"] { _ = take(key) }
    return Resizing(
      height: try positive("height"), width: try positive("width"),
      interpolation: try interpolation(default: "bilinear"), dataFormat: try dataFormat())
  }

  private mutating func interpolation(default fallback: ByteString) throws(NotUnderstood) -> Interpolation {
    switch try text("interpolation", default: fallback) {
    case "nearest": return .nearest
    case "bilinear": return .bilinear
    case let other: throw NotUnderstood(.interpolation(other))
    }
  }

  /// Layers that move elements without changing them.
  mutating func readReshaping(_ className: ByteString) throws(NotUnderstood) -> Operation? {
    switch className {
    case "Reshape":
      let target = try integers("target_shape")
      guard target.filter({ $0 == -1 }).count <= 1, target.allSatisfy({ $0 == -1 || $0 > 0 }) else {
        throw NotUnderstood(.openAxes)
      }
      return .reshape(.afterBatch(target))
    case "Flatten":
      return .reshape(try dataFormat() == .channelsFirst ? .flattenWithChannelsLast : .flatten)
    case "Permute":
      let axes = try integers("dims")
      guard axes.sorted().elementsEqual(1..<axes.count + 1) else {
        throw NotUnderstood(.attribute("dims", .notPermutation))
      }
      return .transpose(Transposition(axes: [0] + axes))
    case "RepeatVector":
      let count = try integer("n")
      guard count > 0 else { throw NotUnderstood(.attribute("n", .notPositive)) }
      return .repeatVector(count: count)
    default: return nil
    }
  }

  /// Activations that are layers of their own.
  mutating func readActivationLayer(_ className: ByteString) throws(NotUnderstood) -> Operation? {
    switch className {
    case "Activation":
      let activation = try activation()
      return activation == .linear ? .identity : .activation(activation)
    case "ReLU":
      let maximum = json["max_value"].flatMap { $0.isNull ? nil : $0 }
      return .activation(
        .relu(
          RectifiedLinear(
            negativeSlope: try number("negative_slope", default: 0),
            maxValue: maximum == nil ? nil : try number("max_value"),
            threshold: try number("threshold", default: 0))))
    case "LeakyReLU":
      let key: ByteString = json["negative_slope"] == nil ? "alpha" : "negative_slope"
      return .activation(.relu(RectifiedLinear(negativeSlope: try number(key, default: 0.3))))
    case "ELU": return .activation(.elu(alpha: try number("alpha", default: 1)))
    case "Softmax":
      return .activation(.softmax(axes: try axes(default: -1)))
    case "PReLU":
      let shared = json["shared_axes"].flatMap { $0.isNull ? nil : $0 }
      return .parametricReLU(sharedAxes: shared == nil ? [] : try integers("shared_axes"))
    default: return nil
    }
  }

  mutating func readMerge(_ className: ByteString) throws(NotUnderstood) -> Merge? {
    switch className {
    case "Add": return .add
    case "Subtract": return .subtract
    case "Multiply": return .multiply
    case "Average": return .average
    case "Maximum": return .maximum
    case "Minimum": return .minimum
    case "Concatenate": return .concatenate(axis: try integer("axis", default: -1))
    case "Dot":
      let axes =
        json["axes"]?.array == nil ? [Int](repeating: try integer("axes"), count: 2) : try integers("axes")
      guard axes.count == 2 else { throw NotUnderstood(.productAxes) }
      let smallestNorm = generation == .keras3 ? 1e-7 : 1e-6
      return .dot(axes: axes, smallestNorm: try boolean("normalize", default: false) ? smallestNorm : nil)
    default: return nil
    }
  }

  mutating func integers(_ key: ByteString) throws(NotUnderstood) -> [Int] {
    guard let list = take(key)?.array else { throw NotUnderstood(.attribute(key, .notList)) }
    let values = list.compactMap(\.smallInteger)
    guard values.count == list.count else {
      throw NotUnderstood(.attribute(key, .notIntegers))
    }
    return values
  }

  /// One pair (before, after) for each axis.
  mutating func edges(_ key: ByteString) throws(NotUnderstood) -> [EdgeAmounts] {
    try edges(key, rank: json[key]?.array?.count ?? 0)
  }

  /// One pair (before, after) for each spatial axis, or shorter forms of it.
  private mutating func edges(_ key: ByteString, rank: Int) throws(NotUnderstood) -> [EdgeAmounts] {
    guard let value = take(key) else { throw NotUnderstood(.attribute(key, .missing)) }
    let parts: [JSONValue]
    if let list = value.array, rank == 1, list.allSatisfy({ $0.smallInteger != nil }) {
      parts = [value]
    } else {
      parts = value.array ?? [JSONValue](repeating: value, count: rank)
    }
    var amounts: [EdgeAmounts] = []
    for part in parts {
      let numbers =
        part.array.map { $0.compactMap(\.smallInteger) } ?? part.smallInteger.map { [$0, $0] } ?? []
      guard numbers.count == 2, numbers.allSatisfy({ (0..<1 << 20).contains($0) }) else {
        throw NotUnderstood(.attribute(key, .notUnderstood))
      }
      amounts.append(EdgeAmounts(before: numbers[0], after: numbers[1]))
    }
    guard amounts.count == rank else { throw NotUnderstood(.attribute(key, .notUnderstood)) }
    return amounts
  }
}
