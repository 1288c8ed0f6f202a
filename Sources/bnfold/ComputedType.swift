import ArgumentParser
import Elements

/// What a model can be run in.
enum ComputedType: String, ExpressibleByArgument, CaseIterable {
  case float32, float64

  var elementType: ElementType { self == .float32 ? .float32 : .float64 }
}
