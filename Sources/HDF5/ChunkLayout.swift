import Bytes
import CHDF5
import Elements

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
    /// The compression of h5py, under its registered number.
    case lzf = 32000

    /// The name under which libhdf5 stores it.
    fileprivate var name: String {
      switch self {
      case .deflate: "deflate"
      case .shuffle: "shuffle"
      case .fletcher32: "fletcher32"
      case .lzf: "lzf"
      }
    }
  }

  let shape: Shape
  let chunk: Shape
  let elementBytes: Int
  /// In the order in which they were applied.
  let filters: [Filter]
  /// How hard deflate tried, from 0 to 9.
  let deflateLevel: UInt32

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
    let (filters, level) = try filters(of: id, elementBytes: elementBytes, at: path)
    return ChunkLayout(
      shape: shape, chunk: chunk, elementBytes: elementBytes, filters: filters, deflateLevel: level)
  }

  /// Gives new creation properties this layout.
  ///
  /// Those of the file that was read are not used again: what is damaged in them, such as flags or the name of a filter,
  /// libhdf5 carries over to a file that it cannot read.
  func apply(to creation: hid_t, at path: HDF5Path) throws(HDF5Error) {
    let sizes = chunk.map { hsize_t($0) }
    _ = try Library.call(at: path, writing: true) { H5Pset_chunk(creation, Int32(sizes.count), sizes) }
    for filter in filters {
      _ = try Library.call(at: path, writing: true) {
        switch filter {
        case .deflate: H5Pset_deflate(creation, deflateLevel)
        case .shuffle: H5Pset_shuffle(creation)
        case .fletcher32: H5Pset_fletcher32(creation)
        // libhdf5 does not know it: chunks that are copied keep it, new ones are not compressed by it.
        case .lzf: 0 as herr_t
        }
      }
    }
  }

  private static func filters(
    of creation: hid_t, elementBytes: Int, at path: HDF5Path
  ) throws(HDF5Error) -> (filters: [Filter], deflateLevel: UInt32) {
    var options: UInt32 = 0
    _ = try Library.call(at: path) { H5Pget_chunk_opts(creation, &options) }
    guard options == 0 else {
      throw HDF5Error(
        .unsupported("the chunks at the array's edge are stored in another way than the others"),
        at: "\(path)")
    }
    let count = try Library.call(at: path) { H5Pget_nfilters(creation) }
    var filters: [Filter] = []
    var level: UInt32 = 0
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
      if filter == .deflate { level = UInt32(min(max(0, parameter), 9)) }
      filters.append(filter)
    }
    return (filters, level)
  }

  /// A filter's number and its first parameter; 0 where it has none.
  private static func filter(
    _ index: UInt32, of creation: hid_t, at path: HDF5Path
  ) throws(HDF5Error) -> (number: Int32, parameter: Int) {
    var flags: UInt32 = 0
    var configuration: UInt32 = 0
    var parameters = [UInt32](repeating: 0, count: 8)
    var count = parameters.count
    var name = [CChar](repeating: 0, count: 16)
    let number = try Library.call(at: path) {
      H5Pget_filter2(creation, index, &flags, &count, &parameters, name.count, &name, &configuration)
    }
    // libhdf5 copies a damaged name to a place that is too short for it.
    let found = ByteString(name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) })
    guard let filter = Filter(rawValue: number), !found.isEmpty, found != ByteString(filter.name) else {
      return (number, count > 0 ? Int(parameters[0]) : 0)
    }
    throw HDF5Error(.unreadable("the filter \(filter.name) is called \(found)"), at: "\(path)")
  }

  /// Checks the filters of an array that is carried with its chunks as they are.
  ///
  /// - Throws: `HDF5Error` where they are damaged.
  static func checkNames(of dataset: hid_t, at path: HDF5Path) throws(HDF5Error) {
    let creation = try Handle(at: path) { H5Dget_create_plist(dataset) }
    let id = creation.id
    let count = try Library.call(at: path) { H5Pget_nfilters(id) }
    for index in 0..<UInt32(count) { _ = try filter(index, of: id, at: path) }
  }
}
