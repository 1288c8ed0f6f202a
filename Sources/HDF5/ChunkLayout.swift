import CHDF5
import Tensor

/// How an array is cut into chunks, and what was done to each of them.
struct ChunkLayout {
  /// A reversible change of a chunk's bytes.
  ///
  /// Source: HDF5 File Format Specification 3.0, IV.A.2.l.
  enum Filter: Int32 {
    case deflate = 1
    /// All first bytes of the elements, then all second bytes, and so on.
    case shuffle = 2
    /// Four bytes of a checksum behind the others.
    case fletcher32 = 3
  }

  let shape: Shape
  let chunk: Shape
  let elementBytes: Int
  /// In the order in which they were applied.
  let filters: [Filter]

  /// Bytes of a whole chunk before any filter; those at the array's edge are as large as the others.
  var chunkBytes: Int { chunk.elementCount * elementBytes }

  /// How many chunks there are along each axis.
  var counts: [Int] { zip(shape, chunk).map { ($0 + $1 - 1) / $1 } }

  /// Reads the layout of an array.
  ///
  /// - Returns: nil for an array that has no chunks.
  /// - Throws: `HDF5Error` for a filter that bnfold does not know or that is applied twice, and for sizes that do not
  ///   fit.
  static func read(
    of dataset: hid_t, shape: Shape, elementBytes: Int, at path: HDF5Path
  ) throws(HDF5Error) -> ChunkLayout? {
    let creation = try Handle(at: path) { H5Dget_create_plist(dataset) }
    let id = creation.id
    guard Library.query({ H5Pget_layout(id) }) == H5D_CHUNKED else { return nil }
    var sizes = [hsize_t](repeating: 0, count: shape.count)
    let rank = try Library.call(at: path) { H5Pget_chunk(id, Int32(sizes.count), &sizes) }
    let chunk = sizes.compactMap { Int(exactly: $0) }
    guard rank == shape.count, chunk.count == shape.count, chunk.allSatisfy({ $0 > 0 }),
      let elements = chunk.checkedElementCount,
      !elements.multipliedReportingOverflow(by: elementBytes).overflow
    else {
      throw HDF5Error(.unreadable("the chunks do not fit the array"), at: "\(path)")
    }
    return ChunkLayout(
      shape: shape, chunk: chunk, elementBytes: elementBytes,
      filters: try filters(of: id, elementBytes: elementBytes, at: path))
  }

  private static func filters(
    of creation: hid_t, elementBytes: Int, at path: HDF5Path
  ) throws(HDF5Error) -> [Filter] {
    var options: UInt32 = 0
    _ = try Library.call(at: path) { H5Pget_chunk_opts(creation, &options) }
    guard options == 0 else {
      throw HDF5Error(
        .unsupported("the chunks at the array's edge are stored in another way than the others"),
        at: "\(path)")
    }
    let count = try Library.call(at: path) { H5Pget_nfilters(creation) }
    var filters: [Filter] = []
    for index in 0..<UInt32(count) {
      let (number, parameter) = try filter(index, of: creation, at: path)
      guard let filter = Filter(rawValue: number) else {
        throw HDF5Error(
          .unsupported("the array is stored with the filter \(number), which bnfold does not know"),
          at: "\(path)")
      }
      guard !filters.contains(filter) else {
        throw HDF5Error(.unsupported("the filter \(filter) is applied twice"), at: "\(path)")
      }
      guard filter != .shuffle || parameter == elementBytes else {
        throw HDF5Error(.unreadable("the filter shuffle is for elements of another size"), at: "\(path)")
      }
      filters.append(filter)
    }
    return filters
  }

  /// A filter's number and its first parameter; 0 where it has none.
  private static func filter(
    _ index: UInt32, of creation: hid_t, at path: HDF5Path
  ) throws(HDF5Error) -> (number: Int32, parameter: Int) {
    var flags: UInt32 = 0
    var configuration: UInt32 = 0
    var parameters = [UInt32](repeating: 0, count: 8)
    var count = parameters.count
    let number = try Library.call(at: path) {
      H5Pget_filter2(creation, index, &flags, &count, &parameters, 0, nil, &configuration)
    }
    return (number, count > 0 ? Int(parameters[0]) : 0)
  }
}
