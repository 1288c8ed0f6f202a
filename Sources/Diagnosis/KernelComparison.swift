import Bytes
import Elements
import ModelGraph
import Parallel
import Synchronization

/// Measures the kernels that a fold has changed.
public struct KernelComparison {
  private let old: Model
  private let new: Model
  private let exact: Model?

  /// - Parameters:
  ///   - old: the model before.
  ///   - new: the folded model; its layers have the same paths.
  ///   - exact: the folded model before it was rounded; nil where that is not known.
  public init(from old: Model, to new: Model, exact: Model? = nil) {
    (self.old, self.new, self.exact) = (old, new, exact)
  }

  /// The kernels that are others, in the order of the layers.
  ///
  /// - Throws: what the weight stores throw.
  public func changes() throws -> [KernelChange] {
    let pairs = self.pairs
    let found = Mutex([KernelChange?](repeating: nil, count: pairs.count))
    try shareWork(of: pairs.count, threads: processorCount()) { index in
      let change = try pairs[index].change()
      found.withLock { $0[index] = change }
    }
    return found.withLock { $0.compactMap(\.self) }
  }

  private var pairs: [KernelPair] {
    let before = Dictionary(old.graph.layersByPath, uniquingKeysWith: { first, _ in first })
    let unrounded = exact.map { Dictionary($0.graph.layersByPath, uniquingKeysWith: { first, _ in first }) }
    return new.graph.layersByPath.flatMap { path, layer -> [KernelPair] in
      guard let other = before[path] else { return [] }
      return layer.kernels.compactMap { kernel in
        guard let old = other.variable(kernel.variable.role), old.shape == kernel.variable.shape,
          old.elementType.isFloatingPoint, kernel.variable.elementType.isFloatingPoint
        else { return nil }
        let exact = unrounded?[path]?.variable(kernel.variable.role)
        // What a plan leaves as it was stored has not changed.
        if case .stored? = exact?.value { return nil }
        return KernelPair(
          layer: path, axes: kernel.axes, old: KernelReader(old, self.old.weights),
          new: KernelReader(kernel.variable, new.weights),
          exact: exact.flatMap { exact in self.exact.map { KernelReader(exact, $0.weights) } })
      }
    }
  }
}

extension Graph {
  /// The layers that compute, with the models around them in their paths.
  fileprivate var layersByPath: [(ByteString, Layer)] { layersByPath(in: "") }

  private func layersByPath(in path: ByteString) -> [(ByteString, Layer)] {
    layers.flatMap { layer in
      [(path + layer.name, layer.core)]
        + (layer.core.body?.layersByPath(in: path + layer.name + "/") ?? [])
    }
  }
}

extension Layer {
  /// The kernels, with the place of their output channels.
  fileprivate var kernels: [(variable: Variable, axes: KernelAxes)] {
    if case .einsumDense(let einsum) = operation {
      guard let kernel = variable(.kernel), let axes = einsum.axes(of: kernel.shape) else { return [] }
      return [(kernel, axes)]
    }
    guard let linear = operation.linearMap else { return [] }
    return ([linear.first] + (linear.second.map { [$0] } ?? [])).compactMap { kernel in
      guard let variable = variable(kernel.role), let axes = linear.axes(of: kernel, shape: variable.shape)
      else { return nil }
      return (variable, axes)
    }
  }
}

extension EinsumDense {
  /// The output channels are along the axes that the kernel has and the input has not.
  fileprivate func axes(of kernel: Shape) -> KernelAxes? {
    guard kernel.count == kernelLabels.count else { return nil }
    let outputs = kernelLabels.indices.filter {
      outputLabels.contains(kernelLabels[$0]) && !inputLabels.contains(kernelLabels[$0])
    }
    return KernelAxes(shape: kernel, outputs: outputs, input: nil)
  }
}
