import Bytes
import Jobs

/// What a model is: who made it, and how large it is.
package struct ModelPart: ReportPart {
  package let summary: ModelSummary
  /// Whether people want to read it as well, beside the result.
  private let isDetail: Bool

  package init(_ summary: ModelSummary, isDetail: Bool = true) {
    (self.summary, self.isDetail) = (summary, isDetail)
  }

  package var members: [JSONOutput.Member] {
    [
      (
        "model",
        .object([
          ("framework", summary.framework.json { .string($0) }),
          // An empty version is one that the file does not say.
          ("framework_version", summary.frameworkVersion.json { $0.isEmpty ? .null : .string($0) }),
          (summary.partsName, .integer(summary.partCount)), ("parameters", .integer(summary.parameterCount)),
        ])
      )
    ]
  }

  package func lines(for style: TextStyle) -> [String] {
    isDetail && style.detail != .everything ? [] : ["  " + words]
  }

  /// For instance `Keras 3.9.2, 429 layers, 8,062,504 parameters`.
  package var words: String {
    let parameters = counted(summary.parameterCount, "parameter")
    guard let framework = summary.framework else {
      return "\(counted(summary.partCount, "array")) without an architecture, \(parameters)"
    }
    let version = summary.frameworkVersion ?? ""
    let release = version.isEmpty ? "(version unknown)" : version.description
    return "\(framework) \(release), \(counted(summary.partCount, "layer")), \(parameters)"
  }
}

extension ModelSummary {
  /// What its parts are called: layers, or tensors where there are no layers.
  var partsName: String { framework == nil ? "tensors" : "layers" }
}
