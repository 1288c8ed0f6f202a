import Elements
import NumPy
import Testing

@Suite struct NumPyArrayTests {
  private let values = NumPyArray(
    elementType: .float32, shape: [2, 3], bytes: ElementType.float32.encode([1, 2, 3, 4, 5, 6]))

  /// A file with a header of one's own.
  private func content(_ header: String, version: UInt8 = 1, data: [UInt8] = []) -> [UInt8] {
    let text = Array(header.utf8)
    let length =
      version == 1
      ? withUnsafeBytes(of: UInt16(text.count).littleEndian) { Array($0) }
      : withUnsafeBytes(of: UInt32(text.count).littleEndian) { Array($0) }
    return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + text + data
  }

  @Test func `An array comes back as it was`() throws {
    for shape in [[], [0], [6], [2, 3], [1, 2, 3]] as [Shape] {
      let array = NumPyArray(
        elementType: .float64, shape: shape, bytes: [UInt8](repeating: 7, count: 8 * shape.elementCount))
      #expect(try NumPyArray(reading: array.content) == array)
    }
  }

  /// Written by numpy 2.4: `numpy.save` of `numpy.arange(6, dtype="f4").reshape(2, 3) + 1`.
  @Test func `The file is the one that NumPy writes`() {
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"
    let padding = String(repeating: " ", count: 118 - header.utf8.count - 1) + "\n"
    #expect(values.content == content(header + padding, data: values.bytes))
    #expect((values.content.count - values.bytes.count) % 64 == 0)
  }

  @Test func `Columns that stand side by side become rows`() throws {
    let data = ElementType.float32.encode([1, 4, 2, 5, 3, 6])
    let file = content("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }", data: data)
    #expect(try NumPyArray(reading: file) == values)
  }

  @Test(arguments: [1, 2, 3] as [UInt8])
  func `All versions are read`(version: UInt8) throws {
    let header = "{\"shape\": (2,3), \"descr\":\"<f4\",\"fortran_order\":False}\n"
    #expect(try NumPyArray(reading: content(header, version: version, data: values.bytes)) == values)
  }

  @Test(arguments: [
    (
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", 20,
      NumPyError.size(expected: 24, found: 20)
    ),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", 28, .size(expected: 24, found: 28)),
    ("{'descr': '>f4', 'fortran_order': False, 'shape': (6,), }", 24, .unsupportedType(">f4")),
    ("{'descr': '|O', 'fortran_order': False, 'shape': (6,), }", 24, .unsupportedType("|O")),
    (
      "{'descr': '<f4', 'shape': (6,), }", 24,
      .header("does not have descr, fortran_order and shape, and nothing else")
    ),
    (
      "{'descr': '<f4', 'fortran_order': 1, 'shape': (6,), }", 24,
      .header("is not a dictionary that NumPy writes")
    ),
    (
      "{'descr': '<f4', 'fortran_order': None, 'shape': (6,), }", 24,
      .header("has a value that is not text, a truth value or a tuple")
    ),
    ("{'descr': '<f4', 'descr': '<f4'}", 24, .header("has descr twice")),
    ("{'shape': (-1,)}", 24, .header("is not a dictionary that NumPy writes")),
    ("{'shape': (99999999999,)}", 24, .header("has an invalid size")),
    ("{'shape': (6 }", 24, .header("has no ) where one belongs")),
    ("{} x", 24, .header("has something after it")),
    ("[]", 24, .header("has no { where one belongs")),
    ("{1: 2}", 24, .header("has a key that is not text")),
  ])
  func `A broken header is refused`(header: String, bytes: Int, error: NumPyError) throws {
    let file = content(header, data: [UInt8](repeating: 0, count: bytes))
    #expect(throws: error) { try NumPyArray(reading: file) }
  }

  @Test func `What is no array, or cut off, is refused`() {
    #expect(throws: NumPyError.notNumPy) { try NumPyArray(reading: []) }
    #expect(throws: NumPyError.notNumPy) { try NumPyArray(reading: Array("something else".utf8)) }
    #expect(throws: NumPyError.unsupportedVersion(major: 9)) {
      try NumPyArray(reading: content("{}", version: 9))
    }
    for length in 10..<values.content.count {
      #expect(throws: NumPyError.self) { try NumPyArray(reading: Array(values.content.prefix(length))) }
    }
    let axes = String(repeating: "1, ", count: 65)
    #expect(throws: NumPyError.header("has 65 axes; NumPy has no more than 64")) {
      try NumPyArray(
        reading: content("{'descr': '|u1', 'fortran_order': False, 'shape': (\(axes)), }", data: [0]))
    }
  }
}
