import Glibc

/// The random graphs that a property is tried on.
enum GraphSeeds {
  /// `BNFOLD_GRAPHS` sets how many graphs, `BNFOLD_GRAPH_SEED` the first seed: a failure prints the one that replays it.
  ///
  /// - Parameter count: how many, unless the environment says so.
  static func range(_ count: Int) -> Range<Int> {
    func number(_ name: String) -> Int? { getenv(name).flatMap { Int(String(cString: $0)) } }
    let first = number("BNFOLD_GRAPH_SEED") ?? 0
    return first..<first + (number("BNFOLD_GRAPHS") ?? count)
  }
}
