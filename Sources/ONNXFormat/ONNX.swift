import Bytes
import Files
import ModelFormats

/// The model files of ONNX: a graph of operators with its weights, in protobuf, and weights in files beside it.
public enum ONNX: ModelFormat {
  public static func recognizes(_ opened: OpenedInput) -> Recognition {
    guard case .protobuf(let fields) = opened.content else { return .foreign }
    return ONNXModel.isModel(havingFields: fields) ? .model : .foreign
  }

  public static func externalFiles(
    of opened: OpenedInput, limits: ReadingLimits
  ) throws(ModelFileError) -> [ByteString] {
    try ONNXModel(reading: opened.input.model, limits: limits).externalFiles
  }

  public static func open(
    _ opened: OpenedInput, scratch: ScratchFile?, limits: ReadingLimits
  ) throws(ModelFileError) -> any ModelSource {
    try ONNXSource(reading: opened.input, limits: limits)
  }
}
