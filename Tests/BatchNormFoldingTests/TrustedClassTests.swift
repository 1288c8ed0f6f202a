import BatchNormFolding
import Bytes
import Fixtures
import LosslessJSON
import ModelFormats
import ModelGraph
import Testing
@testable import KerasFormat

/// Classes of the user's own that compute what a class of Keras computes, on the user's word.
@Suite struct TrustedClassTests {
  private func file(_ name: String, trusting names: [ByteString]) throws -> ModelFile {
    var limits = ReadingLimits()
    limits.trustedClasses = Set(names)
    return try ModelFile(opening: Fixtures.directory + "/unusual/\(name).keras", limits: limits)
  }

  @Test(arguments: [
    ("registered_subclass", "MyBN", "my_bn"), ("registered_subclass", "hunt>MyBN", "my_bn"),
    ("model_subclass", "MyModel", "batch_normalization_8"),
    ("sequential_subclass", "MySeq", "batch_normalization"),
  ])
  func `A trusted class folds as the one that it is made of`(file: String, name: String, layer: String) throws
  {
    let folded = try self.file(file, trusting: [ByteString(name)]).fold()
    #expect(folded.ledger.folded.map(\.layer.description) == [layer])
  }

  @Test(
    arguments: ["registered_subclass", "model_subclass"], ["", "Other", "unt>MyBN"])
  func `Others stay as they are`(file: String, name: String) throws {
    #expect(try self.file(file, trusting: [ByteString(name)]).fold().ledger.folded.isEmpty)
  }

  @Test(arguments: [
    ("moving_mean_initializer moving_variance_initializer axis", 0, "BatchNormalization"),
    ("filters kernel_size strides groups use_bias", 2, "Conv2D"),
    ("filters kernel_size strides output_padding use_bias", 1, "Conv1DTranspose"),
    ("depthwise_initializer depth_multiplier kernel_size", 2, "DepthwiseConv2D"),
    ("depthwise_initializer pointwise_initializer kernel_size depth_multiplier", 1, "SeparableConv1D"),
    ("units activation use_bias kernel_initializer bias_initializer", 0, "Dense"),
    // A recurrent layer, and one that could be anything.
    ("units activation use_bias kernel_initializer bias_initializer recurrent_initializer", 0, ""),
    ("units", 0, ""),
  ])
  func `A layer is told by its attributes`(attributes: String, rank: Int, name: String) throws {
    let members = attributes.split(separator: " ").map { key in
      "\"\(key)\": "
        + (key == "kernel_size"
          ? "[\([Int](repeating: 3, count: rank).map(String.init).joined(separator: ","))]" : "1")
    }
    let text = "{\"config\": {\(members.joined(separator: ", "))}}"
    let element = try JSONDocument(parsing: Array(text.utf8)).root
    let base = try? TrustedClasses.base(of: element)
    #expect(base?.description ?? "" == name)
  }
}
