extension Report {
  /// The version of this program; the packages take it from here.
  package static let version = "0.1.0"
}
