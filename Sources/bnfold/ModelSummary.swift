import BatchNormFolding
import ModelGraph
import Tensor

/// One line on a model.
struct ModelSummary {
  let file: ModelFile

  var lines: [String] {
    let graph = file.model.graph
    var layers = 0
    graph.forEachGraph { inner, _ in layers += inner.layers.filter { !$0.isImplicit }.count }
    let parameters = graph.layers.reduce(0) { $0 + $1.parameterCount }
    return [
      "\(ByteString(file.path)): Keras \(file.kerasVersion), \(layers) layers, \(grouped(parameters)) parameters"
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
