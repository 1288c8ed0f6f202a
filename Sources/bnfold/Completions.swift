import ArgumentParser

/// What shells offer for paths: files whose names end as bnfold expects it, and folders.
extension CompletionKind {
  /// Models and weights, with the lists of shards among them.
  static var models: CompletionKind { .file(extensions: ["h5", "hdf5", "keras", "safetensors", "json"]) }

  static var architectures: CompletionKind { .file(extensions: ["json", "keras", "h5"]) }

  static var arrays: CompletionKind { .file(extensions: ["npy", "npz", "safetensors"]) }

  static var plans: CompletionKind { .file(extensions: ["yaml", "yml"]) }
}
