import Bytes
import CHDF5

/// Writes attributes: copies of stored ones, and new text.
struct AttributeWriter {
  let contents: HDF5Contents

  func write(_ attributes: [HDF5Attribute], on target: hid_t, at path: HDF5Path) throws(HDF5Error) {
    for attribute in attributes {
      let place = path.appending(ByteString("@") + attribute.name)
      switch attribute.content {
      case .stored(let original): try copy(attribute.name, of: original, to: target, at: place)
      case .strings(let strings): try write(strings, named: attribute.name, on: target, at: place)
      }
    }
  }

  private func copy(
    _ name: ByteString, of original: HDF5Path, to target: hid_t, at place: HDF5Path
  ) throws(HDF5Error) {
    let sourceID = contents.source.handle.id
    let object = try Handle(at: place) {
      original.withCString { H5Oopen(sourceID, $0, hid_t(H5P_DEFAULT)) }
    }
    let objectID = object.id
    let attribute = try Handle(at: place) {
      name.withCString { H5Aopen(objectID, $0, hid_t(H5P_DEFAULT)) }
    }
    let attributeID = attribute.id
    let original = try Handle(at: place) { H5Aget_type(attributeID) }
    let originalID = original.id
    // A type with a name belongs to its file; a copy belongs to none.
    let type = try Handle(at: place) { H5Tcopy(originalID) }
    let typeID = type.id
    try StoredType.check(typeID, at: place)
    let space = try Handle(at: place) { H5Aget_space(attributeID) }
    let spaceID = space.id
    let copy = try create(name, type: typeID, space: spaceID, on: target, at: place)
    let count = Int(try Library.call(at: place) { H5Sget_simple_extent_npoints(spaceID) })
    guard count > 0 else { return }
    let (size, overflow) = count.multipliedReportingOverflow(by: Library.query { H5Tget_size(typeID) })
    guard !overflow, size <= HDF5Limits().attributeBytes else {
      throw HDF5Error(
        .tooLarge("the attribute exceeds \(HDF5Limits().attributeBytes) bytes", nil), at: "\(place)")
    }
    var value = [UInt8](repeating: 0, count: size)
    _ = try Library.call(at: place) { H5Aread(attributeID, typeID, &value) }
    let copyID = copy.id
    defer { Library.query { _ = H5Dvlen_reclaim(typeID, spaceID, hid_t(H5P_DEFAULT), &value) } }
    _ = try Library.call(at: place, writing: true) { H5Awrite(copyID, typeID, value) }
  }

  private func write(
    _ strings: HDF5Strings, named name: ByteString, on target: hid_t, at place: HDF5Path
  ) throws(HDF5Error) {
    // h5py writes an empty list as float64 without elements, and Keras reads that back as an empty list.
    let isEmptyList = strings.values.isEmpty && !strings.isScalar
    let type =
      isEmptyList ? try StoredType.make(.float64, at: place) : try stringType(for: strings, at: place)
    let count = hsize_t(strings.values.count)
    let space = try Handle(at: place, writing: true) {
      strings.isScalar ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, [count], nil)
    }
    let attribute = try create(name, type: type.id, space: space.id, on: target, at: place)
    guard !isEmptyList else { return }
    let attributeID = attribute.id
    let typeID = type.id
    switch strings.storage {
    case .fixed:
      let width = fixedWidth(of: strings)
      var text: [UInt8] = []
      for value in strings.values {
        text += value.bytes + [UInt8](repeating: 0, count: width - value.bytes.count)
      }
      _ = try Library.call(at: place, writing: true) { H5Awrite(attributeID, typeID, text) }
    case .variable:
      var text: [CChar] = []
      var starts: [Int] = []
      for value in strings.values {
        starts.append(text.count)
        text += value.bytes.map { CChar(bitPattern: $0) } + [0]
      }
      _ = try Library.call(at: place, writing: true) {
        text.withUnsafeBufferPointer { buffer in
          let pointers: [UnsafePointer<CChar>?] = starts.map { buffer.baseAddress! + $0 }
          return H5Awrite(attributeID, typeID, pointers)
        }
      }
    }
  }

  private func fixedWidth(of strings: HDF5Strings) -> Int {
    max(1, strings.values.map(\.bytes.count).max() ?? 1)
  }

  private func stringType(for strings: HDF5Strings, at place: HDF5Path) throws(HDF5Error) -> Handle {
    let type = try Handle(at: place, writing: true) { H5Tcopy(bnfold_H5T_C_S1()) }
    let id = type.id
    let size = strings.storage == .variable ? bnfold_H5T_VARIABLE() : fixedWidth(of: strings)
    _ = try Library.call(at: place, writing: true) { H5Tset_size(id, size) }
    _ = try Library.call(at: place, writing: true) {
      H5Tset_cset(id, strings.isUTF8 ? H5T_CSET_UTF8 : H5T_CSET_ASCII)
    }
    if strings.storage == .fixed {
      _ = try Library.call(at: place, writing: true) { H5Tset_strpad(id, H5T_STR_NULLPAD) }
    }
    return type
  }

  private func create(
    _ name: ByteString, type: hid_t, space: hid_t, on target: hid_t, at place: HDF5Path
  ) throws(HDF5Error) -> Handle {
    try Handle(at: place, writing: true) {
      name.withCString { H5Acreate2(target, $0, type, space, hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT)) }
    }
  }
}
