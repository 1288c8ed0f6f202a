/// A broken rule inside an architecture, before the file's name is known.
struct ArchitectureError: Error {
  let rule: ArchitectureRule
  /// Such as a layer's name; nil for the architecture as a whole.
  let place: String?

  init(_ rule: ArchitectureRule, at place: String? = nil) {
    self.rule = rule
    self.place = place
  }
}
