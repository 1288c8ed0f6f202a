import Arrays
import BatchNormFolding
import Files
import Fixtures
import Safetensors
import Testing

/// Files of Keras that were refused or hardly folded once: what is unusual in each concerns no more than it has to.
@Suite struct UnusualFileTests {
  /// A file with what has to become of its batch normalizations.
  struct File: Sendable, CustomStringConvertible {
    let name: String
    let folded: Set<String>
    var kept: [String: String] = [:]

    var description: String { name }
    var path: String { Fixtures.directory + "/unusual/" + name }
  }

  static let files = [
    File(name: "batch_normalization_v2.h5", folded: ["b1", "b2"]),
    File(name: "category_encoding.h5", folded: ["batch_normalization_2"]),
    File(name: "category_encoding.keras", folded: ["batch_normalization_3"]),
    File(name: "einsum_own_bias.keras", folded: [], kept: ["bn": "keras-bias-add"]),
    File(name: "einsum_shapes.h5", folded: ["dense_bn", "flat_bn"]),
    File(
      name: "einsum_several_axes.h5", folded: ["heads_bn", "apart_bn", "conv_bn"],
      kept: ["tokens_bn": "axis-mismatch"]),
    File(
      name: "einsum_several_axes.keras", folded: ["heads_bn", "apart_bn", "conv_bn"],
      kept: ["tokens_bn": "axis-mismatch"]),
    File(name: "frozen_training_true.tf_keras.h5", folded: ["fb"]),
    File(name: "frozen_training_true.tf_keras.keras", folded: ["fb"]),
    File(name: "lzf.h5", folded: ["b1", "b2"]),
    File(name: "masking.h5", folded: ["batch_normalization"]),
    File(name: "masking.keras", folded: ["batch_normalization_1"]),
    File(name: "operators_in_float64.keras", folded: ["b1", "b2"]),
    File(name: "prelu_activation.h5", folded: ["batch_normalization_4"]),
    File(name: "prelu_activation.keras", folded: ["batch_normalization_5"]),
    File(name: "rescaling_in_float64.keras", folded: ["bn"]),
    File(name: "relu6_between.h5", folded: [], kept: ["b": "activation"]),
    File(name: "renorm_tf1.h5", folded: [], kept: ["b1": "opaque-layer", "b2": "opaque-layer"]),
    File(name: "sequential_subclass.keras", folded: [], kept: ["batch_normalization": "opaque-layer"]),
    File(name: "several_axes.h5", folded: [], kept: ["batch_normalization_18": "axis-mismatch"]),
    File(name: "spectral_normalization.keras", folded: ["batch_normalization_19"]),
    File(name: "spectral_normalization_by_name.h5", folded: ["bn", "frozen/inner_bn", "last_bn"]),
    File(name: "tf_identity.h5", folded: ["batch_normalization_27", "batch_normalization_28"]),
    File(name: "tfjs_version.h5", folded: ["b1", "b2"]),
    File(
      name: "unknown_states.keras", folded: [],
      kept: ["batch_normalization": "opaque-layer", "batch_normalization_1": "opaque-layer"]),
    File(
      name: "windows_separators.keras",
      folded: ["batch_normalization_35", "batch_normalization_36", "batch_normalization_37"]),
    File(
      name: "zipped_again_in_a_folder.keras",
      folded: ["batch_normalization_35", "batch_normalization_36", "batch_normalization_37"]),
  ]

  @Test(arguments: files)
  func `It folds, is proven and reads back`(file: File) throws {
    let directory = TemporaryDirectory()
    let folded = try ModelFile(opening: file.path).fold()
    #expect(Set(folded.ledger.folded.map(\.layer.description)) == file.folded)
    let kept = folded.ledger.kept.compactMap { entry -> (String, String)? in
      guard case .kept(let refusal, forwards: _) = entry.outcome else { return nil }
      return (entry.layer.description, refusal.code.rawValue)
    }
    #expect(Dictionary(uniqueKeysWithValues: kept) == file.kept)
    let output = directory.file("folded")
    #expect(try folded.write(to: output)?.verdict == .equal)
    #expect(try ModelFile(opening: output).fold().ledger.folded.isEmpty)
  }

  /// Keras has the kernel twice, at the wrapper and at the layer in it, and loads both into one variable.
  @Test func `Both kernels of a spectral normalization are the folded one`() throws {
    let directory = TemporaryDirectory()
    let (archive, tensors) = (directory.file("folded.keras"), directory.file("folded.safetensors"))
    let path = Fixtures.directory + "/unusual/spectral_normalization.keras"
    try ModelFile(opening: path).fold().write(to: archive)
    try AnyModelFile(opening: archive).converted(to: .safetensors).write(to: tensors)
    let file = try SafetensorsFile(reading: InputFile(opening: tensors, limit: .max))
    let kernels = try file.tensors.filter { $0.shape == [3, 3, 3, 4] }.map {
      try NamedArray(copying: $0, of: file).content.bytes(0..<432)
    }
    #expect(kernels.count == 2 && kernels[0] == kernels[1])
  }

  /// What people read is in words of the field.
  @Test(arguments: Fixtures.all.map(\.path) + files.map(\.path))
  func `No reason shows a value of Swift`(path: String) throws {
    let code = try Regex(#"Optional\(|\bnil\b|\b(ModelGraph|Tensor|Folding|Inference)\.|\b[a-z]\w*\(\w+: "#)
    for entry in try ModelFile(opening: path).fold().ledger.kept {
      guard case .kept(let refusal, let forwards) = entry.outcome else { continue }
      for reason in [refusal.reason] + (forwards.map { [$0.reason] } ?? []) {
        #expect(!reason.contains(code), "\(reason)")
      }
    }
  }
}
