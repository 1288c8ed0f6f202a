import Bytes
import LosslessJSON

extension JSONValue {
  /// The value as text in which the order of keys, white space and the spelling of numbers make no difference.
  ///
  /// Two layers whose attributes bnfold does not interpret are the same if their texts are.
  ///
  /// - Parameters:
  ///   - omitted: keys of the outermost object that are left out.
  ///   - hidesTensors: whether names of tensors make no difference, either.
  func canonicalText(without omitted: Set<ByteString> = [], hidesTensors: Bool = false) -> ByteString {
    var text: [UInt8] = []
    append(to: &text, without: omitted, hidesTensors)
    return ByteString(text)
  }

  private static let tensor = Array("@".utf8)

  private func append(to text: inout [UInt8], without omitted: Set<ByteString>, _ hidesTensors: Bool) {
    if hidesTensors, self["class_name"]?.string == "__keras_tensor__" {
      text += Self.tensor
      return
    }
    switch kind {
    case .object(let members):
      text.append(UInt8(ascii: "{"))
      for member in members.sorted(by: { $0.key < $1.key }) where !omitted.contains(member.key) {
        text += JSONEditor.quoted(member.key).bytes
        member.value.append(to: &text, without: [], hidesTensors)
      }
      text.append(UInt8(ascii: "}"))
    case .array(let elements):
      // A reference is the names and numbers of a tensor, and may have arguments behind them.
      let isReference = hidesTensors && ReferenceSource(self) != nil
      text.append(UInt8(ascii: "["))
      if isReference { text += Self.tensor }
      for element in isReference ? elements[3...] : elements[...] {
        element.append(to: &text, without: [], hidesTensors)
        text.append(UInt8(ascii: ","))
      }
      text.append(UInt8(ascii: "]"))
    case .string(let string): text += JSONEditor.quoted(string).bytes
    case .number(let spelling):
      let value = integer == nil ? double : nil
      text += value.map { Array("\($0)".utf8) } ?? spelling.bytes
    case .boolean(let value): text += Array((value ? "true" : "false").utf8)
    case .null: text += Array("null".utf8)
    }
  }
}
