import ArgumentParser

/// What shells offer for paths: files whose names end as bnfold expects it, and folders.
extension CompletionKind {
  /// Models and weights, with the lists of shards among them.
  static var models: CompletionKind { .file(extensions: ["h5", "hdf5", "keras", "safetensors", "json"]) }

  static var architectures: CompletionKind { .file(extensions: ["json", "keras", "h5"]) }

  static var arrays: CompletionKind { .file(extensions: ["npy", "npz", "safetensors"]) }

  /// What is known, by the name that the documentation gives it, or as the JSON that it is.
  static var baselines: CompletionKind { .file(extensions: ["baseline", "json"]) }

  static var plans: CompletionKind { .file(extensions: ["yaml", "yml"]) }
}
