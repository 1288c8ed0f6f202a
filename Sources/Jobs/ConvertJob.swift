import BatchNormFolding
import Bytes
import Elements
import ModelFormats
import Supervision

/// Converts a file into empty ones.
struct ConvertJob: Job {
  let target: ConversionTarget

  func answer(in workplace: Workplace) throws -> ConversionAnswer {
    let converted = try workplace.convert(to: target)
    workplace.begin("writing the converted file", converting: converted.original)
    try workplace.write(converted.pending)
    return ConversionAnswer(summary: ModelSummary(of: converted.original), notes: converted.notes)
  }
}

/// Reads a converted file back.
struct CheckConversionJob: Job {
  let target: ConversionTarget

  var readsWhatIsWritten: Bool { true }

  func answer(in workplace: Workplace) throws -> ModelDifference {
    let converted = try workplace.convert(to: target)
    try converted.original.verifyChecksums()
    let given = workplace.waitForWhatIsWritten("converted file")
    workplace.begin("reading the converted file back", converting: converted.original)
    return try converted.pending.readBack(given.input.all, scratch: given.scratch)
  }
}

/// What a conversion learns while it writes.
package struct ConversionAnswer: Codable {
  package let summary: ModelSummary
  package let notes: [String]
}

/// Finds out what differs between two files.
struct CompareJob: Job {
  var namedModels: Int { 2 }

  func answer(in workplace: Workplace) throws -> ModelDifference {
    let files = [
      try workplace.openAny(0, as: "the first file"), try workplace.openAny(1, as: "the second file"),
    ]
    for file in files {
      workplace.begin("comparing checksums", converting: file)
      try file.verifyChecksums()
    }
    workplace.begin("comparing both files", converting: files[0], files[1])
    return try files[0].difference(to: files[1])
  }
}

extension ArrayDifference: CheckedMessage {
  /// A report adds these up.
  public var isPossible: Bool {
    [differentElements, elements, overflows].allSatisfy { (0...Answers.largestNumber).contains($0) }
  }
}

extension Workplace {
  fileprivate func convert(to target: ConversionTarget) throws -> ConvertedFile {
    let file = try openAny(0, as: "the file")
    begin("looking for the place of each array", converting: file)
    return try file.converted(to: target)
  }

  fileprivate func openAny(_ index: Int, as name: String) throws -> AnyModelFile {
    let given = models[index]
    begin("reading the structure of \(name)", structureOf: given)
    let file = try AnyModelFile(reading: given.input, scratch: given.scratch, limits: limits.reading)
    if case .model(let model) = file { try requireTrustedClasses(of: model, index) }
    return file
  }

  fileprivate func begin(_ stage: String, converting files: AnyModelFile...) {
    // A conversion reads what it has written, which may be larger.
    begin(stage, arrayBytes: files.reduce(0) { $0 + $1.byteCount + 2 * $1.arrayBytes })
  }
}
