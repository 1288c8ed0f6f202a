import Arrays
import Files
import HDF5
import ModelFiles
import Safetensors
import StateDictionaries
import Tensor

/// The kind of file that weights without a graph are in; each is written as it was read.
enum WeightsContainer: Sendable {
  case safetensors(SafetensorsFile)
  /// Arrays at any path.
  case hdf5(HDF5File)

  /// Opens a file by what is in it.
  ///
  /// - Throws: `ModelFileError`, which names the file, the array and the broken rule.
  init(reading input: InputFile, limits: ReadingLimits) throws(ModelFileError) {
    do {
      if try HDF5File.isHDF5(input) {
        let file = try HDF5File(reading: input, limits: limits.hdf5)
        guard !KerasModel.hasArchitecture(file) else { throw ModelFileError(.needsNoPlan, file: input.path) }
        self = .hdf5(file)
        return
      }
    } catch let error as HDF5Error {
      throw ModelFileError(.container(error), file: input.path)
    } catch let error as ModelFileError {
      throw error
    } catch {
      preconditionFailure("\(error)")
    }
    self = .safetensors(try SafetensorsFile.open(input, limits: limits))
  }

  /// All arrays; those of HDF5 are named by their paths, without the slash in front.
  var arrays: [NamedArray] {
    switch self {
    case .safetensors(let file): file.tensors.map { NamedArray(copying: $0, of: file) }
    case .hdf5(let file): file.contents.arrays
    }
  }

  /// The text of `__metadata__`; nil if there is none.
  var metadata: ByteString? { if case .safetensors(let file) = self { file.metadataText } else { nil } }

  /// The content of an HDF5 file.
  var contents: HDF5Contents? { if case .hdf5(let file) = self { file.contents } else { nil } }

  /// How many attributes there are beside the arrays.
  var otherAttributes: Int { contents?.tree.attributeCount ?? 0 }

  /// Writes weights folded by a plan.
  func write(_ application: PlanApplication, to descriptor: Int32) throws(ModelFileError.Rule) {
    do {
      switch self {
      case .safetensors(let file): try writer(for: application, like: file).write(to: descriptor)
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
    case (.safetensors(let file), .safetensors(let written)):
      return try writer(for: application, like: file).isWritten(in: written.input)
    case (.hdf5(let file), .hdf5(let written)):
      return try TreeComparison(contents(for: application, from: file), written: written).difference() == nil
    case (.safetensors, .hdf5), (.hdf5, .safetensors): return false
    }
  }

  private func writer(for application: PlanApplication, like file: SafetensorsFile) -> SafetensorsWriter {
    SafetensorsWriter(application.arrays, metadataText: file.metadataText)
  }

  private func contents(for application: PlanApplication, from file: HDF5File) -> HDF5Contents {
    var contents = file.contents
    for (name, array) in application.changes {
      let path = name.split(separator: UInt8(ascii: "/"))
      guard let array else {
        contents.tree.remove(at: path)
        continue
      }
      let dataset = HDF5Dataset(
        shape: array.shape, elementType: array.elementType, content: .made(array.content))
      contents.tree.set(.dataset(dataset), at: path)
    }
    return contents
  }
}
