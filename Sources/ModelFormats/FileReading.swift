import Bytes
import Files
import HDF5
import LosslessJSON
import Safetensors
import Zip

/// What reading any format begins with; errors get the name of the file.
package enum FileReading {
  /// Parses a text, and gives its errors the file's name.
  package static func inJSON(
    _ path: String, place: String = "", _ text: [UInt8], _ limits: ReadingLimits
  ) throws(ModelFileError) -> JSONDocument {
    do throws(JSONError) {
      return try JSONDocument(parsing: text, limits: limits.json)
    } catch {
      throw ModelFileError(.notJSON(error), file: path, place: place)
    }
  }

  /// Runs something on a file, whose errors have its name.
  package static func inFile<Result>(
    _ body: () throws(FileError) -> Result
  ) throws(ModelFileError) -> Result {
    do throws(FileError) {
      return try body()
    } catch {
      throw ModelFileError(error)
    }
  }

  /// Runs something on HDF5, and gives its errors the file's name.
  package static func inHDF5<Result>(
    _ path: String, _ body: () throws(HDF5Error) -> Result
  ) throws(ModelFileError) -> Result {
    do throws(HDF5Error) {
      return try body()
    } catch {
      throw ModelFileError(.container(error), file: path)
    }
  }

  /// Runs something on an archive, and gives its errors the file's name.
  package static func inArchive<Result>(
    _ path: String, _ body: () throws(ZipError) -> Result
  ) throws(ModelFileError) -> Result {
    do throws(ZipError) {
      return try body()
    } catch {
      throw ModelFileError(.archive(error), file: path)
    }
  }

  /// The whole text of a small file.
  package static func text(of file: InputFile, limits: ReadingLimits) throws(ModelFileError) -> [UInt8] {
    try inFile { () throws(FileError) in try file.readAll(limit: limits.json.bytes) }
  }

  /// The first bytes of a file, by which its format is known.
  package static func head(of input: InputFile) throws(ModelFileError) -> [UInt8] {
    try inFile { () throws(FileError) in try input.read(min(16, input.byteCount), from: 0) }
  }
}

extension SafetensorsFile {
  /// Reads the header of a file.
  package static func open(_ input: InputFile, limits: ReadingLimits) throws(ModelFileError)
    -> SafetensorsFile
  {
    do throws(SafetensorsError) {
      var json = limits.json
      json.acceptsNonFiniteNumbers = false
      return try SafetensorsFile(reading: input, limits: limits.safetensors, json: json)
    } catch {
      throw ModelFileError(.safetensors(error), file: input.path)
    }
  }
}
