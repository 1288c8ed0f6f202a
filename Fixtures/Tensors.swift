import Elements
import Inference

/// Writes a safetensors file of float32 tensors, without the help of the library that is tested.
public func writeTensors(
  _ tensors: [(name: String, shape: [Int], values: [Double])], metadata: (key: String, value: String)? = nil,
  to path: String
) throws {
  var entries = metadata.map { [#""__metadata__":{"\#($0.key)":"\#($0.value)"}"#] } ?? []
  var data: [UInt8] = []
  for (name, shape, values) in tensors {
    let bytes = ElementType.float32.encode(values)
    entries.append(
      #""\#(name)":{"dtype":"F32","shape":\#(shape),"data_offsets":[\#(data.count),\#(data.count + bytes.count)]}"#
    )
    data += bytes
  }
  let header = Array(("{" + entries.joined(separator: ",") + "}").utf8)
  try writeFile(path, withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) } + header + data)
}

extension DenseArray {
  /// A kernel with channels last in another order: its last axis first, then the last but one, then all others.
  public var channelsFirst: DenseArray {
    let rank = shape.count
    let taps = shape[..<(rank - 2)].reduce(1, *)
    let (rows, columns) = (shape[rank - 2], shape[rank - 1])
    return DenseArray(
      shape: [columns, rows] + shape[..<(rank - 2)],
      values: (0..<columns * rows * taps).map {
        values[($0 % taps * rows + $0 / taps % rows) * columns + $0 / (taps * rows)]
      })
  }
}
