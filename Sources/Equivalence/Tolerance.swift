import ModelGraph
import Tensor

/// Where the tolerances come from.
public enum Tolerance {
  /// How much an output of whole models may differ, relative to its largest value.
  ///
  /// Every layer with weights adds an error of about a rounding unit, from its weights and from its sums. The errors
  /// are independent of each other, so that together they grow like the square root of their number (Higham and
  /// Mary, "A New Approach to Probabilistic Rounding Error Analysis", 2019). Where scales are near one, as normalized
  /// networks have them, 16 units times that root is 16 times what was measured (ResNet50: 8.7e-7 in Double
  /// arithmetic, 54 layers) and a thousandth of what a wrong channel makes.
  ///
  /// A model with large scales amplifies rounding. How much, the original itself shows: its own float32 result
  /// differs from its own Double result by `noise`. Two runs that round differently may each be that far off, and
  /// the largest of many errors varies; eight times the noise covers that. Beyond one percent nothing would be
  /// proven any more, so that is the limit.
  ///
  /// - Parameters:
  ///   - stored: the coarsest element type among the weights.
  ///   - arithmetic: the type that the forward pass runs in.
  ///   - layers: the number of layers with weights.
  ///   - noise: the original's error in float32, relative to the largest value.
  static func wholeModel(
    stored: ElementType, arithmetic: ElementType, layers: Int, noise: Double
  ) -> Double {
    let unit = max(stored.ulpOfOne ?? 0, arithmetic.ulpOfOne ?? 0)
    let amplified = 8 * noise * unit / Double(Float.ulpOfOne)
    return max(16 * unit * Double(layers + 1).squareRoot(), min(amplified, 0.01))
  }

  /// The rounding error of a sum of products in Double, relative to the sum of the magnitudes.
  ///
  /// Source: Higham, "Accuracy and Stability of Numerical Algorithms", 2nd edition, section 3.1: n units for n terms.
  public static func sum(terms: Int) -> Double { Double(terms + 8) * 0x1p-52 }
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
