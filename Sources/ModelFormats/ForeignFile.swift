import Bytes
import Files
import HDF5

/// A file that people take for a model and that bnfold does not read: what it is, and the way forward.
public struct ForeignFile: Sendable, CustomStringConvertible {
  /// Such as `an HTML page`.
  public let what: String
  /// What to do instead; empty where a remedy says it.
  public let advice: String
  public let remedy: Remedy?
  private let isIt: @Sendable (Content) -> Bool

  public var description: String { "this is \(what)" + (advice.isEmpty ? "" : "; \(advice)") }

  /// What a file is known by.
  struct Content {
    /// Its first bytes.
    let head: [UInt8]
    /// Its last bytes.
    let tail: [UInt8]
    let name: ByteString
    /// Names of what is in it, for an archive or a folder.
    var members: [ByteString] = []

    func begins(_ text: String) -> Bool { head.starts(with: text.utf8) }

    var isText: Bool { head.allSatisfy { $0 >= 32 && $0 != 127 || (9...13).contains($0) } }

    /// Whether a text is among the first bytes, whatever the case of its letters.
    func has(_ text: String) -> Bool {
      ByteString(head).description.lowercased().contains(text)
    }

    func isNamed(_ endings: ByteString...) -> Bool { endings.contains { name.hasSuffix($0) } }

    func hasMember(_ name: ByteString) -> Bool {
      members.contains { $0 == name || $0.hasSuffix("/" + name) }
    }
  }

  private init(
    _ what: String, _ advice: String = "", remedy: Remedy? = nil,
    _ isIt: @escaping @Sendable (Content) -> Bool
  ) {
    (self.what, self.advice, self.remedy, self.isIt) = (what, advice, remedy, isIt)
  }
}

extension ForeignFile {
  /// A file that is neither safetensors nor an archive nor a message of protobuf.
  enum Kind {
    case hdf5
    /// By its name or its first bytes an ONNX model, of which not all is there.
    case damagedProtobuf
    case other(ModelFileError)
  }

  /// What a file is that is not foreign.
  static let modelFiles = "HDF5 files, .keras archives, safetensors and ONNX models"

  /// Says what a file is that is neither safetensors nor an archive nor a message of protobuf.
  ///
  /// - Throws: `ModelFileError` where it cannot be read.
  static func kind(of input: InputFile) throws(ModelFileError) -> Kind {
    let content = try content(of: input)
    let isHDF5 = try FileReading.inHDF5(input.path) { () throws(HDF5Error) in
      try HDF5File.isHDF5(input)
    }
    guard !isHDF5 || isTar(content) else { return .hdf5 }
    if let known = files.first(where: { $0.isIt(content) }) {
      return .other(ModelFileError(.foreign(known), file: input.path))
    }
    let mayBeONNX = isONNX(content) || content.isNamed(".onnx")
    return mayBeONNX ? .damagedProtobuf : .other(ModelFileError(.unknown, file: input.path))
  }

  private static func content(of input: InputFile) throws(ModelFileError) -> Content {
    do throws(FileError) {
      let count = input.byteCount
      return Content(
        head: try input.read(min(4096, count), from: 0),
        tail: try input.read(min(16, count), from: max(0, count - 16)), name: ByteString(input.path))
    } catch {
      throw ModelFileError(error)
    }
  }

  /// What an archive or a folder without weights of Keras is, by the names in it.
  package static func known(holding members: [ByteString]) -> ForeignFile? {
    let content = Content(head: [], tail: [], name: "", members: members)
    return collections.first { $0.isIt(content) }
  }

  /// Whether protobuf's first field is the version of ONNX's format, and what follows is a field of a model.
  ///
  /// Versions 1 and 2 are older than ONNX's first release; a SavedModel begins with the same field and 1.
  /// Source: onnx/onnx.proto, `ModelProto`; tensorflow/core/protobuf/saved_model.proto.
  private static func isONNX(_ content: Content) -> Bool {
    let head = content.head
    guard head.count > 4, head[0] == 0x08, (3...30).contains(head[1]) else { return false }
    return [0x12, 0x1A, 0x22, 0x28, 0x32, 0x3A, 0x42].contains(head[2])
  }

  /// The first file of an archive may be HDF5, and stand where HDF5 looks for itself.
  @Sendable private static func isTar(_ content: Content) -> Bool {
    content.head.count > 262 && content.head[257..<262].elementsEqual("ustar".utf8)
  }

  private static let convertInKeras = "load it with the framework that wrote it, and save it as .keras or .h5"
  private static let saveTensors =
    "save its state dictionary with safetensors.torch.save_file, and let bnfold plan propose what to fold"

  /// Single files; the first that fits is it.
  private static let files: [ForeignFile] = [
    ForeignFile("an empty file", "copy or download it again") { $0.head.isEmpty },
    ForeignFile("a pointer of Git LFS, not the file itself", "fetch that with: git lfs pull") {
      $0.begins("version https://git-lfs")
    },
    ForeignFile("an HTML page", "the download was answered by a page; download the file itself") {
      $0.has("<!doctype html") || $0.has("<html")
    },
    ForeignFile("a model of TensorFlow.js", "convert it with: tensorflowjs_converter --output_format keras") {
      $0.begins("{") && ($0.has("\"modeltopology\"") || $0.has("\"weightsmanifest\""))
    },
    ForeignFile("an architecture without weights", remedy: .giveWeights) {
      $0.begins("{") && $0.has("\"class_name\"")
    },
    ForeignFile("a model of TensorFlow Lite", "fold the model that it was converted from") {
      $0.head.count > 8 && $0.head[4..<8].elementsEqual("TFL3".utf8)
    },
    ForeignFile("an index of a TensorFlow checkpoint", convertInKeras) {
      $0.tail.suffix(8).elementsEqual([0x57, 0xFB, 0x80, 0x8B, 0x24, 0x75, 0x47, 0xDB])
        || $0.isNamed(".index") && $0.head.starts(with: [0, 0])
    },
    ForeignFile("a part of a TensorFlow checkpoint", convertInKeras) {
      $0.begins("model_checkpoint_path:") || $0.name.description.contains(".data-0000")
    },
    ForeignFile("a pickle, which only Python can read, and which runs code", saveTensors) { content in
      content.head.count > 1 && content.head[0] == 0x80 && (2...5).contains(content.head[1])
    },
    ForeignFile("a graph of TensorFlow (protobuf)", convertInKeras) {
      $0.isNamed(".pb", ".pbtxt", ".meta")
    },
    ForeignFile("an array of NumPy", "bnfold run takes it as an input of a model") {
      $0.head.starts(with: [0x93] + Array("NUMPY".utf8))
    },
    ForeignFile("a compressed file", "decompress it first") { content in
      [[0x1F, 0x8B], [0x42, 0x5A, 0x68], [0xFD, 0x37, 0x7A], [0x28, 0xB5, 0x2F, 0xFD]]
        .contains { content.head.starts(with: $0) }
    },
    ForeignFile("a tar archive", "unpack it, and give the model in it", isTar),
    ForeignFile("the beginning of an HDF5 file", "copy or download it again") {
      $0.head.starts(with: [0x89] + Array("HDF\r\n".utf8))
    },
    ForeignFile("a text or JSON file without a model", "give the model's .h5, .keras or .safetensors file") {
      ($0.begins("{") || $0.begins("[")) && $0.isText || $0.isNamed(".json", ".yaml", ".yml", ".txt", ".md")
    },
  ]

  /// Archives and folders; the first that fits is it.
  private static let collections: [ForeignFile] = [
    ForeignFile("a SavedModel of TensorFlow", convertInKeras) {
      $0.hasMember("saved_model.pb") || $0.hasMember("saved_model.pbtxt")
    },
    ForeignFile("a file of PyTorch, whose pickle only Python can read, and which runs code", saveTensors) {
      $0.hasMember("data.pkl") || $0.hasMember("constants.pkl")
    },
    ForeignFile(
      "a .keras file with its weights as .npz",
      "load it with Keras and save it again; weights are .h5 by default"
    ) { $0.hasMember("model.weights.npz") },
    ForeignFile("an archive of NumPy's arrays", "bnfold run takes it as inputs of a model") {
      !$0.members.isEmpty && $0.members.allSatisfy { $0.hasSuffix(".npy") }
    },
    ForeignFile("a folder with a TensorFlow checkpoint", convertInKeras) {
      $0.hasMember("checkpoint") || $0.members.contains { $0.hasSuffix(".index") }
    },
    ForeignFile("a folder of Hugging Face", "give the .safetensors file or its index, with bnfold plan") {
      $0.members.contains { $0.hasSuffix(".safetensors") || $0.hasSuffix(".safetensors.index.json") }
    },
    ForeignFile("a folder or an archive with models", "give one of the files in it, unpacked") {
      $0.members.contains { $0.hasSuffix(".h5") || $0.hasSuffix(".keras") || $0.hasSuffix(".hdf5") }
    },
  ]
}
