import Bytes
import Parallel

/// Cuts the work of a layer into pieces for several threads.
///
/// How it is cut depends on the shapes alone, and every element is computed by one piece: the bits of a result do not
/// depend on the number of threads.
public struct WorkSharing: Sendable {
  private let team: ThreadTeam?

  /// - Parameter threads: at most this many work at a time.
  public init(threads: Int) { team = threads > 1 ? ThreadTeam(count: threads) : nil }

  /// One thread.
  public static let none = WorkSharing(threads: 1)

  /// Elements below which waking a thread costs more than it saves.
  private static let elementsWorthAThread = 1 << 14

  /// Does pieces of work that are large.
  ///
  /// - Throws: what one of the failing pieces throws; after a failure no new piece is begun.
  func forEach<Failure>(_ pieces: Int, _ work: @Sendable (Int) throws(Failure) -> Void) throws(Failure) {
    guard let team, pieces > 1 else {
      for piece in 0..<pieces { try work(piece) }
      return
    }
    try shareWork(of: pieces, among: team, work)
  }

  /// Does ranges of a number of rows.
  ///
  /// - Parameters:
  ///   - rows: how many there are.
  ///   - width: elements of a row.
  func overRows<Failure>(
    _ rows: Int, width: Int, _ work: @Sendable (Range<Int>) throws(Failure) -> Void
  ) throws(Failure) {
    let block = max(1, Self.elementsWorthAThread / max(1, width))
    let blocks = (0..<rows).blocks(of: block)
    try forEach(blocks.count) { (number) throws(Failure) in try work(blocks[number]) }
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
