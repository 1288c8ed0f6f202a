import Bytes
import ModelFormats
import ModelGraph
import YAML

/// Why a text is no plan.
public struct PlanError: FormatRule {
  /// The broken rule.
  public enum Rule: Sendable {
    /// A text that is not YAML.
    case notYAML(YAMLError)
    /// A plan that is no map.
    case notMap
    /// A version that is not known.
    case version
    /// A plan without a list of folds.
    case noFolds
    /// A fold that is no map.
    case foldNotMap
    /// A key that a plan does not have; nil for one that is no text.
    case unknownKey(ByteString?)
    /// A key that has to be there.
    case missing(key: ByteString)
    /// A value that is no name.
    case notName(key: ByteString)
    /// A list of other tensors with something that is no name.
    case otherNotName
    /// A layout that is not known.
    case layout
    /// An outcome that is not known.
    case outcome
    /// An epsilon that is no number, or below 0.
    case epsilon
  }

  public let rule: Rule
  /// From 1; nil for the text as a whole.
  public let line: Int?

  init(_ rule: Rule, at node: YAMLNode? = nil) {
    self.rule = rule
    line = node?.line
  }

  public var description: String { (line.map { "line \($0): " } ?? "") + "\(rule)" }
}

extension PlanError.Rule: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notYAML(let error): "this is not valid YAML: \(error)"
    case .notMap: "a plan is a map with version and folds"
    case .version: "version is not 1"
    case .noFolds: "folds is not a list"
    case .foldNotMap: "a fold is a map"
    case .unknownKey(let key): "\(key ?? "a key") is not known here"
    case .missing(let key): "\(key) is missing"
    case .notName(let key): "\(key) is not a name"
    case .otherNotName: "others has something that is not a name"
    case .layout:
      "the layout is not one of \(KernelLayout.allCases.map(\.rawValue).joined(separator: ", "))"
    case .outcome: "the outcome is neither remove nor reset"
    case .epsilon: "epsilon is not a number from 0 on"
    }
  }
}
