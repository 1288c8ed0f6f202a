import ModelGraph

/// A map of the input of a dense layer or a convolution becomes part of its first kernel and its bias.
///
/// Before:      y = f(linear(s x + t, W) + b)
/// After:       y = f(linear(x, W') + b')
/// Conditions:  the map runs along the channels; t = 0, or no output sees zeros at a border: no padding; of a transposed convolution window and strides of one element
/// Formula:     W'[k, i, o] = s[i] * W[k, i, o];  b'[o] = b[o] + sum over k, i of W[k, i, o] * t[i]
///
/// Grouped: output o of group g reads the inputs of g alone. Depthwise: output i * M + m reads input i alone. Separable: the
/// shift goes through the depthwise kernel and then through the pointwise one.
enum InputOfLinearLayer: ConsumerRule {
  static let names = ["input-of-dense", "input-of-convolution", "input-of-transposed-convolution"]

  static func name(for operation: Operation) -> String {
    switch operation.linearMap?.kind {
    case .dense: names[0]
    case .transposedConvolution: names[2]
    default: names[1]
    }
  }

  static func summary(of name: String) -> String? {
    switch name {
    case names[0]: "a dense layer after it takes the scale along its inputs, its bias the sum of the shifts"
    case names[1]:
      "a convolution after it takes the scale along its input channels, its bias the sum of the shifts"
    case names[2]: "a transposed convolution after it takes the scale along its input channels"
    default: nil
    }
  }

  static func fold(_ request: ConsumerRequest, store: any WeightStore) throws -> Layer {
    guard let linear = request.layer.operation.linearMap else { preconditionFailure("not a linear layer") }
    let kernel = try request.weight(linear.first.role)
    guard let axes = linear.axes(of: linear.first, shape: kernel.shape),
      let axis = linear.axis.index(rank: linear.rank ?? request.rank)
    else { throw Refusal(.opaqueLayer, "\(request.path) has an unusual kernel") }
    try request.requireAxis(axis, channels: axes.inputs)
    if linear.seesZeros { try requireNoShift(request) }
    var layer = request.layer
    if request.hasShift {
      var addend = try axes.sums(of: kernel.exactElements(from: store), with: request.map.shift)
      if let second = linear.second {
        addend = try through(second, of: linear, addend, request, store: store)
      }
      layer.set(try request.bias(adding: addend, like: kernel, store: store), after: linear.last.role)
      layer.operation = layer.operation.with(bias: true)
    }
    layer.set(kernel.scaled(by: axes.inputScale(request.map.scale)))
    return layer
  }

  private static func requireNoShift(_ request: ConsumerRequest) throws(Refusal) {
    guard case .convolution(let convolution) = request.layer.operation else { return }
    if case .transposed = convolution.kind {
      try request.map.requireNoShift(
        at: request.path, because: "reaches outputs at the border with fewer taps, and sees")
    } else if let channel = request.map.shift.firstIndex(where: { $0 != 0 }) {
      throw Refusal(
        .padding,
        """
        `\(convolution.paddingName)` padding of \(request.path) sees \
        a shift of \(Refusal.brief(request.map.shift[channel])) in channel \(channel)
        """)
    }
  }

  private static func through(
    _ second: LinearMap.Kernel, of linear: LinearMap, _ values: [Double], _ request: ConsumerRequest,
    store: any WeightStore
  ) throws -> [Double] {
    let kernel = try request.weight(second.role)
    guard let axes = linear.axes(of: second, shape: kernel.shape), axes.inputs == values.count else {
      throw Refusal(.statisticsShape, "the \(second.role) of \(request.path) has another shape")
    }
    return try axes.sums(of: kernel.exactElements(from: store), with: values)
  }
}
