/// A factor for each channel of a kernel, and where the channel stands in the kernel's elements.
///
/// Element `e` of the kernel, in row-major order, belongs to channel `(e / inner) % factors.count`. That
/// covers every kernel layout of Keras: the output channel last (`inner` 1), second last as in transposed
/// convolutions (`inner` = input channels), or spread over two axes as in depthwise kernels.
public struct ChannelScale: Sendable, Equatable {
  /// One factor a channel, in Double.
  public var factors: [Double]
  /// The number of elements behind one index of the channel axis.
  public var inner: Int

  /// - Precondition: there is at least one factor, and `inner` is positive.
  public init(factors: [Double], inner: Int) {
    precondition(!factors.isEmpty && inner > 0)
    self.factors = factors
    self.inner = inner
  }

  /// Multiplies stored elements by their factors in Double, each rounded once to the stored type.
  ///
  /// - Parameters:
  ///   - raw: whole elements of the kernel, row-major, changed in place.
  ///   - type: the stored type, a floating-point one.
  ///   - first: the index in the kernel of the first element in `raw`.
  public func apply(to raw: UnsafeMutableRawBufferPointer, type: ElementType, first: Int) {
    switch type {
    case .float16: scale(raw, first: first) { Float16(Double($0) * $1) }
    case .bfloat16: scale(raw, first: first) { BFloat16(Double($0) * $1) }
    case .float32: scale(raw, first: first) { Float(Double($0) * $1) }
    case .float64: scale(raw, first: first) { (element: Double, factor) in element * factor }
    case .integer, .boolean, .other: preconditionFailure("elements of type \(type) are only carried")
    }
  }

  @inline(__always)
  private func scale<Stored>(
    _ raw: UnsafeMutableRawBufferPointer, first: Int, _ product: (Stored, Double) -> Stored
  ) {
    raw.withMemoryRebound(to: Stored.self) { elements in
      factors.withUnsafeBufferPointer { factors in
        var channel = (first / inner) % factors.count
        var index = 0
        while index < elements.count {
          // Runs end where the channels begin again, so that the inner loops are free of tests and vectorize.
          if inner == 1 {
            let run = UnsafeMutableBufferPointer(
              rebasing: elements[index..<min(index + factors.count - channel, elements.count)])
            let own = UnsafeBufferPointer(rebasing: factors[channel..<channel + run.count])
            for step in 0..<run.count { run[step] = product(run[step], own[step]) }
            index += run.count
            channel = 0
          } else {
            let left = inner - (first + index) % inner
            let run = UnsafeMutableBufferPointer(
              rebasing: elements[index..<min(index + left, elements.count)])
            let factor = factors[channel]
            for step in 0..<run.count { run[step] = product(run[step], factor) }
            index += run.count
            channel = channel + 1 == factors.count ? 0 : channel + 1
          }
        }
      }
    }
  }
}
