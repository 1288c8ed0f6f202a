import Bytes
import HDF5
import ModelGraph

/// How an HDF5 file arranges the weights of a model.
protocol WeightLayout: Sendable {
  /// All weights, by number.
  var datasets: [HDF5Dataset] { get }
  /// Where each of them is.
  var places: [HDF5Path] { get }
  var arrangement: WeightArrangement { get }
  /// The group of the weights.
  var root: HDF5Path { get }
  /// Where the optimizer's state is, if the file has one.
  var optimizerState: [ByteString] { get }

  /// Makes a file's content fit an edited graph.
  ///
  /// - Parameters:
  ///   - tree: the content of the file.
  ///   - edited: a graph made from `original`; its layers know their `origin`.
  ///   - original: the graph whose weights the file has.
  func edit(_ tree: inout HDF5Group, to edited: Graph, from original: Graph)
}

extension WeightLayout {
  /// What the file shall have for a variable; nil where it stays as it is.
  func content(of variable: Variable) -> HDF5Dataset.Content? {
    switch variable.value {
    case .stored: return nil
    case .scaled(let number, let scale):
      switch datasets[number].content {
      case .stored(let stored): return .scaled(stored, scale)
      case .made(let content): return .made(.scaled(content, scale, variable.elementType))
      case .scaled: preconditionFailure("what a file has is not scaled")
      }
    case .computed(let values): return .made(.values(values, variable.elementType))
    }
  }

  /// The array for a variable; nil where it stays as it is.
  func dataset(of variable: Variable) -> HDF5Dataset? {
    content(of: variable).map {
      HDF5Dataset(shape: variable.shape, elementType: variable.elementType, content: $0)
    }
  }
}
