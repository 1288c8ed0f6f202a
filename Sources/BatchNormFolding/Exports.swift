import ArrayFiles
import Arrays
import Bytes
import Calibration
import Comparison
import Equivalence
import Files
import Folding
import Inference
import ModelFormats
import ModelGraph
import StateDictionaryFormat

// The types that the public functions take and give, so that a program needs to import this module only.

/// What became of each batch normalization of a model.
public typealias Ledger = Folding.Ledger

/// Which rules may be used, and what has to stay.
public typealias FoldOptions = Folding.FoldOptions

/// The rules by their names.
public typealias FoldingRules = Folding.FoldingRules

/// Why a batch normalization stays.
public typealias Refusal = Folding.Refusal

/// What is known of two models: whether they compute the same, and what differs.
public typealias EquivalenceReport = Equivalence.EquivalenceReport

/// Whether two models compute the same.
public typealias Verdict = Equivalence.Verdict

/// Which verdicts are good enough.
public typealias Acceptance = Equivalence.Acceptance

/// Something in which a folded model is not what the original is.
public typealias Difference = Equivalence.Difference

/// An input or an output of the original, and what it is in a model of another kind.
public typealias ModelEndPair = Equivalence.ModelEndPair

/// Inputs or outputs that the user has said to belong together.
public typealias NamedPair = Equivalence.NamedPair

/// What both models are run on.
public typealias RunInputs = Equivalence.RunInputs

/// What running both models on the same inputs shows.
public typealias RunOutcome = Equivalence.RunOutcome

/// One output of both models for the same inputs.
public typealias OutputRun = Equivalence.OutputRun

/// Why a model file cannot be read or written.
public typealias ModelFileError = ModelFormats.ModelFileError

/// Why a file cannot be read.
public typealias FileError = Files.FileError

/// A regular file open for reading.
public typealias InputFile = Files.InputFile

/// A file that appears complete or not at all.
public typealias OutputFile = Files.OutputFile

/// What is folded into what, in a file that has weights but no graph.
public typealias WeightPlan = StateDictionaryFormat.WeightPlan

/// A batch normalization and the kernel that takes it in.
public typealias PlannedFold = StateDictionaryFormat.PlannedFold

/// Limits that bound time and memory of reading a model file.
public typealias ReadingLimits = ModelFormats.ReadingLimits

/// What the process does with memory that it has freed; a program that runs models wants to keep it.
public typealias FreedMemory = Inference.FreedMemory

/// Why an output file was not made.
public typealias OutputError = Files.OutputError

/// Removes the temporary file when a signal ends the process.
public typealias SignalCleanup = Files.SignalCleanup

/// A name as a model file has it: bytes, compared as bytes.
public typealias ByteString = Bytes.ByteString

/// The parts of a model that differ between two files.
public typealias ModelDifference = Comparison.ModelDifference

/// How two arrays differ.
public typealias ArrayDifference = Comparison.ArrayDifference

/// The formats that a model can be converted to.
public typealias FileFormat = ModelFormats.FileFormat

/// An array under its name.
public typealias NamedArray = Arrays.NamedArray

/// Named arrays in a file of NumPy or of safetensors.
public typealias ArrayFile = ArrayFiles.ArrayFile

/// How statistics are estimated, and of which layers.
public typealias CalibrationOptions = Calibration.CalibrationOptions

/// How statistics are estimated.
public typealias EstimationMethod = Calibration.EstimationMethod

/// What a framework means by momentum.
public typealias MomentumConvention = Calibration.MomentumConvention

/// The name of a layer, in which `*` stands for any text.
public typealias LayerPattern = Calibration.LayerPattern

/// What calibration has found for each batch normalization.
public typealias CalibrationReport = Calibration.CalibrationReport

/// A batch normalization with its statistics before and after.
public typealias CalibratedLayer = Calibration.CalibratedLayer

/// How the estimates of one layer come about.
public typealias ConvergenceTrace = Calibration.ConvergenceTrace

/// Mean and variance of each channel.
public typealias ChannelStatistics = ModelGraph.ChannelStatistics

/// Where a layer stands in a model.
public typealias LayerAddress = ModelGraph.LayerAddress

/// A proof that running the models contradicts: a fault of bnfold.
public typealias ContradictedProof = Equivalence.ContradictedProof
