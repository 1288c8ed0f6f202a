import Arrays
import Bytes
import Files
import HDF5
import ModelFormats
import Safetensors

/// The kind of file that weights without a graph are in; each is written as it was read.
enum WeightsContainer: Sendable {
  /// One safetensors file, or several shards of one.
  case safetensors([SafetensorsFile])
  /// Arrays at any path.
  case hdf5(HDF5File)

  /// Takes what has been opened.
  ///
  /// - Throws: `ModelFileError`, which names the file, the array and the broken rule.
  init(_ opened: OpenedInput, limits: ReadingLimits) throws(ModelFileError) {
    switch opened.content {
    case .hdf5(let file): self = .hdf5(file)
    case .safetensors(let file): self = .safetensors([file])
    case .shards(let list, _): self = .safetensors(try Self.shards(of: list, limits: limits))
    case .protobuf: throw OpenedInput.foreign(opened.input.model)
    case .archive(let archive): throw OpenedInput.foreign(archive, path: opened.input.model.path)
    }
  }

  /// The shards of a list, each of which has the tensors that the list says, and no others.
  private static func shards(
    of list: ShardList, limits: ReadingLimits
  ) throws(ModelFileError) -> [SafetensorsFile] {
    let places = Dictionary(list.entries.map { ($0.key, $0.files) }) { first, _ in first }
    var found = 0
    var files: [SafetensorsFile] = []
    for (name, file) in list.usedFiles {
      let shard = try SafetensorsFile.open(file, limits: limits)
      for tensor in shard.tensors where places[tensor.name] != [name] {
        throw list.problem(.unlistedTensor(shard: name), at: tensor.name)
      }
      found += shard.tensors.count
      files.append(shard)
    }
    guard found == places.count else {
      let names = Set(files.flatMap { $0.tensors.map(\.name) })
      let missing = places.keys.filter { !names.contains($0) }.min() ?? ""
      throw list.problem(.missingTensor, at: missing)
    }
    return files
  }

  /// All arrays; those of HDF5 are named by their paths, without the slash in front.
  var arrays: [NamedArray] {
    switch self {
    case .safetensors(let files):
      files.flatMap { file in file.tensors.map { NamedArray(copying: $0, of: file) } }
    case .hdf5(let file): file.contents.arrays
    }
  }

  /// The text of `__metadata__`; nil if there is none.
  var metadata: ByteString? {
    if case .safetensors(let files) = self { files.first?.metadataText } else { nil }
  }

  /// The content of an HDF5 file.
  var contents: HDF5Contents? { if case .hdf5(let file) = self { file.contents } else { nil } }

  /// How many attributes the groups and arrays have.
  var otherAttributes: Int {
    contents.map { $0.tree.attributes { _ in true } + $0.tree.arrayAttributes } ?? 0
  }

  /// What a user should know of the files themselves, a sentence each.
  var notes: [String] {
    guard case .safetensors(let files) = self, files.count > 1 else { return [] }
    let others = files.filter { $0.metadataText != nil && $0.metadataText != metadata }
    let lost =
      others.isEmpty ? [] : ["__metadata__ of the first shard was kept; that of others differs from it"]
    return ["the shards are written as one file"] + lost
  }

  /// Writes weights folded by a plan.
  func write(_ application: PlanApplication, to descriptor: Int32) throws(ModelFileError.Rule) {
    do {
      switch self {
      case .safetensors: try writer(for: application).write(to: descriptor)
      case .hdf5(let file):
        try HDF5Writer.write(contents(for: application, from: file), to: HDF5Output(descriptor: descriptor))
      }
    } catch let error as SafetensorsError {
      throw .safetensors(error)
    } catch let error as HDF5Error {
      throw .container(error)
    } catch {
      preconditionFailure("\(error)")
    }
  }

  /// Whether another file has exactly what `write` has to write.
  func isWritten(_ application: PlanApplication, in other: WeightsContainer) throws -> Bool {
    switch (self, other) {
    case (.safetensors, .safetensors(let written)):
      return try writer(for: application).isWritten(in: written[0].input)
    case (.hdf5(let file), .hdf5(let written)):
      return try TreeComparison(contents(for: application, from: file), written: written).difference() == nil
    case (.safetensors, .hdf5), (.hdf5, .safetensors): return false
    }
  }

  private func writer(for application: PlanApplication) -> SafetensorsWriter {
    SafetensorsWriter(application.arrays, metadataText: metadata)
  }

  private func contents(for application: PlanApplication, from file: HDF5File) -> HDF5Contents {
    var contents = file.contents
    for (name, array) in application.changes {
      let path = name.split(separator: UInt8(ascii: "/"))
      guard let array else {
        contents.tree.remove(at: path)
        continue
      }
      contents.tree.replace(arrayAt: path, with: HDF5Dataset(array))
    }
    return contents
  }
}
