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
  /// A model that was to be folded.
  case notFolded
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
    case .notFolded: "bnfold does not fold ONNX models yet; it inspects, runs and verifies them"
    case .otherFormat: "an ONNX model is converted to ONNX only, which has no releases of Keras"
    case .typesAreTheGraphs:
      "the types of an ONNX model are those of its whole graph; convert it with the tool that exported it"
    }
  }
}
