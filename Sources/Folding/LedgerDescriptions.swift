import Bytes

extension Refusal: CustomStringConvertible {
  /// The code, which programs know, and the reason.
  public var description: String { "\(code.rawValue): \(reason)" }
}

extension Ledger.Outcome: CustomStringConvertible {
  /// Where a batch normalization went, by which rules, or why it stays.
  public var description: String {
    switch self {
    case .folded(let into, let rule, let across, let compensated):
      let way = across.isEmpty ? "" : " across " + Self.enumeration(across)
      let besides = compensated.isEmpty ? "" : "; \(Self.enumeration(compensated)) made to fit"
      return into.isEmpty
        ? "it changes nothing" : "into \(Self.enumeration(into))\(way)\(besides) (\(rule))"
    case .kept(let refusal, let forwards):
      return "\(refusal)" + (forwards.map { "; forwards: \($0)" } ?? "")
    }
  }

  /// Names for a line: the first ones of many.
  private static func enumeration(_ names: [ByteString]) -> String {
    let shown = names.count > 4 ? names.prefix(3) : names[...]
    let rest = names.count - shown.count
    return shown.map(\.description).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
  }
}

extension Ledger.Entry: CustomStringConvertible {
  public var description: String {
    let isFolded = if case .folded = outcome { true } else { false }
    return "\(layer): \(isFolded ? "folded" : "kept"), \(outcome)"
  }
}
