import ModelGraph
import Tensor

/// A map of a convolution's input becomes part of its first kernel and its bias.
///
/// Before:      y = f(conv(s x + t, W) + b)
/// After:       y = f(conv(x, W') + b')
/// Conditions:  the map runs along the channels; t = 0, or no window sees zeros at a border: `valid` padding, or a window
///              of one element (any stride)
/// Formula:     W'[k, i, o] = s[i] * W[k, i, o];  b'[o] = b[o] + sum over k, i of W[k, i, o] * t[i]
///
/// Grouped: output o of group g reads the inputs of g alone. Depthwise: output i * M + m reads input i alone. Separable: the
/// shift goes through the depthwise kernel and then through the pointwise one.
enum InputOfConvolution: ConsumerRule {
  static let name = "input-of-convolution"

  static func fold(_ request: ConsumerRequest, store: any WeightStore) throws -> Layer {
    guard case .convolution(var convolution) = request.layer.operation else {
      preconditionFailure("not a convolution")
    }
    let role: Role
    switch convolution.kind {
    case .regular: role = .kernel
    case .depthwise, .separable: role = .depthwiseKernel
    case .transposed: preconditionFailure("a transposed convolution has a rule of its own")
    }
    let kernel = try request.weight(role)
    let table = try InputChannels(of: convolution, kernel: kernel, path: request.path)
    try request.requireAxis(
      convolution.dataFormat.channelAxis(rank: convolution.tensorRank), channels: table.inputs)
    try requireNoVisiblePadding(request, convolution)
    var layer = request.layer
    if request.hasShift {
      var addend = try table.sums(of: kernel.exactElements(from: store), with: request.map.shift)
      if case .separable = convolution.kind {
        addend = try throughPointwise(addend, request, store: store)
      }
      let last: Role = if case .separable = convolution.kind { .pointwiseKernel } else { role }
      layer.set(try request.bias(adding: addend, like: kernel, store: store), after: last)
      convolution.usesBias = true
      layer.operation = .convolution(convolution)
    }
    layer.set(kernel.scaled(by: table.scale(request.map.scale)))
    return layer
  }

  private static func requireNoVisiblePadding(
    _ request: ConsumerRequest, _ convolution: Convolution
  ) throws(Refusal) {
    guard convolution.padding != .valid, convolution.kernelSize.contains(where: { $0 > 1 }) else { return }
    if let channel = request.map.shift.firstIndex(where: { $0 != 0 }) {
      throw Refusal(
        .padding,
        """
        `\(convolution.padding)` padding of \(request.path) sees \
        a shift of \(Refusal.brief(request.map.shift[channel])) in channel \(channel)
        """)
    }
  }

  private static func throughPointwise(
    _ values: [Double], _ request: ConsumerRequest, store: any WeightStore
  ) throws -> [Double] {
    let kernel = try request.weight(.pointwiseKernel)
    let filters = kernel.shape.last ?? 0
    guard kernel.shape.elementCount == values.count * filters else {
      throw Refusal(.statisticsShape, "the pointwise kernel of \(request.path) has another shape")
    }
    let elements = try kernel.exactElements(from: store)
    var sums = [Double](repeating: 0, count: filters)
    for (input, value) in values.enumerated() {
      for filter in 0..<filters { sums[filter] += elements[input * filters + filter] * value }
    }
    return sums
  }
}

/// Which input channel each element of a kernel is multiplied with: the last two axes decide.
private struct InputChannels {
  let inputs: Int
  private let rows: Int
  private let columns: Int
  private let groups: Int

  init(of convolution: Convolution, kernel: Variable, path: ByteString) throws(Refusal) {
    guard kernel.shape.count == convolution.kernelSize.count + 2 else {
      throw Refusal(.opaqueLayer, "\(path) has an unusual kernel")
    }
    rows = kernel.shape[kernel.shape.count - 2]
    columns = kernel.shape[kernel.shape.count - 1]
    if case .regular(let groups) = convolution.kind { self.groups = groups } else { groups = 1 }
    guard groups > 0, columns % groups == 0 || groups == 1 else {
      throw Refusal(.opaqueLayer, "\(path) has an unusual number of groups")
    }
    isDepthwise = if case .regular = convolution.kind { false } else { true }
    inputs = rows * groups
  }

  private let isDepthwise: Bool

  private func input(row: Int, column: Int) -> Int { column / (columns / groups) * rows + row }

  func scale(_ factors: [Double]) -> ChannelScale {
    if groups == 1 { return ChannelScale(factors: factors, inner: columns) }
    return ChannelScale(
      factors: (0..<rows * columns).map { factors[input(row: $0 / columns, column: $0 % columns)] }, inner: 1)
  }

  /// For each output of the kernel the sum of its elements, each times its input channel's shift.
  func sums(of elements: [Double], with shifts: [Double]) -> [Double] {
    var sums = [Double](repeating: 0, count: isDepthwise ? rows * columns : columns)
    for (index, element) in elements.enumerated() {
      let (row, column) = ((index / columns) % rows, index % columns)
      sums[isDepthwise ? row * columns + column : column] += element * shifts[input(row: row, column: column)]
    }
    return sums
  }
}
