import Bytes
import ModelFormats
import Wire

/// The version of a set of operators that a model or a function uses.
public struct ONNXOperatorSet: Sendable, Hashable {
  /// Empty for the operators of ONNX itself.
  public let domain: ByteString
  public let version: Int64

  /// Reads the sets that are imported, of which each domain has one.
  ///
  /// Source: onnx/onnx.proto, `OperatorSetIdProto`.
  ///
  /// - Throws: `ModelFileError` where a domain has two versions.
  static func all(_ fields: [WireField], in outer: ONNXMessage) throws(ModelFileError) -> [ONNXOperatorSet] {
    var versions: [ByteString: Int64] = [:]
    return try fields.map { (field) throws(ModelFileError) in
      let message = try outer.message(field)
      var (domain, version): (ByteString, Int64) = ("", 0)
      try message.forEachField { (field) throws(ModelFileError) in
        if field.number == 1 { domain = normalized(try message.name(field)) }
        if field.number == 2 { version = try message.integer(field) }
      }
      guard versions.updateValue(version, forKey: domain) ?? version == version else {
        throw outer.problem(.repeatedOperatorSet(domain: domain))
      }
      return ONNXOperatorSet(domain: domain, version: version)
    }
  }

  /// The versions by domain; of two the first one counts.
  static func versions(of sets: [ONNXOperatorSet]) -> [ByteString: Int64] {
    Dictionary(sets.map { ($0.domain, $0.version) }) { first, _ in first }
  }

  /// A domain, of whose two names for ONNX itself one is used.
  static func normalized(_ domain: ByteString) -> ByteString { domain == "ai.onnx" ? "" : domain }
}
