import Bytes
import ModelFormats
import Wire

@testable import ONNXFormat

// Messages by hand; nothing here uses the code under test.

func varint(_ value: UInt64) -> [UInt8] {
  value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7F) | 0x80] + varint(value >> 7)
}

func field(_ number: UInt64, _ content: [UInt8]...) -> [UInt8] {
  let bytes = content.flatMap { $0 }
  return varint(number << 3 | 2) + varint(UInt64(bytes.count)) + bytes
}

func text(_ number: UInt64, _ text: String) -> [UInt8] { field(number, Array(text.utf8)) }

func number(_ number: UInt64, _ value: Int64) -> [UInt8] {
  varint(number << 3) + varint(UInt64(bitPattern: value))
}

/// A tensor's message: its name, its type, its axes, and whatever else.
func tensor(_ type: Int64, _ axes: [Int64], _ rest: [UInt8]...) -> [UInt8] {
  axes.flatMap { number(1, $0) } + number(2, type) + text(8, "t") + rest.flatMap { $0 }
}

/// The entries of a tensor in another file.
func external(_ entries: KeyValuePairs<String, String>) -> [UInt8] {
  entries.flatMap { field(13, text(1, $0.key), text(2, $0.value)) } + number(14, 1)
}

/// A model's message around the fields of a graph.
func encodedModel(_ graph: [UInt8]...) -> [UInt8] { number(1, 8) + field(7, graph.flatMap { $0 }) }

/// A model's message with one tensor.
func encodedModel(tensor: [UInt8]) -> [UInt8] { encodedModel(field(5, tensor)) }

func read(_ bytes: [UInt8]) throws(ModelFileError) -> ONNXModel {
  try ONNXModel(reading: .memory(bytes), path: "model.onnx")
}
