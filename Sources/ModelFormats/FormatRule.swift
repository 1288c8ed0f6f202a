/// A rule of a kind of file, such as what an architecture or a plan has to be; its description says how it is broken.
///
/// The rules stand in the room that reads the files, one case each, with the sentence beside them.
public protocol FormatRule: Error, CustomStringConvertible {}

extension ModelFileError {
  /// A file breaks a rule of its kind.
  public init(_ rule: any FormatRule, file: String, place: String = "") {
    self.init(.broken(rule), file: file, place: place)
  }
}
