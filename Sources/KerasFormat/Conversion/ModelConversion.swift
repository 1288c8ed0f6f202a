import Bytes
import Comparison
import Elements
import Files
import HDF5
import ModelFormats
import ModelGraph

/// A model in another format, or with weights of another type; not yet written.
struct ModelConversion: PendingFile {
  let format: FileFormat
  /// What weights that are floating-point numbers are rounded to; nil if they stay as they are.
  let type: ElementType?
  let notes: [String]
  /// The text of the architecture.
  let architecture: [UInt8]
  /// The model that was read.
  let model: KerasModel
  let contents: HDF5Contents
  let members: [TensorModel.Member]

  var hasSeparateArchitecture: Bool { format.hasSeparateArchitecture }

  func write(to descriptor: Int32, named path: String) throws(ModelFileError) {
    switch format {
    case .wholeHDF5, .objectWeights, .namedWeights:
      try model.write(contents, to: HDF5Output(descriptor: descriptor), named: path)
    case .archive:
      let text = TensorModel.Member(name: KerasContainer.architectureMember, text: ByteString(architecture))
      try model.writeArchive(contents, members: members + [text], to: descriptor, named: path)
    case .safetensors:
      let writer = try TensorModelWriter(
        contents: contents, names: try model.tensorNames(in: contents, for: model.graph),
        architecture: architecture, version: model.kerasVersion, members: members, path: model.path
      ).writer()
      try model.write(writer, to: descriptor, named: path)
    case .onnx: throw ModelFileError(ModelConversionRule.otherFramework, file: model.path)
    }
  }

  func writeCompanion(to descriptor: Int32, named path: String) throws(ModelFileError) {
    try write(text: architecture, to: descriptor, named: path)
  }

  /// Each element has to be the one that was read, or its rounding to the new type.
  ///
  /// - Returns: how far the weights are from those that were read, for those that were rounded.
  func readBack(_ files: [InputFile], scratch: ScratchFile?) throws -> ModelDifference {
    let path = files[0].path
    let written = try opening(files[0]) { () throws(ModelFileError) in
      try KerasModel(
        reading: files[0], like: hasSeparateArchitecture ? model : nil, scratch: scratch,
        limits: model.limits)
    }
    try written.verifyChecksums()
    let texts = try files.dropFirst().map { try $0.read($0.byteCount, from: 0) }
    let own = hasSeparateArchitecture ? [] : [written.architecture.document.text]
    guard (texts + own).allSatisfy({ $0 == architecture }) else {
      throw OutputError(
        .doesNotReadBack("the architecture is another one"), path: files.last?.path ?? path)
    }
    // What belongs to no layer, such as an optimizer's state, is the same where both files have it.
    let others = try ModelDifference(model.otherParts, written.otherParts)
    for case (let name, .array) in others.entries.map({ ($0.name, $0.kind) }) {
      throw OutputError(.doesNotReadBack("\(name) is another one"), path: path)
    }
    return try rounding(
      from: type == nil ? nil : model.parts, expected: model.parts(roundedTo: type), found: written.parts,
      path: path)
  }
}
