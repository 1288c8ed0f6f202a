import Arrays
import Bytes
import CHDF5
import Elements

/// Writes an edited tree as a new HDF5 file.
public enum HDF5Writer {
  /// Writes a tree; what is stored in a file is copied from there.
  ///
  /// libhdf5 makes the structure and reserves the place of the arrays; their elements are then moved by blocks
  /// of 1 MiB, so that memory does not depend on the size of the file. The same tree gives the same bytes.
  ///
  /// - Parameters:
  ///   - contents: the content of the new file.
  ///   - output: where to put it.
  /// - Throws: `HDF5Error` if the source is damaged or the file cannot be written.
  public static func write(_ contents: HDF5Contents, to output: HDF5Output) throws(HDF5Error) {
    var writer = TreeWriter(contents: contents)
    try writer.writeFile(contents.tree, to: output)
    do throws(ArrayMover.Failure) {
      try ArrayMover.move(writer.blocks, to: output.descriptor, start: output.start)
    } catch {
      switch error {
      case .read(let error): throw HDF5Error(.file(error.rule), at: "/")
      case .write(let code): throw HDF5Error(.cannotWrite(code), at: "/")
      }
    }
  }
}

/// The place of a new HDF5 file: a file that is empty from some offset on.
public struct HDF5Output: Sendable {
  /// Open for reading and writing.
  public let descriptor: Int32
  /// Where the HDF5 file begins.
  public let start: Int

  public init(descriptor: Int32, start: Int = 0) {
    self.descriptor = descriptor
    self.start = start
  }
}

/// Makes the structure of the new file and notes what has to be put where.
private struct TreeWriter {
  private let contents: HDF5Contents
  private(set) var blocks: [ArrayBlock] = []

  init(contents: HDF5Contents) { self.contents = contents }

  mutating func writeFile(_ tree: HDF5Group, to output: HDF5Output) throws(HDF5Error) {
    let failure = VirtualFile.WriteFailure()
    let access = try VirtualFile.access(writing: output, failure: failure)
    let accessID = access.id
    let file = try Library.call(at: .root, writing: true) {
      H5Fcreate(VirtualFile.name, bnfold_H5F_ACC_TRUNC(), hid_t(H5P_DEFAULT), accessID)
    }
    do throws(HDF5Error) {
      let root = try Handle(at: .root, writing: true) { H5Gopen2(file, "/", hid_t(H5P_DEFAULT)) }
      try writeMembers(of: tree, into: root.id, at: .root)
    } catch {
      Library.query { _ = H5Fclose(file) }
      // What libhdf5 says after a failed write is a consequence of it.
      try failure.check()
      throw error
    }
    _ = try Library.call(at: .root, writing: true) { H5Fclose(file) }
    try failure.check()
  }

  private mutating func writeMembers(
    of group: HDF5Group, into target: hid_t, at path: HDF5Path
  ) throws(HDF5Error) {
    try AttributeWriter(contents: contents).write(group.attributes, on: target, at: path)
    for member in group.members {
      let memberPath = path.appending(member.name)
      switch member.node {
      case .group(let inner):
        let handle = try Handle(at: memberPath, writing: true) {
          member.name.withCString {
            H5Gcreate2(target, $0, hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT))
          }
        }
        try writeMembers(of: inner, into: handle.id, at: memberPath)
      case .namedType(let original):
        try copyObject(original, to: member.name, in: target, at: memberPath)
      case .dataset(let dataset):
        try write(dataset, named: member.name, into: target, at: memberPath)
      }
    }
  }

  private mutating func write(
    _ dataset: HDF5Dataset, named name: ByteString, into target: hid_t, at path: HDF5Path
  ) throws(HDF5Error) {
    switch dataset.content {
    case .stored(let stored):
      if stored.offset != nil, dataset.byteCount != nil {
        try reserve(dataset, named: name, into: target, at: path)
      } else {
        let sourceID = contents.source.handle.id
        let model = try Handle(at: stored.path) {
          stored.path.withCString { H5Dopen2(sourceID, $0, hid_t(H5P_DEFAULT)) }
        }
        try ChunkLayout.checkNames(of: model.id, at: stored.path)
        try copyObject(stored.path, to: name, in: target, at: path)
      }
    case .scaled(let stored, _):
      if stored.offset != nil {
        try reserve(dataset, named: name, into: target, at: path)
      } else {
        try writeScaled(dataset, stored: stored, named: name, into: target, at: path)
      }
    case .made: try reserve(dataset, named: name, into: target, at: path)
    }
  }

  /// Copies an array with its storage, filters and attributes, which libhdf5 does without decoding it.
  private func copyObject(
    _ original: HDF5Path, to name: ByteString, in target: hid_t, at path: HDF5Path
  ) throws(HDF5Error) {
    let sourceID = contents.source.handle.id
    _ = try Library.call(at: path, writing: true) {
      original.withCString { from in
        name.withCString { to in
          H5Ocopy(sourceID, from, target, to, hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT))
        }
      }
    }
  }

  /// Makes an array in one piece, whose elements `ArrayMover` puts in later.
  private mutating func reserve(
    _ dataset: HDF5Dataset, named name: ByteString, into target: hid_t, at path: HDF5Path
  ) throws(HDF5Error) {
    let creation = try Handle(at: path, writing: true) { H5Pcreate(bnfold_H5P_DATASET_CREATE()) }
    let creationID = creation.id
    _ = try Library.call(at: path, writing: true) { H5Pset_alloc_time(creationID, H5D_ALLOC_TIME_EARLY) }
    _ = try Library.call(at: path, writing: true) { H5Pset_fill_time(creationID, H5D_FILL_TIME_NEVER) }
    let handle = try create(dataset, creation: creationID, named: name, into: target, at: path)
    try writeAttributes(of: dataset, to: handle.id, at: path)
    guard dataset.shape.elementCount > 0 else { return }
    let id = handle.id
    let address = Library.query { H5Dget_offset(id) }
    guard address != bnfold_HADDR_UNDEF(), let offset = Int(exactly: address) else {
      throw HDF5Error(.writeFailed("no place was reserved for the array"), at: "\(path)")
    }
    blocks += contents.blocks(of: dataset, at: offset)
  }

  /// Writes an array that has chunks or filters, keeping them.
  private func writeScaled(
    _ dataset: HDF5Dataset, stored: HDF5StoredArray, named name: ByteString,
    into target: hid_t, at path: HDF5Path
  ) throws(HDF5Error) {
    let bytes = try contents.elements(of: dataset)
    let sourceID = contents.source.handle.id
    let model = try Handle(at: path) {
      stored.path.withCString { H5Dopen2(sourceID, $0, hid_t(H5P_DEFAULT)) }
    }
    let modelID = model.id
    let layout = try ChunkLayout.read(
      of: modelID, shape: dataset.shape, elementBytes: dataset.elementType.byteCount ?? 0, at: path)
    let creation = try Handle(at: path, writing: true) { H5Pcreate(bnfold_H5P_DATASET_CREATE()) }
    let creationID = creation.id
    if let layout {
      try layout.apply(to: creationID, at: path)
    } else {
      _ = try Library.call(at: path, writing: true) { H5Pset_layout(creationID, H5D_COMPACT) }
    }
    let handle = try create(dataset, creation: creationID, named: name, into: target, at: path)
    try writeAttributes(of: dataset, to: handle.id, at: path)
    let id = handle.id
    let type = try StoredType.make(dataset.elementType, at: path)
    let typeID = type.id
    _ = try Library.call(at: path, writing: true) {
      H5Dwrite(id, typeID, hid_t(H5S_ALL), hid_t(H5S_ALL), hid_t(H5P_DEFAULT), bytes)
    }
  }

  private func create(
    _ dataset: HDF5Dataset, creation: hid_t, named name: ByteString, into target: hid_t, at path: HDF5Path
  ) throws(HDF5Error) -> Handle {
    // Times in the file would make each run's bytes differ.
    _ = try Library.call(at: path, writing: true) { H5Pset_obj_track_times(creation, false) }
    let sizes = dataset.shape.map { hsize_t($0) }
    let space = try Handle(at: path, writing: true) {
      sizes.isEmpty ? H5Screate(H5S_SCALAR) : H5Screate_simple(Int32(sizes.count), sizes, nil)
    }
    let spaceID = space.id
    let type = try StoredType.make(dataset.elementType, at: path)
    let typeID = type.id
    return try Handle(at: path, writing: true) {
      name.withCString {
        H5Dcreate2(target, $0, typeID, spaceID, hid_t(H5P_DEFAULT), creation, hid_t(H5P_DEFAULT))
      }
    }
  }

  private func writeAttributes(
    of dataset: HDF5Dataset, to target: hid_t, at path: HDF5Path
  ) throws(HDF5Error) {
    let mark = StoredType.attribute(for: dataset.elementType).map { [$0] } ?? []
    let others = dataset.attributes.filter { $0.name != mark.first?.name }
    try AttributeWriter(contents: contents).write(mark + others, on: target, at: path)
  }
}
