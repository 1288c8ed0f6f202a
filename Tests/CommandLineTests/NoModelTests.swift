import Fixtures
import LosslessJSON
import Testing

/// What people give by mistake is told by what it is, with the way forward.
@Suite struct NoModelTests {
  private static let folder = Fixtures.directory + "/foreign/"

  /// A file or folder, what it has to be called, and what to do.
  static let files = [
    ("architecture_only.json", "an architecture without weights", "--architecture"),
    ("checkpoint.index", "an index of a TensorFlow checkpoint", ".keras or .h5"),
    ("empty.h5", "an empty file", "download it again"),
    ("git_lfs_pointer.h5", "a pointer of Git LFS", "git lfs pull"),
    ("git_lfs_pointer.safetensors", "a pointer of Git LFS", "git lfs pull"),
    ("html_page.h5", "an HTML page", "download the file itself"),
    ("keras1.h5", "Keras 1.2.2", "Keras 2 first"),
    ("model.tflite", "a model of TensorFlow Lite", "converted from"),
    ("pickle.pth", "a pickle", "safetensors.torch.save_file"),
    ("saved_model", "a SavedModel", ".keras or .h5"),
    ("saved_model/saved_model.pb", "a graph of TensorFlow", ".keras or .h5"),
    ("subclassed.keras", "a custom class", "functional API"),
    ("tensorflowjs_model.json", "a model of TensorFlow.js", "tensorflowjs_converter"),
    ("torch.pth", "a file of PyTorch", "safetensors.torch.save_file"),
    ("weights_as_npz.keras", "weights as .npz", "save it again"),
    ("array.npy", "an array of NumPy", "bnfold run"),
    ("arrays.npz", "an archive of NumPy's arrays", "bnfold run"),
    ("compressed.h5.gz", "a compressed file", "decompress"),
    ("model.tar", "a tar archive", "unpack"),
  ]

  @Test(arguments: files, ["inspect", "fold", "verify"])
  func `It is refused in one line`(file: (String, String, String), command: String) throws {
    let directory = TemporaryDirectory()
    let path = Self.folder + file.0
    let output = directory.file("out.h5")
    let arguments =
      ["inspect": [path], "fold": [path, "-o", output], "verify": [path, path]][command] ?? []
    let outcome = try Binary.run([command] + arguments)
    #expect(outcome.code == 65)
    #expect(outcome.errors.contains(file.1) && outcome.errors.contains(file.2), "\(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").count == 1)
    #expect(outcome.output.isEmpty && directory.contents.isEmpty)
  }

  @Test func `A whole model needs no plan`() throws {
    let directory = TemporaryDirectory()
    let (model, tensors) = (Fixtures.fixture("keras3", "dense").path, directory.file("model.safetensors"))
    #expect(try Binary.run(["convert", model, tensors]).code == 0)
    for path in [model, Self.folder + "../unusual/masking.keras", tensors] {
      let outcome = try Binary.run(["plan", path])
      #expect(outcome.code == 65 && outcome.errors.contains("needs no plan"), "\(outcome.errors)")
    }
  }

  @Test(arguments: [
    ["fold", "-", "-o", "x.h5"], ["fold", "x.h5", "-o", "-"], ["convert", "x.h5", "-"],
    ["fold", "x.h5", "--in-place", "--in-place"], ["fold", "x.h5", "-o", "y.h5", "--output", "z.h5"],
    ["fold", "x.h5", "-o", "y.h5", "--seed", "1", "--seed=2"],
  ])
  func `Streams and options that are given twice are wrong usage`(arguments: [String]) throws {
    let outcome = try Binary.run(arguments)
    #expect(outcome.code == 64)
    #expect(outcome.errors.contains("Give a path") || outcome.errors.contains("is given twice"))
  }

  @Test func `A trusted class that is nowhere is wrong usage`() throws {
    let path = Fixtures.directory + "/unusual/registered_subclass.keras"
    let directory = TemporaryDirectory()
    let output = directory.file("out.keras")
    for name in ["Nope", ""] {
      #expect(try Binary.run(["fold", path, "-o", output, "--trust-class", name]).code == 64)
    }
    #expect(directory.contents.isEmpty)
    #expect(try Binary.run(["fold", path, "-o", output, "--trust-class", "MyBN"]).code == 0)
    // The folded model has it no longer.
    let outcome = try Binary.run(["verify", path, output, "--trust-class", "MyBN", "--json"])
    let report = try JSONDocument(parsing: Array(outcome.output.utf8)).root
    #expect(outcome.code == 0 && report["trusted_classes"]?.array?.map(\.string) == ["MyBN"])
    let converted = directory.file("out.h5")
    #expect(try Binary.run(["convert", path, converted, "--trust-class", "Absent"]).code == 64)
    let conversion = try Binary.run(["convert", path, converted, "--trust-class", "MyBN"])
    #expect(conversion.code == 0 && conversion.output.contains("trusted: MyBN"))
  }

  @Test(arguments: [
    ("file", "BYTES"), ("array", "BYTES"), ("total", "BYTES"), ("objects", "NUMBER"), ("depth", "NUMBER"),
    ("rank", "NUMBER"), ("name", "BYTES"), ("attributes", "NUMBER"), ("attribute", "BYTES"),
    ("json", "BYTES"), ("json-depth", "NUMBER"), ("json-values", "NUMBER"),
  ])
  func `An error about a limit names the option that raises it`(name: String, unit: String) throws {
    let path = Fixtures.directory + "/keras3/bn_axis_explicit.h5"
    let outcome = try Binary.run(["inspect", path, "--limits", "\(name)=1"])
    #expect(outcome.code == 65)
    #expect(outcome.errors.hasSuffix("raise the limit with --limits \(name)=\(unit)\n"))
  }

  @Test func `A limit that the user has set is not the file's fault`() throws {
    let path = Fixtures.fixture("keras3", "dense").path
    let outcome = try Binary.run(["inspect", path, "--limits", "memory=1M"])
    #expect(outcome.code == 65 && outcome.errors.contains("within the limits memory=1048576"))
    #expect(!outcome.errors.contains("hostile"))
  }
}
