import Bytes
import HDF5
import Zip

extension ZipArchive {
  /// The archive of a model; where a tool has packed a folder with it, what is in that folder.
  var withoutFolder: ZipArchive {
    guard self[KerasContainer.weightsMember] == nil else { return self }
    let folders = members.compactMap { $0.name.dropping(suffix: "/" + KerasContainer.weightsMember) }
    // The Finder puts a folder of its own beside it.
    guard folders.count == 1, let folder = folders.first,
      members.allSatisfy({ $0.name.hasPrefix(folder + "/") || $0.name.hasPrefix("__MACOSX/") })
    else { return self }
    return inside(folder)
  }
}

extension HDF5Contents {
  /// Weights by object whose groups have the names that Keras gives them on Windows, such as `layers\conv2d`, by their places.
  ///
  /// Source: keras/src/saving/saving_lib.py of Keras 3.0, which joins the parts of a path as the system does.
  var withoutBackslashes: HDF5Contents {
    let isFromWindows = ObjectKeys.Scheme.allCases.contains { scheme in
      // A file that has both could be read in two ways.
      tree[[scheme.container]] == nil
        && tree.members.contains { $0.name.hasPrefix(scheme.container + "\\") }
    }
    guard isFromWindows else { return self }
    var result = self
    result.tree = tree.withoutBackslashes
    return result
  }
}

extension HDF5Group {
  fileprivate var withoutBackslashes: HDF5Group {
    var result = HDF5Group()
    result.attributes = attributes
    for member in members {
      var node = member.node
      if case .group(let group) = node { node = .group(group.withoutBackslashes) }
      let path = member.name.split(separator: UInt8(ascii: "\\"))
      // Another name may have made the group already.
      if case .group(let group) = node, case .group(let present)? = result[path] {
        node = .group(present.merged(with: group))
      }
      result.set(node, at: path)
    }
    return result
  }

  private func merged(with other: HDF5Group) -> HDF5Group {
    var result = self
    result.attributes += other.attributes
    for member in other.members {
      guard case .group(let second) = member.node, case .group(let first)? = result[[member.name]] else {
        result.set(member.node, at: [member.name])
        continue
      }
      result.set(.group(first.merged(with: second)), at: [member.name])
    }
    return result
  }
}
