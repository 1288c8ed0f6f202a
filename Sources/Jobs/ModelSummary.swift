import BatchNormFolding
import Bytes
import Supervision

/// What a model is.
package struct ModelSummary: Codable {
  /// The name of the framework; nil where there is none.
  package let framework: ByteString?
  /// The version of the framework; empty where the file does not say, nil where there is none.
  package let frameworkVersion: ByteString?
  /// How many layers it has, or tensors where there are no layers.
  package let partCount: Int
  package let parameterCount: Int

  init(framework: ByteString?, frameworkVersion: ByteString?, partCount: Int, parameterCount: Int) {
    (self.framework, self.frameworkVersion) = (framework, frameworkVersion)
    (self.partCount, self.parameterCount) = (partCount, parameterCount)
  }

  init(of file: ModelFile) {
    framework = ByteString(file.framework)
    frameworkVersion = file.frameworkVersion
    partCount = file.layerCount
    parameterCount = file.parameterCount
  }

  init(of file: WeightsFile) {
    framework = nil
    frameworkVersion = nil
    partCount = file.tensorCount
    parameterCount = file.parameterCount
  }

  init(of file: AnyModelFile) {
    switch file {
    case .model(let file): self.init(of: file)
    case .weights(let file): self.init(of: file)
    }
  }
}

extension ModelSummary: CheckedMessage {
  /// What it counts is compared with what is left of it.
  package var isPossible: Bool { Answers.areCounts(partCount, parameterCount) }
}
