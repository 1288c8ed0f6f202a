import Bytes
import ModelGraph

/// Sees the results of every layer of a run, inner ones included.
public struct LayerObserver<Scalar: InferenceScalar> {
  /// The names of the models around the layers.
  let prefix: ByteString
  /// What is done with a result, under a name that no other one has.
  let note: (ByteString, TensorValue<Scalar>) -> Void

  /// - Parameter note: gets the layer's path, `backbone/conv1`, followed by `#2` for its second call and so on, and by
  ///   `:1` for its second output and so on.
  public init(_ note: @escaping (ByteString, TensorValue<Scalar>) -> Void) {
    prefix = ""
    self.note = note
  }

  private init(prefix: ByteString, note: @escaping (ByteString, TensorValue<Scalar>) -> Void) {
    self.prefix = prefix
    self.note = note
  }

  /// The observer of a model that a layer is or wraps.
  func inside(_ call: Call, of layer: Layer) -> LayerObserver {
    LayerObserver(prefix: name(call, of: layer) + "/", note: note)
  }

  func see(_ call: Call, of layer: Layer, _ outputs: [TensorValue<Scalar>]) {
    for (index, output) in outputs.enumerated() {
      note(name(call, of: layer) + (index == 0 ? "" : ByteString(":\(index)")), output)
    }
  }

  private func name(_ call: Call, of layer: Layer) -> ByteString {
    prefix + layer.name + (call.number == 0 ? "" : ByteString("#\(call.number + 1)"))
  }
}
