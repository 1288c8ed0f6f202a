import Files
import HDF5
import ModelGraph
import Tensor

/// A whole model in a Keras HDF5 file: architecture and weights.
///
/// Source: keras/src/legacy/saving/legacy_h5_format.py; tf_keras/src/saving/legacy/hdf5_format.py.
public struct KerasHDF5Model: Sendable {
  /// The graph; its weights stay in the file.
  public let graph: Graph
  /// The version of Keras that wrote the file.
  public let kerasVersion: ByteString
  public let generation: KerasGeneration
  /// Whether there is an optimizer's state, which folding makes useless.
  public let hasOptimizerState: Bool
  /// Whether there is a training configuration.
  public let hasTrainingConfiguration: Bool
  let file: HDF5File
  let architecture: KerasArchitecture
  let saved: SavedWeights
  let datasets: [HDF5Dataset]

  /// Reads everything of a file but the weights.
  ///
  /// - Throws: `ModelFileError`, which names the file, the place and the broken rule.
  public init(reading input: InputFile, limits: ReadingLimits = ReadingLimits()) throws(ModelFileError) {
    let path = input.path
    let file = try Self.inContainer(path) { () throws(HDF5Error) in
      try HDF5File(reading: input, limits: limits.hdf5)
    }
    let text = try Self.inContainer(path) { () throws(HDF5Error) in
      try file.strings("model_config", on: .root)
    }
    kerasVersion = try Self.version(of: file)
    generation = try Self.generation(of: kerasVersion, path: path)
    guard let configuration = text?.values.first else { throw ModelFileError(.noArchitecture, file: path) }
    architecture = try KerasArchitecture(
      parsing: configuration, generation: generation, limits: limits.json, file: path)
    hasOptimizerState = file.tree[[Self.optimizerState]] != nil
    hasTrainingConfiguration = file.tree.attributes.contains { $0.name == "training_config" }
    saved = try SavedWeights(file: file)
    var assignment = WeightAssignment(saved: saved, generation: generation, file: path)
    var graph = architecture.graph
    try assignment.assign(to: &graph)
    self.file = file
    self.graph = graph
    datasets = assignment.datasets
  }

  /// The group of the optimizer's weights.
  static let optimizerState: ByteString = "optimizer_weights"

  /// Runs something on the container, and gives its errors the file's name.
  static func inContainer<Result>(
    _ path: String, _ body: () throws(HDF5Error) -> Result
  ) throws(ModelFileError) -> Result {
    do throws(HDF5Error) {
      return try body()
    } catch {
      throw ModelFileError(.container(error), file: path)
    }
  }

  private static func version(of file: HDF5File) throws(ModelFileError) -> ByteString {
    try inContainer(file.path) { () throws(HDF5Error) in
      for place in [HDF5Path.root, HDF5Path([SavedWeights.root])] where file.tree[place.components] != nil {
        if let version = try file.strings("keras_version", on: place)?.values.first { return version }
      }
      return ""
    }
  }

  private static func generation(of version: ByteString, path: String) throws(ModelFileError)
    -> KerasGeneration
  {
    switch KerasGeneration(version: version) {
    case .keras1?: throw ModelFileError(.keras1(version: version), file: path)
    case let generation?: return generation
    case nil where version.isEmpty:
      // Without a version it is no Keras model; a file without an architecture says so first.
      throw ModelFileError(.noArchitecture, file: path)
    case nil:
      throw ModelFileError(
        .architecture("Keras \(version) is not known to bnfold"), file: path, place: "keras_version")
    }
  }
}

extension KerasHDF5Model: WeightStore {
  public func bytes(ofWeight number: Int, elements: Range<Int>) throws -> [UInt8] {
    try Self.inContainer(file.path) { () throws(HDF5Error) in
      try file.read(datasets[number], elements: elements)
    }
  }

  /// Bytes of all arrays of the file, decoded.
  public var arrayBytes: Int { file.arrayBytes }

  /// The graph together with this file as the place of its weights.
  public var model: Model { Model(graph: graph, weights: self) }
}
