import Arrays
import Bytes
import Comparison
import Elements
import Files
import HDF5
import LosslessJSON
import ModelFormats
import Safetensors

/// Weights without a graph in another format, or of another type.
struct WeightsConversion: PendingFile {
  let notes: [String]
  let type: ElementType?
  /// The arrays of the new file.
  let arrays: [NamedArray]
  private let output: Output
  private let original: StateDictionaryFile

  private enum Output: Sendable {
    case safetensors(SafetensorsWriter)
    case hdf5(HDF5Contents)
  }

  /// Plans a conversion; nothing is written.
  ///
  /// - Throws: `ModelFileError` where the other format cannot hold the weights.
  init(of file: StateDictionaryFile, to format: FileFormat, type: ElementType?) throws(ModelFileError) {
    self.type = type
    original = file
    arrays = file.dictionary.arrays.map { $0.rounded(to: type) }
    for array in arrays where array.byteCount == 0 && array.shape.elementCount > 0 {
      throw Self.problem(.elementType(array.elementType), array, file)
    }
    switch format {
    case .safetensors:
      for array in arrays {
        guard array.name.isUTF8, array.name != "__metadata__" else {
          throw Self.problem(.tensorName, array, file)
        }
        guard array.fitsSafetensors else {
          throw Self.problem(.tensorType(array.elementType), array, file)
        }
      }
      let metadata = file.container.metadata
      output = .safetensors(SafetensorsWriter(arrays, metadataText: metadata))
      notes = file.container.notes + FileFormat.note(ofAttributes: file.container.otherAttributes)
    case .wholeHDF5:
      var contents = file.container.contents ?? HDF5Contents(made: HDF5Group())
      for array in arrays {
        guard array.elementType.byteCount != nil || file.container.contents != nil else {
          throw Self.problem(.arrayType(array.elementType), array, file)
        }
        try Self.put(array, into: &contents.tree, isNew: file.container.contents == nil, file)
      }
      output = .hdf5(contents)
      let other =
        file.container.metadata == nil || file.container.contents != nil
        ? [] : ["__metadata__ was left out; this format has no place for it"]
      notes =
        file.container.notes + other + [
          "without an architecture this is not a model of Keras"
        ]
    case .archive, .objectWeights, .namedWeights, .onnx:
      throw ModelFileError(.needsArchitecture(format: format.rawValue), file: file.path)
    }
  }

  private static func put(
    _ array: NamedArray, into tree: inout HDF5Group, isNew: Bool, _ file: StateDictionaryFile
  ) throws(ModelFileError) {
    let path = array.name.split(separator: UInt8(ascii: "/"))
    if isNew {
      for length in 1..<max(1, path.count) {
        if case .dataset? = tree[Array(path.prefix(length))] {
          throw problem(.nameInsideAnother, array, file)
        }
      }
      guard !path.isEmpty, tree[path] == nil, !array.name.bytes.contains(0), !path.contains("."),
        ByteString(joining: path, separator: UInt8(ascii: "/")) == array.name
      else { throw problem(.notPath, array, file) }
    } else if case .dataset(let dataset)? = tree[path], dataset.elementType == array.elementType {
      return
    }
    tree.replace(arrayAt: path, with: HDF5Dataset(array))
  }

  private static func problem(
    _ rule: WeightsConversionRule, _ array: NamedArray, _ file: StateDictionaryFile
  ) -> ModelFileError {
    ModelFileError(rule, file: file.path, place: "tensor \(array.name)")
  }

  var hasSeparateArchitecture: Bool { false }

  func writeCompanion(to descriptor: Int32, named path: String) throws(ModelFileError) {
    throw ModelFileError(WeightsConversionRule.noArchitecture, file: path)
  }

  func readBack(_ files: [InputFile], scratch: ScratchFile?) throws -> ModelDifference {
    let written = try opening(files[0]) { () throws(ModelFileError) in
      try StateDictionaryFile(readingBack: files[0], limits: original.limits)
    }
    return try rounding(
      from: type == nil ? nil : original.parts, expected: ModelPart.parts(of: arrays), found: written.parts,
      path: files[0].path)
  }

  func write(to descriptor: Int32, named target: String) throws(ModelFileError) {
    do {
      switch output {
      case .safetensors(let writer): try writer.write(to: descriptor)
      case .hdf5(let contents): try HDF5Writer.write(contents, to: HDF5Output(descriptor: descriptor))
      }
    } catch let error as SafetensorsError {
      throw ModelFileError(.safetensors(error), file: error.isWriteFailure ? target : original.path)
    } catch let error as HDF5Error {
      throw ModelFileError(.container(error), file: error.isWriteFailure ? target : original.path)
    } catch {
      preconditionFailure("\(error)")
    }
  }
}
