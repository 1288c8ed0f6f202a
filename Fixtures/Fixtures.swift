import Bytes
import Elements
import Glibc
import Inference
import LosslessJSON

/// A model file with what its own framework computed from it.
///
/// Where the files come from is in `README.md` beside this file.
public struct Fixture: Sendable, CustomStringConvertible {
  /// `keras2` or `keras3`.
  public let generation: String
  public let name: String
  /// What the file's name ends with.
  public var ending = ".h5"
  /// Batch normalizations that have to be folded.
  public let expectedFolds: Set<String>
  /// Batch normalizations that have to stay, with the code of the reason.
  public let expectedRefusals: [String: String]

  public var path: String { "\(Fixtures.directory)/\(generation)/\(name)\(ending)" }

  /// The file with the architecture, where that is not in the model's own.
  public var architecture: String? {
    [".weights.h5", ".names.h5"].contains(ending) ? "\(Fixtures.directory)/\(generation)/\(name).json" : nil
  }

  public var description: String { "\(generation)/\(name)\(ending)" }

  /// Inputs, and the outputs of the framework in float32 and in float64.
  public func golden() throws -> Golden {
    try Golden(reading: "\(Fixtures.directory)/\(generation)/\(name).golden.safetensors")
  }
}

/// The fixtures of this repository.
public enum Fixtures {
  /// The directory of this file.
  public static let directory: String = {
    let parts = #filePath.split(separator: "/").dropLast()
    return "/" + parts.joined(separator: "/")
  }()

  /// All fixtures that the manifest lists.
  public static let all: [Fixture] = ["keras2", "keras3"].flatMap { fixtures(of: $0) }

  /// The same, and those that exist in other formats in each of these.
  public static let inEveryFormat: [Fixture] =
    all
    + [".keras", ".weights.h5", ".names.h5"].flatMap { ending in
      all.filter { $0.ending != ending }.map { fixture in
        var other = fixture
        other.ending = ending
        return other
      }.filter { access($0.path, R_OK) == 0 }
    }

  /// A fixture by its name.
  public static func fixture(_ generation: String, _ name: String, _ ending: String = ".h5") -> Fixture {
    let fixture = inEveryFormat.first {
      $0.generation == generation && $0.name == name && $0.ending == ending
    }
    guard let fixture else { preconditionFailure("there is no fixture \(generation)/\(name)\(ending)") }
    return fixture
  }

  /// A damaged or unusual file.
  public static func malformed(_ name: String) -> String { "\(directory)/malformed/\(name).h5" }

  /// The files that the team shares beside the checkout; nil where they are not there.
  public static let shared: String? = {
    let path = directory.split(separator: "/").dropLast(2).map { "/" + $0 }.joined() + "/shared"
    return access(path, R_OK) == 0 ? path : nil
  }()

  private static func fixtures(of generation: String) -> [Fixture] {
    guard let text = try? readFile("\(directory)/manifest.json"),
      let entries = try? JSONDocument(parsing: text).root[ByteString(generation)]?.members
    else { preconditionFailure("the manifest of the fixtures cannot be read") }
    return entries.map { entry in
      let kept = entry.value["expect_kept"]?.members ?? []
      return Fixture(
        generation: generation, name: entry.key.description,
        ending: entry.value["ending"]?.string?.description ?? ".h5",
        expectedFolds: Set((entry.value["expect_folded"]?.array ?? []).compactMap { $0.string?.description }),
        expectedRefusals: Dictionary(
          uniqueKeysWithValues: kept.map { ($0.key.description, $0.value.string?.description ?? "") }))
    }
  }
}

/// Arrays from a safetensors file: `input_0`, `output_0`, `output64_0` and so on.
public struct Golden: Sendable {
  public let inputs: [DenseArray<Double>]
  /// What the framework computed in float32, by key.
  public let outputs: [DenseArray<Double>]
  /// What the framework computed in float64 with the same weights; empty where it cannot.
  public let outputs64: [DenseArray<Double>]

  public init(reading path: String) throws {
    let bytes = try readFile(path)
    let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = try JSONDocument(parsing: Array(bytes[8..<8 + length])).root
    var arrays: [ByteString: DenseArray<Double>] = [:]
    for member in header.members ?? [] {
      guard let type = member.value["dtype"]?.string,
        let shape = member.value["shape"]?.array?.compactMap(\.integer),
        let range = member.value["data_offsets"]?.array?.compactMap(\.integer), range.count == 2
      else { continue }
      let raw = Array(bytes[(8 + length + range[0])..<(8 + length + range[1])])
      let values: [Double] = raw.withUnsafeBytes { raw in
        switch type {
        case "F64": ElementType.float64.decode(raw)
        case "I32": raw.bindMemory(to: Int32.self).map { Double($0) }
        case "I64": raw.bindMemory(to: Int64.self).map { Double($0) }
        default: ElementType.float32.decode(raw)
        }
      }
      arrays[member.key] = DenseArray(shape: shape, values: values)
    }
    func list(_ prefix: ByteString) -> [DenseArray<Double>] {
      let names = arrays.keys.filter { $0.hasPrefix(prefix) }
      let ordered = names.sorted { left, right in
        (left.bytes.count, left) < (right.bytes.count, right)
      }
      return ordered.compactMap { arrays[$0] }
    }
    inputs = list("input_")
    outputs = list("output_")
    outputs64 = list("output64_")
  }
}

/// Reads a whole file.
public func readFile(_ path: String) throws -> [UInt8] {
  guard let file = fopen(path, "rb") else { throw FileNotThere(path: path) }
  defer { fclose(file) }
  fseek(file, 0, SEEK_END)
  var bytes = [UInt8](repeating: 0, count: ftell(file))
  rewind(file)
  let count = fread(&bytes, 1, bytes.count, file)
  return Array(bytes[..<count])
}

/// Writes a whole file.
public func writeFile(_ path: String, _ bytes: [UInt8]) throws {
  guard let file = fopen(path, "wb") else { throw FileNotThere(path: path) }
  defer { fclose(file) }
  fwrite(bytes, 1, bytes.count, file)
}

/// A file that a test needs cannot be opened.
public struct FileNotThere: Error {
  public let path: String

  public init(path: String) { self.path = path }
}

/// A directory that is removed with this value.
public final class TemporaryDirectory: Sendable {
  public let path: String

  public init() {
    var template = Array("/tmp/bnfold-test-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { preconditionFailure("no temporary directory") }
    path = String(cString: made)
  }

  /// A path in the directory.
  public func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Names of everything in the directory.
  public var contents: [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  deinit {
    for name in contents { unlink(file(name)) }
    rmdir(path)
  }
}

/// The largest difference of two arrays, relative to the largest magnitude of the second.
public func relativeError(_ found: DenseArray<Double>, _ expected: DenseArray<Double>) -> Double {
  guard found.shape == expected.shape else { return .infinity }
  var difference = 0.0
  for (left, right) in zip(found.values, expected.values) where left != right {
    let distance = abs(left - right)
    difference = distance.isNaN ? .infinity : max(difference, distance)
  }
  let size = expected.values.reduce(0) { max($0, abs($1)) }
  return difference == 0 ? 0 : difference / size
}
