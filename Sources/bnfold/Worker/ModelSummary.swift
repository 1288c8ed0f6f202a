import BatchNormFolding
import Supervision
import Tensor

/// What there is to say about a model in one line.
struct ModelSummary {
  let kerasVersion: ByteString
  let layerCount: Int
  let parameterCount: Int

  init(of file: ModelFile) {
    kerasVersion = file.kerasVersion
    layerCount = file.layerCount
    parameterCount = file.parameterCount
  }

  private var shownVersion: String { kerasVersion.isEmpty ? "(version unknown)" : kerasVersion.description }

  func line(for path: String) -> String {
    "\(ByteString(path)): Keras \(shownVersion), \(layerCount) layers, \(grouped(parameterCount)) parameters"
  }
}

extension ModelSummary: Message {
  init(from reader: inout MessageReader) throws(MessageError) {
    kerasVersion = try reader.take()
    layerCount = try reader.take()
    parameterCount = try reader.take()
  }

  func write(to writer: inout MessageWriter) { writer.put(kerasVersion, layerCount, parameterCount) }
}

/// A number with its thousands set apart.
func grouped(_ number: Int) -> String {
  let digits = Array(String(number))
  var text = ""
  for (index, digit) in digits.enumerated() {
    if index > 0, (digits.count - index) % 3 == 0 { text += "," }
    text.append(digit)
  }
  return text
}
