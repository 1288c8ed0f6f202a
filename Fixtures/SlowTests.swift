import Glibc
import Testing

extension Trait where Self == ConditionTrait {
  /// Marks tests that take more than some seconds, which `make test` runs, and `swift test` lists as skipped.
  public static var slow: Self {
    .enabled(if: getenv("BNFOLD_SLOW_TESTS") != nil, "slow; make test runs it")
  }
}
