import Elements
import ModelGraph

/// A change of every element of a result, which needs no other element of it.
enum ElementwiseStep<Scalar: InferenceScalar>: Sendable {
  /// Adds a number to each channel, the last axis.
  case bias([Scalar])
  /// `(x - mean) * scale + beta` for each channel, the last axis.
  case normalization(mean: [Scalar], scale: [Scalar], beta: [Scalar])
  /// `x <= 0 ? 0 : x > ceiling ? ceiling : x`, which keeps what is not a number.
  case rectification(ceiling: Scalar)
  /// `1 / (1 + exp(-x))`, or x times it.
  case sigmoid(multiplies: Bool)
  /// A function of the element alone.
  case function(@Sendable (UnsafeMutableBufferPointer<Scalar>) -> Void)
  /// Adds the elements of an array of the same shape.
  case sum([Scalar])
  /// Multiplies with the elements of an array of the same shape.
  case product([Scalar])
  /// Multiplies with a number for each sample and channel.
  case channelProduct([Scalar], rowsOfASample: Int)

  /// Whether it was made for a result of this shape.
  fileprivate func fits(_ shape: Shape) -> Bool {
    let width = shape.last ?? 1
    switch self {
    case .bias(let bias): return bias.count == width
    case .normalization(let mean, let scale, let beta):
      return [mean, scale, beta].allSatisfy { $0.count == width }
    case .rectification, .sigmoid, .function: return true
    case .sum(let other), .product(let other): return other.count == shape.elementCount
    case .channelProduct(let factors, let rowsOfASample):
      return factors.count * rowsOfASample == shape.elementCount && factors.count % width == 0
    }
  }
}

/// Changes that are made to a part of a result while it is in a core's cache.
struct ElementwiseTail<Scalar: InferenceScalar>: Sendable {
  var steps: [ElementwiseStep<Scalar>]

  static var none: ElementwiseTail { ElementwiseTail(steps: []) }

  /// The same after a bias is added.
  func after(_ bias: [Scalar]?) -> ElementwiseTail {
    bias.map { ElementwiseTail(steps: [.bias($0)] + steps) } ?? self
  }

  /// Whether all of the steps were made for a result of this shape.
  func fits(_ shape: Shape) -> Bool { steps.allSatisfy { $0.fits(shape) } }

  /// - Parameters:
  ///   - start: the first element of the whole result, whose shape the steps fit.
  ///   - width: its channels.
  ///   - rows: all axes but the channels, as one.
  ///   - columns: the channels that are changed.
  func apply(to start: UnsafeMutablePointer<Scalar>, width: Int, rows: Range<Int>, columns: Range<Int>) {
    let kernels = Scalar.kernels
    let offset = rows.lowerBound * width + columns.lowerBound
    let first = start + offset
    for step in steps {
      switch step {
      case .bias(let bias):
        bias.withUnsafeBufferPointer {
          kernels.addToRows(first, width, rows.count, $0.baseAddress! + columns.lowerBound, columns.count)
        }
      case .normalization(let mean, let scale, let beta):
        mean.withUnsafeBufferPointer { mean in
          scale.withUnsafeBufferPointer { scale in
            beta.withUnsafeBufferPointer { beta in
              kernels.normalize(
                first, width, rows.count, mean.baseAddress! + columns.lowerBound,
                scale.baseAddress! + columns.lowerBound, beta.baseAddress! + columns.lowerBound, columns.count
              )
            }
          }
        }
      case .rectification(let ceiling): kernels.rectify(first, width, rows.count, columns.count, ceiling)
      case .sigmoid(let multiplies): kernels.sigmoid(first, width, rows.count, columns.count, multiplies)
      case .function(let change):
        for row in 0..<rows.count {
          change(UnsafeMutableBufferPointer(start: first + row * width, count: columns.count))
        }
      case .sum(let other): combine(other, offset, first, width, rows.count, columns.count) { $0 += $1 }
      case .product(let other): combine(other, offset, first, width, rows.count, columns.count) { $0 *= $1 }
      case .channelProduct(let factors, let rowsOfASample):
        factors.withUnsafeBufferPointer { factors in
          for row in rows {
            let source = factors.baseAddress! + row / rowsOfASample * width
            let target = start + row * width
            for column in columns { target[column] *= source[column] }
          }
        }
      }
    }
  }

  @inline(__always)
  private func combine(
    _ other: [Scalar], _ offset: Int, _ first: UnsafeMutablePointer<Scalar>, _ width: Int, _ rows: Int,
    _ columns: Int, _ change: (inout Scalar, Scalar) -> Void
  ) {
    other.withUnsafeBufferPointer { other in
      for row in 0..<rows {
        let (target, source) = (first + row * width, other.baseAddress! + offset + row * width)
        for column in 0..<columns { change(&target[column], source[column]) }
      }
    }
  }
}

extension DenseArray {
  /// Makes changes to all elements, by threads.
  ///
  /// - Precondition: the changes fit the shape.
  mutating func apply(_ tail: ElementwiseTail<Scalar>, sharing: WorkSharing) {
    guard !tail.steps.isEmpty, !values.isEmpty else { return }
    let width = shape.last ?? 1
    values.withUnsafeMutableBufferPointer { values in
      let target = SharedMemory(start: values.baseAddress!)
      sharing.overRows(values.count / width, width: width) { rows in
        tail.apply(to: target.start, width: width, rows: rows, columns: 0..<width)
      }
    }
  }

  /// A copy with changes to all elements, made block by block.
  ///
  /// - Precondition: the changes fit the shape.
  func applying(_ tail: ElementwiseTail<Scalar>, sharing: WorkSharing) -> DenseArray {
    guard !tail.steps.isEmpty, !values.isEmpty else { return self }
    let width = shape.last ?? 1
    let count = values.count
    let result = [Scalar](unsafeUninitializedCapacity: count) { result, initialized in
      values.withUnsafeBufferPointer { values in
        let (source, target) = (
          SharedSource(start: values.baseAddress!), SharedMemory(start: result.baseAddress!)
        )
        sharing.overRows(count / width, width: width) { rows in
          (target.start + rows.lowerBound * width)
            .initialize(from: source.start + rows.lowerBound * width, count: rows.count * width)
          tail.apply(to: target.start, width: width, rows: rows, columns: 0..<width)
        }
      }
      initialized = count
    }
    return DenseArray(shape: shape, values: result)
  }
}
