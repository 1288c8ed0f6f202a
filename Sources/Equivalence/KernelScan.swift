import Bytes
import CKernels
import Elements
import ModelGraph
import Parallel
import Synchronization

/// What a kernel and the folded one have in common, for each output channel.
///
/// With an input that is related by ratios r the kernels W and W' belong together if there is an R for each output with
/// W' r = R W in every element. Each element gives bounds for R, within which its new value is what the exact one is rounded to;
/// the bounds of the channel are those that all of its elements allow.
struct KernelScan {
  /// Bounds of the ratio; the lower one is above the upper one where there is no ratio.
  var low: [Double]
  var high: [Double]
  /// The largest magnitude of the elements that a varying input is multiplied with.
  var largestOld: [Double]
  var largestNew: [Double]
  /// 0, or NaN where an element is not finite.
  var health: [Double]
  /// How many elements of the new kernel are subnormal numbers.
  var subnormal: [Double]
  /// Five sums for each output, one sum after the other.
  fileprivate var sums: [Double]

  fileprivate init(outputs: Int) {
    let zeros = [Double](repeating: 0, count: outputs)
    low = [Double](repeating: -.infinity, count: outputs)
    high = [Double](repeating: .infinity, count: outputs)
    (largestOld, largestNew, health, subnormal) = (zeros, zeros, zeros, zeros)
    sums = [Double](repeating: 0, count: 5 * outputs)
  }

  /// The sum of the products with the pivots of the original's input.
  func oldPivot(_ output: Int) -> Double { sums[output] }
  func newPivot(_ output: Int) -> Double { sums[low.count + output] }
  /// The sum of the magnitudes of these products.
  func oldSize(_ output: Int) -> Double { sums[2 * low.count + output] }
  func newSize(_ output: Int) -> Double { sums[3 * low.count + output] }
  /// What the errors of the input and the rounding of the kernel move the sum by.
  func error(_ output: Int) -> Double { sums[4 * low.count + output] }

  fileprivate mutating func merge(_ other: KernelScan) {
    for index in low.indices {
      low[index] = max(low[index], other.low[index])
      high[index] = min(high[index], other.high[index])
      largestOld[index] = max(largestOld[index], other.largestOld[index])
      largestNew[index] = max(largestNew[index], other.largestNew[index])
      health[index] += other.health[index]
      subnormal[index] += other.subnormal[index]
    }
    for index in sums.indices { sums[index] += other.sums[index] }
  }
}

/// A kernel and the folded one, read block by block.
struct KernelPair {
  let old: Variable
  let new: Variable
  let oldStore: any WeightStore
  let newStore: any WeightStore
  let axes: KernelAxes
  /// The relation of what the kernels are multiplied with; nil for the identity.
  let input: [ChannelRelation]?
  let arithmetic: Arithmetic
  /// Whether both kernels are the same, bit for bit.
  let isUnchanged: Bool

  /// Elements that are read at a time: their bytes stay in the processor's cache.
  private static let blockElements = 1 << 13
  /// Blocks below which a second thread costs more than it saves.
  private static let blocksWorthAThread = 16

  private var runCount: Int { old.shape.elementCount / axes.run }

  /// - Throws: what the stores throw.
  func scan() throws -> KernelScan {
    let blocks = Array((0..<runCount).blocks(of: max(1, Self.blockElements / axes.run)))
    let parts = blocks.count < Self.blocksWorthAThread ? 1 : processorCount()
    let tables = input.map { InputTables($0) }
    let merged = Mutex<KernelScan?>(nil)
    try shareWork(of: parts, threads: parts) { part in
      var scan = KernelScan(outputs: axes.outputs)
      let own = blocks.count * part / parts..<blocks.count * (part + 1) / parts
      for block in blocks[own] { try add(block, to: &scan, tables) }
      merged.withLock { result in
        if result == nil { result = scan } else { result?.merge(scan) }
      }
    }
    return merged.withLock { $0 } ?? KernelScan(outputs: axes.outputs)
  }

  /// Elements of both kernels.
  func elements(_ range: Range<Int>) throws -> (old: [Double], new: [Double]) {
    (try old.elements(from: oldStore, range: range), try new.elements(from: newStore, range: range))
  }

  private func add(_ runs: Range<Int>, to scan: inout KernelScan, _ tables: InputTables?) throws {
    let first = runs.lowerBound * axes.run
    let (before, after) = try elements(first..<runs.upperBound * axes.run)
    before.withUnsafeBufferPointer { before in
      after.withUnsafeBufferPointer { after in
        scan.withColumns { columns in
          for run in runs {
            let start = run * axes.run - first
            let elements = KernelRun(
              old: before.baseAddress! + start, new: after.baseAddress! + start, first: run * axes.run,
              count: axes.run)
            if axes.runsThroughOutputs, tables == nil || axes.hasOneInputInARun {
              add(elements, to: columns, tables)
            } else {
              addOneByOne(elements, to: columns, tables)
            }
          }
        }
      }
    }
  }
}

/// Elements of both kernels that follow each other.
private struct KernelRun {
  let old: UnsafePointer<Double>
  let new: UnsafePointer<Double>
  /// The index of the first of them.
  let first: Int
  let count: Int
}

/// The columns of a scan, in memory.
private struct ScanColumns {
  let bounds: BNFoldColumns
  let oldPivot: UnsafeMutablePointer<Double>
  let newPivot: UnsafeMutablePointer<Double>
  let oldSize: UnsafeMutablePointer<Double>
  let newSize: UnsafeMutablePointer<Double>
  let error: UnsafeMutablePointer<Double>

  /// The columns from one of them on.
  func bounds(from column: Int) -> BNFoldColumns {
    BNFoldColumns(
      low: bounds.low + column, high: bounds.high + column, largestOld: bounds.largestOld + column,
      largestNew: bounds.largestNew + column, health: bounds.health + column,
      subnormal: bounds.subnormal + column)
  }
}

extension KernelScan {
  fileprivate mutating func withColumns(_ body: (ScanColumns) -> Void) {
    low.withUnsafeMutableBufferPointer { low in
      high.withUnsafeMutableBufferPointer { high in
        largestOld.withUnsafeMutableBufferPointer { largestOld in
          largestNew.withUnsafeMutableBufferPointer { largestNew in
            health.withUnsafeMutableBufferPointer { health in
              subnormal.withUnsafeMutableBufferPointer { subnormal in
                let bounds = BNFoldColumns(
                  low: low.baseAddress, high: high.baseAddress, largestOld: largestOld.baseAddress,
                  largestNew: largestNew.baseAddress, health: health.baseAddress,
                  subnormal: subnormal.baseAddress)
                sums.withUnsafeMutableBufferPointer { sums in
                  let (start, count) = (sums.baseAddress!, low.count)
                  body(
                    ScanColumns(
                      bounds: bounds, oldPivot: start, newPivot: start + count, oldSize: start + 2 * count,
                      newSize: start + 3 * count, error: start + 4 * count))
                }
              }
            }
          }
        }
      }
    }
  }
}

/// The relation of the input as columns of numbers.
private struct InputTables {
  /// The inverse of the ratio, 0 where the input of the original is constant.
  private(set) var inverse: [Double] = []
  /// Half the relative width of the ratio's bounds.
  private(set) var width: [Double] = []
  /// 1, or 0 where the input of the folded model is constant.
  private(set) var varies: [Double] = []
  private(set) var oldPivot: [Double] = []
  private(set) var newPivot: [Double] = []
  private(set) var error: [Double] = []

  init(_ channels: [ChannelRelation]) {
    for channel in channels {
      let ratio = channel.ratio
      inverse.append(channel.isOldConstant ? 0 : ratio == 0 ? 1 : 1 / ratio)
      width.append(channel.isOldConstant || channel.isNewConstant ? 0 : channel.relativeWidth)
      varies.append(channel.isNewConstant ? 0 : 1)
      oldPivot.append(channel.oldPivot)
      newPivot.append(channel.newPivot)
      error.append(channel.error)
    }
  }
}

extension KernelPair {
  /// - Parameter width: half the relative width of the input's ratio.
  private func rounding(width: Double) -> BNFoldRounding {
    HalfUnits(new.elementType, arithmetic).rounding(
      extra: arithmetic.units(Arithmetic.unitsOfAnElement) + width)
  }

  /// A run in which each element belongs to the next output, and all to one input.
  private func add(_ run: KernelRun, to columns: ScanColumns, _ tables: InputTables?) {
    guard let tables else {
      return bnfold_narrow(run.old, run.new, run.count, 1, 1, rounding(width: 0), columns.bounds)
    }
    let input = axes.inputChannel(ofElement: run.first)
    bnfold_narrow(
      run.old, run.new, run.count, tables.inverse[input], tables.varies[input],
      rounding(width: tables.width[input]), columns.bounds)
    let half = HalfUnits(new.elementType, arithmetic)
    let (oldPivot, newPivot, error) = (tables.oldPivot[input], tables.newPivot[input], tables.error[input])
    guard oldPivot != 0 || newPivot != 0 || error != 0 else { return }
    for index in 0..<run.count {
      add(run.old[index], run.new[index], to: columns, index, oldPivot, newPivot, error, half)
    }
  }

  private func addOneByOne(_ run: KernelRun, to columns: ScanColumns, _ tables: InputTables?) {
    let half = HalfUnits(new.elementType, arithmetic)
    for index in 0..<run.count {
      let output = axes.output.channel(ofElement: run.first + index)
      let input = tables == nil ? 0 : axes.inputChannel(ofElement: run.first + index)
      bnfold_narrow(
        run.old + index, run.new + index, 1, tables?.inverse[input] ?? 1, tables?.varies[input] ?? 1,
        rounding(width: tables?.width[input] ?? 0), columns.bounds(from: output))
      guard let tables else { continue }
      add(
        run.old[index], run.new[index], to: columns, output, tables.oldPivot[input], tables.newPivot[input],
        tables.error[input], half)
    }
  }

  @inline(__always)
  private func add(
    _ old: Double, _ new: Double, to columns: ScanColumns, _ output: Int, _ oldPivot: Double,
    _ newPivot: Double, _ error: Double, _ half: HalfUnits
  ) {
    let (oldTerm, newTerm) = (old * oldPivot, new * newPivot)
    columns.oldPivot[output] += oldTerm
    columns.newPivot[output] += newTerm
    columns.oldSize[output] += abs(oldTerm)
    columns.newSize[output] += abs(newTerm)
    columns.error[output] += abs(new) * error
    if !isUnchanged { columns.error[output] += half.around(abs(new)).above * abs(newPivot) }
  }
}
