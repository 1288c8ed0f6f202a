import Bytes
import CKernels

/// A matrix product whose left rows consist of runs of elements that lie anywhere in memory.
///
/// A row of a matrix is one run; the patch under a window of a convolution is a run for each tap, so that no matrix of
/// patches is ever made. Every element of the result is a sum by blocks of terms in a fixed order: first the runs, then
/// the terms of a run. It does not depend on how many rows and columns are computed at a time.
/// Source: Dukhan, "The Indirect Convolution Algorithm" (2019), for the places; Goto and van de Geijn, "Anatomy of
/// High-Performance Matrix Multiplication" (2008), for the panels.
struct RunProduct<Scalar: InferenceScalar>: @unchecked Sendable {
  /// Elements of a run.
  let depth: Int
  /// The right matrix: where the rows for each run begin in it.
  let right: UnsafePointer<Scalar>
  let runs: [Int]
  /// Elements from one of its rows to the next, and from one of its columns to the next.
  let rowStride: Int
  let columnStride: Int
  /// Elements from the place of a run to the first one that is multiplied.
  var skipped = 0

  /// Terms that are summed up before they are added to the rest.
  ///
  /// Two levels of sums keep the rounding errors of long sums small.
  private static var blockTerms: Int { Int(BNFOLD_BLOCK_TERMS) }

  /// Computes a part of the product.
  ///
  /// - Parameters:
  ///   - places: for each row and each run the place of the run.
  ///   - rows: how many rows there are.
  ///   - columns: columns of the right matrix.
  ///   - results: the place of column 0 in each row of the result.
  ///   - adds: whether the product is added to what is there.
  func multiply(
    _ places: UnsafePointer<UnsafePointer<Scalar>?>, rows: Int, columns: Range<Int>,
    results: UnsafePointer<UnsafeMutablePointer<Scalar>?>, adds: Bool = false
  ) {
    if runs.isEmpty || depth == 0 {
      guard !adds else { return }
      for row in 0..<rows {
        (results[row]! + columns.lowerBound).update(repeating: 0, count: columns.count)
      }
      return
    }
    let kernels = Scalar.kernels
    withUnsafeTemporaryAllocation(
      of: Scalar.self, capacity: Self.blockTerms * kernels.panelColumns + rows * kernels.leftStride
    ) { memory in
      let panel = memory.baseAddress!
      let left = panel + Self.blockTerms * kernels.panelColumns
      if depth >= Self.blockTerms {
        for run in runs.indices {
          for first in stride(from: 0, to: depth, by: Self.blockTerms) {
            multiplyBlock(
              places, rows: rows, runs: run..<run + 1,
              terms: first..<min(depth, first + Self.blockTerms), columns: columns, results: results,
              adds: adds || run > 0 || first > 0, panel: panel, left: left)
          }
        }
      } else {
        for block in runs.indices.blocks(of: Self.blockTerms / depth) {
          multiplyBlock(
            places, rows: rows, runs: block, terms: 0..<depth, columns: columns, results: results,
            adds: adds || block.lowerBound > 0, panel: panel, left: left)
        }
      }
    }
  }

  private func multiplyBlock(
    _ places: UnsafePointer<UnsafePointer<Scalar>?>, rows: Int, runs: Range<Int>, terms: Range<Int>,
    columns: Range<Int>, results: UnsafePointer<UnsafeMutablePointer<Scalar>?>, adds: Bool,
    panel: UnsafeMutablePointer<Scalar>, left: UnsafeMutablePointer<Scalar>
  ) {
    let kernels = Scalar.kernels
    let isInOrder = runs.dropFirst().allSatisfy { self.runs[$0] - self.runs[$0 - 1] == depth * rowStride }
    kernels.gather(
      places + runs.lowerBound, self.runs.count, rows, runs.count, skipped + terms.lowerBound, terms.count,
      left)
    for part in columns.blocks(of: kernels.panelColumns) {
      let start = right + terms.lowerBound * rowStride + part.lowerBound * columnStride
      // A single tile reads each element of a panel once: packing pays from the second tile on.
      let isPacked =
        rows > kernels.tileRows || !isInOrder || columnStride != 1 || part.count < kernels.panelColumns
      if isPacked {
        for (number, run) in runs.enumerated() {
          kernels.pack(
            start + self.runs[run], rowStride, columnStride, terms.count, part.count,
            panel + number * terms.count * kernels.panelColumns)
        }
      }
      kernels.multiply(
        left, rows, runs.count * terms.count,
        isPacked ? UnsafePointer(panel) : start + self.runs[runs.lowerBound],
        isPacked ? kernels.panelColumns : rowStride, part.count, results, part.lowerBound, adds)
    }
  }
}
