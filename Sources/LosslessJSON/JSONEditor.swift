import Bytes

/// Edits of a JSON text by ranges; what no edit touches stays byte for byte.
public struct JSONEditor {
  private let document: JSONDocument
  private var edits: [(range: Range<Int>, replacement: [UInt8])] = []

  public init(_ document: JSONDocument) { self.document = document }

  /// Puts other text in the place of a value.
  public mutating func replace(_ value: JSONValue, with source: ByteString) {
    edits.append((value.range, source.bytes))
  }

  /// Sets a key of an object, adding it at the end if it is not there.
  ///
  /// - Precondition: the value is an object.
  public mutating func set(_ key: ByteString, of object: JSONValue, to source: ByteString) {
    guard let members = object.members else { preconditionFailure("only an object has keys") }
    if let present = object[key] {
      replace(present, with: source)
    } else {
      let separator: [UInt8] = members.isEmpty ? [] : Array(", ".utf8)
      let end = members.last?.range.upperBound ?? object.range.lowerBound + 1
      edits.append((end..<end, separator + JSONEditor.quoted(key).bytes + Array(": ".utf8) + source.bytes))
    }
  }

  /// Removes elements of an array together with their commas.
  ///
  /// - Precondition: the value is an array that has these indices.
  public mutating func remove(_ indices: Set<Int>, from array: JSONValue) {
    guard let elements = array.array else { preconditionFailure("only an array has elements") }
    if indices.count == elements.count, let first = elements.first, let last = elements.last {
      edits.append((first.range.lowerBound..<last.range.upperBound, []))
      return
    }
    for index in indices.sorted() {
      let keepsALaterOne = (index + 1..<elements.count).contains { !indices.contains($0) }
      let range =
        keepsALaterOne
        ? elements[index].range.lowerBound..<elements[index + 1].range.lowerBound
        : elements[index - 1].range.upperBound..<elements[index].range.upperBound
      edits.append((range, []))
    }
  }

  /// The edited text.
  ///
  /// - Precondition: no two edits overlap.
  public func apply() -> [UInt8] {
    var result: [UInt8] = []
    var position = 0
    let ordered = edits.sorted { left, right in
      (left.range.lowerBound, left.range.upperBound) < (right.range.lowerBound, right.range.upperBound)
    }
    for edit in ordered {
      precondition(edit.range.lowerBound >= position, "edits of a JSON text overlap")
      result += document.text[position..<edit.range.lowerBound]
      result += edit.replacement
      position = edit.range.upperBound
    }
    return result + document.text[position...]
  }

  /// A text as a JSON string, ASCII only, as Python's `json.dumps` writes it.
  public static func quoted(_ text: ByteString) -> ByteString {
    var result = "\""
    for scalar in String(decoding: text.bytes, as: UTF8.self).unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case " "..."~": result.unicodeScalars.append(scalar)
      default:
        for unit in String(scalar).utf16 {
          let digits = String(unit, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      }
    }
    return ByteString(result + "\"")
  }
}
