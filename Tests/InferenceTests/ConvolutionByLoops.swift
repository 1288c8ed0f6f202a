import Elements
import Inference
import ModelGraph

/// A convolution over channels last as it is defined, element by element, with a kernel as Keras has it.
///
/// Source: ONNX operator specification, Conv and ConvTranspose: `total_padding`, `SAME_UPPER`, `SAME_LOWER`.
struct ConvolutionByLoops {
  private let convolution: Convolution
  private let kernel: DenseArray<Double>
  private let bias: [Double]
  private let isTransposed: Bool
  private let groups: Int
  private let outputPadding: [Int]

  init(_ convolution: Convolution, kernel: DenseArray<Double>, bias: [Double]) {
    (self.convolution, self.kernel, self.bias) = (convolution, kernel, bias)
    switch convolution.kind {
    case .regular(let groups):
      (isTransposed, self.groups) = (false, groups)
      outputPadding = convolution.kernelSize.map { _ in 0 }
    case .transposed(let outputPadding, let groups):
      (isTransposed, self.groups, self.outputPadding) = (true, groups, outputPadding)
    case .depthwise, .separable: preconditionFailure("no such kernel")
    }
  }

  /// The size of an axis of the result, and how many elements are added before it, or cut off.
  private func axis(_ number: Int, input: Int) -> (size: Int, before: Int) {
    let stride = convolution.strides[number]
    let extent = (convolution.kernelSize[number] - 1) * convolution.dilation[number] + 1
    let full = isTransposed ? (input - 1) * stride + extent + outputPadding[number] : input
    switch convolution.padding {
    case .explicit(let amounts):
      let (before, after) = (amounts[number].before, amounts[number].after)
      return isTransposed
        ? (full - before - after, before) : ((input + before + after - extent) / stride + 1, before)
    case .same(let odd):
      let size = isTransposed ? min(full, input * stride) : (input + stride - 1) / stride
      let total = isTransposed ? full - size : max(0, (size - 1) * stride + extent - input)
      return (size, odd == .before ? total - total / 2 : total / 2)
    }
  }

  func result(of input: DenseArray<Double>) -> DenseArray<Double> {
    let (batch, channels) = (input.shape[0], input.shape[input.shape.count - 1])
    let filters = bias.count
    let sizes = Array(input.shape[1..<input.shape.count - 1])
    let axes = sizes.indices.map { axis($0, input: sizes[$0]) }
    let outputs = axes.map(\.size)
    var result = DenseArray<Double>(repeating: 0, shape: [batch] + outputs + [filters])
    let (positions, outputPositions) = (sizes.reduce(1, *), outputs.reduce(1, *))
    // Each pair of places in the smaller and the larger of both tensors is one tap apart.
    for (tap, steps) in places(in: convolution.kernelSize).enumerated() {
      let walked = isTransposed ? sizes : outputs
      for (number, place) in places(in: walked).enumerated() {
        let reached = place.indices.map {
          place[$0] * convolution.strides[$0] + steps[$0] * convolution.dilation[$0] - axes[$0].before
        }
        let bounds = isTransposed ? outputs : sizes
        guard zip(reached, bounds).allSatisfy({ (0..<$1).contains($0) }) else { continue }
        let other = zip(reached, bounds).reduce(0) { $0 * $1.1 + $1.0 }
        for sample in 0..<batch {
          let from = (sample * positions + (isTransposed ? number : other)) * channels
          let to = (sample * outputPositions + (isTransposed ? other : number)) * filters
          for filter in 0..<filters {
            let group = filter / (filters / groups)
            for channel in 0..<channels / groups {
              let source = group * (channels / groups) + channel
              let element =
                isTransposed
                ? (tap * (filters / groups) + filter % (filters / groups)) * channels + source
                : (tap * (channels / groups) + channel) * filters + filter
              result.values[to + filter] += input.values[from + source] * kernel.values[element]
            }
          }
        }
      }
    }
    for index in result.values.indices { result.values[index] += bias[index % filters] }
    return result
  }

  private func places(in sizes: [Int]) -> [[Int]] {
    sizes.reduce([[]]) { places, size in places.flatMap { place in (0..<size).map { place + [$0] } } }
  }
}
