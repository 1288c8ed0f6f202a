import Bytes
import Elements
import KerasFormat
import LosslessJSON
import ModelFormats
import ModelGraph

/// Any text is an architecture or not; of what is one, shapes and weights can be asked.
///
/// Random bytes hardly ever are JSON. The input therefore says which values of a real architecture are exchanged for
/// which others; an input that begins with 255 is a text itself.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzArchitecture(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count > 1 else { return 0 }
  let input = UnsafeBufferPointer(start: start, count: count)
  let text = input[0] == 255 ? Array(input.dropFirst()) : edited(input)
  let architecture = try? KerasArchitecture(
    parsing: ByteString(text), generation: input[0] % 2 == 0 ? .keras2 : .keras3, limits: ReadingLimits(),
    file: "fuzz"
  )
  if let graph = architecture?.graph { look(at: graph, ShapeInference(of: graph)) }
  return 0
}

/// A seed with values exchanged: three bytes for each, two for the place and one for what is put there.
private func edited(_ input: UnsafeBufferPointer<UInt8>) -> [UInt8] {
  let seed = Seeds.all[Int(input[0] / 2) % Seeds.all.count]
  var edits: [(place: Range<Int>, text: ArraySlice<UInt8>)] = []
  var index = 1
  while index + 2 < input.count, edits.count < 8 {
    let place = seed.values[(Int(input[index]) << 8 | Int(input[index + 1])) % seed.values.count]
    let choice = Int(input[index + 2])
    // Beyond the words, another value of the same architecture.
    let text =
      choice < Seeds.words.count
      ? Seeds.words[choice][...] : seed.text[seed.values[choice % seed.values.count]]
    if !edits.contains(where: { $0.place.overlaps(place) }) { edits.append((place, text)) }
    index += 3
  }
  var result: [UInt8] = []
  var position = 0
  for edit in edits.sorted(by: { $0.place.lowerBound < $1.place.lowerBound }) {
    result += seed.text[position..<edit.place.lowerBound] + edit.text
    position = edit.place.upperBound
  }
  return result + seed.text[position...]
}

private func look(at graph: Graph, _ shapes: ShapeInference) {
  for (index, layer) in graph.layers.enumerated() {
    let call = graph.calls.first { $0.layer == index }
    let input = call?.inputs.first.flatMap { shapes.shapes[$0] }
    for variable in layer.core.operation.expectedVariables(input: input) ?? [] {
      precondition((variable.shape ?? []).allSatisfy { $0 ?? 0 >= 0 }, "a weight has a negative size")
    }
    if let body = layer.core.body { look(at: body, shapes.inner[index] ?? ShapeInference(of: body)) }
  }
}
