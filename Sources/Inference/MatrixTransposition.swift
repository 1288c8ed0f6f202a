/// A copy of a matrix with its rows and columns exchanged.
struct MatrixTransposition {
  let rows: Int
  let columns: Int
  /// Elements from one row of the matrix to the next, and from one column to the next.
  let rowStride: Int
  var columnStride = 1
  /// Elements from one row of the copy to the next.
  let targetStride: Int

  /// Rows and columns of a tile: its lines, even where all of them share a place in the first cache, stay in it.
  static let tile = 8

  /// - Parameters:
  ///   - source: the first element of the matrix.
  ///   - target: the first element of the copy, whose rows are the columns of the matrix.
  func copy<Scalar: InferenceScalar>(
    _ source: UnsafePointer<Scalar>, to target: UnsafeMutablePointer<Scalar>
  ) {
    for column in stride(from: 0, to: columns, by: Self.tile) {
      let last = min(columns, column + Self.tile)
      for row in stride(from: 0, to: rows, by: Self.tile) {
        let height = min(Self.tile, rows - row)
        for column in column..<last {
          let from = source + row * rowStride + column * columnStride
          let to = target + column * targetStride + row
          if height == Self.tile {
            for index in 0..<Self.tile { to[index] = from[index * rowStride] }
          } else {
            for index in 0..<height { to[index] = from[index * rowStride] }
          }
        }
      }
    }
  }
}
