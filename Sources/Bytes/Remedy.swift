/// A limit on what a file or its reader may ask for, by the name that people set it by.
public enum ReadingLimit: String, Sendable, CaseIterable, Codable {
  case file, array, total, expansion, objects, depth, members, tensors
  case zipExpansion = "zip-expansion"
  case rank, name, attributes, attribute, chunks, json
  case jsonDepth = "json-depth"
  case jsonValues = "json-values"
  case fields, memory, time
}

/// What a caller can do about an error, without the words of any command.
public enum Remedy: Sendable, Equatable, Codable {
  /// Raise a limit, if the file is to be trusted.
  case raise(ReadingLimit)
  /// Raise the limits that were set, or set none.
  case raiseOrOmitLimits
  /// Give the architecture of the weights.
  case giveArchitecture
  /// Give no architecture, since the file has its own.
  case omitArchitecture
  /// Give the file with the weights, and this one as its architecture.
  case giveWeights
  /// Ask for no release of Keras.
  case omitRelease
  /// Make a plan of what is folded, and fold by it.
  case foldByPlan
  /// Ask for a file to be replaced.
  case replaceOutput
}

/// An error that may know what can be done about it.
public protocol RemediedError: Error {
  /// Nil where its description says all.
  var remedy: Remedy? { get }
}
