import Bytes

/// A piece of the bar: batch normalizations with the same outcome.
struct OutcomeShare {
  /// The class of its color and pattern.
  let kind: String
  let name: String
  let count: Int
  private let remark: String
  private let advice: String?

  init(kind: String, name: String, count: Int, remark: String) {
    (self.kind, self.name, self.count, self.remark, advice) = (kind, name, count, remark, nil)
  }

  init(_ group: KeptGroup, kind: String, isPrediction: Bool) {
    (self.kind, count) = (kind, group.entries.count)
    name = "\(isPrediction ? "would stay" : count == 1 ? "stays" : "stay"): \(group.code.rawValue)"
    advice = group.code.advice
    let example = group.entries.first.map { "\($0.layer): \($0.refusal?.reason ?? "")" } ?? ""
    remark = (count == 1 ? "" : "for instance ") + example
  }

  var markup: Markup {
    let advice: Markup = advice.map { "<br>What to do: \($0)" } ?? ""
    return """
      <span class="swatch \(kind)" aria-hidden="true"></span><span class="share">\(name)\
      <span class="soft">\(remark)\(advice)</span></span>
      """
  }
}
