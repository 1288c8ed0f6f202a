import ModelGraph
import Tensor

/// Where the tolerances come from.
enum Tolerance {
  /// How much the outputs of whole models may differ, relative to the largest output.
  ///
  /// Every layer with weights adds an error of a few rounding units, from the rounding of its weights and of its
  /// sums; with scales near one, as normalized networks have them, the errors add up. 16 units a layer is about ten
  /// times what was measured (ResNet50, folded weights in float32: 0.2 units a layer in Double arithmetic, 9 in
  /// float32), and a thousandth of what a wrong channel or a forgotten shift makes.
  ///
  /// - Parameters:
  ///   - stored: the coarsest element type among the weights.
  ///   - arithmetic: the type that the forward pass runs in.
  ///   - layers: the number of layers with weights.
  static func wholeModel(stored: ElementType, arithmetic: ElementType, layers: Int) -> Double {
    let unit = max(stored.ulpOfOne ?? 0, arithmetic.ulpOfOne ?? 0)
    return 16 * unit * Double(layers + 1)
  }

  /// The rounding error of a sum of products in Double, relative to the sum of the magnitudes.
  ///
  /// Source: Higham, "Accuracy and Stability of Numerical Algorithms", 2nd edition, section 3.1: n units for n terms.
  static func sum(terms: Int) -> Double { Double(terms + 8) * 0x1p-52 }
}

extension Graph {
  /// The coarsest element type of the weights that bnfold computes with; float32 if there are none.
  var coarsestElementType: ElementType {
    var coarsest: ElementType?
    forEachGraph { graph, _ in
      for layer in graph.layers {
        for variable in layer.core.variables ?? [] {
          guard let unit = variable.elementType.ulpOfOne else { continue }
          if unit > coarsest?.ulpOfOne ?? 0 { coarsest = variable.elementType }
        }
      }
    }
    return coarsest ?? .float32
  }

  /// The number of layers that have weights.
  var weightedLayerCount: Int {
    var count = 0
    forEachGraph { graph, _ in
      count += graph.layers.filter { $0.core.variables?.isEmpty == false }.count
    }
    return count
  }
}
