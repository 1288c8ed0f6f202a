import Bytes
import Elements
import Fixtures
import HDF5
import Testing

@Suite struct HDF5FileTests {
  private func dataset(_ file: HDF5File, _ path: [ByteString]) throws -> HDF5Dataset {
    guard case .dataset(let dataset)? = file.tree[path] else { throw FileNotThere(path: "\(path)") }
    return dataset
  }

  @Test func `Chunked and compressed arrays read like plain ones`() throws {
    let plain = try HDF5File(reading: Fixtures.fixture("keras3", "pattern_resnet_block").path)
    let packed = try HDF5File(reading: Fixtures.fixture("keras3", "storage_gzip_shuffle").path)
    var compressed = 0
    func visit(_ group: HDF5Group) throws {
      for member in group.members {
        switch member.node {
        case .group(let inner): try visit(inner)
        case .namedType: break
        case .dataset(let dataset):
          guard case .stored(let stored) = dataset.content, stored.offset == nil else { continue }
          compressed += 1
          let all = try packed.contents.read(dataset, elements: 0..<dataset.shape.elementCount)
          #expect(all.count == dataset.byteCount)
          #expect(try packed.contents.read(dataset, elements: 1..<2) == Array(all[4..<8]))
        }
      }
    }
    try visit(packed.tree)
    #expect(compressed > 0)
    #expect(!plain.tree.members.isEmpty)
  }

  @Test func `Strings of variable and of fixed length are both read`() throws {
    let variable = try HDF5File(reading: Fixtures.fixture("keras3", "pattern_conv_bn_bn").path)
    let fixed = try HDF5File(reading: Fixtures.fixture("keras3", "storage_fixed_strings").path)
    let path = HDF5Path(["model_weights"])
    #expect(try variable.contents.strings("layer_names", on: path)?.storage == .variable)
    #expect(try fixed.contents.strings("layer_names", on: path)?.storage == .fixed)
    #expect(try fixed.contents.strings("layer_names", on: path)?.values.isEmpty == false)
    #expect(try fixed.contents.strings("no such attribute", on: path) == nil)
  }

  @Test(arguments: ["not_hdf5", "empty"])
  func `What is not HDF5 is refused as such`(name: String) {
    #expect(throws: HDF5Error.self) { try HDF5File(reading: Fixtures.malformed(name)) }
    do throws(HDF5Error) {
      _ = try HDF5File(reading: Fixtures.malformed(name))
    } catch {
      #expect(error.rule == .notHDF5)
    }
  }

  /// A file cut anywhere is refused or, where only bytes of arrays are missing, read with an error later.
  @Test func `A file cut at any place never ends the process`() throws {
    let whole = try readFile(Fixtures.fixture("keras2", "dense").path)
    let directory = TemporaryDirectory()
    for length in stride(from: 0, to: whole.count, by: 97) {
      let path = directory.file("cut.h5")
      try writeFile(path, Array(whole[..<length]))
      #expect(throws: HDF5Error.self) { try HDF5File(reading: path) }
    }
  }

  @Test func `Limits are checked before anything is read`() {
    var limits = HDF5Limits()
    limits.objects = 3
    do throws(HDF5Error) {
      _ = try HDF5File(reading: Fixtures.fixture("keras2", "dense").path, limits: limits)
      Issue.record("the limit was not checked")
    } catch {
      #expect(error.rule == .tooLarge("the file has more than 3 objects", .objects))
    }
  }

  @Test func `A compressed array that would be too large is refused when the file is opened`() {
    var limits = HDF5Limits()
    limits.arrayBytes = 16
    do throws(HDF5Error) {
      _ = try HDF5File(
        reading: Fixtures.fixture("keras3", "storage_gzip_shuffle").path, limits: limits)
      Issue.record("the limit was not checked")
    } catch {
      #expect(error.rule == .tooLarge("the array exceeds 16 bytes", .array))
    }
  }

  /// A kernel of 5 x 6 elements says that it has 2^40 x 6: nothing may be made ready for so many.
  @Test func `An array that claims more elements than the file has bytes is refused`() throws {
    let directory = TemporaryDirectory()
    var bytes = try readFile(Fixtures.fixture("keras3", "dense").path)
    let shape: [UInt8] = [5, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0]
    let places = bytes.indices.filter { bytes[$0] == 5 && bytes[$0...].starts(with: shape) }
    try #require(!places.isEmpty)
    for place in places { bytes[place + 5] = 1 }
    try writeFile(directory.file("large.h5"), bytes)
    #expect(throws: HDF5Error.self) { try HDF5File(reading: directory.file("large.h5")) }
  }
}
