import Files
import ModelFormats
import Supervision

// What the command line needs of the system, so that it imports this module only.

/// How far a worker is, for a caller that watches.
package typealias WorkerProgress = Supervision.WorkerProgress

/// The three streams that every process begins with.
package typealias StandardDescriptors = Files.StandardDescriptors

/// The open files that a model or weights are in.
package typealias ModelInput = ModelFormats.ModelInput
