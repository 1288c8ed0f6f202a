import Bytes
import YAML

extension WeightPlan {
  /// The plan as YAML, to be read and edited.
  ///
  /// Strings stand in quotes, so that no name of a tensor can be taken for anything else.
  ///
  /// - Precondition: all names are UTF-8, as they are in proposals and in plans that were read.
  /// - Parameter model: the name of the file that it is for.
  /// - Returns: the lines, without their ends.
  public func yaml(for model: String) -> [String] {
    var lines = [
      "# Which batch normalization goes into which kernel of \(ByteString(model)).",
      "# Proposed by bnfold plan; read it before you use it:",
      "#   bnfold fold MODEL --plan PLAN -o OUTPUT",
      "# layout: OIHW, HWIO, IOHW (transposed convolution), linear, transposed, depthwise",
      "# outcome: remove (the batch normalization goes; the bias is a tensor of its own), or",
      "#          reset (it becomes the identity, so that the unchanged PyTorch module loads the file)",
      "version: 1",
      "family: \(family.map(Self.quoted) ?? "null")",
      folds.isEmpty ? "folds: []" : "folds:",
    ]
    for fold in folds { lines += Self.lines(of: fold) }
    if !open.isEmpty { lines += ["# Nothing is proposed for these, which stay as they are:"] }
    for normalization in open { lines.append("#   \(normalization.name): \(normalization.reason)") }
    return lines
  }

  private static func lines(of fold: PlannedFold) -> [String] {
    let epsilon = fold.epsilon.map { "\($0)" } ?? "null  # not in the file: write the module's eps here"
    return [
      "  # \(fold.reason)",
      "  - kernel: \(quoted(fold.kernel))",
      "    bias: \(quoted(fold.bias))",
      "    layout: \(fold.layout.rawValue)",
      "    gamma: \(fold.gamma.map(quoted) ?? "null")",
      "    beta: \(fold.beta.map(quoted) ?? "null")",
      "    mean: \(quoted(fold.mean))",
      "    variance: \(quoted(fold.variance))",
      "    others: [\(fold.others.map(quoted).joined(separator: ", "))]",
      "    epsilon: \(epsilon)",
      "    outcome: \(fold.outcome.rawValue)",
    ]
  }

  private static func quoted(_ name: String) -> String { quoted(ByteString(name)) }

  private static func quoted(_ name: ByteString) -> String { name.quotedInYAML }
}
