import Bytes
import HDF5

/// Lists of names in attributes, which Keras splits where they exceed an object header.
///
/// Source: keras/src/legacy/saving/legacy_h5_format.py `save_attributes_to_hdf5_group`.
struct SavedNames {
  var values: [ByteString]
  /// How the file has the characters, so that an edited list is written the same way.
  var storage: HDF5Strings.Storage
  var isUTF8: Bool
  /// The attributes that hold the list: one, or several with numbers behind the name.
  var attributes: [ByteString]

  /// What an HDF5 object header can hold, less room for other things.
  private static let headerLimit = 64512

  /// Reads a list; nil if the object has no such attribute.
  init?(_ name: ByteString, of file: HDF5Contents, on path: HDF5Path) throws(HDF5Error) {
    if let strings = try file.strings(name, on: path) {
      self.init(values: strings.values, storage: strings.storage, isUTF8: strings.isUTF8, attributes: [name])
      return
    }
    var result: SavedNames?
    var number = 0
    while let part = try file.strings(name + ByteString("\(number)"), on: path) {
      let attribute = name + ByteString("\(number)")
      if result == nil {
        result = SavedNames(values: [], storage: part.storage, isUTF8: part.isUTF8, attributes: [])
      }
      result?.values += part.values
      result?.attributes.append(attribute)
      number += 1
    }
    guard let result else { return nil }
    self = result
  }

  private init(values: [ByteString], storage: HDF5Strings.Storage, isUTF8: Bool, attributes: [ByteString]) {
    self.values = values
    self.storage = storage
    self.isUTF8 = isUTF8
    self.attributes = attributes
  }

  /// The attributes for a new list.
  static func attributes(named name: ByteString, listing values: [ByteString]) -> [HDF5Attribute] {
    let storage = HDF5Strings(list: values, isScalar: false).storage
    return SavedNames(values: values, storage: storage, isUTF8: false, attributes: [])
      .attributes(named: name, holding: values)
  }

  /// The attributes for a changed list: one, or as many equal parts as Keras would make.
  func attributes(named name: ByteString, holding values: [ByteString]) -> [HDF5Attribute] {
    let width = values.map(\.bytes.count).max() ?? 0
    let longest = Self.headerLimit / max(1, width)
    guard values.count > longest else {
      let strings = HDF5Strings(values: values, isScalar: false, storage: storage, isUTF8: isUTF8)
      return [HDF5Attribute(name: name, content: .strings(strings))]
    }
    let parts = (values.count + longest - 1) / longest
    return (0..<parts).map { part in
      // The first parts are one longer where the division leaves a rest, as numpy.array_split does.
      let (size, rest) = values.count.quotientAndRemainder(dividingBy: parts)
      let start = part * size + min(part, rest)
      let slice = Array(values[start..<start + size + (part < rest ? 1 : 0)])
      let strings = HDF5Strings(values: slice, isScalar: false, storage: .fixed, isUTF8: false)
      return HDF5Attribute(name: name + ByteString("\(part)"), content: .strings(strings))
    }
  }
}
