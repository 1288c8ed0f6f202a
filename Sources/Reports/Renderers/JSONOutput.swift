import Bytes
import LosslessJSON

/// A JSON value to be printed.
package indirect enum JSONOutput {
  case object([Member])
  case array([JSONOutput])
  case string(ByteString)
  case number(Double)
  case integer(Int)
  case boolean(Bool)
  case null

  /// A member of an object: its name and its value.
  package typealias Member = (String, JSONOutput)

  package static func text(_ string: String) -> JSONOutput { .string(ByteString(string)) }

  /// A number, as text where it is beyond what a double holds exactly: not every reader of JSON keeps such numbers.
  static func exact(_ number: UInt64) -> JSONOutput {
    number < 1 << 53 ? .integer(Int(number)) : .text("\(number)")
  }

  private static func quoted(_ text: ByteString) -> String {
    String(decoding: JSONEditor.quoted(text).bytes, as: UTF8.self)
  }

  /// The text, indented by two spaces a level.
  func serialized(indentation: String = "") -> String {
    let inner = indentation + "  "
    switch self {
    case .object(let members):
      guard !members.isEmpty else { return "{}" }
      let lines = members.map { key, value in
        "\(inner)\(Self.quoted(ByteString(key))): \(value.serialized(indentation: inner))"
      }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(indentation)}"
    case .array(let elements):
      guard !elements.isEmpty else { return "[]" }
      let lines = elements.map { inner + $0.serialized(indentation: inner) }
      return "[\n" + lines.joined(separator: ",\n") + "\n\(indentation)]"
    case .string(let text): return Self.quoted(text)
    // JSON has no infinities: what could not be measured is null.
    case .number(let value): return value.isFinite ? "\(value)" : "null"
    case .integer(let value): return "\(value)"
    case .boolean(let value): return value ? "true" : "false"
    case .null: return "null"
    }
  }
}

extension Optional {
  /// The value as JSON; null where there is none.
  package func json(_ output: (Wrapped) -> JSONOutput) -> JSONOutput { map(output) ?? .null }
}
