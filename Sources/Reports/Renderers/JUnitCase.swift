/// A test: a batch normalization, or a check.
struct JUnitCase {
  let name: String
  let result: Result
  /// The kind of what is not as it should be, such as `activation`.
  var kind = ""
  var message = ""
  /// Lines that say more.
  var details: [String] = []

  init(_ name: String) { (self.name, result) = (name, .passed) }

  init(_ name: String, _ result: Result, _ kind: String, _ message: String, details: [String] = []) {
    (self.name, self.result, self.kind, self.message) = (name, result, kind, message)
    self.details = details
  }

  /// How it ended, with the name of its element.
  enum Result: String {
    case passed
    case skipped, failure, error
  }

  /// - Parameter className: what the test belongs to; of its name, what is before the last point is a package.
  func lines(in className: String) -> [String] {
    let start =
      "    <testcase" + XMLText.attribute("name", name) + XMLText.attribute("classname", className)
    guard result != .passed else { return [start + "/>"] }
    let attributes = XMLText.attribute("type", kind) + XMLText.attribute("message", message)
    let text = XMLText.content(details.joined(separator: "\n"))
    return [
      start + ">", "      <\(result.rawValue)\(attributes)>\(text)</\(result.rawValue)>", "    </testcase>",
    ]
  }
}
