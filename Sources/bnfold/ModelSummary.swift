import BatchNormFolding
import Tensor

/// One line on a model.
struct ModelSummary {
  let file: ModelFile

  var lines: [String] {
    [
      """
      \(ByteString(file.path)): Keras \(file.kerasVersion), \(file.layers.count) layers, \
      \(grouped(file.parameterCount)) parameters
      """
    ]
  }
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
