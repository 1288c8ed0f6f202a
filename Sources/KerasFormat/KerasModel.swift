import Bytes
import Files
import HDF5
import ModelFormats
import ModelGraph
import Zip

/// A model of Keras: its architecture and its weights, in one file or in two.
public struct KerasModel: Sendable {
  /// The graph; its weights stay in the file.
  public let graph: Graph
  /// The version of Keras that wrote the file; empty where it does not say.
  public internal(set) var kerasVersion: ByteString
  public let generation: KerasGeneration
  let container: KerasContainer
  let architecture: KerasArchitecture
  let layout: any WeightLayout
  /// The path of the file with the weights.
  let path: String
  let limits: ReadingLimits

  /// Reads everything of a model but its weights.
  ///
  /// - Parameters:
  ///   - input: a whole model, or weights with a file that has their architecture.
  ///   - scratch: an empty file for weights that are compressed as a whole.
  ///   - limits: what the files may ask for.
  /// - Throws: `ModelFileError`, which names the file, the place and the broken rule.
  public init(
    reading input: ModelInput, scratch: ScratchFile? = nil, limits: ReadingLimits = ReadingLimits()
  ) throws(ModelFileError) {
    let opened = try OpenedInput(reading: input, limits: limits)
    try self.init(reading: opened, scratch: scratch, limits: limits)
  }

  /// Reads everything of a model that has been opened but its weights.
  init(
    reading opened: OpenedInput, scratch: ScratchFile?, limits: ReadingLimits
  ) throws(ModelFileError) {
    let input = opened.input
    let container = try KerasContainer(opened, scratch: scratch, limits: limits)
    let path = input.model.path
    let version = try container.version(limits: limits, path: path)
    let own = try container.architecture(version: version, limits: limits, path: path)
    let other = input.form == .folder ? nil : input.companion
    let text = try Self.architecture(own, or: other, path: path, limits: limits)
    try self.init(container, text: text, version: version, path: path, limits: limits)
  }

  /// Reads a model that was made of another one; weights without an architecture have that one's.
  package init(
    reading input: InputFile, like model: KerasModel?, scratch: ScratchFile?, limits: ReadingLimits
  ) throws(ModelFileError) {
    guard let model else {
      try self.init(reading: ModelInput(model: input), scratch: scratch, limits: limits)
      return
    }
    let container = try KerasContainer(reading: input, scratch: scratch, limits: limits)
    let text = ArchitectureText(
      model.architecture.document, version: model.kerasVersion, file: input.path, place: "")
    try self.init(container, text: text, version: model.kerasVersion, path: input.path, limits: limits)
  }

  private init(
    _ container: KerasContainer, text: ArchitectureText, version: ByteString?, path: String,
    limits: ReadingLimits
  ) throws(ModelFileError) {
    self.container = container
    self.limits = limits
    self.path = path
    generation = try text.generation(or: version)
    kerasVersion = text.version ?? version ?? ""
    architecture = try KerasArchitecture(
      of: text, generation: generation, trusted: TrustedClasses(limits.trustedClasses))
    var graph = architecture.graph
    layout = try container.layout(
      of: container.contents, for: &graph, generation: generation, path: path)
    self.graph = graph
  }

  private static func architecture(
    _ own: ArchitectureText?, or description: InputFile?, path: String, limits: ReadingLimits
  ) throws(ModelFileError) -> ArchitectureText {
    switch (own, description) {
    case (let own?, nil): return own
    case (nil, let description?): return try ArchitectureText.read(description, limits: limits)
    case (nil, nil): throw ModelFileError(.noArchitecture, file: path)
    case (.some, .some): throw ModelFileError(.twoArchitectures, file: path)
    }
  }

  /// The first of the trusted classes that the architecture does not have; nil where it has all of them.
  public var trustedClassThatIsMissing: ByteString? {
    limits.trustedClasses.sorted().first { name in
      !TrustedClasses([name]).holdAnything(in: architecture.document.root)
    }
  }

  /// The first member of an archive, such as a vocabulary, that another one has with another content, or not at all.
  ///
  /// Files of other formats have no such members.
  func assetDifference(from other: KerasModel) -> ByteString? {
    guard case .archive(let archive, _) = container, case .archive(let second, _) = other.container else {
      return nil
    }
    let own: Set<ByteString> = [
      KerasContainer.architectureMember, KerasContainer.metadataMember, KerasContainer.weightsMember,
    ]
    let names = Set((archive.members + second.members).map(\.name)).subtracting(own)
    return names.sorted().first { name in
      guard let member = archive[name], let twin = second[name] else { return true }
      return !member.isSame(as: twin)
    }
  }

  /// Whether the architecture is in a file of its own.
  public var hasSeparateArchitecture: Bool {
    switch container {
    case .weights, .sharded: true
    case .wholeModel, .archive, .tensors, .folder: false
    }
  }

  /// Whether there is an optimizer's state, which folding makes useless.
  public var hasOptimizerState: Bool { container.contents.tree.hasArrays(at: layout.optimizerState) }

  /// Whether there is a training configuration.
  public var hasTrainingConfiguration: Bool {
    if hasSeparateArchitecture { return false }
    return container.contents.tree.attributes.contains { $0.name == "training_config" }
      || architecture.document.root["compile_config"].map { !$0.isNull } ?? false
  }

  /// What a user should know of the file itself, a sentence each.
  public var notes: [String] {
    if case .folder = container { return ["the folder is written as one .keras archive"] }
    if case .sharded(let weights) = container {
      return ["the shards are written as one file"] + FileFormat.note(ofAttributes: weights.otherAttributes)
    }
    guard case .archive(let archive, let file) = container else { return [] }
    var notes: [String] = []
    if archive.isInFolder { notes.append("the members are written without the folder that they were in") }
    if file.tree.members.contains(where: { $0.name.bytes.contains(UInt8(ascii: "\\")) }) {
      notes.append("the names of groups are written with / where Windows had put \\")
    }
    if archive[KerasContainer.metadataMember] == nil {
      notes.append(
        "\(KerasContainer.metadataMember) is missing; the version of Keras was told by the architecture")
    }
    if archive[KerasContainer.weightsMember]?.method == .deflated {
      notes.append("the weights were compressed in the archive; they are written as Keras does, uncompressed")
    }
    return notes
  }

  /// Checks the checksums of everything that has one.
  ///
  /// - Throws: `ModelFileError` where a member of the archive is damaged.
  public func verifyChecksums() throws(ModelFileError) {
    guard case .archive(let archive, _) = container else { return }
    try FileReading.inArchive(path) { () throws(ZipError) in
      for member in archive.members { try archive.verify(member) }
    }
  }
}

extension KerasModel: WeightStore {
  public func bytes(ofWeight number: Int, elements: Range<Int>) throws -> [UInt8] {
    try FileReading.inHDF5(path) { () throws(HDF5Error) in
      try container.contents.read(layout.datasets[number], elements: elements)
    }
  }

  public func read(_ number: Int, elements: Range<Int>, into buffer: UnsafeMutableRawBufferPointer) throws {
    try FileReading.inHDF5(path) { () throws(HDF5Error) in
      try container.contents.read(layout.datasets[number], elements: elements, into: buffer)
    }
  }

  /// Bytes of all arrays of the file, decoded.
  public var arrayBytes: Int { container.arrayBytes }

  /// The graph together with this file as the place of its weights.
  public var model: Model { Model(graph: graph, weights: self) }
}
