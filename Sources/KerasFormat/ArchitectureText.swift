import Bytes
import Files
import HDF5
import LosslessJSON
import ModelFormats

/// The text of an architecture, and where it is from.
struct ArchitectureText {
  let document: JSONDocument
  /// The version of Keras that wrote it; nil where nothing says so.
  let version: ByteString?
  let file: String
  /// Its place in the file; empty where it is the file.
  let place: ByteString

  init(_ document: JSONDocument, version: ByteString?, file: String, place: ByteString) {
    self.document = document
    self.version = version
    self.file = file
    self.place = place
  }

  /// Parses a text.
  ///
  /// - Parameter version: what the file says of it; the text may have a version itself.
  init(
    _ text: ByteString, version: ByteString?, file: String, place: ByteString, limits: ReadingLimits
  ) throws(ModelFileError) {
    document = try FileReading.inJSON(file, place: "\(place)", text.bytes, limits)
    self.version = version ?? document.root["keras_version"]?.string
    self.file = file
    self.place = place
  }

  /// Reads a file that the caller has named as the architecture: JSON, or a whole model.
  static func read(_ input: InputFile, limits: ReadingLimits) throws(ModelFileError) -> ArchitectureText {
    let head = try FileReading.head(of: input)
    guard head.first == UInt8(ascii: "{") else {
      let container = try KerasContainer(reading: input, scratch: nil, limits: limits)
      let version = try container.version(limits: limits, path: input.path)
      guard let text = try container.architecture(version: version, limits: limits, path: input.path) else {
        throw ModelFileError(.noArchitecture, file: input.path)
      }
      return text
    }
    return try read(input, version: nil, limits: limits)
  }

  /// Reads a file that is nothing but the text.
  static func read(
    _ input: InputFile, version: ByteString?, limits: ReadingLimits
  ) throws(ModelFileError) -> ArchitectureText {
    let bytes = try FileReading.text(of: input, limits: limits)
    return try ArchitectureText(
      ByteString(bytes), version: version, file: input.path, place: "", limits: limits)
  }

  /// The generation of Keras that wrote it.
  ///
  /// - Parameter other: a version from elsewhere, for a text that has none.
  /// - Throws: `ModelFileError` where nothing tells it, or where bnfold does not know it.
  func generation(or other: ByteString?) throws(ModelFileError) -> KerasGeneration {
    guard let version = version ?? other, !version.isEmpty else {
      guard let generation = generationOfModule ?? generationOfInputs(document.root) else {
        throw ModelFileError(.noVersion, file: file)
      }
      return generation
    }
    switch KerasGeneration(version: version) {
    case .keras1?: throw ModelFileError(.keras1(version: version), file: file)
    case let generation?: return generation
    case nil:
      throw ModelFileError(
        ArchitectureRule.unknownVersion(version), file: file, place: "keras_version")
    }
  }

  /// Keras 3 says in which module the model's class is; tf_keras and Keras 2 have others.
  private var generationOfModule: KerasGeneration? {
    guard let module = document.root["module"]?.string else { return nil }
    let isSecond = module.hasPrefix("tf_keras") || module.hasPrefix("keras.src.engine")
    return isSecond ? .keras2 : .keras3
  }

  /// A class of the user's own has no module of Keras, but its inputs are written by Keras.
  ///
  /// Source: `get_config` of `InputLayer` in keras/src/layers/core/input_layer.py and
  /// tf_keras/src/engine/input_layer.py.
  private func generationOfInputs(_ model: JSONValue) -> KerasGeneration? {
    for layer in model["config"]?["layers"]?.array ?? [] {
      guard let attributes = layer["config"] else { continue }
      if attributes["batch_shape"] != nil { return .keras3 }
      if attributes["batch_input_shape"] != nil { return .keras2 }
    }
    return nil
  }
}
