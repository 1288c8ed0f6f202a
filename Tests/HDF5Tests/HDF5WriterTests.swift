import Bytes
import Elements
import Fixtures
import Glibc
import HDF5
import Testing

@Suite struct HDF5WriterTests {
  /// Everything of a file as text: names, types, shapes, values, strings.
  private func dump(_ file: HDF5File) throws -> [String] {
    var lines: [String] = []
    func describe(_ attributes: [HDF5Attribute], _ path: HDF5Path) throws {
      for attribute in attributes {
        let strings = try file.contents.strings(attribute.name, on: path)
        lines.append("\(path)@\(attribute.name) \(strings.map { "\($0)" } ?? "not text")")
      }
    }
    func visit(_ group: HDF5Group, _ path: HDF5Path) throws {
      try describe(group.attributes, path)
      for member in group.members {
        let place = path.appending(member.name)
        switch member.node {
        case .group(let inner): try visit(inner, place)
        case .namedType: break
        case .dataset(let dataset):
          let bytes =
            dataset.elementType.byteCount == nil
            ? [] : try file.contents.read(dataset, elements: 0..<dataset.shape.elementCount)
          lines.append("\(place) \(dataset.shape) \(dataset.elementType) \(bytes)")
        }
      }
    }
    try visit(file.tree, .root)
    return lines
  }

  @Test(arguments: [
    "dense", "storage_gzip_shuffle", "storage_fixed_strings", "compiled_adam", "type_float16",
  ])
  func `An unedited tree gives a file with the same content`(name: String) throws {
    let directory = TemporaryDirectory()
    for generation in ["keras2", "keras3"] {
      let source = try HDF5File(reading: Fixtures.fixture(generation, name).path)
      let path = directory.file("\(generation).h5")
      try writeFile(path, [])
      try HDF5Writer.write(source.contents, to: path)
      #expect(try dump(HDF5File(reading: path)) == dump(source))
    }
  }

  @Test func `Edits of a tree are in the file`() throws {
    let directory = TemporaryDirectory()
    let source = try HDF5File(reading: Fixtures.fixture("keras3", "dense").path)
    var tree = source.tree
    tree.remove(at: ["model_weights"])
    #expect(tree[["model_weights"]] == nil)
    let values = HDF5Dataset(
      shape: [2, 2], elementType: .float16, content: .made(.values([1, 2, 3, 1e-9], .float16)))
    tree.set(.dataset(values), at: ["new", "inner", "array"])
    for (name, storage) in [("variable", HDF5Strings.Storage.variable), ("fixed", .fixed)] {
      let strings = HDF5Strings(values: ["a", "", "läng"], isScalar: false, storage: storage, isUTF8: true)
      tree.replace(attributes: [], with: [HDF5Attribute(name: ByteString(name), content: .strings(strings))])
    }
    let path = directory.file("edited.h5")
    try writeFile(path, [])
    try HDF5Writer.write(HDF5Contents(tree, storedIn: source), to: path)
    let result = try HDF5File(reading: path)
    #expect(result.tree.members.map(\.name) == ["new"])
    guard case .dataset(let found)? = result.tree[["new", "inner", "array"]] else {
      Issue.record("the array is missing")
      return
    }
    #expect(found.elementType == .float16)
    let elements: [Double] = try result.contents.read(found, elements: 0..<4).withUnsafeBytes {
      ElementType.float16.decode($0)
    }
    #expect(elements == [1, 2, 3, 0])
    for name in ["variable", "fixed"] {
      #expect(try result.contents.strings(ByteString(name), on: .root)?.values == ["a", "", "läng"])
    }
  }

  @Test func `Removing the last member removes the groups around it`() {
    var tree = HDF5Group()
    let array = HDF5Node.dataset(
      HDF5Dataset(shape: [1], elementType: .float32, content: .made(.values([0], .float32))))
    tree.set(array, at: ["a", "b", "c"])
    tree.set(array, at: ["a", "d"])
    tree.remove(at: ["a", "b", "c"])
    #expect(tree[["a", "b"]] == nil)
    #expect(tree[["a", "d"]] != nil)
    tree.remove(at: ["a", "d"])
    #expect(tree.members.isEmpty)
  }

  /// After a failed write, libhdf5 itself would crash: the error has to come once, and the process has to live.
  @Test func `A file that takes no bytes is an error of writing`() throws {
    let source = try HDF5File(reading: Fixtures.fixture("keras3", "dense").path)
    let readOnly = open("/dev/null", O_RDONLY)
    defer { close(readOnly) }
    do throws(HDF5Error) {
      try HDF5Writer.write(source.contents, to: HDF5Output(descriptor: readOnly))
      Issue.record("the file was written")
    } catch {
      #expect(error.rule == .cannotWrite(EBADF))
    }
  }
}
