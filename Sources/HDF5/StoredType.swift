import CHDF5
import Tensor

/// Translation between HDF5 types and element types.
enum StoredType {
  /// The element type of an HDF5 type: an exact IEEE 754 layout in little endian, or `.other` with a name.
  static func elementType(of type: hid_t) -> ElementType {
    Library.query {
      if H5Tequal(type, bnfold_H5T_IEEE_F32LE()) > 0 { return .float32 }
      if H5Tequal(type, bnfold_H5T_IEEE_F64LE()) > 0 { return .float64 }
      let half = makeHalf()
      defer { H5Tclose(half) }
      if H5Tequal(type, half) > 0 { return .float16 }
      return .other(describe(type))
    }
  }

  /// Whether a type is one that bnfold computes with or can carry without following anything.
  ///
  /// - Throws: `HDF5Error` for references, for elements that lie elsewhere in the file, for types made of others, and
  ///   for floating-point numbers of other layouts than IEEE 754 has.
  static func check(_ type: hid_t, at path: HDF5Path) throws(HDF5Error) {
    let isCarried = Library.query {
      switch H5Tget_class(type) {
      case H5T_INTEGER, H5T_STRING, H5T_OPAQUE, H5T_ENUM: true
      case H5T_FLOAT: isIEEE(type)
      default: false
      }
    }
    guard isCarried else {
      throw HDF5Error(
        .unsupported("the elements are of a type that bnfold refuses (\(Library.query { describe(type) }))"),
        at: "\(path)")
    }
  }

  private static func isIEEE(_ type: hid_t) -> Bool {
    let half = makeHalf()
    defer { H5Tclose(half) }
    return [half, bnfold_H5T_IEEE_F32LE(), bnfold_H5T_IEEE_F64LE()].contains { standard in
      let swapped = H5Tcopy(standard)
      defer { H5Tclose(swapped) }
      H5Tset_order(swapped, H5T_ORDER_BE)
      return H5Tequal(type, standard) > 0 || H5Tequal(type, swapped) > 0
    }
  }

  /// A new HDF5 type for an element type.
  ///
  /// - Precondition: the type is not `.other`.
  static func make(_ type: ElementType, at path: HDF5Path) throws(HDF5Error) -> Handle {
    switch type {
    case .float16: try Handle(at: path, writing: true) { makeHalf() }
    case .float32: try Handle(at: path, writing: true) { H5Tcopy(bnfold_H5T_IEEE_F32LE()) }
    case .float64: try Handle(at: path, writing: true) { H5Tcopy(bnfold_H5T_IEEE_F64LE()) }
    case .bfloat16, .other: preconditionFailure("elements of type \(type) are only carried in HDF5")
    }
  }

  /// IEEE 754 binary16, which libhdf5 1.10 has no name for: sign, 5 exponent bits biased by 15, 10 bits.
  private static func makeHalf() -> hid_t {
    let half = H5Tcopy(bnfold_H5T_IEEE_F32LE())
    H5Tset_fields(half, 15, 10, 5, 0, 10)
    H5Tset_size(half, 2)
    H5Tset_ebias(half, 15)
    return half
  }

  private static func describe(_ type: hid_t) -> String {
    let bits = H5Tget_size(type) * 8
    let order = H5Tget_order(type) == H5T_ORDER_BE ? " big-endian" : ""
    switch H5Tget_class(type) {
    case H5T_INTEGER: return (H5Tget_sign(type) == H5T_SGN_NONE ? "uint" : "int") + "\(bits)" + order
    case H5T_FLOAT:
      return isIEEE(type) ? "float\(bits)" + order : "a \(bits)-bit floating-point type that is not IEEE 754"
    case H5T_STRING: return "string"
    case H5T_OPAQUE: return "opaque[\(bits / 8)]"
    case H5T_COMPOUND: return "compound"
    case H5T_ENUM: return "enumeration"
    case H5T_REFERENCE: return "reference"
    case H5T_VLEN: return "lists of different lengths"
    default: return "an HDF5 type of class \(H5Tget_class(type).rawValue)"
    }
  }
}
