import Fixtures
import Foundation
import LosslessJSON
import Testing

/// Certificates: what was proven of which files, and of no others.
@Suite struct CertificateTests {
  private let directory = TemporaryDirectory()
  private let fixture = Fixtures.fixture("keras3", "pattern_densenet_block").path

  /// A folder with a model, its fold and the certificate.
  private func certified() throws -> (model: String, folded: String, certificate: String) {
    let files = (directory.file("m.h5"), directory.file("m.folded.h5"), directory.file("m.json"))
    try writeFile(files.0, readFile(fixture))
    let outcome = try Binary.run(["fold", files.0, "--certificate", files.2])
    try #require(outcome.code == 0, "\(outcome.errors)")
    return files
  }

  @Test func `A certificate has both files, and is checked by proving again`() throws {
    let files = try certified()
    let certificate = try JSONDocument(parsing: readFile(files.certificate)).root
    #expect(certificate["verdict"]?.string == "equal" && certificate["grade"]?.string == "exact")
    let paths = certificate["files"]?.array?.compactMap { $0["path"]?.string?.description }
    #expect(paths == ["m.h5", "m.folded.h5"])
    let outcome = try Binary.run(["verify", "--certificate", files.certificate])
    #expect(outcome.code == 0 && outcome.output.contains("✓ equal: proven"))
    // verify writes the same one.
    let again = directory.file("again.json")
    #expect(try Binary.run(["verify", files.model, files.folded, "--certificate", again]).code == 0)
    #expect(try readFile(again) == readFile(files.certificate))
  }

  @Test func `Another file in the place of a certified one is refused`() throws {
    let files = try certified()
    let (model, folded) = (try readFile(files.model), try readFile(files.folded))
    var damaged = folded
    damaged[damaged.count - 1] ^= 1
    let others = [(model, model), (folded, model), (model, damaged), (folded, folded)]
    for (first, second) in others {
      try writeFile(files.model, first)
      try writeFile(files.folded, second)
      let outcome = try Binary.run(["verify", "--certificate", files.certificate])
      #expect(outcome.code == 1)
      #expect(outcome.errors.contains("is not the file that was certified"))
    }
  }

  @Test func `A file that only comes with the others is certified, too`() throws {
    let folder = directory.file("u")
    mkdir(folder, 0o777)
    for name in ["config.json", "metadata.json", "model.weights.h5"] {
      let source = Fixtures.directory + "/keras3/pattern_resnet_block.folder/\(name)"
      try writeFile("\(folder)/\(name)", readFile(source))
    }
    let certificate = directory.file("c.json")
    let made = ["fold", folder, "-o", directory.file("o.keras"), "--certificate", certificate]
    try #require(try Binary.run(made).code == 0)
    #expect(try Binary.run(["verify", "--certificate", certificate]).code == 0)
    try writeFile("\(folder)/metadata.json", readFile("\(folder)/metadata.json") + [10])
    let outcome = try Binary.run(["verify", "--certificate", certificate])
    #expect(outcome.code == 1 && outcome.errors.contains("is not the file that was certified"))
  }

  @Test func `A folder with its certificate can be moved`() throws {
    _ = try certified()
    let other = TemporaryDirectory()
    for name in directory.contents { try writeFile(other.file(name), readFile(directory.file(name))) }
    #expect(try Binary.run(["verify", "--certificate", other.file("m.json")]).code == 0)
  }

  @Test func `A certificate that claims more than can be proven does not hold`() throws {
    // A fold by float32 arithmetic, for which another tool says exact.
    let pair = (Fixtures.directory + "/verdict/thr_maps.h5", Fixtures.directory + "/verdict/thr_maps.f32.h5")
    let certificate = directory.file("other.json")
    let written = try Binary.run(["verify", pair.0, pair.1, "--certificate", certificate])
    #expect(written.code == 0)
    let text = String(decoding: try readFile(certificate), as: UTF8.self)
    #expect(text.contains("\"grade\": \"float32\""))
    #expect(try Binary.run(["verify", "--certificate", certificate]).code == 0)
    let claim = text.replacing("\"grade\": \"float32\"", with: "\"grade\": \"exact\"")
    try writeFile(certificate, Array(claim.utf8))
    let outcome = try Binary.run(["verify", "--certificate", certificate])
    #expect(outcome.code == 1 && outcome.errors.contains("the certificate says exact"))
  }

  @Test func `Models that are different get no certificate`() throws {
    let other = Fixtures.fixture("keras3", "pattern_mobilenet_block").path
    let outcome = try Binary.run(["verify", fixture, other, "--certificate", directory.file("c.json")])
    #expect(outcome.code == 1 && directory.contents.isEmpty)
  }

  @Test(arguments: [
    ("", "it is not JSON"), ("{}", "it has no \"certificate\": 1"), ("{\"certificate\": 1}", "is missing"),
    (
      "{\"certificate\": 1, \"verdict\": \"equal\", \"grade\": \"exact\", \"files\": [{}]}",
      "a file has no role"
    ),
    (
      "{\"certificate\": 1, \"verdict\": \"equal\", \"grade\": \"exact\", \"files\": []}",
      "has no file original"
    ),
  ])
  func `What is not a certificate is malformed`(text: String, words: String) throws {
    let path = directory.file("c.json")
    try writeFile(path, Array(text.utf8))
    let outcome = try Binary.run(["verify", "--certificate", path])
    #expect(outcome.code == 65)
    #expect(outcome.errors.contains(words), "\(outcome.errors)")
  }
}
