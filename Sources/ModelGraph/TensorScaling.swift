import Elements

/// The new sizes of resized axes, and how much larger than the old ones they are.
public struct TensorScaling: Sendable, Hashable {
  public let sizes: [Int]
  public let scales: [Double]
}

extension TensorResizing {
  /// What scales or sizes make of axes; nil where they do not fit, or give none or too many elements.
  ///
  /// Source: ONNX operator specification, Resize; a size is computed in float32, as in onnx/defs/tensor/utils.cc
  /// `resizeShapeInferenceHelper`.
  ///
  /// There is one scale for each axis, or one size.
  public func scaling(of old: [Int], scales: [Double]?, sizes: [Int]?) -> TensorScaling? {
    if let sizes {
      guard scales == nil, sizes.count == old.count, zip(old, sizes).allSatisfy({ $0 > 0 && $1 >= 0 }),
        sizes.allSatisfy({ $0 <= largestAxis })
      else { return nil }
      let ratios = zip(old, sizes).map { Double($1) / Double($0) }
      let ratio: Double?
      switch aspectRatio {
      case .stretch: return TensorScaling(sizes: sizes, scales: ratios)
      case .notLarger: ratio = ratios.min()
      case .notSmaller: ratio = ratios.max()
      }
      guard let ratio else { return TensorScaling(sizes: [], scales: []) }
      let results = old.map { (ratio * Double($0) + 0.5).rounded(.down) }
      guard results.allSatisfy({ $0 <= Double(largestAxis) }) else { return nil }
      return TensorScaling(sizes: results.map { Int($0) }, scales: old.map { _ in ratio })
    }
    guard let scales, scales.count == old.count, scales.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      return nil
    }
    let results = zip(old, scales).map { (Float($0) * Float($1)).rounded(.down) }
    guard results.allSatisfy({ $0 <= Float(largestAxis) }) else { return nil }
    return TensorScaling(sizes: results.map { Int($0) }, scales: scales)
  }
}
