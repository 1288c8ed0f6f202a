import Bytes

/// Why a node is carried, and neither run nor rewritten.
enum CarriedReason: Error, Equatable, CustomStringConvertible {
  case unknownOperator(ByteString, domain: ByteString)
  case function(ByteString)
  case innerGraphs
  case oldVersion(Int64)
  case newVersion(Int64)
  case notImported(domain: ByteString)
  case attribute(ByteString)
  case unknownAttribute(ByteString)
  case operands(Int)
  case output(Int)
  case rank
  case value(String)

  var description: String {
    switch self {
    case .unknownOperator(let name, let domain):
      "bnfold does not know the operator \(domain.isEmpty ? name : domain + "." + name)"
    case .function(let name): "\(name) is a function of the model"
    case .innerGraphs: "it has graphs inside"
    case .oldVersion(let version): "version \(version) of the operators is older than 6"
    case .newVersion(let version): "version \(version) of the operators is newer than bnfold"
    case .notImported(let domain):
      "the model imports no version of the operators of \(domain.isEmpty ? "ai.onnx" : domain)"
    case .attribute(let name): "the attribute \(name) does not have a value that is known"
    case .unknownAttribute(let name): "bnfold does not know what the attribute \(name) does"
    case .operands(let count): "it has \(count) inputs"
    case .output(let number): "its output \(number) is read"
    case .rank: "the number of axes of its input is not known"
    case .value(let what): what
    }
  }
}
