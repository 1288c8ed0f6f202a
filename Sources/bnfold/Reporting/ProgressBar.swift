import Bytes

/// A bar with what has been done, how fast, and how long it will take.
struct ProgressBar {
  let done: Int
  let total: Int
  /// Since the work began.
  let seconds: Int

  private static let width = 20

  /// For instance `[#########-----------] 45 %, 1,440 of 3,200 samples, 480 a second, 4 s left`.
  var text: String {
    let filled = total == 0 ? 0 : done * Self.width / total
    let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: Self.width - filled)
    var text =
      "[\(bar)] \(total == 0 ? 0 : done * 100 / total) %, \(grouped(done)) of \(grouped(total)) samples"
    if done > 0, seconds > 0 {
      let rate = Double(done) / Double(seconds)
      let left = Int((Double(total - done) / rate).rounded(.up))
      text +=
        ", \(rate < 10 ? "\((rate * 10).rounded() / 10)" : grouped(Int(rate))) a second, \(Self.time(left)) left"
    }
    return text
  }

  private static func time(_ seconds: Int) -> String {
    if seconds < 100 { return "\(seconds) s" }
    if seconds < 6000 { return "\((seconds + 30) / 60) min" }
    return "\(seconds / 3600) h \(seconds % 3600 / 60) min"
  }
}
