import Bytes
import Files

/// The name that a folded model gets where none is given.
package enum FoldedName {
  /// `NAME.folded.EXT` beside the model, in the format of its kind.
  package static func beside(_ path: String) -> String {
    var stem = ByteString(path)
    while stem.bytes.count > 1, let shorter = stem.dropping(suffix: "/") { stem = shorter }
    for (ending, written) in [
      (".weights.h5", ".weights.h5"), (".weights.json", ".weights.h5"),
      (".safetensors.index.json", ".safetensors"),
    ] {
      guard let name = stem.dropping(suffix: ByteString(ending)) else { continue }
      return text(name) + ".folded" + written
    }
    if Folder.exists(path) { return text(stem) + ".folded.keras" }
    let place = PathParts(text(stem))
    guard let dot = place.name.lastIndex(of: "."), dot != place.name.startIndex else {
      return text(stem) + ".folded"
    }
    return place.sibling(place.name[..<dot] + ".folded" + place.name[dot...])
  }

  private static func text(_ name: ByteString) -> String { String(decoding: name.bytes, as: UTF8.self) }
}
