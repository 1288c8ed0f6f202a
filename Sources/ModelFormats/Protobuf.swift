import Files
import Wire

/// Files that are one message of protobuf, which no first bytes tell.
enum Protobuf {
  /// The numbers of the fields of a message that ends where the file does; nil for another file.
  static func fields(of file: InputFile, limits: WireLimits) -> Set<Int>? {
    var message = WireReader(.file(file), limits: limits).message
    var numbers: Set<Int> = []
    do throws(WireError) {
      while let field = try message.next() { numbers.insert(field.number) }
    } catch {
      return nil
    }
    return numbers.isEmpty ? nil : numbers
  }
}
