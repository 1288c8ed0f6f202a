import ArgumentParser

/// The option of every command that reads weights.
struct ArchitectureOption: ParsableArguments {
  @Option(help: "The architecture of weights that have none: model.to_json(), a .keras or an .h5 file.")
  var architecture: String?
}

/// Flags that mean the same in every command that checks.
struct ReportingOptions: ParsableArguments {
  @Flag(help: "Print the report as JSON.")
  var json = false

  @Flag(help: "Fail (exit code 1) if the whole model cannot be run, for instance because of a custom layer.")
  var requireFullCheck = false

  @Option(help: "The seed of the random inputs of the check.")
  var seed: UInt64 = 0
}
