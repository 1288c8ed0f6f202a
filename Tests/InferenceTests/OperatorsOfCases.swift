import Elements
import ModelGraph

/// The operators of the fixture in the vocabulary of the graph.
extension OperatorCase {
  /// nil for an operator that is a function.
  var tensorOperator: TensorOperator? {
    let axis = integer("axis", -1)
    let epsilon = number("epsilon", 1e-5)
    switch operation {
    case "Shape": return .shape(start: integer("start"), end: attributes["end"]?.integer)
    case "Size": return .size
    case "CastLike": return .castLike
    case "Reshape": return .reshape(allowsZero: flag("allowzero"))
    case "Squeeze": return .squeeze
    case "Unsqueeze": return .unsqueeze
    case "Expand": return .expand
    case "Tile": return .tile
    case "Slice": return .slice
    case "Gather": return .gather(axis: integer("axis"))
    case "GatherElements": return .gatherElements(axis: integer("axis"))
    case "GatherND": return .gatherND(batchDimensions: integer("batch_dims"))
    case "ScatterElements": return .scatterElements(axis: integer("axis"), reduction: scatterReduction)
    case "ScatterND": return .scatterND(reduction: scatterReduction)
    case "Split": return .split(axis: integer("axis"))
    case "Concat": return .concatenate(axis: axis)
    case "Pad":
      let modes: [String: TensorOperator.PadMode] = ["reflect": .reflect, "edge": .edge, "wrap": .wrap]
      return .pad(modes[text("mode", "constant")] ?? .constant)
    case "Trilu": return .triangle(keepsUpper: flag("upper", true))
    case "DepthToSpace":
      return .depthToSpace(blockSize: integer("blocksize"), isColumnsFirst: text("mode", "DCR") == "CRD")
    case "SpaceToDepth":
      return .spaceToDepth(blockSize: integer("blocksize"), isColumnsFirst: text("mode", "DCR") == "CRD")
    case "Resize": return .resize(resizing)
    case "ConstantOfShape":
      let value = attributes["value"]
      let number = value?["values"]?.array?.first?.double ?? 0
      let type = ElementType(fixtureName: value?["type"]?.string.map { "\($0)" } ?? "float32")
      return type.isFloatingPoint
        ? .constantOfShape(.float64, bits: number.bitPattern)
        : .constantOfShape(type, bits: UInt64(bitPattern: Int64(number)))
    case "Range": return .range
    case "OneHot": return .oneHot(axis: axis)
    case "EyeLike":
      return .eyeLike(results[0]?.type, diagonal: integer("k"))
    case "Where": return .select
    case "Clip": return .clip
    case "Sum": return .sum
    case "Mean": return .mean
    case "Max": return .maximum
    case "Min": return .minimum
    case "ArgMax", "ArgMin":
      return .argument(
        isMaximum: operation == "ArgMax", axis: integer("axis"), keepsAxis: flag("keepdims", true),
        selectsLast: flag("select_last_index"))
    case "TopK":
      return .topElements(axis: axis, areLargest: flag("largest", true), areSorted: flag("sorted", true))
    case "CumSum": return .cumulativeSum(isExclusive: flag("exclusive"), isReversed: flag("reverse"))
    case "NonZero": return .nonZero
    case "IsInf":
      return .isInfinite(negative: flag("detect_negative", true), positive: flag("detect_positive", true))
    case "PRelu": return .parametricReLU
    case "MatMul": return .matrixProduct
    case "Gemm":
      return .generalProduct(
        alpha: number("alpha", 1), beta: number("beta", 1), transposesA: flag("transA"),
        transposesB: flag("transB"))
    case "Einsum": return .einsum(text("equation", ""))
    case "LayerNormalization": return .layerNormalization(axis: axis, epsilon: epsilon)
    case "RMSNormalization": return .rootMeanSquareNormalization(axis: axis, epsilon: epsilon)
    case "InstanceNormalization": return .instanceNormalization(epsilon: epsilon)
    case "GroupNormalization": return .groupNormalization(groups: integer("num_groups"), epsilon: epsilon)
    case "LRN":
      return .localResponseNormalization(
        size: integer("size"), alpha: number("alpha", 0.0001), beta: number("beta", 0.75),
        bias: number("bias", 1))
    case "LpNormalization": return .normNormalization(axis: axis, order: integer("p", 2))
    case "MeanVarianceNormalization": return .meanVarianceNormalization(axes: integers("axes") ?? [0, 2, 3])
    case "RNN", "GRU", "LSTM": return .recurrence(recurrence)
    default:
      return reduction.map {
        .reduce(
          $0, keepsAxes: flag("keepdims", true), isIdentityWithoutAxes: flag("noop_with_empty_axes"))
      }
    }
  }

  private var reduction: TensorFunction.Reduction? {
    let reductions: [String: TensorFunction.Reduction] = [
      "ReduceL1": .sumOfMagnitudes, "ReduceL2": .norm, "ReduceLogSum": .logarithmOfSum,
      "ReduceLogSumExp": .logarithmOfSumOfExponentials, "ReduceMax": .maximum, "ReduceMean": .mean,
      "ReduceMin": .minimum, "ReduceProd": .product, "ReduceSum": .sum, "ReduceSumSquare": .sumOfSquares,
    ]
    return reductions[operation]
  }

  /// nil for an operator that is none.
  var function: TensorFunction? {
    let functions: [String: TensorFunction.ElementFunction] = [
      "Abs": .absolute, "Ceil": .ceiling, "Exp": .exponential, "Floor": .floor, "IsNaN": .isNotANumber,
      "Neg": .negative, "Not": .not, "Round": .round, "Sign": .sign,
    ]
    let combinations: [String: TensorFunction.Combination] = [
      "Add": .add, "And": .and, "Div": .divide, "Equal": .equal, "Greater": .greater,
      "GreaterOrEqual": .greaterOrEqual, "Less": .less, "LessOrEqual": .lessOrEqual,
      "Mod": .remainder(hasDividendSign: flag("fmod")), "Mul": .multiply, "Or": .or, "Pow": .power,
      "Sub": .subtract, "Xor": .exclusiveOr,
    ]
    if let function = functions[operation] { return .elementwise(function) }
    return combinations[operation].map { .combination($0, .tensor(0), .tensor(1)) }
  }

  private var scatterReduction: TensorOperator.ScatterReduction {
    let reductions: [String: TensorOperator.ScatterReduction] = [
      "add": .add, "mul": .multiply, "max": .maximum, "min": .minimum,
    ]
    return reductions[text("reduction", "none")] ?? .replace
  }

  private var resizing: TensorResizing {
    let roundings: [String: TensorResizing.Rounding] = [
      "round_prefer_ceil": .preferCeiling, "floor": .floor, "ceil": .ceiling,
    ]
    let coordinates: [String: TensorResizing.Coordinates] = [
      "half_pixel_symmetric": .halfPixelSymmetric, "pytorch_half_pixel": .pytorchHalfPixel,
      "align_corners": .alignCorners, "asymmetric": .asymmetric, "tf_crop_and_resize": .cropAndResize,
    ]
    let policies: [String: TensorResizing.AspectRatio] = [
      "not_larger": .notLarger, "not_smaller": .notSmaller,
    ]
    let mode: TensorResizing.Mode =
      switch text("mode", "nearest") {
      case "linear": .linear
      case "cubic": .cubic(coefficient: number("cubic_coeff_a", -0.75))
      default: .nearest(roundings[text("nearest_mode", "")] ?? .preferFloor)
      }
    return TensorResizing(
      mode: mode, coordinates: coordinates[text("coordinate_transformation_mode", "")] ?? .halfPixel,
      axes: integers("axes"), antialiases: flag("antialias"), excludesOutside: flag("exclude_outside"),
      extrapolationValue: number("extrapolation_value", 0),
      aspectRatio: policies[text("keep_aspect_ratio_policy", "")] ?? .stretch)
  }

  private var recurrence: Recurrence {
    let directions: [String: Recurrence.Direction] = [
      "reverse": .reverse, "bidirectional": .bidirectional,
    ]
    let direction = directions[text("direction", "forward")] ?? .forward
    let (cell, activations): (Recurrence.Cell, [Activation]) =
      switch operation {
      case "RNN": (.simple, [.tanh])
      case "GRU":
        (.gru(resetsAfterProduct: flag("linear_before_reset")), [.sigmoid, .tanh])
      default: (.lstm(couplesInputAndForget: flag("input_forget")), [.sigmoid, .tanh, .tanh])
      }
    return Recurrence(
      cell: cell, direction: direction, hiddenSize: integer("hidden_size"),
      activations: direction == .bidirectional ? activations + activations : activations,
      isBatchFirst: integer("layout") == 1)
  }
}
