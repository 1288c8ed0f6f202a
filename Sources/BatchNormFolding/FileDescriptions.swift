import Bytes

extension ModelFile: CustomStringConvertible {
  /// The path, and how large the model is.
  public var description: String {
    "\(ByteString(path)): \(counted(layerCount, "layer")), \(counted(parameterCount, "parameter"))"
  }
}

extension WeightsFile: CustomStringConvertible {
  /// The path, and how much is in it.
  public var description: String {
    "\(ByteString(path)): \(counted(tensorCount, "array")), \(counted(parameterCount, "parameter"))"
  }
}

extension AnyModelFile: CustomStringConvertible {
  public var description: String {
    switch self {
    case .model(let file): file.description
    case .weights(let file): file.description
    }
  }
}
