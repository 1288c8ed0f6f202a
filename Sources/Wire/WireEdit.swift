/// Changes of fields of a message, by where these are in the source; everything else stays byte for byte.
public struct WireEdit: Sendable {
  /// By the start of the field; no two fields have the same one.
  private var changes: [Int: Change] = [:]

  /// What becomes of a field.
  private struct Change {
    let field: Range<Int>
    /// Nil to leave it.
    var replacement: [WirePiece]?
    /// What is added at the end of the message that it is.
    var appended: [WirePiece] = []
    var before: [WirePiece] = []
    var after: [WirePiece] = []
  }

  public init() {}

  public var isEmpty: Bool { changes.isEmpty }

  /// Puts other pieces into the place of a field; none removes it.
  ///
  /// The range is that of the whole field, as its reader gave it; the field may be nested in others.
  public mutating func replace(_ field: Range<Int>, with pieces: [WirePiece]) {
    change(field) { $0.replacement = pieces }
  }

  /// Puts pieces before a field.
  public mutating func insert(_ pieces: [WirePiece], before field: Range<Int>) {
    change(field) { $0.before += pieces }
  }

  /// Puts pieces after a field.
  public mutating func insert(_ pieces: [WirePiece], after field: Range<Int>) {
    change(field) { $0.after += pieces }
  }

  /// Puts pieces at the end of the message that a field is.
  public mutating func append(_ pieces: [WirePiece], to field: Range<Int>) {
    change(field) { $0.appended += pieces }
  }

  private mutating func change(_ field: Range<Int>, _ body: (inout Change) -> Void) {
    body(&changes[field.lowerBound, default: Change(field: field)])
  }

  /// The edited message.
  ///
  /// - Throws: `WireError` where the source cannot be read, or does not have one of the fields.
  public func pieces(of source: WireSource, limits: WireLimits = WireLimits()) throws(WireError)
    -> [WirePiece]
  {
    let ordered = changes.values.sorted { $0.field.lowerBound < $1.field.lowerBound }
    var rest = ordered[...]
    let pieces = try Self.pieces(of: WireReader(source, limits: limits).message, &rest)
    if let first = rest.first { throw WireError(.noSuchField, at: first.field.lowerBound) }
    return pieces
  }

  /// A message in one place with those changes that are in it, which are taken from the rest.
  private static func pieces(
    of message: WireMessage, _ rest: inout ArraySlice<Change>
  ) throws(WireError) -> [WirePiece] {
    let range = message.ranges[0]
    var (message, pieces, copied) = (message, [WirePiece](), range.lowerBound)
    while let change = rest.first, change.field.lowerBound < range.upperBound, let field = try message.next()
    {
      guard field.range.lowerBound <= change.field.lowerBound,
        change.field.upperBound <= field.range.upperBound
      else { continue }
      pieces.append(.copied(copied..<field.range.lowerBound))
      copied = field.range.upperBound
      if change.field == field.range { rest.removeFirst() }
      let own = change.field == field.range ? change : Change(field: field.range)
      let isEdited =
        !own.appended.isEmpty || rest.first.map { $0.field.lowerBound < field.range.upperBound } ?? false
      pieces += own.before
      if let replacement = own.replacement {
        pieces += replacement
      } else if isEdited {
        let inner = try Self.pieces(of: message.message([field]), &rest)
        pieces.append(.field(number: field.number, inner + own.appended))
      } else {
        pieces.append(.copied(field.range))
      }
      pieces += own.after
    }
    return pieces + [.copied(copied..<range.upperBound)]
  }
}
