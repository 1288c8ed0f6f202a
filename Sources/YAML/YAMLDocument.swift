import Bytes
import CYAML

/// Why a text is no YAML document.
public struct YAMLError: Error, Sendable, CustomStringConvertible {
  public let line: Int
  public let reason: String

  public var description: String { "line \(line): \(reason)" }
}

/// One YAML document, read by libyaml.
///
/// Aliases are refused: a few lines of them can stand for more values than there is memory, and nothing that bnfold reads
/// needs them.
public struct YAMLDocument: Sendable {
  /// The outermost value; nil for an empty text.
  public let root: YAMLNode?

  /// Parses a whole text.
  ///
  /// - Throws: `YAMLError`, with the line and the broken rule.
  public init(parsing text: [UInt8]) throws(YAMLError) {
    var events = YAMLEvents()
    root = try text.withUnsafeBufferPointer { text throws(YAMLError) in try events.read(text) }
  }
}

/// The events of a parser, made into values.
private struct YAMLEvents {
  private var parser = yaml_parser_t()

  /// How deep values may stand in each other.
  private static let depthLimit = 32

  mutating func read(_ text: UnsafeBufferPointer<UInt8>) throws(YAMLError) -> YAMLNode? {
    guard yaml_parser_initialize(&parser) == 1 else { throw YAMLError(line: 1, reason: "there is no memory") }
    defer { yaml_parser_delete(&parser) }
    yaml_parser_set_input_string(&parser, text.baseAddress, text.count)
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
    _ = try next()
    guard try next().kind == YAML_DOCUMENT_START_EVENT else { return nil }
    let root = try value(try next(), depth: 0)
    _ = try next()
    let end = try next()
    guard end.kind == YAML_STREAM_END_EVENT else {
      throw YAMLError(line: end.line, reason: "there is a second document")
    }
    return root
  }

  private struct Event {
    let kind: yaml_event_type_t
    let line: Int
    var text: ByteString = ""
    var isPlain = false
  }

  private mutating func next() throws(YAMLError) -> Event {
    var event = yaml_event_t()
    guard yaml_parser_parse(&parser, &event) == 1 else {
      let reason = parser.problem.map { String(cString: $0) } ?? "this is not YAML"
      throw YAMLError(line: Int(parser.problem_mark.line) + 1, reason: reason)
    }
    defer { yaml_event_delete(&event) }
    var result = Event(kind: event.type, line: Int(event.start_mark.line) + 1)
    if event.type == YAML_SCALAR_EVENT {
      let scalar = event.data.scalar
      result.text = ByteString(UnsafeBufferPointer(start: scalar.value, count: scalar.length))
      result.isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE && scalar.tag == nil
    }
    return result
  }

  private mutating func value(_ event: Event, depth: Int) throws(YAMLError) -> YAMLNode {
    guard depth < Self.depthLimit else {
      throw YAMLError(line: event.line, reason: "values nest too deep")
    }
    switch event.kind {
    case YAML_SCALAR_EVENT:
      return YAMLNode(kind: .scalar(event.text, isPlain: event.isPlain), line: event.line)
    case YAML_SEQUENCE_START_EVENT:
      var elements: [YAMLNode] = []
      while true {
        let element = try next()
        if element.kind == YAML_SEQUENCE_END_EVENT { break }
        elements.append(try value(element, depth: depth + 1))
      }
      return YAMLNode(kind: .sequence(elements), line: event.line)
    case YAML_MAPPING_START_EVENT:
      return YAMLNode(kind: .mapping(try members(depth: depth)), line: event.line)
    default: throw YAMLError(line: event.line, reason: "aliases are not read")
    }
  }

  private mutating func members(depth: Int) throws(YAMLError) -> [(key: YAMLNode, value: YAMLNode)] {
    var members: [(key: YAMLNode, value: YAMLNode)] = []
    var names: Set<ByteString> = []
    while true {
      let event = try next()
      if event.kind == YAML_MAPPING_END_EVENT { return members }
      let key = try value(event, depth: depth + 1)
      guard let name = key.text else { throw YAMLError(line: key.line, reason: "a key is not text") }
      guard names.insert(name).inserted else {
        throw YAMLError(line: key.line, reason: "\(name) is there twice")
      }
      members.append((key, try value(try next(), depth: depth + 1)))
    }
  }
}
