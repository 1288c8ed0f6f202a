import Bytes
import CHDF5

/// Reads the structure of a file: hard links, groups, datasets, names of attributes.
struct TreeReader {
  private let limits: HDF5Limits
  private var datasets: DatasetReader
  private var objects = 0
  /// Addresses of the groups that were read: a group in two places may contain itself, or multiply without end.
  private var groups: Set<haddr_t> = []

  static func readTree(
    file: hid_t, fileBytes: Int, limits: HDF5Limits
  ) throws(HDF5Error) -> (HDF5Group, arrayBytes: Int) {
    var reader = TreeReader(fileBytes: fileBytes, limits: limits)
    let root = try Handle(at: .root) { H5Gopen2(file, "/", hid_t(H5P_DEFAULT)) }
    let tree = try reader.readGroup(root.id, at: .root)
    return (tree, reader.datasets.arrayBytes)
  }

  private init(fileBytes: Int, limits: HDF5Limits) {
    self.limits = limits
    datasets = DatasetReader(limits: limits, fileBytes: fileBytes)
  }

  private mutating func readGroup(_ id: hid_t, at path: HDF5Path) throws(HDF5Error) -> HDF5Group {
    guard path.components.count <= limits.depth else {
      throw HDF5Error(.tooLarge("groups nest deeper than \(limits.depth) levels", .depth), at: "\(path)")
    }
    var group = HDF5Group()
    group.attributes = try AttributeReader.attributes(of: id, limits: limits, at: path)
    for link in try links(of: id, at: path) {
      objects += 1
      guard objects <= limits.objects else {
        throw HDF5Error(
          .tooLarge("the file has more than \(limits.objects) objects", .objects), at: "\(path)")
      }
      guard link.name.bytes.count <= limits.nameBytes else {
        throw HDF5Error(.tooLarge("a name is longer than \(limits.nameBytes) bytes", .name), at: "\(path)")
      }
      let node = try readNode(link, parent: id, at: path.appending(link.name))
      group.members.append(HDF5Group.Member(name: link.name, node: node))
    }
    return group
  }

  /// A named place in a group.
  private struct Link {
    let name: ByteString
    /// The object's address in the file; nil for soft and external links.
    let address: haddr_t?
  }

  private func links(of group: hid_t, at path: HDF5Path) throws(HDF5Error) -> [Link] {
    var links: [Link] = []
    _ = try Library.call(at: path) {
      withUnsafeMutablePointer(to: &links) { target in
        bnfold_H5Literate(
          group,
          { _, name, info, context in
            guard let name, let info, let context else { return -1 }
            let address = info.pointee.type == H5L_TYPE_HARD ? info.pointee.u.address : nil
            context.assumingMemoryBound(to: [Link].self).pointee.append(
              Link(name: ByteString(cString: name), address: address))
            return 0
          }, target)
      }
    }
    return links.sorted { $0.name < $1.name }
  }

  private mutating func readNode(
    _ link: Link, parent: hid_t, at path: HDF5Path
  ) throws(HDF5Error) -> HDF5Node {
    guard let address = link.address else {
      throw HDF5Error(
        .unsupported("soft and external links are refused, since they can lead out of the file"),
        at: "\(path)")
    }
    let object = try Handle(at: path) {
      link.name.withCString { H5Oopen(parent, $0, hid_t(H5P_DEFAULT)) }
    }
    let id = object.id
    switch Library.query({ H5Iget_type(id) }) {
    case H5I_GROUP:
      guard groups.insert(address).inserted else {
        throw HDF5Error(.unsupported("the group has a second name elsewhere in the file"), at: "\(path)")
      }
      return .group(try readGroup(id, at: path))
    case H5I_DATASET:
      return .dataset(try datasets.read(id, at: path))
    case H5I_DATATYPE: return .namedType(path)
    default: throw HDF5Error(.unsupported("the object is neither a group nor a dataset"), at: "\(path)")
    }
  }
}
