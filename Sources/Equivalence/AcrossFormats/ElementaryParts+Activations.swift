import Elements
import ModelGraph

/// Functions of an element as products, sums and functions that both kinds of models have.
extension ElementaryParts {
  /// Appends an activation.
  @discardableResult
  mutating func add(_ activation: Activation, of source: Source) -> Source {
    switch activation {
    case .linear: return source
    case .swish: return add(.merge(.multiply), of: [source, add(.activation(.sigmoid), of: source)])
    case .hardSwish: return add(.merge(.multiply), of: [source, add(.hardSigmoid3, of: source)])
    case .hardSigmoid3:
      let most = add(.relu(RectifiedLinear(maxValue: 6)), of: rescale(source, plus: 3))
      return rescale(most, by: Double(Float(1) / 6))
    case .hardSigmoid2: return clipped(source, scale: Double(Float(0.2)), offset: 0.5)
    case .hardSigmoid(let slope, let offset): return clipped(source, scale: slope, offset: offset)
    case .relu(var settings):
      guard let most = settings.maxValue, settings.threshold == 0, settings.negativeSlope == 0, most > 0,
        most.isFinite
      else {
        settings.negativeSlope = Double(Float(settings.negativeSlope))
        settings.threshold = Double(Float(settings.threshold))
        return add(.activation(.relu(settings)), of: source)
      }
      return rescale(clipped(source, scale: 1 / most, offset: 0), by: most)
    case .elu(let alpha): return add(.activation(.elu(alpha: Double(Float(alpha)))), of: source)
    case .softmax(let axes): return add(.activation(.softmax(axes: places(axes))), of: source)
    case .logSoftmax(let axes): return add(.activation(.logSoftmax(axes: places(axes))), of: source)
    default: return add(.activation(activation), of: source)
    }
  }

  /// A clip from 0 up, as an activation.
  mutating func clip(_ bounds: ClosedRange<Double>) {
    guard bounds.lowerBound == 0, bounds.upperBound > 0 else { return }
    // What ends at infinity, or at the largest number of the type, ends nowhere.
    let isOpen = bounds.upperBound >= Double(Float.greatestFiniteMagnitude)
    add(.relu(RectifiedLinear(maxValue: isOpen ? nil : bounds.upperBound)), of: .input(0))
  }

  /// A product and a sum, cut off at 0 and 1: all that are cut off are this one, with other numbers.
  private mutating func clipped(_ source: Source, scale: Double, offset: Double) -> Source {
    add(
      .activation(.relu(RectifiedLinear(maxValue: 1))), of: rescale(source, by: scale, plus: offset))
  }

  /// Axes from the front.
  private func places(_ axes: [Int]) -> [Int] {
    guard let rank else { return axes }
    return axes.map { normalizedAxis($0, rank: rank) ?? $0 }
  }
}
