import Bytes
import Elements
import LosslessJSON
import ModelGraph

extension LayerConfiguration {
  /// The attributes of a convolution.
  ///
  /// - Parameter makeKind: the kind, given the depth multiplier.
  mutating func convolution(
    rank: Int, kind makeKind: (Int) -> Convolution.Kind
  ) throws(NotUnderstood) -> Convolution {
    let ones = [Int](repeating: 1, count: rank)
    var kind = makeKind(1)
    var hasFilters = true
    switch kind {
    case .depthwise:
      kind = makeKind(try positive("depth_multiplier", default: 1))
      hasFilters = false
      try ignoreKernelSettings()
    case .separable: kind = makeKind(try positive("depth_multiplier", default: 1))
    case .regular, .transposed: break
    }
    let groups = try positive("groups", default: 1)
    var outputPadding: [Int]?
    switch kind {
    case .regular: kind = .regular(groups: groups)
    case .transposed:
      let written = take("output_padding").flatMap { $0.isNull ? nil : $0 }
      outputPadding = try written.map { value throws(NotUnderstood) in try self.outputPadding(value, rank) }
    case .depthwise, .separable: break
    }
    if case .regular = kind {
    } else if groups != 1 {
      throw NotUnderstood(.groups)
    }
    let kernelSize = try sizes("kernel_size", count: rank)
    let strides = try sizes("strides", count: rank, default: ones)
    let dilation = try sizes("dilation_rate", count: rank, default: ones)
    let padding = try padding()
    var convolution = Convolution(
      kind: kind, kernelSize: kernelSize, strides: strides, dilation: dilation,
      padding: .none(rank: rank), dataFormat: try dataFormat(),
      filters: hasFilters ? try positive("filters") : nil,
      usesBias: try boolean("use_bias", default: true), activation: try activation())
    guard convolution.filters.map({ $0 % groups == 0 }) ?? true else {
      throw .malformed(.undividedFilters(groups: groups))
    }
    if padding == .causal, rank != 1 || convolution.dataFormat == .channelsFirst {
      throw NotUnderstood(.causalPadding)
    }
    convolution.pad(padding, outputPadding: outputPadding)
    return convolution
  }

  /// tf_keras writes the unused attributes of the parent class into depthwise layers.
  private mutating func ignoreKernelSettings() throws(NotUnderstood) { _ = take("filters") }

  private func outputPadding(_ value: JSONValue, _ rank: Int) throws(NotUnderstood) -> [Int] {
    let list =
      value.array.map { $0.compactMap(\.smallInteger) }
      ?? value.smallInteger.map { [Int](repeating: $0, count: rank) } ?? []
    guard list.count == rank, list.allSatisfy({ (0..<1 << 20).contains($0) }) else {
      throw NotUnderstood(.outputPadding(axes: rank))
    }
    return list
  }

  /// The attributes of EinsumDense.
  mutating func einsumDense() throws(NotUnderstood) -> EinsumDense {
    let outputShape = take("output_shape")
    let equation = try text("equation", default: "")
    let sides = equation.bytes.filter { $0 != 0x20 }.split(separator: UInt8(ascii: ">"))
    guard sides.count == 2, sides[0].last == UInt8(ascii: "-") else {
      throw NotUnderstood(.equation(equation))
    }
    let operands = sides[0].dropLast().split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    guard operands.count == 2 else { throw NotUnderstood(.operands(equation: equation)) }
    let (input, inputEllipsis) = try labels(operands[0], equation)
    let (kernel, kernelEllipsis) = try labels(operands[1], equation)
    let (output, outputEllipsis) = try labels(sides[1], equation)
    guard kernelEllipsis == .none, inputEllipsis == outputEllipsis,
      output.allSatisfy({ input.contains($0) || kernel.contains($0) })
    else { throw NotUnderstood(.equation(equation)) }
    let bias = take("bias_axes").flatMap { $0.isNull ? nil : $0 }
    var biasLabels: [UInt8]?
    if let bias {
      guard let axes = bias.string, axes.bytes.allSatisfy(output.contains),
        Set(axes.bytes).count == axes.bytes.count
      else { throw NotUnderstood(.biasAxes) }
      biasLabels = axes.bytes
    }
    return EinsumDense(
      inputLabels: input, kernelLabels: kernel, outputLabels: output, ellipsis: inputEllipsis,
      biasLabels: biasLabels, activation: try activation(),
      outputSizes: Self.sizes(outputShape, ofLabels: output.count))
  }

  /// The sizes of an output's labels; the batch and what an ellipsis stands for are not among those that are written.
  private static func sizes(_ written: JSONValue?, ofLabels labels: Int) -> PartialShape {
    guard let written, !written.isNull else { return [] }
    let sizes = (written.array ?? [written]).map { $0.smallInteger.flatMap { $0 > 0 ? $0 : nil } }
    guard (0...1).contains(labels - sizes.count) else { return [] }
    return (sizes.count == labels ? sizes : [nil] + sizes).bounded
  }

  private func labels(
    _ term: ArraySlice<UInt8>, _ equation: ByteString
  ) throws(NotUnderstood) -> ([UInt8], EinsumDense.Ellipsis) {
    let dots = Array("...".utf8)
    var labels = Array(term)
    var ellipsis = EinsumDense.Ellipsis.none
    if labels.starts(with: dots) {
      ellipsis = .leading
      labels.removeFirst(3)
    } else if labels.suffix(3).elementsEqual(dots) {
      ellipsis = .trailing
      labels.removeLast(3)
    }
    let letters = labels.allSatisfy { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 | 0x20 }
    guard letters, Set(labels).count == labels.count else {
      throw NotUnderstood(.equation(equation))
    }
    return (labels, ellipsis)
  }
}
