import ArgumentParser
import BatchNormFolding
import Bytes

/// What may be folded, in every command that plans a fold.
struct RuleOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The rules that may be used: all, direct (only into the layer right before), or names with commas between.",
      valueName: "names"))
  var rules = "all"

  @Option(
    help: ArgumentHelp("A batch normalization that stays; may be given several times.", valueName: "layer"))
  var skip: [String] = []

  @Option(
    help: ArgumentHelp("By how many percent the number of weights may grow at most.", valueName: "percent"))
  var maxGrowth = 1.0

  @Flag(help: "Make one convolution of several that read the same tensor and are added.")
  var mergeBranches = false

  func validate() throws {
    if chosen == nil {
      let names = FoldingRules.knownNames
      let wrong = rules.split(separator: ",").map(String.init).first { !names.contains($0) } ?? ""
      let known = ["all", "direct"] + names
      throw ValidationError(
        "There is no rule \(ByteString(wrong)) for --rules.\(DidYouMean(wrong, known)) There are: "
          + known.joined(separator: ", "))
    }
    if !(maxGrowth >= 0 && maxGrowth.isFinite) {
      throw ValidationError("--max-growth is a number of percent, 0 or more.")
    }
  }

  private var chosen: FoldingRules? {
    switch rules {
    case "all": .all
    case "direct": .direct
    default: FoldingRules(names: rules.split(separator: ",").map(String.init))
    }
  }

  var options: FoldOptions {
    FoldOptions(
      rules: chosen ?? .all, skipped: Set(skip.map { ByteString($0) }), maxGrowth: maxGrowth / 100,
      mergesBranches: mergeBranches)
  }
}
