import Bytes
import ModelGraph
import YAML

/// Why a text is no plan.
public struct PlanError: Error, Sendable, CustomStringConvertible {
  public let description: String

  init(_ description: String, at node: YAMLNode? = nil) {
    self.description = (node.map { "line \($0.line): " } ?? "") + description
  }
}

extension WeightPlan {
  /// Reads a plan from YAML.
  ///
  /// - Throws: `PlanError`, with the line and the broken rule.
  public init(yaml text: [UInt8]) throws(PlanError) {
    let root: YAMLNode?
    do throws(YAMLError) {
      root = try YAMLDocument(parsing: text).root
    } catch {
      throw PlanError("this is not valid YAML: \(error)")
    }
    guard let root, root.members != nil else { throw PlanError("a plan is a map with version and folds") }
    try root.allow(["version", "family", "folds"])
    guard root["version"]?.number == 1 else { throw PlanError("version is not 1", at: root) }
    guard let list = root["folds"]?.elements else { throw PlanError("folds is not a list", at: root) }
    self.init(family: try root.name("family").map { "\($0)" })
    for node in list { folds.append(try PlannedFold(node)) }
  }
}

extension PlannedFold {
  private static let keys: Set<ByteString> = [
    "kernel", "bias", "layout", "gamma", "beta", "mean", "variance", "others", "epsilon", "outcome",
  ]

  fileprivate init(_ node: YAMLNode) throws(PlanError) {
    guard node.members != nil else { throw PlanError("a fold is a map", at: node) }
    try node.allow(Self.keys)
    guard let layout = KernelLayout(rawValue: "\(try node.requiredName("layout"))") else {
      let known = KernelLayout.allCases.map(\.rawValue).joined(separator: ", ")
      throw PlanError("the layout is not one of \(known)", at: node["layout"])
    }
    guard let outcome = Outcome(rawValue: "\(try node.requiredName("outcome"))") else {
      throw PlanError("the outcome is neither remove nor reset", at: node["outcome"])
    }
    var others: [ByteString] = []
    for other in node["others"]?.elements ?? [] {
      guard let name = other.text else {
        throw PlanError("others has something that is not a name", at: other)
      }
      others.append(name)
    }
    let epsilon = node["epsilon"]
    guard epsilon == nil || epsilon?.isNull == true || epsilon?.number.map({ $0.isFinite && $0 >= 0 }) == true
    else { throw PlanError("epsilon is not a number from 0 on", at: epsilon) }
    self.init(
      kernel: try node.requiredName("kernel"), bias: try node.requiredName("bias"), layout: layout,
      gamma: try node.name("gamma"), beta: try node.name("beta"), mean: try node.requiredName("mean"),
      variance: try node.requiredName("variance"), others: others, epsilon: epsilon?.number, outcome: outcome,
      reason: "as the plan says")
  }
}

extension YAMLNode {
  /// - Throws: `PlanError` where there is a key that a plan does not have.
  fileprivate func allow(_ keys: Set<ByteString>) throws(PlanError) {
    for (key, _) in members ?? [] {
      guard let name = key.text, keys.contains(name) else {
        throw PlanError("\(key.text ?? "a key") is not known here", at: key)
      }
    }
  }

  /// A name that may be null or left out.
  fileprivate func name(_ key: ByteString) throws(PlanError) -> ByteString? {
    guard let value = self[key], !value.isNull else { return nil }
    guard let text = value.text, !text.isEmpty else { throw PlanError("\(key) is not a name", at: value) }
    return text
  }

  /// A name that has to be there.
  fileprivate func requiredName(_ key: ByteString) throws(PlanError) -> ByteString {
    guard let name = try name(key) else { throw PlanError("\(key) is missing", at: self[key] ?? self) }
    return name
  }
}
