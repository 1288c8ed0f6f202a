import Diagnosis

extension Symptom.Code {
  /// How much it matters, whatever the numbers are.
  var level: Finding.Level {
    switch self {
    case .negativeVariance, .nonFiniteStatistics: .error
    case .nonFiniteWeights, .untrained, .frozenStatistics, .zeroVariance, .largeScale, .float16Overflow,
      .differingEpsilons, .wrongAxis, .trainingMode:
      .warning
    case .tinyVariance, .zeroGamma, .tinyGamma, .deadChannels, .float16Precision, .epsilonsByPart,
      .afterActivation, .consecutive:
      .note
    }
  }

  /// What can be done about it.
  var advice: String {
    switch self {
    case .negativeVariance:
      "the statistics are damaged: estimate them again (bnfold calibrate), or use an earlier checkpoint"
    case .nonFiniteStatistics, .nonFiniteWeights: "the training has diverged: use an earlier checkpoint"
    case .untrained:
      "load the trained weights; leave the layer out if another tool has folded it and left it behind"
    case .frozenStatistics:
      "estimate the statistics (bnfold calibrate), and check momentum, trainable and training= in the training code"
    case .zeroVariance:
      "check what the layer before gives on real data; prune the channels if that is constant"
    case .tinyVariance:
      "keep the epsilon in every conversion; prune the channels if they hardly vary on real data"
    case .zeroGamma, .deadChannels: "prune the channels; what they add belongs into the next bias"
    case .tinyGamma: "try the network without these channels, and prune them"
    case .largeScale: "keep the folded layer in float32, or fold before quantizing and equalize its channels"
    case .float16Overflow: "fold before converting to float16, or keep the batch normalization in float32"
    case .float16Precision:
      "fold before converting to float16; the scale is then computed in float64 and rounded once"
    case .differingEpsilons:
      "compare with the code of the network, and set each epsilon to what it was trained with"
    case .epsilonsByPart: "nothing, if the parts come from different networks"
    case .wrongAxis: "check the axis: with channels last it is -1, with channels first 1"
    case .trainingMode: "save the model without training=True"
    case .afterActivation:
      "put the batch normalization before the activation in the next training; it may still fold forwards"
    case .consecutive: "leave the first one out in the next training; bnfold fold merges them"
    }
  }
}
