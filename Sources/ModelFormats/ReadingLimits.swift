import Bytes
import HDF5
import LosslessJSON
import Safetensors
import Wire
import Zip

/// What a file may ask for, and what is believed of it: limits are checked before anything is made ready.
public struct ReadingLimits: Sendable {
  /// Bytes of the file.
  public var fileBytes = 4 << 30
  /// Limits of the container.
  public var hdf5 = HDF5Limits()
  /// Limits of an archive.
  public var zip = ZipLimits()
  /// Limits of a safetensors file.
  public var safetensors = SafetensorsFile.Limits()
  /// Limits of messages of protobuf.
  public var wire = WireLimits()
  /// Limits of the architecture's text.
  public var json = JSONLimits()
  /// Classes of the user's own, with or without the name of the package, that are taken for those of the framework.
  public var trustedClasses: Set<ByteString> = []

  /// Whether batch normalizations that a file has for training are taken for those at inference.
  public var assumesInference = false

  public init() {
    // Keras writes its architectures with Python's json module, which has them.
    json.acceptsNonFiniteNumbers = true
  }
}
