import HDF5
import Supervision

/// Finds out what protects the machine from the files that are read.
struct ProbeJob: Job {
  func answer(in workplace: Workplace) -> Protection {
    Protection(
      layers: Sandbox.descriptions.map { layer, description in
        Protection.Layer(description: description, isActive: workplace.protection.contains(layer))
      })
  }
}

/// What protects the machine, and what reads the files.
package struct Protection: Codable {
  package let layers: [Layer]
  package private(set) var libraries = ["libhdf5 \(HDF5File.libraryVersion)"]

  /// One of several ways, on all of which together nothing gets out.
  package struct Layer: Codable {
    package let description: String
    /// Whether the system has it.
    package let isActive: Bool
  }
}
