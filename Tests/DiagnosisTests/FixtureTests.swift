import BatchNormFolding
import Diagnosis
import Equivalence
import Fixtures
import ModelGraph
import Testing

/// Models that Keras has made, with statistics as training leaves them.
@Suite struct FixtureTests {
  /// What two of them were made for.
  private static let expected: [String: Symptom.Code] = [
    "bn_training_true": .trainingMode, "pattern_wrong_axis": .wrongAxis,
  ]

  /// What no warning is about.
  private static let notes: Set<Symptom.Code> = [
    .tinyVariance, .zeroGamma, .tinyGamma, .deadChannels, .float16Precision, .epsilonsByPart,
    .afterActivation, .consecutive,
  ]

  @Test(arguments: Fixtures.all) func `Nothing is worse than a note`(fixture: Fixture) throws {
    let model = try ModelFile(opening: fixture.path, architecture: fixture.architecture).model
    let codes = Set(try ModelDiagnosis(of: model).symptoms.map(\.code)).subtracting(Self.notes)
    #expect(codes == Set([Self.expected[fixture.name]].compactMap(\.self)))
  }

  @Test(arguments: Fixtures.all) func `A fold rounds each weight once`(fixture: Fixture) throws {
    let file = try ModelFile(opening: fixture.path, architecture: fixture.architecture)
    let folded = Model(graph: try file.fold().graph, weights: file.model.weights)
    let changes = try KernelComparison(from: file.model, to: folded, exact: folded.unrounded).changes()
    #expect(changes.allSatisfy { ($0.largestError ?? .infinity) <= 0.5 })
    #expect(!changes.isEmpty || fixture.expectedFolds.isEmpty || Self.withoutKernels.contains(fixture.name))
  }

  /// Folds that end in a batch normalization or a table.
  private static let withoutKernels: Set<String> = ["rewrite_bn_gains_weights"]
}
