import Files
import Supervision

// What the command line needs of the system, so that it imports this module only.

/// How far a worker is, for a caller that watches.
package typealias WorkerProgress = Supervision.WorkerProgress

/// The three streams that every process begins with.
package typealias StandardDescriptors = Files.StandardDescriptors
