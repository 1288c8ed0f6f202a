import CHDF5
import Tensor

/// Reads the structure of a file: hard links, groups, datasets, names of attributes.
struct TreeReader {
  private let file: hid_t
  private let limits: HDF5Limits
  private var objects = 0
  /// Addresses of the groups that are being read, so that a group cannot contain itself.
  private var open: Set<haddr_t> = []

  static func readTree(file: hid_t, limits: HDF5Limits) throws(HDF5Error) -> HDF5Group {
    var reader = TreeReader(file: file, limits: limits)
    return try reader.readGroup(.root)
  }

  private init(file: hid_t, limits: HDF5Limits) {
    self.file = file
    self.limits = limits
  }

  private mutating func readGroup(_ path: HDF5Path) throws(HDF5Error) -> HDF5Group {
    guard path.components.count <= limits.depth else {
      throw HDF5Error(.tooLarge("groups nest deeper than \(limits.depth) levels"), at: "\(path)")
    }
    let file = file
    let handle = try Handle(at: path) { path.withCString { H5Gopen2(file, $0, hid_t(H5P_DEFAULT)) } }
    let groupID = handle.id
    var group = HDF5Group()
    group.attributes = try AttributeReader.names(of: groupID, at: path).map { name in
      HDF5Attribute(name: name, content: .stored(on: path))
    }
    for name in try linkNames(of: groupID, at: path) {
      objects += 1
      guard objects <= limits.objects else {
        throw HDF5Error(.tooLarge("the file has more than \(limits.objects) objects"), at: "\(path)")
      }
      group.members.append(
        HDF5Group.Member(name: name, node: try readNode(path.appending(name), parent: groupID, name: name)))
    }
    return group
  }

  private func linkNames(of group: hid_t, at path: HDF5Path) throws(HDF5Error) -> [ByteString] {
    var names: [ByteString] = []
    _ = try Library.call(at: path) {
      withUnsafeMutablePointer(to: &names) { target in
        H5Literate(
          group, H5_INDEX_NAME, H5_ITER_INC, nil,
          { _, name, _, context in
            guard let name, let context else { return -1 }
            context.assumingMemoryBound(to: [ByteString].self).pointee.append(
              ByteString(cString: name))
            return 0
          }, target)
      }
    }
    return names.sorted()
  }

  private mutating func readNode(
    _ path: HDF5Path, parent: hid_t, name: ByteString
  ) throws(HDF5Error) -> HDF5Node {
    var link = H5L_info_t()
    _ = try Library.call(at: path) {
      name.withCString { H5Lget_info(parent, $0, &link, hid_t(H5P_DEFAULT)) }
    }
    guard link.type == H5L_TYPE_HARD else {
      throw HDF5Error(
        .unsupported("soft and external links are refused, since they can lead out of the file"),
        at: "\(path)")
    }
    var info = H5O_info_t()
    _ = try Library.call(at: path) {
      name.withCString {
        H5Oget_info_by_name2(parent, $0, &info, UInt32(H5O_INFO_BASIC), hid_t(H5P_DEFAULT))
      }
    }
    switch info.type {
    case H5O_TYPE_GROUP:
      guard open.insert(info.addr).inserted else {
        throw HDF5Error(.unsupported("the group contains itself"), at: "\(path)")
      }
      defer { open.remove(info.addr) }
      return .group(try readGroup(path))
    case H5O_TYPE_DATASET:
      return .dataset(try DatasetReader(parent: parent, limits: limits).read(name, at: path))
    default: throw HDF5Error(.unsupported("the object is neither a group nor a dataset"), at: "\(path)")
    }
  }
}
