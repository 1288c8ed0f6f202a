import CHDF5
import Tensor

/// Reads what a dataset is: shape, element type, where its elements lie.
struct DatasetReader {
  let parent: hid_t
  let limits: HDF5Limits

  func read(_ name: ByteString, at path: HDF5Path) throws(HDF5Error) -> HDF5Dataset {
    let handle = try Handle(at: path) {
      name.withCString { H5Dopen2(parent, $0, hid_t(H5P_DEFAULT)) }
    }
    let id = handle.id
    let creation = try Handle(at: path) { H5Dget_create_plist(id) }
    let creationID = creation.id
    try refuseForeignStorage(creationID, at: path)
    let shape = try shape(of: id, at: path)
    let type = try Handle(at: path) { H5Dget_type(id) }
    let typeID = type.id
    let elementType = StoredType.elementType(of: typeID)
    guard let count = shape.checkedElementCount,
      !count.multipliedReportingOverflow(by: Library.query { H5Tget_size(typeID) }).overflow
    else {
      throw HDF5Error(.tooLarge("the array's size does not fit"), at: "\(path)")
    }
    var offset: Int?
    let isContiguous = Library.query { H5Pget_layout(creationID) } == H5D_CONTIGUOUS
    if isContiguous, count > 0 {
      let address = Library.query { H5Dget_offset(id) }
      if address != bnfold_HADDR_UNDEF() { offset = Int(exactly: address) }
    }
    return HDF5Dataset(
      shape: shape, elementType: elementType,
      content: .stored(HDF5StoredArray(path: path, offset: offset)))
  }

  private func refuseForeignStorage(_ creation: hid_t, at path: HDF5Path) throws(HDF5Error) {
    let externalFiles = try Library.call(at: path) { H5Pget_external_count(creation) }
    let layout = Library.query { H5Pget_layout(creation) }
    guard externalFiles == 0, [H5D_CONTIGUOUS, H5D_COMPACT, H5D_CHUNKED].contains(layout) else {
      throw HDF5Error(
        .unsupported("the array's elements are in other files, which is refused"), at: "\(path)")
    }
  }

  private func shape(of dataset: hid_t, at path: HDF5Path) throws(HDF5Error) -> Shape {
    let space = try Handle(at: path) { H5Dget_space(dataset) }
    let spaceID = space.id
    let rank = Int(try Library.call(at: path) { H5Sget_simple_extent_ndims(spaceID) })
    guard rank <= limits.rank else {
      throw HDF5Error(.tooLarge("the array has \(rank) axes, more than \(limits.rank)"), at: "\(path)")
    }
    var sizes = [hsize_t](repeating: 0, count: rank)
    _ = try Library.call(at: path) { H5Sget_simple_extent_dims(spaceID, &sizes, nil) }
    var shape: Shape = []
    for size in sizes {
      guard let fitting = Int(exactly: size) else {
        throw HDF5Error(.tooLarge("an axis has \(size) elements"), at: "\(path)")
      }
      shape.append(fitting)
    }
    return shape
  }
}
