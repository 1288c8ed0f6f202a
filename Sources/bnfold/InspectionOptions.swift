import ArgumentParser
import BatchNormFolding

/// The model that a command looks at, and what may be folded in it.
struct InspectionOptions: ParsableArguments {
  @Argument(help: "The model: .h5, .keras, or weights (.weights.h5) with --architecture.")
  var model: String

  @OptionGroup var architectureOption: ArchitectureOption

  @OptionGroup var ruleOptions: RuleOptions

  @OptionGroup var limitOptions: LimitOptions

  /// Looks at the model.
  func inspect() throws -> InspectionAnswer {
    try Progress.during("reading") {
      try Contained(limits: limitOptions.limits).inspect(
        ModelPaths(model: model, companion: architectureOption.architecture), options: ruleOptions.options)
    }
  }
}
