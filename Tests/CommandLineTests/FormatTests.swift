import Fixtures
import Foundation
import Testing

/// The formats as a user meets them: told by their content, folded into the same format.
@Suite struct FormatTests {
  private let archive = Fixtures.fixture("keras3", "pattern_resnet_block", ".keras")
  private let weights = Fixtures.fixture("keras3", "pattern_resnet_block", ".weights.h5")

  @Test func `An archive is folded into an archive, whatever its name is`() throws {
    let directory = TemporaryDirectory()
    let (misnamed, output) = (directory.file("model.h5"), directory.file("out.keras"))
    try writeFile(misnamed, readFile(archive.path))
    let outcome = try Binary.run(["fold", misnamed, "-o", output])
    #expect(outcome.code == 0)
    #expect(outcome.output.contains("3 of 3 batch normalizations folded\n"))
    #expect(try readFile(output).starts(with: Array("PK".utf8)))
    #expect(try Binary.run(["verify", archive.path, output, "--require-full-check"]).code == 0)
    // The same model in another format is the same model.
    let other = Fixtures.fixture("keras3", "pattern_resnet_block")
    #expect(try Binary.run(["verify", other.path, output, "--require-full-check"]).code == 0)
  }

  @Test func `Weights come with their architecture, and go with it`() throws {
    let directory = TemporaryDirectory()
    let (output, description) = (directory.file("out.weights.h5"), directory.file("out.json"))
    let architecture = try #require(weights.architecture)
    let outcome = try Binary.run([
      "fold", weights.path, "--architecture", architecture, "-o", output, "--output-architecture",
      description,
    ])
    #expect(outcome.code == 0)
    #expect(outcome.output.contains(" -> \(output), \(description) "))
    #expect(directory.contents == ["out.json", "out.weights.h5"])
    let check = [
      "verify", weights.path, output, "--architecture", architecture, "--folded-architecture", description,
      "--require-full-check",
    ]
    #expect(try Binary.run(check).code == 0)
    // Another model can give the architecture, too.
    let inspection = try Binary.run(["inspect", weights.path, "--architecture", archive.path])
    #expect(inspection.output.contains("3 of 3 batch normalizations can be folded\n"))
  }

  @Test func `What does not go together is refused with what to do`() throws {
    let directory = TemporaryDirectory()
    let output = directory.file("out")
    let architecture = try #require(weights.architecture)
    let both = ["--architecture", architecture, "--output-architecture", directory.file("out.json")]
    let cases: [(arguments: [String], code: Int32, words: String)] = [
      (["fold", weights.path, "-o", output], 65, "--architecture"),
      (["fold", weights.path, "-o", output, "--architecture", architecture], 64, "--output-architecture"),
      (["fold", weights.path, "--in-place"] + both, 64, "--in-place"),
      (["fold", archive.path, "-o", output] + both, 65, "its own architecture"),
      (
        [
          "fold", weights.path, "-o", output, "--architecture", architecture, "--output-architecture", output,
        ], 64,
        "the same file"
      ),
      (
        [
          "fold", weights.path, "-o", output, "--architecture", architecture, "--output-architecture",
          architecture,
        ],
        64, "files that are read"
      ),
      (["inspect", weights.path, "--architecture", weights.path], 65, "only weights"),
    ]
    for (arguments, code, words) in cases {
      let outcome = try Binary.run(arguments)
      #expect(outcome.code == code, "\(arguments)")
      #expect(outcome.errors.contains(words), "\(outcome.errors)")
      #expect(directory.contents.isEmpty)
    }
  }

  @Test(.enabled(if: Binary.hasPython, "python3 is not installed"))
  func `Compressed weights are read by way of a temporary file`() throws {
    let directory = TemporaryDirectory()
    let (packed, output) = (directory.file("packed.keras"), directory.file("out.keras"))
    // Stored blocks make a deflated stream, too, which nothing but its size tells from what it holds.
    let line = #"""
      python3 -c "import sys, zipfile
      source = zipfile.ZipFile(sys.argv[1])
      with zipfile.ZipFile(sys.argv[2], 'w', zipfile.ZIP_DEFLATED) as target:
        for member in source.namelist(): target.writestr(member, source.read(member))" "$1" "$2"
      """#
    try #require(try Binary.shell(line, [archive.path, packed]).code == 0)
    let outcome = try Binary.run(["fold", packed, "-o", output])
    #expect(outcome.code == 0)
    #expect(outcome.output.contains("note: the weights were compressed"))
    #expect(try Binary.run(["verify", archive.path, output]).code == 0)
    unlink(output)
    let without = try Binary.shell(#"TMPDIR=/nonexistent "$0" fold "$1" -o "$2""#, [packed, output])
    #expect(without.code == 65)
    #expect(without.errors.contains("set TMPDIR"))
  }

  @Test func `A damaged member of an archive is found, also where nothing is computed with it`() throws {
    let directory = TemporaryDirectory()
    let damaged = directory.file("damaged.keras")
    var bytes = try readFile(archive.path)
    let place = try #require(bytes.firstRange(of: Array("keras_version".utf8)))
    bytes[place.lowerBound + 18] ^= 1
    try writeFile(damaged, bytes)
    for command in [
      ["inspect", damaged], ["fold", damaged, "-o", directory.file("out.keras"), "--skip-check"],
    ] {
      let outcome = try Binary.run(command)
      #expect(outcome.code == 65)
      #expect(outcome.errors.contains("metadata.json"))
      #expect(outcome.errors.contains("checksum"))
    }
    #expect(directory.contents == ["damaged.keras"])
  }
}
