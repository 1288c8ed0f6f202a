import Bytes
import Elements
import ModelGraph

/// A tensor that goes into a model or comes out of it.
struct ModelEnd {
  let name: ByteString
  let shape: PartialShape?
}

/// An input or output of the original and which one of the other model it is.
struct EndMatch {
  let pair: ModelEndPair
  /// The number of the other model's.
  let number: Int
  /// The rank of the tensor, as far as it is known.
  let rank: Int?
}

/// Finds out which inputs, or outputs, of two models belong together.
struct EndMatching {
  private let original: [ModelEnd]
  private let other: [ModelEnd]
  private let given: [NamedPair]
  private let isInput: Bool

  /// - Parameter given: what the user has said.
  init(_ original: [ModelEnd], _ other: [ModelEnd], given: [NamedPair], isInput: Bool) {
    (self.original, self.other, self.given, self.isInput) = (original, other, given, isInput)
  }

  private var what: String { isInput ? "input" : "output" }

  /// One match for each of the original's, in its order: as the user has said, by name, or the first that is left and fits.
  ///
  /// - Throws: `Mismatch` where one has no partner.
  func matches() throws(Mismatch) -> [EndMatch] {
    guard original.count == other.count else {
      throw .attribute("number of \(what)s", "\(original.count)", "\(other.count)", of: -1)
    }
    var found = [(number: Int, reason: ModelEndPair.Reason)?](repeating: nil, count: original.count)
    var free = Array(other.indices)
    func take(_ index: Int, _ reason: ModelEndPair.Reason, where fits: (Int) -> Bool) {
      guard found[index] == nil, let place = free.firstIndex(where: fits) else { return }
      found[index] = (free.remove(at: place), reason)
    }
    for (index, end) in original.enumerated() {
      for pair in given where pair.original == end.name {
        take(index, .given) { other[$0].name == pair.other }
      }
    }
    let taken = given.filter { pair in original.contains { $0.name == pair.original } }
    for (index, end) in original.enumerated() where !taken.contains(where: { $0.original == end.name }) {
      take(index, .name) { other[$0].plainName == end.plainName }
    }
    for index in original.indices where found[index] == nil {
      take(index, .order) { fit(original[index].shape, other[$0].shape) }
    }
    var matches: [EndMatch] = []
    for (index, end) in original.enumerated() {
      guard let (number, reason) = found[index], fit(end.shape, other[number].shape) else {
        let partner = found[index].map { other[$0.number] } ?? free.first.map { other[$0] }
        throw .attribute(
          "shape of \(what) \(end.name)", end.shapeWords,
          partner.map { "\($0.shapeWords) of \($0.name)" } ?? "none", of: -1)
      }
      matches.append(
        EndMatch(
          pair: ModelEndPair(
            isInput: isInput, original: end.name, other: other[number].name, reason: reason,
            move: move(end.shape, other[number].shape)), number: number, rank: other[number].shape?.count))
    }
    return matches
  }

  private func fit(_ shape: PartialShape?, _ second: PartialShape?) -> Bool {
    guard let shape, let second else { return true }
    return agreement(shape, second) != nil || move(shape, second) != nil
  }

  /// Where the second tensor has its channels, if not where the first one has them; what says more of the sizes is taken.
  private func move(_ shape: PartialShape?, _ second: PartialShape?) -> ModelEndPair.Move? {
    guard let shape, let second, shape.count == second.count, shape.count > 2 else { return nil }
    var best = agreement(shape, second).map { (count: $0, move: ModelEndPair.Move?.none) }
    for move in [ModelEndPair.Move.channelsFirst, .channelsLast] {
      guard let count = agreement(shape, Optional(move).inOriginal(second)), count > best?.count ?? -1 else {
        continue
      }
      best = (count, move)
    }
    return best?.move
  }

  /// How many sizes are known to be the same; nil where one is known not to be.
  private func agreement(_ shape: PartialShape, _ second: PartialShape) -> Int? {
    guard shape.count == second.count else { return nil }
    var count = 0
    for case (let one?, let two?) in zip(shape, second) {
      guard one == two else { return nil }
      count += 1
    }
    return count
  }
}

extension ModelEnd {
  /// The name without the number of an output, as TensorFlow writes it.
  fileprivate var plainName: ByteString {
    name.bytes.suffix(2).elementsEqual(":0".utf8) ? ByteString(name.bytes.dropLast(2)) : name
  }

  fileprivate var shapeWords: String { shape.map { describe($0) } ?? "not known" }
}
