import Tensor

/// Cuts the work of a layer into pieces for several threads.
///
/// How it is cut depends on the shapes alone, and every element is computed by one piece: the bits of a result do not
/// depend on the number of threads.
public struct WorkSharing: Sendable {
  /// At most this many threads work at a time.
  public let threads: Int

  public init(threads: Int) { self.threads = max(1, threads) }

  /// One thread.
  public static let none = WorkSharing(threads: 1)

  /// Elements below which starting a thread costs more than it saves.
  private static let elementsWorthAThread = 1 << 16

  /// Does pieces of work that are large.
  func forEach(_ pieces: Int, _ work: @Sendable (Int) -> Void) {
    guard threads > 1, pieces > 1 else {
      for piece in 0..<pieces { work(piece) }
      return
    }
    shareWork(of: pieces, threads: threads) { piece in work(piece) }
  }

  /// Does ranges of a number of rows.
  ///
  /// - Parameters:
  ///   - rows: how many there are.
  ///   - width: elements of a row.
  func overRows(_ rows: Int, width: Int, _ work: @Sendable (Range<Int>) -> Void) {
    let block = max(1, Self.elementsWorthAThread / max(1, width))
    let blocks = (0..<rows).blocks(of: block)
    forEach(blocks.count) { work(blocks[$0]) }
  }
}

/// Memory that several threads write to, each to a part of its own.
struct SharedMemory<Element>: @unchecked Sendable {
  let start: UnsafeMutablePointer<Element>
}

/// Memory that several threads read.
struct SharedSource<Element>: @unchecked Sendable {
  let start: UnsafePointer<Element>
}
