import Bytes
import CHDF5
import Elements

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
      let boolean = makeBoolean()
      defer { H5Tclose(boolean) }
      if H5Tequal(type, boolean) > 0 { return .boolean }
      for (integer, standard) in integers where H5Tequal(type, standard) > 0 { return integer }
      return .other(describe(type))
    }
  }

  /// The type of a dataset; bfloat16, which HDF5 does not have, is two opaque bytes with an attribute.
  ///
  /// Source: keras/src/saving/saving_lib.py `H5Entry.__setitem__`.
  static func elementType(of type: hid_t, dataset: hid_t, limits: HDF5Limits, at path: HDF5Path)
    throws(HDF5Error) -> ElementType
  {
    let isTwoBytes = Library.query { H5Tget_class(type) == H5T_OPAQUE && H5Tget_size(type) == 2 }
    if isTwoBytes,
      try AttributeReader.strings(typeAttribute, of: dataset, limits: limits, at: path)?.values == [bfloat16]
    {
      return .bfloat16
    }
    return elementType(of: type)
  }

  /// The attribute that a dataset needs, so that its type is known.
  static func attribute(for type: ElementType) -> HDF5Attribute? {
    guard type == .bfloat16 else { return nil }
    let text = HDF5Strings(values: [bfloat16], isScalar: true, storage: .variable, isUTF8: true)
    return HDF5Attribute(name: typeAttribute, content: .strings(text))
  }

  private static let typeAttribute: ByteString = "dtype"
  private static let bfloat16: ByteString = "bfloat16"

  private static var integers: [(ElementType, hid_t)] {
    [
      (.integer(bits: 8, isSigned: true), bnfold_H5T_STD_I8LE()),
      (.integer(bits: 16, isSigned: true), bnfold_H5T_STD_I16LE()),
      (.integer(bits: 32, isSigned: true), bnfold_H5T_STD_I32LE()),
      (.integer(bits: 64, isSigned: true), bnfold_H5T_STD_I64LE()),
      (.integer(bits: 8, isSigned: false), bnfold_H5T_STD_U8LE()),
      (.integer(bits: 16, isSigned: false), bnfold_H5T_STD_U16LE()),
      (.integer(bits: 32, isSigned: false), bnfold_H5T_STD_U32LE()),
      (.integer(bits: 64, isSigned: false), bnfold_H5T_STD_U64LE()),
    ]
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
  /// - Precondition: the type is not `.other`, and an integer of 8 to 64 bits.
  static func make(_ type: ElementType, at path: HDF5Path) throws(HDF5Error) -> Handle {
    switch type {
    case .float16: try Handle(at: path, writing: true) { makeHalf() }
    case .float32: try Handle(at: path, writing: true) { H5Tcopy(bnfold_H5T_IEEE_F32LE()) }
    case .float64: try Handle(at: path, writing: true) { H5Tcopy(bnfold_H5T_IEEE_F64LE()) }
    case .bfloat16: try Handle(at: path, writing: true) { H5Tcreate(H5T_OPAQUE, 2) }
    case .boolean: try Handle(at: path, writing: true) { makeBoolean() }
    case .integer, .other: try Handle(at: path, writing: true) { H5Tcopy(standard(type)) }
    }
  }

  private static func standard(_ type: ElementType) -> hid_t {
    guard let standard = integers.first(where: { $0.0 == type })?.1 else {
      preconditionFailure("elements of type \(type) are only carried")
    }
    return standard
  }

  /// What h5py makes of numpy's bool.
  private static func makeBoolean() -> hid_t {
    let type = H5Tenum_create(bnfold_H5T_STD_I8LE())
    for (name, number) in [("FALSE", Int8(0)), ("TRUE", 1)] {
      withUnsafePointer(to: number) { _ = H5Tenum_insert(type, name, $0) }
    }
    return type
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
