import Arrays
import Bytes
import HDF5
import LosslessJSON
import ModelFormats
import Safetensors

/// A whole model in a safetensors file: weights named `layer/variable`, and in `__metadata__` what makes a model of them.
///
/// `architecture` is the text of the architecture, `keras_version` its version, `tree` the groups of the file that it was
/// made from with their attributes, and the place of each tensor in them. Nothing is lost on the way back.
/// `docs/formats.md` has an example.
struct TensorModel: Sendable {
  let file: SafetensorsFile
  /// The weights as they would stand in an HDF5 file.
  let contents: HDF5Contents
  /// Texts of an archive that the model was in, by the names of their members.
  let members: [Member]

  /// A text beside the weights.
  struct Member: Sendable, Equatable {
    let name: ByteString
    let text: ByteString
  }

  enum Key {
    static let format: ByteString = "bnfold"
    static let architecture: ByteString = "architecture"
    static let version: ByteString = "keras_version"
    static let tree: ByteString = "tree"
    static let members: ByteString = "members"
    static let groups: ByteString = "groups"
    static let arrays: ByteString = "arrays"
  }

  static let formatVersion: ByteString = "1"

  /// Whether a file is one, rather than a state dictionary.
  static func isUsed(in file: SafetensorsFile) -> Bool { file.metadata.contains { $0.key == Key.format } }

  /// Reads the tree of a file.
  ///
  /// - Throws: `ModelFileError` where it does not fit the tensors.
  init(_ file: SafetensorsFile, limits: ReadingLimits) throws(ModelFileError) {
    self.file = file
    var reader = TensorTreeReader(file, limits: limits)
    guard file.text(Key.format) == Self.formatVersion else {
      throw reader.problem(.otherVersion, Key.format)
    }
    contents = HDF5Contents(made: try reader.tree())
    members = try reader.members()
  }
}

extension SafetensorsFile {
  /// A text of `__metadata__`; nil if it is not there.
  func text(_ key: ByteString) -> ByteString? { metadata.first { $0.key == key }?.value }
}

/// Reads what `__metadata__` says of the places of the tensors.
private struct TensorTreeReader {
  private let file: SafetensorsFile
  private let limits: ReadingLimits
  /// Tensors that have no place yet.
  private var tensors: [ByteString: StoredTensor]

  init(_ file: SafetensorsFile, limits: ReadingLimits) {
    self.file = file
    self.limits = limits
    tensors = Dictionary(uniqueKeysWithValues: file.tensors.map { ($0.name, $0) })
  }

  func problem(_ rule: TensorModelRule, _ place: ByteString) -> ModelFileError {
    ModelFileError(rule, file: file.input.path, place: "__metadata__: \(place)")
  }

  mutating func tree() throws(ModelFileError) -> HDF5Group {
    let key = TensorModel.Key.tree
    let document = try document(key)
    guard let groups = document[TensorModel.Key.groups]?.members,
      let arrays = document[TensorModel.Key.arrays]?.members
    else { throw problem(.incompleteTree, key) }
    var tree = HDF5Group()
    for group in groups {
      let path = try path(group.key)
      guard tree[path] == nil || path.isEmpty else { throw problem(.repeatedGroup(group.key), key) }
      if !path.isEmpty { tree.set(.group(HDF5Group()), at: path) }
      let attributes = try attributes(group.value, of: group.key)
      tree.update(groupAt: path) { $0.attributes = attributes }
    }
    for array in arrays {
      let path = try path(array.key)
      guard let name = array.value.string, let tensor = tensors.removeValue(forKey: name) else {
        throw problem(.noTensor(array: array.key), key)
      }
      guard case .group? = tree[Array(path.dropLast())], !path.isEmpty, tree[path] == nil else {
        throw problem(.noGroup(array: array.key), key)
      }
      guard tensor.elementType.byteCount != nil else {
        throw problem(.elementType(tensor: name, type: tensor.elementType), key)
      }
      tree.set(.dataset(HDF5Dataset(NamedArray(copying: tensor, of: file))), at: path)
    }
    if let name = tensors.keys.min() { throw problem(.noPlace(tensor: name), key) }
    return tree
  }

  func members() throws(ModelFileError) -> [TensorModel.Member] {
    let key = TensorModel.Key.members
    guard file.text(key) != nil else { return [] }
    guard let values = try document(key).members else { throw problem(.notMap, key) }
    return try values.map { (member) throws(ModelFileError) in
      guard let text = member.value.string else { throw problem(.memberNotText(member.key), key) }
      guard member.key == KerasContainer.metadataMember else {
        throw problem(.unknownMember(member.key), key)
      }
      return TensorModel.Member(name: member.key, text: text)
    }
  }

  private func document(_ key: ByteString) throws(ModelFileError) -> JSONValue {
    guard let text = file.text(key) else { throw problem(.missing, key) }
    return try FileReading.inJSON(
      file.input.path, place: "__metadata__: \(key)", text.bytes, limits
    ).root
  }

  private func attributes(
    _ value: JSONValue, of group: ByteString
  ) throws(ModelFileError) -> [HDF5Attribute] {
    guard let members = value.members else { throw problem(.groupNotMap(group), TensorModel.Key.tree) }
    return try members.map { (member) throws(ModelFileError) in
      let values = member.value.string.map { [$0] } ?? member.value.array?.compactMap(\.string)
      guard let values, values.count == (member.value.array?.count ?? 1),
        !(values + [member.key]).contains(where: { $0.bytes.contains(0) })
      else {
        throw problem(.attributeNotText(member.key, group: group), TensorModel.Key.tree)
      }
      let strings = HDF5Strings(list: values, isScalar: member.value.string != nil)
      return HDF5Attribute(name: member.key, content: .strings(strings))
    }.sorted { $0.name < $1.name }
  }

  private func path(_ text: ByteString) throws(ModelFileError) -> [ByteString] {
    let path = text.split(separator: UInt8(ascii: "/"))
    guard path.count <= limits.hdf5.depth, !text.bytes.contains(0), !path.contains(".") else {
      throw problem(.path, TensorModel.Key.tree)
    }
    return path
  }
}

extension HDF5Strings {
  /// Text for a new attribute, in the form that has room in an object's header.
  init(list values: [ByteString], isScalar: Bool) {
    // A string of its own length takes 16 bytes of the header, which has no room for more than 64 KiB.
    let isLong = values.count * 16 > 64512
    self.init(
      values: values, isScalar: isScalar, storage: isLong ? .fixed : .variable,
      isUTF8: !values.allSatisfy { $0.bytes.allSatisfy { $0 < 0x80 } })
  }
}
