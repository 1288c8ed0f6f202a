import Bytes

/// The product of two matrices in memory, cut into pieces for several threads.
struct MatrixProduct: Sendable {
  /// Rows of the left matrix, and elements from one of them to the next.
  let rows: Int
  let leftStride: Int
  /// Columns of the left matrix and rows of the right one.
  let depth: Int
  let columns: Int
  /// Whether the right matrix is in memory as (columns, depth).
  var isRightTransposed = false
  /// Columns of the result, where this is a part of it, and which of them the first one is.
  var resultColumns: Int?
  var firstColumn = 0

  /// - Parameters:
  ///   - left: shape (rows, depth).
  ///   - right: shape (depth, columns).
  ///   - result: the whole of it, shape (rows, columns).
  ///   - adds: whether the product is added to what is there.
  ///   - tail: what is done with the rows afterwards.
  func store<Scalar: InferenceScalar>(
    _ left: UnsafePointer<Scalar>, times right: UnsafePointer<Scalar>,
    in result: UnsafeMutablePointer<Scalar>,
    adds: Bool = false, sharing: WorkSharing = .none, tail: ElementwiseTail<Scalar> = .none
  ) {
    let product = RunProduct(
      depth: depth, right: right, runs: [0], rowStride: isRightTransposed ? 1 : columns,
      columnStride: isRightTransposed ? depth : 1)
    let width = resultColumns ?? columns
    let pieces = ProductPieces(rows: rows, columns: columns)
    let (source, target) = (SharedSource(start: left), SharedMemory(start: result))
    sharing.forEach(pieces.count) { number in
      let piece = pieces[number]
      withUnsafeTemporaryAllocation(of: UnsafePointer<Scalar>?.self, capacity: piece.rows.count) { places in
        withUnsafeTemporaryAllocation(
          of: UnsafeMutablePointer<Scalar>?.self, capacity: piece.rows.count
        ) { results in
          for (index, row) in piece.rows.enumerated() {
            places[index] = source.start + row * leftStride
            results[index] = target.start + row * width + firstColumn
          }
          product.multiply(
            places.baseAddress!, rows: piece.rows.count, columns: piece.columns,
            results: results.baseAddress!, adds: adds)
        }
      }
      tail.apply(
        to: target.start, width: width, rows: piece.rows,
        columns: firstColumn + piece.columns.lowerBound..<firstColumn + piece.columns.upperBound)
    }
  }
}

/// The result of a product in pieces that several threads can compute.
struct ProductPieces: Sendable {
  let rows: [Range<Int>]
  let columns: [Range<Int>]

  /// At most this many rows of a piece: their parts of the input and of the result stay in a core's cache.
  private static let rowsOfAPiece = 256
  /// Places of the runs of a piece: half a megabyte.
  private static let placesOfAPiece = 1 << 16
  /// Pieces that are worth having for the threads of today's machines.
  private static let wantedPieces = 16
  /// Columns below which a piece would not pay for its places: some panels.
  private static let leastColumns = 64

  /// - Parameter runs: of a row.
  init(rows: Int, columns: Int, runs: Int = 1) {
    let limit = max(1, min(Self.rowsOfAPiece, Self.placesOfAPiece / max(1, runs)))
    let blocks = max(1, (rows + limit - 1) / limit)
    self.rows = (0..<rows).blocks(of: max(1, (rows + blocks - 1) / blocks))
    let parts = max(1, Self.wantedPieces / max(1, self.rows.count))
    let share = (columns + parts - 1) / parts
    let width = max(
      Self.leastColumns, (share + Self.leastColumns - 1) / Self.leastColumns * Self.leastColumns)
    self.columns = (0..<columns).blocks(of: width)
  }

  var count: Int { rows.count * columns.count }

  /// The pieces of the same rows follow each other.
  subscript(number: Int) -> (rows: Range<Int>, columns: Range<Int>) {
    (rows[number / columns.count], columns[number % columns.count])
  }
}
