import Elements
import Fixtures
import Inference
import ModelGraph

extension ModelBuilder {
  /// The same model with its kernels as PyTorch orders their axes, and depthwise convolutions as groups of one channel.
  ///
  /// - Throws: what the store throws.
  func withChannelsFirstKernels() throws -> ModelBuilder {
    var builder = self
    builder.graph = try builder.withChannelsFirstKernels(graph)
    return builder
  }

  private mutating func withChannelsFirstKernels(_ original: Graph) throws -> Graph {
    var graph = original
    for index in graph.layers.indices {
      var layer = graph.layers[index].core
      layer.body = try layer.body.map { try withChannelsFirstKernels($0) }
      if let other = layer.operation.withChannelsFirstKernel { try reorderKernel(of: &layer, as: other) }
      graph.layers[index].core = layer
    }
    return graph
  }

  private mutating func reorderKernel(of layer: inout Layer, as operation: Operation) throws {
    for index in layer.variables!.indices {
      var variable = layer.variables![index]
      guard [.kernel, .depthwiseKernel].contains(variable.role) else { continue }
      var kernel = DenseArray<Double>(shape: variable.shape, values: try variable.elements(from: store))
      if variable.role == .depthwiseKernel {
        kernel.shape.replaceSubrange(
          (kernel.shape.count - 2)..., with: [1, kernel.shape.suffix(2).reduce(1, *)])
      }
      let reordered = kernel.channelsFirst
      store.weights.append((variable.elementType, variable.elementType.encode(reordered.values)))
      variable.role = .kernel
      variable.shape = reordered.shape
      variable.value = .stored(store.weights.count - 1)
      if case .convolution(var convolution) = operation, case .depthwise(let multiplier) = convolution.kind {
        // Only the kernel of a depthwise convolution says how many channels there are.
        convolution.filters = reordered.shape[0]
        convolution.kind = .regular(groups: reordered.shape[0] / multiplier)
        layer.operation = .convolution(convolution)
      } else {
        layer.operation = operation
      }
      layer.variables![index] = variable
    }
  }
}

extension Operation {
  /// The operation with another order of its kernel's axes; nil for one that has no such order.
  fileprivate var withChannelsFirstKernel: Operation? {
    switch self {
    case .dense(var dense):
      dense.kernelLayout = .linear
      return .dense(dense)
    case .convolution(var convolution):
      switch convolution.kind {
      case .regular, .depthwise: convolution.kernelLayout = .outputFirst
      case .transposed: convolution.kernelLayout = .inputFirst
      case .separable: return nil
      }
      return .convolution(convolution)
    default: return nil
    }
  }
}

extension RandomGraph {
  /// The same graph, with another order of the axes of all kernels where that is asked for.
  ///
  /// - Throws: what the store throws.
  func withChannelsFirstKernels(_ isWanted: Bool) throws -> RandomGraph {
    var random = self
    if isWanted { random.builder = try builder.withChannelsFirstKernels() }
    return random
  }
}
