import ModelGraph

/// What a person should know about the batch normalizations of a model, and about weights that are not numbers.
public struct ModelDiagnosis: Sendable, Codable {
  /// In the order of the rules, and of the layers within one.
  public let symptoms: [Symptom]
  /// Batch normalizations that were looked at.
  public let normalizations: Int
  /// Others, inside layers that are not looked into, or whose numbers are not read.
  public let unread: Int

  /// Looks at a model, which is not run.
  ///
  /// - Throws: what the weight store throws.
  public init(of model: Model) throws {
    let examined = try ExaminedModel(model)
    symptoms = try Self.rules.flatMap { try $0.symptoms(in: examined) }
    normalizations = examined.normalizations.count { $0.statistics != nil }
    unread = examined.hidden + examined.normalizations.count - normalizations
  }

  static let rules: [any DiagnosisRule] = [
    ImpossibleStatistics(), NonFiniteWeights(), InitialStatistics(), SmallVariance(), SmallGamma(),
    DeadChannels(), LargeScale(), Float16Statistics(), DifferingEpsilons(), WrongAxis(), TrainingMode(),
    AfterActivation(), Consecutive(),
  ]
}

/// Looks for one thing in a model.
protocol DiagnosisRule: Sendable {
  /// - Throws: what the weight store throws.
  func symptoms(in model: ExaminedModel) throws -> [Symptom]
}
