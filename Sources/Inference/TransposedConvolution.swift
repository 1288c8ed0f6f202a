import ModelGraph

/// A transposed convolution over a channels-last array.
///
/// An input element adds its multiple of the kernel to the outputs under the window. Seen from an output element, it
/// is a sum over the taps that reach it: they depend on the position modulo the stride alone, so that all positions of
/// one remainder are one product.
/// Source: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning" (2016), section 4.
struct TransposedConvolution: Sendable {
  let layout: SpatialArray
  let filters: Int
  /// Contiguous groups of filters that each read input channels of their own.
  let groups: Int
  /// Taps, strides and dilation on the three axes.
  let size: [Int]
  let strides: [Int]
  let dilation: [Int]
  /// How many leading positions of the full result are cut off on each axis.
  let crop: [Int]
  /// Sizes of the result on the three axes.
  let outputSize: [Int]

  /// Blocks of groups that are worth having for the threads of today's machines.
  private static let wantedBlocks = 16

  /// - Parameters:
  ///   - input: shape (batch, spatial…, input channels).
  ///   - kernel: shape (k…, filters / groups, input channels).
  ///   - tail: what is done with the result.
  ///   - result: shape (batch, output…, filters), overwritten.
  func store<Scalar: InferenceScalar>(
    _ input: UnsafePointer<Scalar>, kernel: UnsafePointer<Scalar>, sharing: WorkSharing,
    tail: ElementwiseTail<Scalar>, in result: UnsafeMutablePointer<Scalar>
  ) {
    let (source, weights, target) = (
      SharedSource(start: input), SharedSource(start: kernel), SharedMemory(start: result)
    )
    // The groups of a block share their places.
    let blocks = (0..<groups).blocks(of: (groups + Self.wantedBlocks - 1) / Self.wantedBlocks)
    for phase in phases {
      let product = ProductPieces(
        rows: layout.batch * phase.positions, columns: filters / groups, runs: phase.taps.count)
      sharing.forEach(blocks.count * product.count) { number in
        let (block, piece) = number.quotientAndRemainder(dividingBy: product.count)
        store(
          product[piece], of: blocks[block], phase, source.start, kernel: weights.start, tail: tail,
          in: target.start)
      }
    }
  }

  private func store<Scalar: InferenceScalar>(
    _ piece: (rows: Range<Int>, columns: Range<Int>), of groups: Range<Int>, _ phase: Phase,
    _ input: UnsafePointer<Scalar>, kernel: UnsafePointer<Scalar>, tail: ElementwiseTail<Scalar>,
    in result: UnsafeMutablePointer<Scalar>
  ) {
    let taps = phase.taps
    let (groupFilters, groupChannels) = (filters / self.groups, layout.channels / self.groups)
    let outputRows = piece.rows.map { outputRow($0, of: phase) }
    let zeros = [Scalar](repeating: 0, count: layout.channels)
    zeros.withUnsafeBufferPointer { zeros in
      var places: [UnsafePointer<Scalar>?] = []
      for row in piece.rows {
        let (sample, output) = output(row, of: phase)
        for tap in taps {
          let place = self.input(at: output, under: tap)
          places.append(
            place.map { input + sample * layout.sampleCount + $0 * layout.channels } ?? zeros.baseAddress)
        }
      }
      for group in groups {
        let product = RunProduct(
          depth: groupChannels, right: kernel + group * groupChannels,
          runs: taps.map { $0.number * groupFilters * layout.channels }, rowStride: 1,
          columnStride: layout.channels, skipped: group * groupChannels)
        product.multiply(
          places, rows: piece.rows.count, columns: piece.columns,
          results: outputRows.map { result + $0 * filters + group * groupFilters })
      }
    }
    for group in groups {
      let first = group * groupFilters
      for row in outputRows {
        tail.apply(
          to: result, width: filters, rows: row..<row + 1,
          columns: first + piece.columns.lowerBound..<first + piece.columns.upperBound)
      }
    }
  }

  // MARK: - Positions and taps

  /// Output positions with the same remainders, and the taps that reach them.
  private struct Phase {
    let outputs: [[Int]]
    let taps: [Tap]
    var positions: Int { outputs.reduce(1) { $0 * $1.count } }
  }

  private struct Tap {
    let steps: [Int]
    let number: Int
  }

  private var phases: [Phase] {
    let axes = (0..<3).map { phases(ofAxis: $0) }
    return axes[0].flatMap { first in
      axes[1].flatMap { second in
        axes[2].map { third in
          let taps = first.steps.flatMap { step0 in
            second.steps.flatMap { step1 in
              third.steps.map { step2 in
                Tap(steps: [step0, step1, step2], number: (step0 * size[1] + step1) * size[2] + step2)
              }
            }
          }
          return Phase(outputs: [first.outputs, second.outputs, third.outputs], taps: taps)
        }
      }
    }
  }

  /// The outputs of an axis by their remainders, and the steps of the window that reach them.
  private func phases(ofAxis axis: Int) -> [(outputs: [Int], steps: [Int])] {
    let outputs = Dictionary(grouping: 0..<outputSize[axis]) { ($0 + crop[axis]) % strides[axis] }
    let steps = Dictionary(grouping: 0..<size[axis]) { $0 * dilation[axis] % strides[axis] }
    return outputs.sorted { $0.key < $1.key }.map { ($0.value, steps[$0.key] ?? []) }
  }

  private func output(_ row: Int, of phase: Phase) -> (sample: Int, position: [Int]) {
    let (rest, last) = row.quotientAndRemainder(dividingBy: phase.outputs[2].count)
    let (outer, middle) = rest.quotientAndRemainder(dividingBy: phase.outputs[1].count)
    let (sample, first) = outer.quotientAndRemainder(dividingBy: phase.outputs[0].count)
    return (sample, [phase.outputs[0][first], phase.outputs[1][middle], phase.outputs[2][last]])
  }

  /// The row of the result, counted through all samples.
  private func outputRow(_ row: Int, of phase: Phase) -> Int {
    let (sample, position) = output(row, of: phase)
    return ((sample * outputSize[0] + position[0]) * outputSize[1] + position[1]) * outputSize[2]
      + position[2]
  }

  /// The input position that reaches an output position through a tap; nil outside the input.
  private func input(at output: [Int], under tap: Tap) -> Int? {
    var place = 0
    for axis in 0..<3 {
      let full = output[axis] + crop[axis] - tap.steps[axis] * dilation[axis]
      guard full >= 0, full / strides[axis] < layout.size[axis] else { return nil }
      place = place * layout.size[axis] + full / strides[axis]
    }
    return place
  }
}
