import Bytes
import HDF5
import ModelFormats
import ModelGraph
import Safetensors
import Zip

extension KerasModel {
  /// Writes an edited form of this model's graph; everything that the edit does not concern stays as it is.
  ///
  /// The optimizer's state is left out if any trainable weight changes: it belongs to the weights before the edit.
  ///
  /// - Parameters:
  ///   - edited: a graph made from `graph` by removing layers, leading references elsewhere and changing
  ///     weights; its layers know their `origin`.
  ///   - descriptor: an empty file, open for reading and writing.
  ///   - path: its name, for errors.
  /// - Throws: `ModelFileError` if this file is damaged or the other cannot be written.
  public func write(_ edited: Graph, to descriptor: Int32, named path: String) throws(ModelFileError) {
    let contents = try editedContents(for: edited)
    switch container {
    case .wholeModel, .weights, .sharded:
      try write(contents, to: HDF5Output(descriptor: descriptor), named: path)
    case .archive(let archive, _):
      try write(contents, text: architectureText(for: edited), like: archive, to: descriptor, named: path)
    case .folder:
      let text = architectureText(for: edited)
      try writeArchive(contents, members: archiveTexts(text, limits: limits), to: descriptor, named: path)
    case .tensors(let model):
      try write(try tensorWriter(of: model, contents, for: edited), to: descriptor, named: path)
    }
  }

  /// The texts of a new archive.
  private func archiveTexts(_ architecture: [UInt8], limits: ReadingLimits) throws(ModelFileError)
    -> [TensorModel.Member]
  {
    var members: [TensorModel.Member] = []
    if case .folder(_, _, let metadata?) = container {
      let text = try FileReading.text(of: metadata, limits: limits)
      members.append(TensorModel.Member(name: KerasContainer.metadataMember, text: ByteString(text)))
    }
    return members + [
      TensorModel.Member(name: KerasContainer.architectureMember, text: ByteString(architecture))
    ]
  }

  /// Writes an archive of texts and weights.
  func writeArchive(
    _ contents: HDF5Contents, members: [TensorModel.Member], to descriptor: Int32, named path: String
  ) throws(ModelFileError) {
    var writer = ZipWriter(descriptor: descriptor)
    try inWriter(path) { () throws(ZipError) in
      for member in members { try writer.add(member.text.bytes, like: ZipMember(newNamed: member.name)) }
    }
    let opened = writer.begin(
      like: ZipMember(newNamed: KerasContainer.weightsMember),
      expectedBytes: contents.arrays.reduce(0) { $0 + $1.byteCount })
    try write(contents, to: HDF5Output(descriptor: descriptor, start: opened.start), named: path)
    try inWriter(path) { () throws(ZipError) in
      try writer.end(opened)
      try writer.finish()
    }
  }

  /// The text of the architecture for an edited graph.
  public func architectureText(for edited: Graph) -> [UInt8] {
    ArchitectureEditor.text(
      of: edited, from: graph, source: architecture.source, document: architecture.document,
      generation: generation)
  }

  func write(
    _ contents: HDF5Contents, to output: HDF5Output, named path: String
  ) throws(ModelFileError) {
    do throws(HDF5Error) {
      try HDF5Writer.write(contents, to: output)
    } catch {
      throw ModelFileError(.container(error), file: error.isWriteFailure ? path : self.path)
    }
  }

  func write(
    _ writer: SafetensorsWriter, to descriptor: Int32, named path: String
  ) throws(ModelFileError) {
    do throws(SafetensorsError) {
      try writer.write(to: descriptor)
    } catch {
      throw ModelFileError(.safetensors(error), file: error.isWriteFailure ? path : self.path)
    }
  }

  private func write(
    _ contents: HDF5Contents, text: [UInt8], like archive: ZipArchive, to descriptor: Int32,
    named path: String
  ) throws(ModelFileError) {
    var writer = ZipWriter(descriptor: descriptor)
    for member in archive.members {
      if member.name == KerasContainer.weightsMember {
        let opened = writer.begin(like: member, expectedBytes: member.byteCount)
        try write(contents, to: HDF5Output(descriptor: descriptor, start: opened.start), named: path)
        try inWriter(path) { () throws(ZipError) in try writer.end(opened) }
      } else {
        try inWriter(path) { () throws(ZipError) in
          if member.name == KerasContainer.architectureMember, text != architecture.document.text {
            try writer.add(text, like: member)
          } else {
            try writer.copy(member, from: archive)
          }
        }
      }
    }
    try inWriter(path) { () throws(ZipError) in try writer.finish() }
  }

  private func tensorWriter(
    of model: TensorModel, _ contents: HDF5Contents, for edited: Graph
  ) throws(ModelFileError) -> SafetensorsWriter {
    try TensorModelWriter(
      contents: contents, names: try tensorNames(in: contents, for: edited),
      architecture: architectureText(for: edited), version: model.file.text(TensorModel.Key.version) ?? "",
      members: model.members, path: path
    ).writer()
  }

  /// The names of tensors by the places of the weights.
  func tensorNames(
    in contents: HDF5Contents, for graph: Graph
  ) throws(ModelFileError) -> [HDF5Path: ByteString] {
    var graph = graph
    let layout = try container.layout(of: contents, for: &graph, generation: generation, path: path)
    let names = WeightNames(of: graph).names
    return Dictionary(uniqueKeysWithValues: names.map { (layout.places[$0.key], $0.value) })
  }

  func inWriter(_ path: String, _ body: () throws(ZipError) -> Void) throws(ModelFileError) {
    do throws(ZipError) {
      try body()
    } catch {
      throw ModelFileError(.archive(error), file: error.isWriteFailure ? path : self.path)
    }
  }

  /// The first difference between a written file and what `write` had to write; nil if there is none.
  ///
  /// - Throws: `ModelFileError` where one of the files cannot be read.
  public func difference(of written: KerasModel, from edited: Graph) throws(ModelFileError) -> String? {
    let contents = try editedContents(for: edited)
    if case .tensors(let model) = container {
      guard case .tensors(let other) = written.container else { return "it is of another format" }
      let writer = try tensorWriter(of: model, contents, for: edited)
      do throws(SafetensorsError) {
        return try writer.isWritten(in: other.file.input) ? nil : "its bytes are others"
      } catch {
        throw ModelFileError(.safetensors(error), file: path)
      }
    }
    guard let file = written.container.hdf5 else { return "it is of another format" }
    let difference = try FileReading.inHDF5(path) { () throws(HDF5Error) in
      try TreeComparison(contents, written: file).difference()
    }
    if let difference { return difference }
    // In a whole model the text is an attribute, which has been compared.
    if case .wholeModel = container { return nil }
    guard written.architecture.document.text == architectureText(for: edited) else {
      return "the architecture is another one"
    }
    if case .folder = container { try written.verifyChecksums() }
    guard case .archive(let archive, _) = container else { return nil }
    guard case .archive(let other, _) = written.container,
      archive.members.map(\.name) == other.members.map(\.name)
    else { return "the archive has other members" }
    let edits = [KerasContainer.weightsMember, KerasContainer.architectureMember]
    for (member, copy) in zip(archive.members, other.members) where !edits.contains(member.name) {
      guard member.isSame(as: copy) else { return "the member \(member.name) is another one" }
    }
    try written.verifyChecksums()
    return nil
  }

  private func editedContents(for edited: Graph) throws(ModelFileError) -> HDF5Contents {
    var contents = container.contents
    layout.edit(&contents.tree, to: edited, from: graph)
    if edited.layers.count != graph.layers.count || edited.hasNewWeights {
      contents.tree.remove(at: layout.optimizerState)
    }
    guard case .wholeModel = container else { return contents }
    let name = KerasContainer.architectureAttribute
    let strings = try FileReading.inHDF5(path) { () throws(HDF5Error) in
      try contents.strings(name, on: .root)
    }
    guard var strings else { return contents }
    strings.values = [ByteString(architectureText(for: edited))]
    contents.tree.replace(attributes: [name], with: [HDF5Attribute(name: name, content: .strings(strings))])
    return contents
  }
}

extension Graph {
  /// Whether any weight that an optimizer has a state for is not as it was read.
  fileprivate var hasNewWeights: Bool {
    layers.contains { layer in
      let own = (layer.core.variables ?? []).contains { variable in
        if case .stored = variable.value { false } else { variable.isTrainable }
      }
      return own || layer.core.body?.hasNewWeights == true
    }
  }
}
