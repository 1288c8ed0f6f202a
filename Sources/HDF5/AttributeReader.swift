import Bytes
import CHDF5

/// Reads attributes that hold text.
struct AttributeReader {
  let file: hid_t
  let limits: HDF5Limits

  /// An object's attributes, in ascending order of their names.
  static func attributes(
    of object: hid_t, limits: HDF5Limits, at path: HDF5Path
  ) throws(HDF5Error) -> [HDF5Attribute] {
    let count = Int(try Library.call(at: path) { H5Aget_num_attrs(object) })
    guard count <= limits.attributes else {
      throw HDF5Error(
        .tooLarge("the object has more than \(limits.attributes) attributes", .attributes), at: "\(path)")
    }
    guard count > 0 else { return [] }
    var names: [ByteString] = []
    _ = try Library.call(at: path) {
      withUnsafeMutablePointer(to: &names) { target in
        H5Aiterate2(
          object, H5_INDEX_NAME, H5_ITER_INC, nil,
          { _, name, _, context in
            guard let name, let context else { return -1 }
            context.assumingMemoryBound(to: [ByteString].self).pointee.append(
              ByteString(cString: name))
            return 0
          }, target)
      }
    }
    return names.sorted().map { HDF5Attribute(name: $0, content: .stored(on: path)) }
  }

  func strings(_ name: ByteString, on path: HDF5Path) throws(HDF5Error) -> HDF5Strings? {
    let object = try Handle(at: path) { path.withCString { H5Oopen(file, $0, hid_t(H5P_DEFAULT)) } }
    return try Self.strings(name, of: object.id, limits: limits, at: path)
  }

  /// The text of an attribute of an open object; nil if it has no such attribute or it holds no text.
  static func strings(
    _ name: ByteString, of objectID: hid_t, limits: HDF5Limits, at path: HDF5Path
  ) throws(HDF5Error) -> HDF5Strings? {
    let place = path.appending(ByteString("@") + name)
    guard Library.query({ name.withCString { H5Aexists(objectID, $0) } }) > 0 else { return nil }
    let attribute = try Handle(at: place) {
      name.withCString { H5Aopen(objectID, $0, hid_t(H5P_DEFAULT)) }
    }
    let attributeID = attribute.id
    let space = try Handle(at: place) { H5Aget_space(attributeID) }
    let spaceID = space.id
    let count = Int(try Library.call(at: place) { H5Sget_simple_extent_npoints(spaceID) })
    let isScalar = try Library.call(at: place) { H5Sget_simple_extent_ndims(spaceID) } == 0
    if count == 0 { return HDF5Strings(values: [], isScalar: false, storage: .variable, isUTF8: false) }
    let type = try Handle(at: place) { H5Aget_type(attributeID) }
    let typeID = type.id
    guard Library.query({ H5Tget_class(typeID) }) == H5T_STRING else { return nil }
    let isUTF8 = Library.query { H5Tget_cset(typeID) } == H5T_CSET_UTF8
    let isVariable = try Library.call(at: place) { H5Tis_variable_str(typeID) } > 0
    let size =
      isVariable ? MemoryLayout<UnsafeMutablePointer<CChar>?>.stride : Library.query { H5Tget_size(typeID) }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: size)
    guard !overflow, bytes <= limits.attributeBytes else {
      throw HDF5Error(
        .tooLarge("the attribute exceeds \(limits.attributeBytes) bytes", .attribute), at: "\(place)")
    }
    let values =
      isVariable
      ? try variableStrings(attributeID, type: typeID, space: spaceID, count: count, at: place)
      : try fixedStrings(attributeID, type: typeID, count: count, size: size, at: place)
    return HDF5Strings(
      values: values, isScalar: isScalar, storage: isVariable ? .variable : .fixed, isUTF8: isUTF8)
  }

  private static func variableStrings(
    _ attribute: hid_t, type: hid_t, space: hid_t, count: Int, at place: HDF5Path
  ) throws(HDF5Error) -> [ByteString] {
    var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
    _ = try Library.call(at: place) { H5Aread(attribute, type, &pointers) }
    let values = pointers.map { pointer in pointer.map { ByteString(bytes(of: $0)) } ?? ByteString("") }
    _ = try Library.call(at: place) { H5Dvlen_reclaim(type, space, hid_t(H5P_DEFAULT), &pointers) }
    return values
  }

  private static func bytes(of text: UnsafeMutablePointer<CChar>) -> [UInt8] {
    var length = 0
    while text[length] != 0 { length += 1 }
    return UnsafeRawBufferPointer(start: text, count: length).map { $0 }
  }

  private static func fixedStrings(
    _ attribute: hid_t, type: hid_t, count: Int, size: Int, at place: HDF5Path
  ) throws(HDF5Error) -> [ByteString] {
    var text = [UInt8](repeating: 0, count: count * size)
    _ = try Library.call(at: place) { H5Aread(attribute, type, &text) }
    guard let values = HDF5Strings.split(text, width: size) else {
      throw HDF5Error(.unsupported("a text has a zero byte inside"), at: "\(place)")
    }
    return values
  }
}
