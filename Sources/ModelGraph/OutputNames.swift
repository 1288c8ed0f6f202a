import Bytes

extension Graph {
  /// A name for each output, none of them twice: the model's own, or the layer's.
  public var namesOfOutputs: [ByteString] {
    if outputNames.count == outputs.count, Set(outputNames).count == outputs.count { return outputNames }
    var used: [ByteString: Int] = [:]
    return outputs.map { output in
      let name = layers[calls[output.call].layer].name
      used[name, default: 0] += 1
      return used[name] == 1 ? name : name + ByteString(":\(used[name, default: 1] - 1)")
    }
  }
}
