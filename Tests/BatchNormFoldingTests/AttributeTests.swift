import BatchNormFolding
import Bytes
import Elements
import Fixtures
import HDF5
import Testing

/// Attributes of arrays, which Keras does not write and others do: carried where a format can, named where it cannot.
@Suite struct AttributeTests {
  private let attribute: ByteString = "units"

  /// A copy of an HDF5 file in which each array has an attribute.
  ///
  /// - Returns: how many arrays there are.
  private func addAttributes(to path: String, as target: String) throws -> Int {
    let source = try HDF5File(reading: path)
    var tree = source.tree
    let text = HDF5Strings(values: ["kelvin"], isScalar: true, storage: .variable, isUTF8: true)
    var places: [HDF5Path] = []
    source.tree.forEachDataset { place, _ in places.append(place) }
    for place in places {
      guard case .dataset(var dataset)? = tree[place.components] else { continue }
      dataset.attributes = [HDF5Attribute(name: attribute, content: .strings(text))]
      tree.set(.dataset(dataset), at: place.components)
    }
    try writeFile(target, [])
    try HDF5Writer.write(HDF5Contents(tree, storedIn: source), to: target)
    return places.count
  }

  /// The arrays of a file that do not have the attribute.
  private func arraysWithout(_ path: String) throws -> [HDF5Path] {
    let file = try HDF5File(reading: path)
    var without: [HDF5Path] = []
    file.tree.forEachDataset { place, dataset in
      if dataset.attributes.map(\.name) != [attribute] { without.append(place) }
    }
    return without
  }

  @Test func `A fold keeps the attributes of every array that was there`() throws {
    let directory = TemporaryDirectory()
    let (input, output) = (directory.file("a.h5"), directory.file("b.h5"))
    // With biases, so that the fold makes no array that was not there.
    _ = try addAttributes(to: Fixtures.fixture("keras3", "conv1d").path, as: input)
    let folded = try ModelFile(opening: input).fold()
    #expect(!folded.ledger.folded.isEmpty)
    try folded.write(to: output)
    #expect(try arraysWithout(output) == [])
  }

  @Test func `A conversion keeps the attributes of arrays in HDF5, and says how many safetensors loses`()
    throws
  {
    let directory = TemporaryDirectory()
    let input = directory.file("a.h5")
    let count = try addAttributes(to: Fixtures.fixture("keras3", "conv1d").path, as: input)
    let file = try AnyModelFile(opening: input)
    let targets: [(format: FileFormat, type: ElementType?)] = [
      (.wholeHDF5, .float16), (.namedWeights, nil), (.objectWeights, nil),
    ]
    for (format, type) in targets {
      let path = directory.file("\(format).h5")
      let conversion = try file.converted(to: format, type: type)
      #expect(!conversion.notes.contains { $0.contains("attribute") }, "\(format): \(conversion.notes)")
      try conversion.write(to: path)
      #expect(try arraysWithout(path) == [])
    }
    let notes = try file.converted(to: .safetensors).notes
    #expect(notes == ["\(count) attributes were left out; the new file has no place for them"])
  }

  @Test func `The mark of bfloat16 is no attribute that could be lost`() throws {
    let directory = TemporaryDirectory()
    let path = directory.file("a.keras")
    let original = try AnyModelFile(opening: Fixtures.fixture("keras3", "conv1d").path)
    try original.converted(to: .archive, type: .bfloat16).write(to: path)
    let file = try AnyModelFile(opening: path)
    #expect(try file.converted(to: .safetensors).notes == [])
    let back = directory.file("b.keras")
    try file.converted(to: .archive, type: .float32).write(to: back)
    #expect(try AnyModelFile(opening: back).converted(to: .safetensors).notes == [])
  }

  @Test func `Weights without a graph keep or lose them in the same way`() throws {
    let directory = TemporaryDirectory()
    let (tensors, plain, input) = (
      directory.file("a.safetensors"), directory.file("a.h5"), directory.file("b.h5")
    )
    try writeTensors([("a", [2], [1, 2]), ("b", [1], [3])], to: tensors)
    try AnyModelFile(opening: tensors).converted(to: .wholeHDF5).write(to: plain)
    let count = try addAttributes(to: plain, as: input)
    let file = try AnyModelFile(opening: input)
    let narrow = directory.file("c.h5")
    try file.converted(to: .wholeHDF5, type: .float16).write(to: narrow)
    #expect(try arraysWithout(narrow) == [])
    let notes = try file.converted(to: .safetensors).notes
    #expect(notes == ["\(count) attributes were left out; the new file has no place for them"])
  }
}
