import Arrays
import Bytes
import HDF5
import LosslessJSON
import ModelFormats
import Safetensors

/// Makes a safetensors file of a model.
struct TensorModelWriter {
  let contents: HDF5Contents
  /// The names of tensors by their places; others are named after their place.
  let names: [HDF5Path: ByteString]
  let architecture: [UInt8]
  let version: ByteString
  let members: [TensorModel.Member]
  /// The path of the model, for errors.
  let path: String

  /// The new file.
  ///
  /// - Throws: `ModelFileError` where a safetensors file cannot hold something.
  func writer() throws(ModelFileError) -> SafetensorsWriter {
    var walk = Walk(contents: contents, names: names, path: path)
    try walk.add(contents.tree, at: .root)
    var pairs: [(ByteString, ByteString)] = [
      (TensorModel.Key.format, TensorModel.formatVersion),
      (TensorModel.Key.architecture, ByteString(architecture)),
    ]
    if !version.isEmpty { pairs.append((TensorModel.Key.version, version)) }
    pairs.append((TensorModel.Key.tree, walk.tree))
    if !members.isEmpty {
      pairs.append(
        (TensorModel.Key.members, Self.object(members.map { ($0.name, JSONEditor.quoted($0.text)) })))
    }
    let metadata = Self.object(pairs.map { ($0.0, JSONEditor.quoted($0.1)) })
    return SafetensorsWriter(walk.tensors, metadataText: metadata)
  }

  private static func object(_ members: [(ByteString, ByteString)]) -> ByteString {
    let entries = members.map { JSONEditor.quoted($0.0) + ": " + $0.1 }
    return "{" + list(entries) + "}"
  }

  private static func list(_ items: [ByteString]) -> ByteString {
    ByteString(Array(items.map(\.bytes).joined(separator: Array(", ".utf8))))
  }

  /// Collects groups and arrays.
  private struct Walk {
    let contents: HDF5Contents
    let names: [HDF5Path: ByteString]
    let path: String
    private(set) var tensors: [NamedArray] = []
    private var groups: [(ByteString, ByteString)] = []
    private var arrays: [(ByteString, ByteString)] = []
    private var used: Set<ByteString>

    init(contents: HDF5Contents, names: [HDF5Path: ByteString], path: String) {
      self.contents = contents
      self.names = names
      self.path = path
      used = Set(names.values)
    }

    var tree: ByteString {
      TensorModelWriter.object([
        (TensorModel.Key.groups, TensorModelWriter.object(groups)),
        (TensorModel.Key.arrays, TensorModelWriter.object(arrays)),
      ])
    }

    mutating func add(_ group: HDF5Group, at place: HDF5Path) throws(ModelFileError) {
      groups.append((place.text, try attributes(of: group, at: place)))
      for member in group.members {
        let inner = place.appending(member.name)
        switch member.node {
        case .group(let group): try add(group, at: inner)
        case .dataset(let dataset): try add(dataset, at: inner)
        case .namedType: throw problem(.namedType, inner)
        }
      }
    }

    private mutating func add(_ dataset: HDF5Dataset, at place: HDF5Path) throws(ModelFileError) {
      let array = NamedArray(
        name: names[place] ?? unusedName(for: place), elementType: dataset.elementType, shape: dataset.shape,
        content: contents.content(of: dataset))
      guard array.fitsSafetensors, dataset.byteCount != nil else {
        throw problem(.tensorType(array.elementType), place)
      }
      guard array.name.isUTF8 else { throw problem(.nameNotUTF8, place) }
      tensors.append(array)
      arrays.append((place.text, JSONEditor.quoted(array.name)))
    }

    private mutating func unusedName(for place: HDF5Path) -> ByteString {
      var name = ByteString(place.text.bytes.dropFirst())
      while !used.insert(name).inserted { name = name + "_" }
      return name
    }

    private func attributes(of group: HDF5Group, at place: HDF5Path) throws(ModelFileError) -> ByteString {
      var members: [(ByteString, ByteString)] = []
      for attribute in group.attributes {
        let strings = try FileReading.inHDF5(path) { () throws(HDF5Error) in
          try contents.strings(attribute.name, on: place)
        }
        guard let strings, strings.values.allSatisfy(\.isUTF8), attribute.name.isUTF8 else {
          throw problem(.attributeNotText(attribute.name), place)
        }
        let values = strings.values.map { JSONEditor.quoted($0) }
        members.append(
          (
            attribute.name,
            strings.isScalar ? values.first ?? "\"\"" : "[" + TensorModelWriter.list(values) + "]"
          ))
      }
      return TensorModelWriter.object(members)
    }

    private func problem(_ rule: ModelConversionRule, _ place: HDF5Path) -> ModelFileError {
      ModelFileError(rule, file: path, place: "\(place)")
    }
  }
}

extension HDF5Path {
  /// The path as a text of the file, `/group/dataset`.
  fileprivate var text: ByteString { "/" + ByteString(joining: components, separator: UInt8(ascii: "/")) }
}
