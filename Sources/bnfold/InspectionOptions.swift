import ArgumentParser
import BatchNormFolding
import Jobs

/// The model that a command looks at, and what may be folded in it.
struct InspectionOptions: ParsableArguments {
  @Argument(help: "The model: .h5, .keras, or weights (.weights.h5) with --architecture.")
  var model: String

  @OptionGroup var architectureOption: ArchitectureOption

  @OptionGroup var ruleOptions: RuleOptions

  @OptionGroup var readingOptions: ReadingOptions

  /// Looks at the model, or at weights without a graph.
  ///
  /// - Parameter plan: what is folded in weights; without it they are told by their content.
  func inspect(plan: String? = nil) throws -> InspectionAnswer {
    let contained = readingOptions.contained
    if let plan { return try contained.inspectWeights(ModelPaths(model: model, companion: plan)) }
    return try contained.inspect(
      ModelPaths(model: model, companion: architectureOption.architecture), options: ruleOptions.options)
  }
}
