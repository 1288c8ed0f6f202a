import Bytes
import ModelFormats

/// A file is not written under a name that says another format: what opens it would go by the name.
public struct MisleadingName: Error, CustomStringConvertible {
  public let description: String
}

extension ModelFile {
  /// The format that the file has, and in which a folded model is written.
  public var format: FileFormat { source.format }

  /// Checks that what is written would be opened as what it is.
  ///
  /// - Parameters:
  ///   - path: where the folded model goes.
  ///   - architecture: where its architecture goes, if that is a file of its own.
  /// - Throws: `MisleadingName`, with the command that gives the format of the name.
  public func checkNames(_ path: String, architecture: String? = nil) throws(MisleadingName) {
    // Some releases write another format under a name, and load it.
    let names = [path, self.path].map { FileFormat(path: $0) }
    if !names.allSatisfy({ $0.map(source.mayBeNamed) ?? false }) {
      try format.check(name: path, of: self.path)
    }
    guard let architecture, !ByteString(architecture).hasSuffix(".json") else { return }
    throw MisleadingName(
      description: """
        \(ByteString(architecture)): the architecture is written as JSON text, which this name does not say; \
        let it end in .json
        """)
  }
}

extension WeightsFile {
  /// Checks that what is written would be opened as what it is.
  ///
  /// - Throws: `MisleadingName`, with the command that gives the format of the name.
  public func checkName(_ path: String) throws(MisleadingName) {
    try source.format.check(name: path, of: self.path)
  }
}

extension FileFormat {
  fileprivate func check(name path: String, of input: String) throws(MisleadingName) {
    let named = FileFormat(path: path)
    // Weights by name are HDF5 files that may end in either way.
    let areSame =
      named == self || self == .namedWeights && (named == .wholeHDF5 || named == .objectWeights)
    guard !areSame else { return }
    let stem = ByteString(path).dropping(suffix: named?.ending ?? "") ?? ByteString(path)
    let own = stem + ending
    let advice = named.map { _ in "write \(own), and then: bnfold convert \(own) \(ByteString(path))" }
    throw MisleadingName(
      description: """
        \(ByteString(path)): a folded model is written in the format of \(ByteString(input)), which this name does not \
        say; \(advice ?? "write \(own)")
        """)
  }
}
