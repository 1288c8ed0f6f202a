/// What momentum means, and which variance of a batch it gives to the moving one.
public enum MomentumConvention: String, Sendable, CaseIterable, Codable {
  /// moving = momentum * moving + (1 - momentum) * batch, with the variance that divides by m.
  ///
  /// Source: keras/src/layers/normalization/batch_normalization.py, `call`.
  case fractionKept = "keras"
  /// moving = (1 - momentum) * moving + momentum * batch, with the variance that divides by m - 1.
  ///
  /// Source: torch/nn/modules/batchnorm.py, `_BatchNorm`; aten/src/ATen/native/Normalization.cpp.
  case fractionReplaced = "pytorch"

  /// A momentum of this convention as the part of the moving statistics that stays.
  public func staying(_ momentum: Double) -> Double { self == .fractionKept ? momentum : 1 - momentum }
}
