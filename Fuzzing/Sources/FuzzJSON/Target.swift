import LosslessJSON

/// Any bytes are JSON or not; what is JSON can be edited, and is JSON afterwards.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJSON(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let text = Array(UnsafeBufferPointer(start: start, count: count))
  var limits = JSONLimits()
  limits.acceptsNonFiniteNumbers = count % 2 == 0
  guard let document = try? JSONDocument(parsing: text, limits: limits) else { return 0 }
  precondition(JSONEditor(document).apply() == text, "an edit of nothing changes the text")
  var editor = JSONEditor(document)
  if let members = document.root.members {
    editor.set("new \u{0} key", of: document.root, to: "[1]")
    if let first = members.first {
      editor.set(first.key, of: document.root, to: JSONEditor.quoted(first.key))
    }
  } else if let elements = document.root.array, !elements.isEmpty {
    editor.remove([0, elements.count / 2], from: document.root)
  }
  let edited = editor.apply()
  guard let result = try? JSONDocument(parsing: edited, limits: limits) else {
    preconditionFailure("an edited text is no JSON")
  }
  if let members = document.root.members {
    precondition(
      result.root["new \u{0} key"]?.array?.count == 1 && result.root.members!.count >= members.count)
  }
  return 0
}
