import Bytes
import LosslessJSON
import ModelFormats
import ModelGraph

/// The release of Keras 2 for which a file is written, where it is another one than the model's own.
///
/// Files of Keras 3 are arranged in the same way in all of its releases; those of Keras 2 are not.
struct TargetRelease {
  let version: ByteString

  /// - Throws: `ModelFileError` where bnfold does not know what the release reads, or the model cannot be its.
  init(_ version: ByteString, for model: KerasModel) throws(ModelFileError) {
    let known = (12...21).map { ByteString("2.\($0)") }
    guard model.generation == .keras2 else {
      throw ModelFileError(.oneReleaseForAll, file: model.path)
    }
    let release = version.split(separator: UInt8(ascii: ".")).prefix(2)
    guard known.contains(ByteString(joining: Array(release), separator: UInt8(ascii: "."))) else {
      throw ModelFileError(
        version.hasPrefix("3")
          ? ModelConversionRule.otherGeneration : ModelConversionRule.unknownRelease(version: version),
        file: model.path)
    }
    // A version without its third number is as good.
    self.version =
      release.count == version.split(separator: UInt8(ascii: ".")).count ? version + ".0" : version
  }
}

extension KerasModel {
  /// The second number of the version; 0 where it is not known.
  var kerasMinorVersion: Int {
    let parts = kerasVersion.split(separator: UInt8(ascii: "."))
    return parts.count > 1 ? Int("\(parts[1])") ?? 0 : 0
  }

  /// Whether the release that wrote it writes HDF5 whatever the ending of the name is.
  package var savesHDF5UnderAnyName: Bool { generation == .keras2 && (1...12).contains(kerasMinorVersion) }

  /// Where Keras finds the class of a model.
  func module(ofClass name: ByteString) -> ByteString {
    guard name == "Functional" else { return "keras" }
    return generation == .keras2 ? engine + ".functional" : "keras.src.models.functional"
  }

  /// The module in which Keras 2 has its classes of models.
  private var engine: ByteString {
    switch kerasMinorVersion {
    case ...12: "keras.engine"
    case 13...15: "keras.src.engine"
    default: "tf_keras.src.engine"
    }
  }

  /// The text of an architecture, with the modules and the version of this model's release.
  func released(_ document: JSONDocument) -> JSONEditor {
    var editor = JSONEditor(document)
    replaceModules(in: document.root, by: &editor)
    if let version = document.root["keras_version"] {
      editor.replace(version, with: JSONEditor.quoted(kerasVersion))
    }
    return editor
  }

  private func replaceModules(in value: JSONValue, by editor: inout JSONEditor) {
    for element in value.array ?? [] { replaceModules(in: element, by: &editor) }
    for member in value.members ?? [] {
      if member.key == "module", let module = member.value.string {
        let engines: [ByteString] = ["tf_keras.src.engine.", "keras.src.engine.", "keras.engine."]
        guard let old = engines.first(where: { module.hasPrefix($0) }) else { continue }
        let name = ByteString(Array(module.bytes.dropFirst(old.bytes.count)))
        editor.replace(member.value, with: JSONEditor.quoted(engine + "." + name))
      } else {
        replaceModules(in: member.value, by: &editor)
      }
    }
  }
}
