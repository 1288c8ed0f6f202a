import Bytes
import ModelFormats

/// The rules that the names of an ONNX graph follow, and what bnfold does not do with it.
///
/// Source: onnx/docs/IR.md, "Names Within a Graph" and "Graph".
enum ONNXGraphRule: FormatRule, Equatable {
  /// A tensor that is read and that nothing before gives.
  case undefinedName(ByteString)
  /// A tensor that is given twice.
  case repeatedName(ByteString)
  /// Calls of functions that are too long when they are written out, each with what it calls.
  case longCalls(limit: Int)
  /// Two names for one tensor of a folded model, neither of which may go.
  case fixedNames(ByteString, ByteString)
  /// Another format or a release that was asked for.
  case otherFormat
  /// Another type that was asked for.
  case typesAreTheGraphs

  var description: String {
    switch self {
    case .undefinedName(let name): "it reads the tensor \(name), which nothing before it gives"
    case .repeatedName(let name): "the tensor \(name) is given twice"
    case .longCalls(let limit):
      "the functions that nodes call have more than \(grouped(limit)) bytes, written out at each call"
    case .fixedNames(let name, let other):
      "the tensors \(name) and \(other) would become one, and both names are needed"
    case .otherFormat: "an ONNX model is converted to ONNX only, which has no releases of Keras"
    case .typesAreTheGraphs:
      "the types of an ONNX model are those of its whole graph; convert it with the tool that exported it"
    }
  }
}
