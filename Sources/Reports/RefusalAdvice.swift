import BatchNormFolding

extension Refusal.Code {
  /// What a user can do about it.
  package var advice: String {
    switch self {
    case .noProducer:
      "nothing, unless the network can be trained with the batch normalization after a linear layer"
    case .noConsumer: "nothing, unless a linear layer can read it alone"
    case .activation:
      "put the batch normalization before the activation, or give it no beta and train its mean to 0"
    case .sharedOutput: "let nothing else read that output"
    case .modelOutput: "drop that output before folding, if you do not need it"
    case .sharedLayer: "give each call a layer of its own, or the same batch normalization after each"
    case .axisMismatch: "check the axis: with channels last it is -1, with channels first 1"
    case .trainingMode: "save the model for inference; --assume-inference takes an exported graph as it is"
    case .notFinite: "the training has diverged; use an earlier checkpoint"
    case .varianceNotPositive: "the statistics are damaged; estimate them again"
    case .overflow: "keep it, or save the weights as float32 (bnfold convert --dtype float32)"
    case .precisionPolicy: "fold before converting to mixed precision"
    case .opaqueLayer: "nothing: code of one's own is never guessed"
    case .elementType: "convert the weights to float16, float32 or float64"
    case .statisticsShape: "check the axis; the file may be damaged"
    case .noSafeRule, .notPlanned: "write the fold into the plan"
    case .biasAxis: "convert the model to channels last"
    case .shift: "nothing, unless the layer in between goes before the linear layer"
    case .negativeScale: "constrain gamma to be positive in training, or pool before the batch normalization"
    case .zeroScale: "prune the channels whose gamma is next to 0"
    case .padding: "use `valid` padding, with zero padding before the batch normalization"
    case .conflict: "nothing: the tensor is needed in both forms"
    case .growth: "allow more by --max-growth"
    case .statisticsPerPlace: "export the model with an operator set of version 9 or newer"
    case .severalOutputs: "export the model for inference, or drop the outputs that nothing reads"
    case .overridable: "take the weights out of the inputs of the graph, if no caller replaces them"
    case .quantized: "fold before quantizing"
    case .branch:
      "nothing, unless the branches can have stride 1, as many channels as they read, and odd kernels that are padded alike"
    case .runtimeDependent: "the statistics are damaged; estimate them again"
    case .skipped: "leave out less by --skip or --rules"
    }
  }
}
