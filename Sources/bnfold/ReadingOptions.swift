import ArgumentParser
import BatchNormFolding
import Bytes
import Jobs
import Reports

extension Limits {
  /// - Throws: `ValidationError` with the part that is not `NAME=VALUE`.
  fileprivate init(written: String) throws {
    self.init()
    for change in written.split(separator: ",") {
      let parts = change.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2 else {
        throw ValidationError(
          "\(ByteString(String(change))) is not a limit: say NAME=VALUE, such as file=2G.")
      }
      guard let limit = ReadingLimit(rawValue: parts[0]) else {
        let names = ReadingLimit.allCases.map(\.rawValue)
        throw ValidationError("There is no limit \(ByteString(parts[0])).\(DidYouMean(parts[0], names))")
      }
      guard let value = Self.number(parts[1]) else {
        throw ValidationError("A limit is a positive number, which may end in K, M or G.")
      }
      self[limit] = value
    }
  }

  /// A positive number, which may end in K, M or G (powers of 1024).
  private static func number(_ text: String) -> Int? {
    let units: [Character: Int] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30]
    let unit = text.last.flatMap { units[$0] }
    guard let value = Int(unit == nil ? text[...] : text.dropLast()), value > 0 else { return nil }
    let (product, overflow) = value.multipliedReportingOverflow(by: unit ?? 1)
    return overflow || product > 1 << 48 ? nil : product
  }
}

/// The options that every command has that reads a file.
struct ReadingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Limits on the files that are read, as NAME=VALUE,... (default: none).",
      discussion:
        "Names: \(ReadingLimit.allCases.map(\.rawValue).joined(separator: ", ")). Values may end in K, M or G.",
      valueName: "changes"), transform: Limits.init(written:))
  private var limits = Limits()

  @Option(
    help: ArgumentHelp(
      "A custom class that computes what the class of Keras that it is made of computes; may be given several times.",
      valueName: "name"))
  var trustClass: [String] = []

  @Flag(help: "Take batch normalizations of an ONNX model that train for those at inference.")
  var assumeInference = false

  func validate() throws {
    if trustClass.contains(where: \.isEmpty) {
      throw ValidationError("--trust-class needs the name of a class.")
    }
  }

  /// What reads the files.
  var contained: Contained {
    var limits = limits
    limits.trusted = trustClass.map { ByteString($0) }
    limits.assumesInference = assumeInference
    return Contained(limits: limits, observer: Progress.self)
  }

  /// What is taken for a class of Keras on the user's word.
  var trusted: TrustedPart { TrustedPart(trustClass) }
}
