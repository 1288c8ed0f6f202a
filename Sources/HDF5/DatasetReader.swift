import CHDF5
import Elements

/// Reads what a dataset is: shape, element type, where its elements lie.
struct DatasetReader {
  let limits: HDF5Limits
  /// The size of the file, which bounds what an array in one piece can hold.
  let fileBytes: Int
  /// Bytes of all arrays that were read so far.
  private(set) var arrayBytes = 0

  init(limits: HDF5Limits, fileBytes: Int) {
    self.limits = limits
    self.fileBytes = fileBytes
  }

  mutating func read(_ id: hid_t, at path: HDF5Path) throws(HDF5Error) -> HDF5Dataset {
    let shape = try shape(of: id, at: path)
    let type = try Handle(at: path) { H5Dget_type(id) }
    let typeID = type.id
    try StoredType.check(typeID, at: path)
    let elementBytes = Library.query { H5Tget_size(typeID) }
    let (bytes, overflow) = (shape.checkedElementCount ?? .max).multipliedReportingOverflow(by: elementBytes)
    guard !overflow, bytes <= limits.arrayBytes else {
      throw HDF5Error(.tooLarge("the array exceeds \(limits.arrayBytes) bytes", .array), at: "\(path)")
    }
    arrayBytes += bytes
    try checkTotal(at: path)
    let offset = try offset(of: id, shape: shape, elementBytes: elementBytes, at: path)
    if let offset {
      guard offset >= 0, offset <= fileBytes, bytes <= fileBytes - offset else {
        throw HDF5Error(.unreadable("the array reaches past the file's end"), at: "\(path)")
      }
    }
    var dataset = HDF5Dataset(
      shape: shape,
      elementType: try StoredType.elementType(of: typeID, dataset: id, limits: limits, at: path),
      content: .stored(HDF5StoredArray(path: path, offset: offset)))
    let mark = StoredType.attribute(for: dataset.elementType)?.name
    dataset.attributes = try AttributeReader.attributes(of: id, limits: limits, at: path).filter {
      $0.name != mark
    }
    return dataset
  }

  /// Small arrays may be compressed as well as they can be; large ones only as far as numbers can.
  private func checkTotal(at path: HDF5Path) throws(HDF5Error) {
    guard arrayBytes <= limits.totalBytes else {
      throw HDF5Error(
        .tooLarge("all arrays together exceed \(limits.totalBytes) bytes", .total), at: "\(path)")
    }
    let (expanded, overflow) = fileBytes.multipliedReportingOverflow(by: limits.expansion)
    guard arrayBytes <= HDF5Limits.freeBytes || overflow || arrayBytes <= expanded else {
      throw HDF5Error(
        .tooLarge("the arrays are more than \(limits.expansion) times as large as the file", .expansion),
        at: "\(path)")
    }
  }

  /// The place of an array in one piece; nil for other layouts and for arrays without storage.
  ///
  /// libhdf5 gives the address of contiguous storage inside the file only, so that an array with an address needs
  /// no further look at its layout.
  private func offset(
    of dataset: hid_t, shape: Shape, elementBytes: Int, at path: HDF5Path
  ) throws(HDF5Error) -> Int? {
    let address = Library.query { H5Dget_offset(dataset) }
    guard address == bnfold_HADDR_UNDEF() else { return Int(exactly: address) }
    let creation = try Handle(at: path) { H5Dget_create_plist(dataset) }
    let creationID = creation.id
    let externalFiles = try Library.call(at: path) { H5Pget_external_count(creationID) }
    let layout = Library.query { H5Pget_layout(creationID) }
    guard externalFiles == 0, [H5D_CONTIGUOUS, H5D_COMPACT, H5D_CHUNKED].contains(layout) else {
      throw HDF5Error(
        .unsupported("the array's elements are in other files, which is refused"), at: "\(path)")
    }
    if let chunks = try ChunkLayout.read(of: dataset, shape: shape, elementBytes: elementBytes, at: path) {
      try check(chunks, at: path)
    } else if layout == H5D_CONTIGUOUS, shape.elementCount > 0 {
      throw HDF5Error(.unreadable("the array was never written"), at: "\(path)")
    }
    return nil
  }

  private func check(_ layout: ChunkLayout, at path: HDF5Path) throws(HDF5Error) {
    guard let chunks = layout.counts.checkedElementCount, chunks <= limits.chunks else {
      throw HDF5Error(.tooLarge("the array has more than \(limits.chunks) chunks", .chunks), at: "\(path)")
    }
    // Chunks at the edge are stored whole, so that one chunk may be larger than the array: not without end.
    guard layout.chunkBytes <= max(HDF5Limits.freeBytes, 16 * layout.shape.elementCount * layout.elementBytes)
    else { throw HDF5Error(.tooLarge("a chunk is far larger than the array", nil), at: "\(path)") }
  }

  private func shape(of dataset: hid_t, at path: HDF5Path) throws(HDF5Error) -> Shape {
    let space = try Handle(at: path) { H5Dget_space(dataset) }
    let spaceID = space.id
    let rank = Int(try Library.call(at: path) { H5Sget_simple_extent_ndims(spaceID) })
    guard rank <= limits.rank else {
      throw HDF5Error(.tooLarge("the array has \(rank) axes, more than \(limits.rank)", .rank), at: "\(path)")
    }
    var sizes = [hsize_t](repeating: 0, count: rank)
    _ = try Library.call(at: path) { H5Sget_simple_extent_dims(spaceID, &sizes, nil) }
    var shape: Shape = []
    for size in sizes {
      guard let fitting = Int(exactly: size) else {
        throw HDF5Error(.tooLarge("an axis has \(size) elements", nil), at: "\(path)")
      }
      shape.append(fitting)
    }
    return shape
  }
}
