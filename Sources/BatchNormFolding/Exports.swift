import Equivalence
import Folding
import Inference
import ModelFiles
import ModelGraph
import Tensor

// The types that the public functions take and give, so that a program needs to import this module only.

/// What became of each batch normalization of a model.
public typealias Ledger = Folding.Ledger

/// Why a batch normalization stays.
public typealias Refusal = Folding.Refusal

/// Whether two models compute the same, and how far they are apart.
public typealias EquivalenceReport = Equivalence.EquivalenceReport

/// A layer and its batch normalizations against the folded layer.
public typealias FoldComparison = Equivalence.FoldComparison

/// The comparison of whole models.
public typealias WholeModelComparison = Equivalence.WholeModelComparison

/// Why a model file cannot be read or written.
public typealias ModelFileError = ModelFiles.ModelFileError

/// Why an output file was not made.
public typealias OutputError = ModelFiles.OutputError

/// OpenBLAS is not installed, so that no model can be run.
public typealias MatrixLibraryMissing = Inference.MatrixLibraryMissing

/// Removes the temporary file when a signal ends the process.
public typealias SignalCleanup = ModelFiles.SignalCleanup

/// A name as a model file has it: bytes, compared as bytes.
public typealias ByteString = Tensor.ByteString
