import BatchNormFolding
import Files
import Supervision
import Tensor

/// What a worker does to convert and to compare files.
extension WorkerMain {
  func convert(_ models: [GivenModel]) throws -> ConversionAnswer {
    let converted = try conversion(models[0])
    guard let paths = task.output else { throw TaskFailure(.software, "there is nothing to write to") }
    begin("writing the converted file", converted.original)
    try converted.write(into: output(0), named: paths.model)
    if let path = paths.companion { try converted.writeArchitecture(into: output(1), named: path) }
    return ConversionAnswer(summary: ModelSummary(of: converted.original), notes: converted.notes)
  }

  func checkConversion(_ models: [GivenModel]) throws -> ModelDifference {
    let converted = try conversion(models[0])
    try converted.original.verifyChecksums()
    Trail.begin("waiting for the converted file")
    port.waitForGo()
    for file in models[1].input.all { file.measureAgain() }
    begin("reading the converted file back", converted.original)
    return try converted.readBack(models[1].input.all, scratch: models[1].scratch)
  }

  func compare(_ models: [GivenModel]) throws -> ModelDifference {
    let first = try open(models[0], as: "the first file")
    let second = try open(models[1], as: "the second file")
    begin("comparing checksums", first)
    try first.verifyChecksums()
    begin("comparing checksums", second)
    try second.verifyChecksums()
    begin("comparing both files", first, second)
    return try first.difference(to: second)
  }

  private func conversion(_ given: GivenModel) throws -> ConvertedFile {
    let file = try open(given, as: "the file")
    guard let format = task.format else { throw TaskFailure(.software, "there is no format") }
    begin("looking for the place of each array", file)
    return try file.converted(to: format, type: task.elementType, version: task.kerasVersion)
  }

  private func open(_ given: GivenModel, as name: String) throws -> AnyModelFile {
    begin("reading the structure of \(name)", given)
    let file = try AnyModelFile(
      reading: given.input, scratch: given.scratch, limits: task.limits.reading)
    if case .model(let model) = file { try requireTrustedClasses(of: model, given) }
    return file
  }

  private func begin(_ stage: String, _ files: AnyModelFile...) {
    // A conversion reads what it has written, which may be larger.
    let bytes = files.reduce(0) { $0 + $1.byteCount + 2 * $1.arrayBytes }
    port.begin(
      stage, seconds: task.limits.arraySeconds(forBytes: bytes),
      memoryBytes: task.limits.stageMemory(forBytes: bytes))
  }
}

/// What a conversion learns while it writes.
struct ConversionAnswer {
  let summary: ModelSummary
  let notes: [String]
}

extension ConversionAnswer: Message {
  init(from reader: inout MessageReader) throws(MessageError) {
    summary = try reader.take()
    notes = try reader.take()
  }

  func write(to writer: inout MessageWriter) { writer.put(summary, notes) }
}
