import LosslessJSON

/// A small JSON file that one call writes and another one reads: a baseline, a certificate.
package protocol KeptFile {
  /// What it is called, which is also the member that has its version.
  static var name: String { get }
  /// How a file that is none comes about; empty where that is clear.
  static var origin: String { get }
  /// How many bytes it may have.
  static var largestBytes: Int { get }

  /// - Throws: `KeptFileError` if the text is not that of such a file.
  init(parsing text: [UInt8]) throws(KeptFileError)
}

extension KeptFile {
  package static var origin: String { "" }

  /// The version of the files.
  static var schema: Int { 1 }

  /// The members of a file of this kind and version.
  static func root(of text: [UInt8]) throws(KeptFileError) -> JSONValue {
    let root: JSONValue
    do throws(JSONError) {
      root = try JSONDocument(parsing: text).root
    } catch {
      throw KeptFileError(words: "it is not JSON: \(error)")
    }
    guard root[.init(name)]?.integer == schema else {
      throw KeptFileError(words: "it has no \"\(name)\": \(schema)\(origin)")
    }
    return root
  }
}

/// Why a file is not what it is read as.
package struct KeptFileError: Error {
  /// A clause, which the name of the file precedes.
  package let words: String
}
