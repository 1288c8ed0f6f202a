import LosslessJSON
import ModelGraph

/// Classes that modules of keras.applications define for their own networks, told by module and name.
///
/// Source: keras/src/applications/convnext.py and inception_resnet_v2.py.
enum ApplicationLayerReader {
  /// The operation; nil for any other class, or where its attributes are not understood.
  static func operation(of element: JSONValue) -> Operation? {
    guard let module = element["module"]?.string, let name = element["class_name"]?.string else { return nil }
    let isOfKeras = ["keras.", "tf_keras."].contains { module.hasPrefix($0) }
    guard isOfKeras, let file = module.split(separator: UInt8(ascii: ".")).last else { return nil }
    let configuration = element["config"]
    switch (file, name) {
    case ("convnext", "LayerScale"):
      guard let channels = configuration?["projection_dim"]?.smallInteger, channels > 0 else { return nil }
      return .channelScaling(channels: channels)
    case ("convnext", "StochasticDepth"): return .identity
    case ("inception_resnet_v2", "CustomScaleLayer"):
      return configuration?["scale"]?.double.map { .merge(.addScaled(scale: $0)) }
    default: return nil
    }
  }
}
