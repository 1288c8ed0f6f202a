import ArgumentParser
import BatchNormFolding
import Bytes
import Jobs

/// Where a model goes that is made of another one, in every command that may replace it.
struct TargetOptions: ParsableArguments {
  @Option(name: [.short, .long], help: "Where to write the model.", completion: .models)
  var output: String?

  @Option(
    help: "Where to write the architecture of a folded model, if --architecture was given.",
    completion: .architectures)
  var outputArchitecture: String?

  @Flag(help: "Replace the model itself, in one step, after the check has passed.")
  var inPlace = false

  @Flag(help: "Replace the output if it exists.")
  var force = false

  func checkPaths() throws {
    if output?.isEmpty == true || outputArchitecture?.isEmpty == true {
      throw ValidationError("A path is empty.")
    }
  }

  /// For a command that folds.
  func checkArchitecture(besides given: ArchitectureOption) throws {
    if (given.architecture == nil) != (outputArchitecture == nil) {
      throw ValidationError(
        "Folding changes the architecture, too: --architecture FILE and --output-architecture FILE go together."
      )
    }
  }

  /// For a command that folds.
  func checkThatOneFileIsReplaced(_ given: ArchitectureOption) throws {
    if inPlace, given.architecture != nil {
      throw ValidationError(
        "--in-place cannot replace two files in one step; use -o and --output-architecture.")
    }
  }

  /// Lets elements of weights that are in other files go to a file beside the output.
  ///
  /// - Returns: the name of that file; nil where all elements are in the model.
  /// - Throws: `ValidationError` where a file that is read would be replaced.
  func elementsFile(of input: ModelInput, _ targets: inout ModelPaths) throws -> ByteString? {
    guard input.hasExternalFiles else { return nil }
    if inPlace {
      throw ValidationError(
        "--in-place cannot replace a model and the file with its weights in one step; write to another file with -o."
      )
    }
    let path = ModelInput.elementsFile(of: targets.model)
    targets = ModelPaths(model: targets.model, companion: path)
    for file in input.all {
      try targets.checkThatNothingIsOverwritten(ModelPaths(model: file.path))
    }
    return ByteString(String(PathParts(path).name))
  }

  func checkPlace() throws {
    if inPlace == (output != nil) {
      throw ValidationError("Say where to write: -o OUTPUT, or --in-place to replace the model itself.")
    }
  }
}
