import Fixtures
import Foundation
import Testing

/// What a file says about other files is never followed.
@Suite(.enabled(if: Binary.canInjectFaults, "strace is not installed, or may not trace here"))
struct ForeignFileTests {
  /// Files that name `/etc/hostname`, and one that is in order.
  private static let paths =
    ["external_storage", "virtual_dataset", "external_link", "soft_link"].map { Fixtures.malformed($0) } + [
      Fixtures.fixture("keras3", "dense").path, Fixtures.fixture("keras3", "pattern_custom_layer").path,
    ]

  /// Where the system's loader and the runtime look for themselves, not for models.
  private static let systemPrefixes = [
    "/lib", "/usr/lib", "/etc/ld.so", "/proc/self/", "/sys/devices/system/cpu", "/dev/null", "/opt/",
    "/usr/libexec",
  ]

  @Test(arguments: paths)
  func `Only the named files are opened, and none once a worker has begun to read`(path: String) throws {
    let directory = TemporaryDirectory()
    let log = directory.file("trace")
    let line = #"exec strace -f -o "$1" -e trace=%file,seccomp "$0" fold "$2" -o "$3""#
    _ = try Binary.shell(line, [log, path, directory.file("out.h5")])
    let trace = String(decoding: try readFile(log), as: UTF8.self)
    let folder = URL(fileURLWithPath: Binary.path).deletingLastPathComponent().resolvingSymlinksInPath().path
    var closedIn: Set<Substring> = []
    for line in trace.split(separator: "\n") {
      let process = line.prefix { $0 != " " }
      if line.contains("seccomp(SECCOMP_SET_MODE_FILTER"), !line.contains("= -1 ") {
        closedIn.insert(process)
      }
      guard line.contains("open"), let quote = line.firstIndex(of: "\"") else { continue }
      let opened = String(line[line.index(after: quote)...].prefix { $0 != "\"" })
      let failed = line.contains("= -1 ")
      #expect(failed || !closedIn.contains(process), "\(line)")
      let isAllowed =
        opened == path || opened.hasPrefix(directory.path) || opened.contains(folder)
        || line.contains("O_TMPFILE") || Self.systemPrefixes.contains { opened.hasPrefix($0) } || failed
      #expect(isAllowed, "\(line)")
      #expect(!opened.contains("hostname"))
    }
    #expect(closedIn.count >= 1)
  }
}
