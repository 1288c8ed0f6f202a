/// A broken rule inside an architecture, before the file's name is known.
struct ArchitectureError: Error {
  let what: String
  /// Such as a layer's name; nil for the architecture as a whole.
  let place: String?

  init(_ what: String, at place: String? = nil) {
    self.what = what
    self.place = place
  }
}
