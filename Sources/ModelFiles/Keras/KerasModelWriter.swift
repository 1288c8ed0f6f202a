import HDF5
import ModelGraph
import Tensor
import Zip

extension KerasModel {
  /// Writes an edited form of this model's graph; everything that the edit does not concern stays as it is.
  ///
  /// The optimizer's state is left out if any weight changes: it belongs to the weights before the edit.
  ///
  /// - Parameters:
  ///   - edited: a graph made from `graph` by removing layers, leading references elsewhere and changing
  ///     weights; its layers know their `origin`.
  ///   - descriptor: an empty file, open for reading and writing.
  ///   - path: its name, for errors.
  /// - Throws: `ModelFileError` if this file is damaged or the other cannot be written.
  public func write(_ edited: Graph, to descriptor: Int32, named path: String) throws(ModelFileError) {
    switch container {
    case .wholeModel, .weights:
      try write(try editedTree(for: edited), to: HDF5Output(descriptor: descriptor), named: path)
    case .archive(let archive, _):
      try write(edited, like: archive, to: descriptor, named: path)
    }
  }

  /// The text of the architecture for an edited graph.
  public func architectureText(for edited: Graph) -> [UInt8] {
    ArchitectureEditor.text(
      of: edited, from: graph, source: architecture.source, document: architecture.document,
      generation: generation)
  }

  private func write(_ tree: HDF5Group, to output: HDF5Output, named path: String) throws(ModelFileError) {
    do throws(HDF5Error) {
      try HDF5Writer.write(tree, from: container.weights, to: output)
    } catch {
      throw ModelFileError(.container(error), file: error.isWriteFailure ? path : self.path)
    }
  }

  private func write(
    _ edited: Graph, like archive: ZipArchive, to descriptor: Int32, named path: String
  ) throws(ModelFileError) {
    let tree = try editedTree(for: edited)
    var writer = ZipWriter(descriptor: descriptor)
    for member in archive.members {
      if member.name == KerasContainer.weightsMember {
        let opened = writer.begin(like: member, expectedBytes: member.byteCount)
        try write(tree, to: HDF5Output(descriptor: descriptor, start: opened.start), named: path)
        try inWriter(path) { () throws(ZipError) in try writer.end(opened) }
      } else {
        let text = member.name == KerasContainer.architectureMember ? architectureText(for: edited) : nil
        try inWriter(path) { () throws(ZipError) in
          if let text, text != architecture.document.text {
            try writer.add(text, like: member)
          } else {
            try writer.copy(member, from: archive)
          }
        }
      }
    }
    try inWriter(path) { () throws(ZipError) in try writer.finish() }
  }

  private func inWriter(_ path: String, _ body: () throws(ZipError) -> Void) throws(ModelFileError) {
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
    let tree = try editedTree(for: edited)
    let difference = try KerasContainer.inHDF5(path) { () throws(HDF5Error) in
      try TreeComparison(source: container.weights, written: written.container.weights).difference(from: tree)
    }
    if let difference { return difference }
    // In a whole model the text is an attribute, which has been compared.
    if case .wholeModel = container { return nil }
    guard written.architecture.document.text == architectureText(for: edited) else {
      return "the architecture is another one"
    }
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

  private func editedTree(for edited: Graph) throws(ModelFileError) -> HDF5Group {
    var tree = container.weights.tree
    layout.edit(&tree, to: edited, from: graph)
    if edited.layers.count != graph.layers.count || edited.hasNewWeights {
      tree.remove(at: layout.optimizerState)
    }
    guard case .wholeModel(let file) = container else { return tree }
    let name = KerasContainer.architectureAttribute
    let strings = try KerasContainer.inHDF5(path) { () throws(HDF5Error) in try file.strings(name, on: .root)
    }
    guard var strings else { return tree }
    strings.values = [ByteString(architectureText(for: edited))]
    tree.replace(attributes: [name], with: [HDF5Attribute(name: name, content: .strings(strings))])
    return tree
  }
}

extension Graph {
  /// Whether any weight is not as it was read.
  fileprivate var hasNewWeights: Bool {
    layers.contains { layer in
      let own = (layer.core.variables ?? []).contains { if case .stored = $0.value { false } else { true } }
      return own || layer.core.body?.hasNewWeights == true
    }
  }
}
