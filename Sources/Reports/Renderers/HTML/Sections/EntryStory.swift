import BatchNormFolding
import Bytes
import Elements

/// All that is known of what becomes of one batch normalization, as `bnfold explain` says it.
struct EntryStory {
  private let entry: Ledger.Entry
  private let layer: LayerDescription?

  init(_ entry: Ledger.Entry, _ layer: LayerDescription?) { (self.entry, self.layer) = (entry, layer) }

  /// Layers of a list that are named.
  private static let mostNames = 24

  var markup: Markup {
    switch entry.outcome {
    case .folded(let into, let rule, let across, let compensated):
      let rules: [Markup] = rule.split(separator: "+").prefix(Self.mostNames).map { name in
        let summary: Markup = FoldingRules.summary(of: String(name)).map { ": \($0)" } ?? ""
        return "<li><code>\(String(name))</code>\(summary)</li>"
      }
      return """
        <dl class="story">\(description)\(names("Into", into))\(names("Across", across))\
        \(names("Made to fit, so that nothing else changes", compensated))\
        <dt>By the rules</dt><dd><ul>\(rules)</ul></dd></dl>

        """
    case .kept(let refusal, let forwards):
      let other = forwards.map { obstacle("The first obstacle forwards, towards what reads it", $0) } ?? ""
      return """
        <dl class="story">\(description)\
        \(obstacle("The first obstacle backwards, towards what it reads", refusal))\(other)</dl>

        """
    }
  }

  private var description: Markup {
    guard let layer else { return "" }
    let shape = layer.outputShape.map { ", output \(describe($0))" } ?? ""
    return """
      <dt>What it is</dt><dd>\(layer.className)\(shape), \(counted(layer.parameterCount, "parameter"))</dd>
      """
  }

  private func names(_ title: String, _ names: [ByteString]) -> Markup {
    guard !names.isEmpty else { return "" }
    let shown: [Markup] = names.prefix(Self.mostNames).map { "<li><code>\($0)</code></li>" }
    let more: Markup =
      names.count > shown.count ? "<li>and \(grouped(names.count - shown.count)) more</li>" : ""
    return "<dt>\(title)</dt><dd><ul>\(shown)\(more)</ul></dd>"
  }

  private func obstacle(_ title: String, _ refusal: Refusal) -> Markup {
    """
    <dt>\(title)</dt><dd><code>\(refusal.code.rawValue)</code>: \(refusal.reason)\
    <br><span class="soft">What to do: \(refusal.code.advice)</span></dd>
    """
  }
}
