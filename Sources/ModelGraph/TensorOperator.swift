import Elements

/// What an operator computes whose parameters may be tensors, too; axes count the batch.
///
/// Source: ONNX operator specification, https://onnx.ai/onnx/operators; the operands are those of the newest version, in its order.
public indirect enum TensorOperator: Sendable, Hashable {
  /// Its only operand.
  case constant
  /// A layer whose weights are operands after its input.
  case layer(Operation, weights: [Role])

  // MARK: Shapes and types

  /// The sizes of some axes, as integers; the end is excluded, nil for all.
  case shape(start: Int, end: Int?)
  /// The number of elements.
  case size
  /// Other element types; what is too large saturates only for the 8-bit floating-point types.
  case cast(ElementType)
  /// The element type of the second operand.
  case castLike

  // MARK: Elements in other places

  /// Data, shape: a size of 0 is that of the input's axis, unless zeros are allowed; -1 is what is left.
  case reshape(allowsZero: Bool)
  /// Data, axes.
  case squeeze, unsqueeze
  /// Data, shape.
  case expand
  /// Data, repeats.
  case tile
  /// Data, starts, ends, axes, steps.
  case slice
  /// Data, indices.
  case gather(axis: Int)
  case gatherElements(axis: Int)
  case gatherND(batchDimensions: Int)
  /// Data, indices, updates.
  case scatterElements(axis: Int, reduction: ScatterReduction)
  case scatterND(reduction: ScatterReduction)
  /// Data, sizes; where there are no sizes as many equal parts as there are outputs.
  case split(axis: Int)
  /// Tensors joined along an axis that they have.
  case concatenate(axis: Int)
  /// Data, pads, value, axes.
  case pad(PadMode)
  /// Data, number of the diagonal: what is above or below it becomes 0.
  case triangle(keepsUpper: Bool)
  case depthToSpace(blockSize: Int, isColumnsFirst: Bool)
  case spaceToDepth(blockSize: Int, isColumnsFirst: Bool = false)
  /// Input, region of interest, scales, sizes.
  case resize(TensorResizing)

  // MARK: New elements

  /// A shape, filled with the bits of a number.
  case constantOfShape(ElementType, bits: UInt64)
  /// Start, limit, step.
  case range
  /// Indices, depth, values.
  case oneHot(axis: Int)
  case eyeLike(ElementType?, diagonal: Int)

  // MARK: Numbers

  /// Condition, then, else.
  case select
  /// Condition of one element, the results where it is true, as many where it is not.
  case conditional
  /// Input, lowest, highest.
  case clip
  /// Any number of tensors.
  case sum, mean, maximum, minimum
  /// Data, axes; without axes over all of them, or none.
  case reduce(TensorFunction.Reduction, keepsAxes: Bool, isIdentityWithoutAxes: Bool)
  case argument(isMaximum: Bool, axis: Int, keepsAxis: Bool, selectsLast: Bool)
  /// Data, count: values and indices.
  case topElements(axis: Int, areLargest: Bool, areSorted: Bool)
  /// Data, axis.
  case cumulativeSum(isExclusive: Bool, isReversed: Bool)
  /// Coordinates of the elements that are not 0.
  case nonZero
  /// The largest of each window, and where it is in the whole tensor, in row-major order or with the first spatial axis fastest.
  case maximumPooling(Pooling, isFirstAxisFastest: Bool)
  case isInfinite(negative: Bool, positive: Bool)
  /// Data, slope.
  case parametricReLU

  // MARK: Products

  /// The product of matrices, as NumPy's matmul.
  case matrixProduct
  /// alpha A B + beta C, with A and B possibly transposed.
  case generalProduct(alpha: Float, beta: Float, transposesA: Bool, transposesB: Bool)
  case einsum(String)

  // MARK: Normalizations

  /// Data, scale, bias, running mean, running variance: results with the statistics of the batch, and new running ones.
  case trainingNormalization(epsilon: Float, momentum: Float)
  /// Data, scale, bias, over the axes from one on: results and, where asked for, mean and inverse deviation.
  case layerNormalization(axis: Int, epsilon: Float)
  /// Data, scale, over the axes from one on.
  case rootMeanSquareNormalization(axis: Int, epsilon: Float)
  /// Data, scale, bias, over the axes after the channels.
  case instanceNormalization(epsilon: Float)
  /// Data, scale, bias; scale and bias have one number a group before opset 21, one a channel from then on.
  case groupNormalization(groups: Int, epsilon: Float)
  /// Over channels, axis 1.
  case localResponseNormalization(size: Int, alpha: Float, beta: Float, bias: Float)
  /// Division by a norm of order 1 or 2 along an axis.
  case normNormalization(axis: Int, order: Int)
  case meanVarianceNormalization(axes: [Int])

  // MARK: Sequences

  /// Input, kernel, recurrent kernel, bias, lengths, initial states, peepholes.
  case recurrence(Recurrence)

  /// What becomes of elements that are written to.
  public enum ScatterReduction: Sendable, Hashable { case replace, add, multiply, maximum, minimum }

  /// What the new elements beside a tensor are.
  public enum PadMode: Sendable, Hashable { case constant, reflect, edge, wrap }
}
