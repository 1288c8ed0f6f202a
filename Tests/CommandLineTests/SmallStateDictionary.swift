import Fixtures

/// A state dictionary whose family bnfold knows.
enum SmallStateDictionary {
  /// Names and shapes of a small ResNet of torchvision; every element is 0.5.
  static func write(_ path: String, epsilonIsKnown: Bool = true) throws {
    let stem = epsilonIsKnown ? ("conv1", "bn1") : ("conv_stem", "bn1")
    var shapes: [(String, [Int])] = [("\(stem.0).weight", [4, 3, 3, 3])]
    let block = epsilonIsKnown ? ("layer1.0.conv1", "layer1.0.bn1") : ("conv_head", "bn2")
    shapes.append(("\(block.0).weight", [8, 4, 1, 1]))
    for (name, channels) in [(stem.1, 4), (block.1, 8)] {
      for tensor in ["weight", "bias", "running_mean", "running_var"] {
        shapes.append(("\(name).\(tensor)", [channels]))
      }
    }
    var entries: [String] = []
    var end = 0
    for (name, shape) in shapes {
      let bytes = 4 * shape.reduce(1, *)
      entries.append(
        #""\#(name)":{"dtype":"F32","shape":\#(shape),"data_offsets":[\#(end),\#(end + bytes)]}"#)
      end += bytes
    }
    let header = Array(("{" + entries.joined(separator: ",") + "}").utf8)
    let half: [UInt8] = [0, 0, 0, 0x3F]
    let length = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) }
    try writeFile(path, length + header + (0..<end / 4).flatMap { _ in half })
  }
}
