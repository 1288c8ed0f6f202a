import Comparison
import Files
import ModelFiles
import Tensor

/// A model or weights in another format, not yet written.
public struct ConvertedFile: Sendable {
  /// The file that it comes from.
  public let original: AnyModelFile
  /// What the other format cannot hold, a sentence each.
  public let notes: [String]
  private let content: Content

  private enum Content: Sendable {
    case model(ModelFile, ModelConversion)
    case weights(WeightsFile, WeightsConversion)
  }

  init(
    _ file: ModelFile, to format: ModelFormat, type: ElementType?, version: ByteString?
  ) throws(ModelFileError) {
    let conversion = try file.contents.converted(to: format, type: type, version: version)
    original = .model(file)
    notes = conversion.notes
    content = .model(file, conversion)
  }

  init(_ file: WeightsFile, to format: ModelFormat, type: ElementType?) throws(ModelFileError) {
    let conversion = try WeightsConversion(of: file, to: format, type: type)
    original = .weights(file)
    notes = conversion.notes
    content = .weights(file, conversion)
  }

  /// Writes the file, reads it back, and only then gives it its name.
  ///
  /// - Parameters:
  ///   - path: where it goes.
  ///   - architecturePath: where the architecture goes, for formats that have weights only; nil to leave it out.
  ///   - replaces: whether a file that is there may be replaced.
  /// - Returns: how far the weights are from those that were read, for those that were rounded.
  /// - Throws: `ModelFileError` if a file cannot be read or written, `OutputError` if the output cannot be made.
  @discardableResult
  public func write(
    to path: String, architecturePath: String? = nil, replaces: Bool = false
  ) throws -> ModelDifference {
    let output = try OutputFile(target: path, replaces: replaces, permissions: 0o644)
    let description = try architecturePath.map {
      try OutputFile(target: $0, replaces: replaces, permissions: 0o644)
    }
    try original.verifyChecksums()
    try write(into: output.descriptor, named: path)
    if let description { try writeArchitecture(into: description.descriptor, named: description.target) }
    let files = try [output.openForReading()] + (description.map { [try $0.openForReading()] } ?? [])
    let difference = try readBack(files, scratch: ScratchFile())
    try output.publish()
    try description?.publish()
    return difference
  }

  /// Writes into an empty file that is open for reading and writing.
  ///
  /// - Parameter path: its name, for errors.
  package func write(into descriptor: Int32, named path: String) throws(ModelFileError) {
    switch content {
    case .model(_, let conversion): try conversion.write(to: descriptor, named: path)
    case .weights(_, let conversion): try conversion.write(to: descriptor, named: path)
    }
  }

  /// Writes the architecture into an empty file.
  package func writeArchitecture(into descriptor: Int32, named path: String) throws(ModelFileError) {
    guard case .model(_, let conversion) = content else {
      throw ModelFileError(.conversion("weights without an architecture have none to be written"), file: path)
    }
    if let code = conversion.architecture.withUnsafeBytes({ writeAll($0, to: descriptor, at: 0) }) {
      throw ModelFileError(.cannotWrite(code), file: path)
    }
  }

  /// Reads a written file back: each element has to be the one that was read, or its rounding to the new type.
  ///
  /// - Parameters:
  ///   - files: the written file, and the architecture where that was asked for.
  ///   - scratch: an empty file for weights that are compressed as a whole.
  /// - Returns: how far the weights are from those that were read, for those that were rounded.
  /// - Throws: `OutputError` if anything is different.
  package func readBack(_ files: [InputFile], scratch: ScratchFile?) throws -> ModelDifference {
    switch content {
    case .model(let file, let conversion):
      let written = try readingBack(files[0]) { () throws(ModelFileError) in
        try ModelFile(reading: files[0], convertedBy: conversion, from: file, scratch: scratch)
      }
      try written.verifyChecksums()
      if files.count > 1, try files[1].read(files[1].byteCount, from: 0) != conversion.architecture {
        throw OutputError(.doesNotReadBack("the architecture is another one"), path: files[1].path)
      }
      guard
        conversion.format.hasSeparateArchitecture || written.contents.hasArchitecture(conversion.architecture)
      else {
        throw OutputError(.doesNotReadBack("the architecture is another one"), path: files[0].path)
      }
      try checkOtherArrays(file, written, path: files[0].path)
      return try check(
        file.contents.parts(roundedTo: conversion.type), written.contents.parts(),
        unrounded: file.contents.parts(),
        isRounded: conversion.type != nil, path: files[0].path)
    case .weights(let file, let conversion):
      let written = try readingBack(files[0]) { () throws(ModelFileError) in
        try WeightsFile(reading: ModelInput(model: files[0]), limits: file.limits)
      }
      return try check(
        ModelPart.parts(of: conversion.arrays), written.parts, unrounded: file.parts,
        isRounded: conversion.type != nil, path: files[0].path)
    }
  }

  /// What belongs to no layer, such as an optimizer's state, is the same where both files have it.
  private func checkOtherArrays(_ file: ModelFile, _ written: ModelFile, path: String) throws {
    let difference = try ModelDifference(file.contents.otherParts, written.contents.otherParts)
    for case (let name, .array) in difference.entries.map({ ($0.name, $0.kind) }) {
      throw OutputError(.doesNotReadBack("\(name) is another one"), path: path)
    }
  }

  private func check(
    _ expected: [ModelPart], _ found: [ModelPart], unrounded: [ModelPart], isRounded: Bool, path: String
  ) throws -> ModelDifference {
    let difference = try ModelDifference(expected, found)
    if let first = difference.entries.first {
      throw OutputError(.doesNotReadBack("\(first.name) is another one"), path: path)
    }
    return isRounded ? try ModelDifference(unrounded, found) : difference
  }
}

extension ModelFile {
  /// Opens what a conversion has written; an architecture that was not written with it is the one of the original.
  fileprivate init(
    reading input: InputFile, convertedBy conversion: ModelConversion, from original: ModelFile,
    scratch: ScratchFile?
  ) throws(ModelFileError) {
    self.input = ModelInput(model: input)
    limits = original.limits
    contents = try KerasModel(
      reading: input, like: conversion.format.hasSeparateArchitecture ? original.contents : nil,
      scratch: scratch, limits: limits)
  }
}
