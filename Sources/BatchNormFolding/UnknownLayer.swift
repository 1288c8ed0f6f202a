import Bytes

/// A name that is not that of a batch normalization of the model.
public struct UnknownLayer: Error, CustomStringConvertible {
  public let name: ByteString
  public let file: String
  /// The batch normalization that has the name most like it; nil where none is like it.
  public let similar: ByteString?

  /// - Parameters:
  ///   - name: what is not there.
  ///   - file: the path of the model.
  ///   - known: the names of its batch normalizations.
  public init(name: ByteString, file: String, known: [ByteString]) {
    self.name = name
    self.file = file
    similar = NearestName(to: name, among: known)?.name
  }

  public var description: String {
    let hint =
      similar.map { "did you mean \($0)? bnfold inspect lists all" } ?? "bnfold inspect lists them"
    return "\(ByteString(file)): there is no batch normalization with the name \(name); \(hint)"
  }
}
