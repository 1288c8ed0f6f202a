import Arrays
import Bytes

/// How the statistics of a batch normalization are called, by what stands behind its own name.
///
/// PyTorch has `running_mean`, Keras `moving_mean`; paths in HDF5 have slashes.
enum NormalizationNames {
  private static let endings: [(mean: ByteString, variance: ByteString)] =
    [".", "/"].flatMap { (separator: ByteString) in
      [
        ("running_mean", "running_var"), ("moving_mean", "moving_variance"),
        ("moving_mean:0", "moving_variance:0"),
      ]
      .map { (separator + ByteString($0), separator + ByteString($1)) }
    }

  /// The name of the batch normalization that a mean belongs to; nil where the name is no mean's.
  static func name(ofMean mean: ByteString) -> ByteString? {
    endings.lazy.compactMap { mean.dropping(suffix: $0.mean) }.first
  }

  /// Whether a dictionary has the variance that belongs to a mean.
  static func hasVariance(besides mean: ByteString, in dictionary: StateDictionary) -> Bool {
    endings.contains { ending in
      mean.dropping(suffix: ending.mean).map { dictionary[$0 + ending.variance] != nil } ?? false
    }
  }
}

extension StateDictionary {
  /// Names of the batch normalizations, in ascending order.
  public var batchNormalizations: [ByteString] {
    names.filter { NormalizationNames.hasVariance(besides: $0, in: self) }
      .compactMap { NormalizationNames.name(ofMean: $0) }
      .sorted()
  }

  /// The same tensors with dots in their names instead of slashes; nil where that would not be the same for both.
  ///
  /// PyTorch separates the names of modules by dots, a path in HDF5 by slashes.
  var dotted: StateDictionary? {
    guard names.contains(where: { $0.bytes.contains(UInt8(ascii: "/")) }),
      !names.contains(where: { $0.bytes.contains(UInt8(ascii: ".")) })
    else { return nil }
    return StateDictionary(
      arrays.map { array in
        NamedArray(
          name: array.name.replacing("/", with: "."), elementType: array.elementType, shape: array.shape,
          byteCount: array.byteCount, content: array.content)
      })
  }
}

extension WeightPlan {
  /// The same plan for tensors with slashes in their names instead of dots.
  var slashed: WeightPlan { renamed { $0.replacing(".", with: "/") } }

  /// The same plan for tensors with other names.
  func renamed(_ name: (ByteString) -> ByteString) -> WeightPlan {
    var plan = self
    plan.folds = folds.map { fold in
      var fold = fold
      fold.kernel = name(fold.kernel)
      fold.bias = name(fold.bias)
      fold.gamma = fold.gamma.map(name)
      fold.beta = fold.beta.map(name)
      fold.mean = name(fold.mean)
      fold.variance = name(fold.variance)
      fold.others = fold.others.map(name)
      return fold
    }
    plan.open = open.map { OpenNormalization(name: name($0.name), reason: $0.reason) }
    return plan
  }
}

extension ByteString {
  fileprivate func replacing(_ old: Unicode.Scalar, with new: Unicode.Scalar) -> ByteString {
    ByteString(bytes.map { $0 == UInt8(ascii: old) ? UInt8(ascii: new) : $0 })
  }
}
