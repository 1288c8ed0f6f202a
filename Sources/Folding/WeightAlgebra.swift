import Bytes
import Elements
import ModelGraph

/// Parameters in, parameters out: neither a graph nor a file.
extension Variable {
  /// The variable with each element multiplied by its channel's factor.
  ///
  /// Factors are multiplied with each other in Double, so that the stored value is rounded once.
  func scaled(by scale: ChannelScale) -> Variable {
    var result = self
    switch value {
    case .stored(let number): result.value = .scaled(number, ElementScale(scale))
    case .scaled(let number, var factors):
      factors.multiply(by: scale)
      result.value = .scaled(number, factors)
    case .computed(let values):
      result.value = .computed(
        values.indices.map { values[$0] * scale.factors[($0 / scale.inner) % scale.factors.count] })
    }
    return result
  }

  /// The variable with a number added to each element of a channel, before it is rounded.
  ///
  /// - Precondition: factors that it has been given run along the same axis.
  func shifted(by addends: ChannelScale) -> Variable {
    var result = self
    func addend(_ index: Int) -> Double { addends.factors[(index / addends.inner) % addends.factors.count] }
    switch value {
    case .stored(let number):
      let ones = [Double](repeating: 1, count: addends.factors.count)
      result.value = .scaled(
        number, ElementScale(ChannelScale(factors: ones, inner: addends.inner), shift: addends))
    case .scaled(let number, var scale):
      scale.add(addends)
      result.value = .scaled(number, scale)
    case .computed(let values):
      result.value = .computed(values.indices.map { values[$0] + addend($0) })
    }
    return result
  }

  /// The variable with numbers added to some of its elements, before it is rounded.
  func adding(_ numbers: [(place: Int, value: Double)]) -> Variable {
    var result = self
    let additions = ElementAdditions(numbers)
    switch value {
    case .stored(let number): result.value = .scaled(number, ElementScale(adding: additions))
    case .scaled(let number, var scale):
      scale.add(additions)
      result.value = .scaled(number, scale)
    case .computed(var values):
      additions.add(to: &values)
      result.value = .computed(values)
    }
    return result
  }

  /// The elements in Double, before they are rounded for storage.
  ///
  /// - Throws: what the store throws.
  func exactElements(from store: any WeightStore) throws -> [Double] {
    switch value {
    case .computed(let values): return values
    case .stored: return try elements(from: store)
    case .scaled(let number, let scale):
      var stored = self
      stored.value = .stored(number)
      let elements: [Double] = try stored.elements(from: store)
      return elements.indices.map { scale.value(of: elements[$0], at: $0) }
    }
  }
}

extension Layer {
  /// Puts a variable in the place of the one with its role, or adds it.
  ///
  /// - Parameter role: the role behind whose variable a new one stands.
  mutating func set(_ variable: Variable, after role: Role? = nil) {
    var list = variables ?? []
    if let index = list.firstIndex(where: { $0.role == variable.role }) {
      list[index] = variable
    } else if let role, let index = list.firstIndex(where: { $0.role == role }) {
      list.insert(variable, at: index + 1)
    } else {
      list.insert(variable, at: 0)
    }
    variables = list
  }

  /// A bias for this layer: (old bias - mean) * scale + beta, the old one being 0 if there is none.
  ///
  /// - Parameters:
  ///   - map: one channel for each element of the bias.
  ///   - kernel: the weight from which a new bias takes its name and element type.
  ///   - takenNames: names that a new bias must not have.
  func foldedBias(
    _ map: ChannelAffine, like kernel: Variable, takenNames: Set<ByteString>, store: any WeightStore
  ) throws -> Variable {
    let present = variable(.bias)
    let old = try present?.exactElements(from: store) ?? [Double](repeating: 0, count: map.channels)
    guard old.count == map.channels else {
      throw Refusal(.statisticsShape, "the bias has \(old.count) elements for \(map.channels) channels")
    }
    var bias =
      present
      ?? Variable(
        role: .bias, isTrainable: true, name: kernel.siblingName("bias", notIn: takenNames),
        shape: [map.channels],
        elementType: kernel.elementType, value: .computed(old))
    bias.value = .computed(old.indices.map { map.applied(to: old[$0], channel: $0) })
    return bias
  }
}

extension Variable {
  /// A trained weight of a batch normalization that it did not have, one number a channel.
  func newSibling(
    _ role: Role, named last: String, value: Double, notIn taken: Set<ByteString>
  ) -> Variable {
    Variable(
      role: role, isTrainable: true, name: siblingName(last, notIn: taken), shape: shape,
      elementType: elementType, value: .computed([Double](repeating: value, count: shape.elementCount)))
  }

  /// A name beside this weight's, in the manner of the file: `conv/kernel:0` gives `conv/bias:0`.
  ///
  /// - Parameter taken: names that are in use in the same group of the file.
  func siblingName(_ last: String, notIn taken: Set<ByteString>) -> ByteString {
    let slash = UInt8(ascii: "/")
    let directory = name.bytes.lastIndex(of: slash).map { name.bytes[...$0] } ?? []
    let suffix: ByteString = name.hasSuffix(":0") ? ":0" : ""
    var candidate = ByteString(directory) + ByteString(last) + suffix
    var number = 1
    while taken.contains(candidate) {
      candidate = ByteString(directory) + ByteString("\(last)_\(number)") + suffix
      number += 1
    }
    return candidate
  }
}
