/// What nodes of ONNX are made of.
enum Words {
  /// Those that bnfold knows, one with graphs inside, and one that nobody knows.
  static let operators = [
    "Abs", "Acos", "Acosh", "Add", "And", "ArgMax", "ArgMin", "Asin", "Asinh", "Atan", "Atanh",
    "AveragePool", "BatchNormalization", "Cast", "CastLike", "Ceil", "Celu", "Clip", "Concat", "Constant",
    "ConstantOfShape", "Conv", "ConvTranspose", "Cos", "Cosh", "CumSum", "DepthToSpace", "Div", "Dropout",
    "Einsum", "Elu", "Equal", "Erf", "Exp", "Expand", "EyeLike", "Flatten", "Floor", "GRU", "Gather",
    "GatherElements", "GatherND", "Gelu", "Gemm", "GlobalAveragePool", "GlobalMaxPool", "Greater",
    "GreaterOrEqual", "GroupNormalization", "HardSigmoid", "HardSwish", "Identity", "InstanceNormalization",
    "IsInf", "IsNaN", "LRN", "LSTM", "LayerNormalization", "LeakyRelu", "Less", "LessOrEqual", "Log",
    "LogSoftmax", "LpNormalization", "MatMul", "Max", "MaxPool", "Mean", "MeanVarianceNormalization", "Min",
    "Mish", "Mod", "Mul", "Neg", "NonZero", "Not", "OneHot", "Or", "PRelu", "Pad", "Pow",
    "RMSNormalization", "RNN", "Range", "Reciprocal", "ReduceL1", "ReduceL2", "ReduceLogSum",
    "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd", "ReduceSum", "ReduceSumSquare",
    "Relu", "Reshape", "Resize", "Round", "Scatter", "ScatterElements", "ScatterND", "Selu", "Shape",
    "Shrink", "Sigmoid", "Sign", "Sin", "Sinh", "Size", "Slice", "Softmax", "Softplus", "Softsign",
    "SpaceToDepth", "Split", "Sqrt", "Squeeze", "Sub", "Sum", "Swish", "Tan", "Tanh", "ThresholdedRelu",
    "Tile", "TopK", "Transpose", "Trilu", "Unsqueeze", "Upsample", "VALID", "Where", "Xor", "If", "Own",
  ]

  /// Names of attributes.
  static let attributes = [
    "alpha", "allowzero", "antialias", "approximate", "auto_pad", "axes", "axis", "batch_dims", "beta",
    "bias", "blocksize", "ceil_mode", "clip", "coordinate_transformation_mode", "count_include_pad",
    "cubic_coeff_a", "detect_negative", "detect_positive", "diagonal", "dilations", "direction", "dtype",
    "end", "ends", "epsilon", "equation", "exclude_outside", "exclusive", "extrapolation_value", "fmod",
    "gamma", "group", "hidden_size", "input_forget", "k", "keepdims", "keep_aspect_ratio_policy",
    "kernel_shape", "lambd", "largest", "layout", "linear_before_reset", "max", "min", "mode", "momentum",
    "nearest_mode", "noop_with_empty_axes", "num_groups", "num_outputs", "output_height", "output_padding",
    "output_shape", "p", "pads", "perm", "reduction", "reverse", "scales", "select_last_index", "size",
    "sorted", "start", "starts", "stash_type", "storage_order", "strides", "split", "to", "training_mode",
    "transA", "transB", "upper", "value", "value_float", "value_floats", "value_int", "value_ints",
  ]

  /// Values of attributes that are texts.
  static let texts = [
    "NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID", "add", "align_corners", "asymmetric", "bidirectional",
    "constant", "cubic", "edge", "floor", "ceil", "forward", "half_pixel", "half_pixel_symmetric", "linear",
    "max", "min", "mul", "nearest", "none", "not_larger", "not_smaller", "pytorch_half_pixel", "reflect",
    "reverse", "round_prefer_ceil", "round_prefer_floor", "stretch", "tf_crop_and_resize", "wrap", "tanh",
    "DCR", "CRD", "ij,jk->ik", "...i,...i->...", "ii->i", "bij,bjk", "i,j->ij",
  ]

  /// Numbers at which arithmetic ends, and those that are sizes, axes and element types.
  static let integers: [Int64] = [
    0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 13, 16, -1, -2, -3, -5, 100, 1000, 1 << 10, 1 << 20, 1 << 28, 1 << 30,
    1 << 31, 1 << 39, 1 << 40, 1 << 62, .max, .max - 1, .min, .min + 1, -(1 << 30), -(1 << 31),
  ]

  static let numbers: [Float] = [
    0, 1, -1, 0.5, 2, 3, 1e-30, 1e30, -1e30, .infinity, -.infinity, .nan, 0x1p31, 0x1p63, 0x1p-149,
    .greatestFiniteMagnitude,
  ]

  /// Versions in which operators have changed.
  static let versions: [Int64] = [17, 1, 6, 7, 9, 10, 11, 13, 18, 21, 23, 28]
}
