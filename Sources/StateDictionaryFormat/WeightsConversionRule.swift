import Elements
import ModelFormats

/// The rules that weights without a graph keep if another format can hold them.
public enum WeightsConversionRule: FormatRule, Equatable {
  /// Elements that cannot be converted and checked.
  case elementType(ElementType)
  /// A name that no tensor of a safetensors file can have.
  case tensorName
  /// Elements that safetensors files do not have.
  case tensorType(ElementType)
  /// Elements for which HDF5 has no type.
  case arrayType(ElementType)
  /// A name that begins with another one, whose array would have to be a group.
  case nameInsideAnother
  /// A name that is no path in HDF5.
  case notPath
  /// An architecture to be written, where there is none.
  case noArchitecture
  /// A release to write for, where no framework is known.
  case noRelease

  public var description: String {
    switch self {
    case .elementType(let type):
      "its elements are of type \(type), which bnfold cannot convert and check"
    case .tensorName: "a safetensors file cannot have its name"
    case .tensorType(let type): "a safetensors file cannot hold elements of type \(type)"
    case .arrayType(let type): "HDF5 has no type for its elements, which are \(type)"
    case .nameInsideAnother: "its name begins with that of another one"
    case .notPath: "its name cannot be a path in HDF5"
    case .noArchitecture: "weights without an architecture have none to be written"
    case .noRelease: "weights without an architecture are of no release of a framework"
    }
  }
}
