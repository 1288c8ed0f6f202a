import Bytes
import ModelGraph
import YAML

extension WeightPlan {
  /// Reads a plan from YAML.
  ///
  /// - Throws: `PlanError`, with the line and the broken rule.
  public init(yaml text: [UInt8]) throws(PlanError) {
    let root: YAMLNode?
    do throws(YAMLError) {
      root = try YAMLDocument(parsing: text).root
    } catch {
      throw PlanError(.notYAML(error))
    }
    guard let root, root.members != nil else { throw PlanError(.notMap) }
    try root.allow(["version", "family", "folds"])
    guard root["version"]?.number == 1 else { throw PlanError(.version, at: root) }
    guard let list = root["folds"]?.elements else { throw PlanError(.noFolds, at: root) }
    self.init(family: try root.name("family").map { "\($0)" })
    for node in list { folds.append(try PlannedFold(node)) }
  }
}

extension PlannedFold {
  private static let keys: Set<ByteString> = [
    "kernel", "bias", "layout", "gamma", "beta", "mean", "variance", "others", "epsilon", "outcome",
  ]

  fileprivate init(_ node: YAMLNode) throws(PlanError) {
    guard node.members != nil else { throw PlanError(.foldNotMap, at: node) }
    try node.allow(Self.keys)
    guard let layout = KernelLayout(rawValue: "\(try node.requiredName("layout"))") else {
      throw PlanError(.layout, at: node["layout"])
    }
    guard let outcome = Outcome(rawValue: "\(try node.requiredName("outcome"))") else {
      throw PlanError(.outcome, at: node["outcome"])
    }
    var others: [ByteString] = []
    for other in node["others"]?.elements ?? [] {
      guard let name = other.text else { throw PlanError(.otherNotName, at: other) }
      others.append(name)
    }
    let epsilon = node["epsilon"]
    guard epsilon == nil || epsilon?.isNull == true || epsilon?.number.map({ $0.isFinite && $0 >= 0 }) == true
    else { throw PlanError(.epsilon, at: epsilon) }
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
        throw PlanError(.unknownKey(key.text), at: key)
      }
    }
  }

  /// A name that may be null or left out.
  fileprivate func name(_ key: ByteString) throws(PlanError) -> ByteString? {
    guard let value = self[key], !value.isNull else { return nil }
    guard let text = value.text, !text.isEmpty else { throw PlanError(.notName(key: key), at: value) }
    return text
  }

  /// A name that has to be there.
  fileprivate func requiredName(_ key: ByteString) throws(PlanError) -> ByteString {
    guard let name = try name(key) else { throw PlanError(.missing(key: key), at: self[key] ?? self) }
    return name
  }
}
