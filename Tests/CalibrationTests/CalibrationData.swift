import ArrayFiles
import Arrays
import BatchNormFolding
import Bytes
import Elements
import Fixtures
import ModelGraph

/// A fixture.
func fixtureFile(_ name: String, _ generation: String = "keras3") throws -> ModelFile {
  try ModelFile(opening: Fixtures.fixture(generation, name).path)
}

/// Random data for all inputs of a model.
func randomBatches(
  for file: ModelFile, samples: Int = 24, seed: UInt64 = 1, scale: Double = 1,
  _ options: BatchOptions = BatchOptions(size: 8)
) throws -> FileBatches {
  var random = SeededGenerator(seed: seed)
  let directory = TemporaryDirectory()
  let arrays = file.model.graph.inputs.map { reference -> NamedArray in
    let layer = file.model.graph.layers[file.model.graph.calls[reference.call].layer]
    guard case .input(let shape?, _) = layer.operation else { preconditionFailure("no shape") }
    let full = [samples] + shape.dropFirst().map { $0 ?? 5 }
    let values = (0..<full.elementCount).map { _ in scale * (random.nextSigned() + random.nextSigned()) }
    return NamedArray(
      name: layer.name, elementType: .float64, shape: full, content: .values(values, .float64))
  }
  let path = directory.file("data.npz")
  try ArrayFile.write(arrays, to: path)
  let given = GivenArrays(input: nil, file: try ArrayFile(opening: path))
  return FileBatches(of: try SampleFiles(of: file, in: [[given]]), options)
}

/// Options for a run in float64.
func exact(
  _ method: EstimationMethod = .pooled, _ change: (inout CalibrationOptions) -> Void = { _ in }
) -> CalibrationOptions {
  var options = CalibrationOptions(method: method, elementType: .float64)
  change(&options)
  return options
}
