import ArgumentParser
import BatchNormFolding
import Jobs
import Reports

/// What a model is looked at with, and what may be folded in it.
struct InspectionOptions: ParsableArguments {
  @OptionGroup var architectureOption: ArchitectureOption

  @OptionGroup var ruleOptions: RuleOptions

  @OptionGroup var readingOptions: ReadingOptions

  /// Looks at a model, or at weights without a graph.
  ///
  /// - Parameters:
  ///   - command: whose report it is.
  ///   - plan: what is folded in weights; without it they are told by their content.
  ///   - digests: whether the report has those of the files.
  func inspect(
    _ model: String, for command: String, plan: String? = nil, digests: Bool
  ) throws -> (answer: InspectionAnswer, report: Report) {
    let contained = readingOptions.contained
    let input = try contained.open(
      ModelPaths(model: model, companion: plan ?? architectureOption.architecture))
    let answer =
      plan == nil
      ? try contained.inspect(input, options: ruleOptions.options) : try contained.inspectWeights(input)
    let roles: (ReportedFile.Role, ReportedFile.Role) = (.model, plan == nil ? .architecture : .plan)
    return (answer, Report(command, inputs: try ReportedFile.of(input, as: roles, digests: digests)))
  }
}
