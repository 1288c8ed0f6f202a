import BatchNormFolding
import Bytes

/// Finds out which other files a model has its weights in.
struct ExternalFilesJob: Job {
  var needsScratch: Bool { false }

  func answer(in workplace: Workplace) throws -> ExternalFilesAnswer {
    let input = workplace.models[0].input
    return ExternalFilesAnswer(names: try input.externalFiles(limits: workplace.limits.reading))
  }
}

/// The names that a model has for its other files, in the order in which it is given them.
struct ExternalFilesAnswer: Codable {
  let names: [ByteString]
}
