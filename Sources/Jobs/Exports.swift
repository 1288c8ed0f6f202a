import Files
import ModelFormats
import Supervision

// What the command line needs of the system, so that it imports this module only.

/// How far a worker is, for a caller that watches.
package typealias WorkerProgress = Supervision.WorkerProgress

/// The three streams that every process begins with.
package typealias StandardDescriptors = Files.StandardDescriptors

/// Where files go that have no place of their own.
package typealias TemporaryFolder = Files.TemporaryFolder

/// A path as its folder and a name in it.
package typealias PathParts = Files.PathParts

/// What a path means, by whatever name.
package typealias FileIdentity = Files.FileIdentity

/// The open files that a model or weights are in.
package typealias ModelInput = ModelFormats.ModelInput

/// What a conversion makes of a model.
package typealias ConversionTarget = ModelFormats.ConversionTarget

/// The models that an argument means: one, those that a pattern matches, or those in a folder.
package typealias ModelSearch = ModelFormats.ModelSearch

/// The name that a folded model gets where none is given.
package typealias FoldedName = ModelFormats.FoldedName
