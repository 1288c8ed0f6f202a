import Diagnosis
import ModelFormats
import ModelGraph

extension FoldedModel {
  /// What the fold did to the kernels of a file that was written.
  ///
  /// - Throws: `ModelFileError` where weights cannot be read.
  package func kernelChanges(in written: any ModelSource) throws -> [KernelChange] {
    try KernelComparison(
      from: original.model, to: Model(graph: written.graph, weights: written),
      exact: Model(graph: plan.graph, weights: original.source).unrounded
    ).changes()
  }
}

extension ModelFile {
  /// How the kernels of another file differ from those of this one, where its layers have the same paths.
  ///
  /// - Throws: `ModelFileError` where weights cannot be read.
  package func kernelChanges(to folded: ModelFile) throws -> [KernelChange] {
    try KernelComparison(from: model, to: folded.model).changes()
  }
}
