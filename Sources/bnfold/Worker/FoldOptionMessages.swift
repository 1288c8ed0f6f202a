import BatchNormFolding
import Supervision
import Tensor

extension FoldOptions: Message {
  public init(from reader: inout MessageReader) throws(MessageError) {
    let names: [ByteString]? = try reader.take()
    var rules = FoldingRules.all
    if let names {
      guard let known = FoldingRules(names: names.map(\.description)) else { throw MessageError() }
      rules = known
    }
    let skipped: [ByteString] = try reader.take()
    self.init(rules: rules, skipped: Set(skipped), maxGrowth: try reader.take())
  }

  public func write(to writer: inout MessageWriter) {
    writer.put(rules.names.map { $0.sorted().map { ByteString($0) } }, skipped.sorted(), maxGrowth)
  }
}
