/// The rules by which attributes of a layer have values; the names of the attributes stand before the sentences.
public enum AttributeRule: Sendable, Equatable, CustomStringConvertible {
  /// Nothing where no default is known.
  case missing
  /// A word that is not known.
  case unknown
  /// A value that bnfold does not understand.
  case notUnderstood
  /// Something else than an integer.
  case notInteger
  /// Zero, or less.
  case notPositive
  /// Something else than a number.
  case notNumber
  /// Less than zero.
  case negative
  /// No number where no default may replace it.
  case null
  /// Something else than a truth value.
  case notBoolean
  /// Something else than text.
  case notText
  /// Something else than a list.
  case notList
  /// Something else than a list of a certain number of sizes.
  case notSizes(count: Int)
  /// Something else than a list of integers.
  case notIntegers
  /// Something else than a list of numbers.
  case notNumbers
  /// A list of integers that is no permutation.
  case notPermutation
  /// A list that has an axis twice.
  case repeatedAxis

  public var description: String {
    switch self {
    case .missing: "is missing"
    case .unknown: "is not known"
    case .notUnderstood: "is not understood"
    case .notInteger: "is not an integer"
    case .notPositive: "is not positive"
    case .notNumber: "is not a number"
    case .negative: "is negative"
    case .null: "is null"
    case .notBoolean: "is not a boolean"
    case .notText: "is not a string"
    case .notList: "is not a list"
    case .notSizes(let count): "is not a list of \(count) positive integers"
    case .notIntegers: "is not a list of integers"
    case .notNumbers: "is not a list of numbers"
    case .notPermutation: "is not a permutation"
    case .repeatedAxis: "has an axis twice"
    }
  }
}
