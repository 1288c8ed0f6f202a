import Elements
import ModelGraph

/// The largest magnitude of each output channel of a kernel.
struct KernelMagnitudes {
  /// One for each channel; infinite for a channel with NaN.
  private(set) var largest: [Double]

  /// Elements that are read at a time.
  private static let blockElements = 1 << 14

  init(channels: Int) { largest = [Double](repeating: 0, count: channels) }

  /// - Throws: what the weight store throws.
  init(of kernel: Variable, _ axes: KernelAxes, from store: any WeightStore) throws {
    self.init(channels: axes.outputs)
    for block in Self.blocks(of: kernel.shape, axes) {
      add(try kernel.elements(from: store, range: block), from: block.lowerBound, axes)
    }
  }

  /// The elements of a kernel in pieces that have whole runs.
  static func blocks(of shape: Shape, _ axes: KernelAxes) -> [Range<Int>] {
    (0..<shape.elementCount).blocks(of: max(1, blockElements / axes.run) * axes.run)
  }

  /// - Parameters:
  ///   - elements: whole runs.
  ///   - first: the index of the first of them.
  mutating func add(_ elements: [Double], from first: Int, _ axes: KernelAxes) {
    let run = axes.run
    largest.withUnsafeMutableBufferPointer { largest in
      elements.withUnsafeBufferPointer { elements in
        for start in stride(from: 0, to: elements.count, by: run) {
          let elements = UnsafeBufferPointer(rebasing: elements[start..<min(start + run, elements.count)])
          if axes.runsThroughOutputs {
            for index in 0..<elements.count { largest[index] = Self.larger(elements[index], largest[index]) }
          } else {
            let channel = axes.output.channel(ofElement: first + start)
            largest[channel] = elements.reduce(largest[channel]) { Self.larger($1, $0) }
          }
        }
      }
    }
  }

  /// What is not a number counts as infinite; written so that it becomes one instruction for several channels.
  @inline(__always)
  private static func larger(_ element: Double, _ largest: Double) -> Double {
    let size = abs(element)
    return size <= largest ? largest : size == size ? size : .infinity
  }
}
