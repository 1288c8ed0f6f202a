import BatchNormFolding
import Bytes
import ModelFormats
import Supervision

/// All limits of a run: on what is read, and on the process that reads it.
package struct Limits: Equatable, Codable {
  /// What was set; the last one counts, and a limit that is missing has its default.
  private var changes: [Change] = []
  /// Classes of the user's own that the user vouches for.
  package var trusted: [ByteString] = []
  /// Whether batch normalizations that train are taken for those at inference.
  package var assumesInference = false

  /// A limit that is not its default.
  private struct Change: Equatable, Codable {
    let limit: ReadingLimit
    let value: Int
  }

  package init() {}

  /// The number that was set for a limit; nil for its default.
  package subscript(limit: ReadingLimit) -> Int? {
    get { changes.last { $0.limit == limit }?.value }
    set { if let newValue { changes.append(Change(limit: limit, value: newValue)) } }
  }

  /// Where a limit on what is read is kept; nil for those of the process.
  private static func place(of limit: ReadingLimit) -> WritableKeyPath<ReadingLimits, Int>? {
    switch limit {
    case .file: \.fileBytes
    case .array: \.hdf5.arrayBytes
    case .total: \.hdf5.totalBytes
    case .expansion: \.hdf5.expansion
    case .objects: \.hdf5.objects
    case .depth: \.hdf5.depth
    case .members: \.zip.members
    case .tensors: \.safetensors.tensors
    case .zipExpansion: \.zip.expansion
    case .rank: \.hdf5.rank
    case .name: \.hdf5.nameBytes
    case .attributes: \.hdf5.attributes
    case .attribute: \.hdf5.attributeBytes
    case .chunks: \.hdf5.chunks
    case .json: \.json.bytes
    case .jsonDepth: \.json.depth
    case .jsonValues: \.json.values
    case .fields: \.wire.fields
    case .memory, .time: nil
    }
  }

  /// The limits of the process that were set, by their names; nil where both have their defaults.
  var processChanges: String? {
    let set = [ReadingLimit.memory, .time].compactMap { limit in
      self[limit].map { "\(limit.rawValue)=\($0)" }
    }
    return set.isEmpty ? nil : set.joined(separator: ",")
  }

  /// Limits of what is read.
  var reading: ReadingLimits {
    var limits = ReadingLimits()
    for limit in ReadingLimit.allCases {
      guard let place = Self.place(of: limit), let value = self[limit] else { continue }
      limits[keyPath: place] = value
    }
    limits.trustedClasses = Set(trusted)
    limits.assumesInference = assumesInference
    return limits
  }

  /// Processor seconds for reading the structure of a file.
  func structureSeconds(forBytes bytes: Int) -> Int { self[.time] ?? 2 + bytes / (32 << 20) }

  /// Processor seconds for a stage that decodes, moves or compares arrays, but runs no model.
  func arraySeconds(forBytes bytes: Int) -> Int { self[.time] ?? 2 + bytes / (1 << 20) }

  /// Address space for such stages; libraries take a fifth of what every stage has.
  func stageMemory(forBytes bytes: Int) -> Int { self[.memory] ?? 288 << 20 + 4 * bytes }

  /// Processor seconds for running one batch.
  func batchSeconds(ofSize size: Int) -> Int { self[.time] ?? 600 + size * 20 }

  /// Limits of a process that estimates statistics: its memory is bounded by a batch, its time by each batch and the data.
  ///
  /// - Parameters:
  ///   - bytes: of the model.
  ///   - allBytes: of the model and all data.
  ///   - batchSize: samples in a batch.
  ///   - isSequential: whether the data are gone through many times.
  func calibration(
    ofModel bytes: Int, allBytes: Int, batchSize: Int, isSequential: Bool
  ) -> WorkerLimits {
    var limits = worker(forBytes: bytes, runsModels: true, writes: false)
    let (batchBytes, overflow) = batchSize.multipliedReportingOverflow(by: 64 << 20)
    if self[.memory] == nil {
      limits.memoryBytes += overflow ? 1 << 40 : min(batchBytes, 1 << 40)
    }
    // A second for every 4 KiB is more than half a minute for an image.
    limits.totalSeconds = 3600 + (allBytes >> 12) * (isSequential ? 100 : 1)
    limits.deadlineSeconds = min(limits.totalSeconds + 60, Int(Int32.max) / 1000)
    // Compressed data are unpacked into a scratch file.
    let unpacked = unpackedBytes(of: allBytes)
    limits.writtenBytes = unpacked == .max ? dataFileBytes : max(limits.writtenBytes, unpacked)
    return limits
  }

  /// Processor seconds for finding the arrays of a file with data, and unpacking them.
  func dataSeconds(forBytes bytes: Int) -> Int { arraySeconds(forBytes: unpackedBytes(of: bytes)) }

  /// What an archive of this size may become.
  private func unpackedBytes(of bytes: Int) -> Int {
    let (unpacked, overflow) = bytes.multipliedReportingOverflow(by: reading.zip.expansion)
    return overflow ? .max : unpacked
  }

  /// How large a file with data may be, which is never read as a whole.
  var dataFileBytes: Int { self[.file] ?? 1 << 48 }

  /// Limits of a process that reads files of a size: what its stages need if the files are as compressed as they may be.
  func worker(forBytes bytes: Int, runsModels: Bool, writes: Bool) -> WorkerLimits {
    let (expanded, overflow) = bytes.multipliedReportingOverflow(by: reading.hdf5.expansion)
    let arrayBytes = overflow ? reading.hdf5.totalBytes : min(reading.hdf5.totalBytes, expanded)
    let seconds = 4 * arraySeconds(forBytes: bytes + arrayBytes) + (runsModels ? 600 + bytes / (1 << 20) : 0)
    let models = runsModels ? 4 << 30 + 8 * bytes : 0
    let memory = self[.memory] ?? stageMemory(forBytes: bytes + arrayBytes) + models
    // What is folded gets smaller; chunks and structure may be laid out less densely.
    let outputBytes = writes ? 1 << 30 + 4 * bytes : 0
    // Weights that are compressed as a whole are unpacked into a scratch file.
    let writtenBytes = max(outputBytes, min(reading.fileBytes, unpackedBytes(of: bytes)))
    return WorkerLimits(
      memoryBytes: memory, totalSeconds: seconds, deadlineSeconds: seconds + 60, writtenBytes: writtenBytes)
  }
}
