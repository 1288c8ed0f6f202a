import Bytes

/// What to do about an error, in the options of the command line.
extension Remedy {
  var advice: String {
    switch self {
    case .raise(.time): "if it is neither, raise the limit with --limits time=SECONDS"
    case .raise(let limit): "raise the limit with --limits \(limit.rawValue)=\(limit.unit)"
    case .raiseOrOmitLimits: "raise them with --limits, or omit them"
    case .giveArchitecture:
      "name its architecture with --architecture (model.to_json(), a .keras or an .h5 file)"
    case .omitArchitecture: "omit --architecture"
    case .giveWeights: "give the file with the weights, and this one with --architecture"
    case .foldByPlan: "let bnfold plan propose what to fold, and use it with bnfold fold --plan"
    case .replaceOutput: "use --force to replace it"
    case .omitRelease: "omit --keras-version, which is for Keras 2 only"
    }
  }
}

extension ReadingLimit {
  /// What its number counts.
  fileprivate var unit: String {
    switch self {
    case .file, .array, .total, .name, .attribute, .json, .memory: "BYTES"
    case .time: "SECONDS"
    case .objects, .depth, .members, .tensors, .rank, .attributes, .chunks, .jsonDepth, .jsonValues, .fields,
      .expansion, .zipExpansion:
      "NUMBER"
    }
  }
}
